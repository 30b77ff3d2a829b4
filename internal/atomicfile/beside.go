package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"sync"

	"drawmesh/internal/filelock"
)

// newBeside returns a file beside the one at path, for a rename is atomic only
// within a file system. It is to be what is there, of which info tells; nil if
// there is none.
func newBeside(path string, info fs.FileInfo) (*File, error) {
	mode := fs.FileMode(0o666) // and what the umask leaves of it
	if info != nil {
		mode = 0o600 // until it has its owner
	}
	f, err := createTemp(path, mode)
	if err != nil {
		return nil, err
	}
	discard := func(f *os.File) {
		f.Close() // of no effect the second time
		os.Remove(f.Name())
		pending.forget(f.Name())
	}
	if info != nil {
		if err := inherit(f, info); err != nil {
			discard(f)
			return nil, err
		}
	}
	keep := func(f *os.File) error {
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
		if err := os.Rename(f.Name(), path); err != nil {
			return err
		}
		pending.forget(f.Name())
		return SyncDirectory(folder(path))
	}
	return &File{File: f, keep: keep, discard: discard}, nil
}

// inherit gives f the owner and the mode of another file.
func inherit(f *os.File, info fs.FileInfo) error {
	if err := chown(f, info); err != nil {
		return err
	}
	return f.Chmod(info.Mode().Perm())
}

// temporary is the name of a file that is still being written.
var temporary = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\..*\.drawmesh-[0-9]+$`) })

// createTemp creates such a file for the one at path, which is locked as long as
// it is open: so whoever finds it can tell whether anybody is still at it.
func createTemp(path string, mode fs.FileMode) (*os.File, error) {
	const nameRoom = 100 // bytes of the name: the system allows 255
	base := filepath.Base(path)
	base = base[:min(len(base), nameRoom)]
	for {
		name := fmt.Sprintf("%s.%s.drawmesh-%d", folderPrefix(path), base, rand.Uint32())
		pending.add(name)
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
		if err == nil {
			if unswept(f) {
				return f, nil
			}
			f.Close()
		}
		pending.forget(name)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
}

// unswept locks a file that has just been created. It reports whether nobody
// else has come before.
func unswept(f *os.File) bool {
	if errors.Is(filelock.Lock(f), filelock.ErrLocked) {
		return false
	}
	ours, err := f.Stat()
	there, errThere := os.Lstat(f.Name())
	return err == nil && errThere == nil && os.SameFile(ours, there)
}

// Sweep removes from the folder of path what was still being written there by a
// process that has been killed.
func Sweep(path string) {
	path, err := Follow(path)
	if err != nil {
		return
	}
	entries, err := os.ReadDir(folder(path))
	if err != nil {
		return
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || !temporary().MatchString(e.Name()) {
			continue
		}
		name := folderPrefix(path) + e.Name()
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		if filelock.Lock(f) == nil {
			os.Remove(name)
		}
		f.Close()
	}
}

// folderPrefix is what the names of files beside path begin with.
func folderPrefix(path string) string {
	dir, _ := filepath.Split(path)
	return dir
}

// pending are the names of the files that are still being written.
var pending temporaries

type temporaries struct {
	mu    sync.Mutex
	names map[string]bool
}

func (t *temporaries) add(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.names == nil {
		t.names = make(map[string]bool)
	}
	t.names[name] = true
}

func (t *temporaries) forget(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.names, name)
}

// Abandon removes all that is still being written, and lets nothing more be
// begun: it is for a process that is about to end itself.
func Abandon() {
	pending.mu.Lock() // for good
	for name := range pending.names {
		os.Remove(name)
	}
}
