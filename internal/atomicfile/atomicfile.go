// Package atomicfile replaces files so that whatever happens, the disk holds
// either all of what is new or what was there before.
//
// A path may be whatever a shell lets a program write to. A symbolic link is
// written through. A file that is replaced passes its mode and owner on; where
// that cannot be done, for its folder may not be written or it has another owner,
// all is collected first and then written over it. A pipe, a device and a
// descriptor such as /dev/stdout are written to as they are.
package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Replace makes what content writes the content of the file at path, atomically
// and durably.
func Replace(path string, content func(io.Writer) error) error {
	f, err := Create(path)
	if err != nil {
		return err
	}
	defer f.Discard() // of no effect once it has been kept
	if err := content(f); err != nil {
		return err
	}
	return f.Keep()
}

// A File is one that is still being written.
type File struct {
	*os.File // what is written to
	keep     func(*os.File) error
	discard  func(*os.File)
	stream   bool
	done     bool
}

// Create returns a file that is to replace the one at path.
func Create(path string) (*File, error) {
	if n, ok := Descriptor(path); ok {
		f, err := duplicate(n)
		if err != nil {
			return nil, &fs.PathError{Op: "open", Path: path, Err: err}
		}
		return newStream(f), nil
	}
	path, err := Follow(path)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return newBeside(path, nil)
	case err != nil:
		return nil, err
	}
	there, err := os.OpenFile(path, os.O_WRONLY, 0) // who may not write it may not replace it
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return newStream(there), nil
	}
	f, err := newBeside(path, info)
	if errors.Is(err, fs.ErrPermission) {
		return newOver(there)
	}
	there.Close()
	return f, err
}

// Stream reports whether there is nothing to replace: what is written goes to a
// pipe or a device at once.
func (f *File) Stream() bool { return f.stream }

// Keep ends the file: it is seen to the disk and put in its place. If that fails,
// what was there before stays.
func (f *File) Keep() error {
	if f.done {
		return fs.ErrClosed
	}
	defer f.Discard()
	if err := f.keep(f.File); err != nil {
		return err
	}
	f.done = true
	return nil
}

// Discard closes the file and gives it up, unless it has been kept.
func (f *File) Discard() {
	if !f.done {
		f.done = true
		f.discard(f.File)
	}
}

// newStream returns one that replaces nothing.
func newStream(f *os.File) *File {
	return &File{File: f, stream: true, keep: (*os.File).Close, discard: func(f *os.File) { f.Close() }}
}

// newOver returns one whose content is written over that of a file, once there
// is all of it.
func newOver(there *os.File) (*File, error) {
	spool, err := os.CreateTemp("", "drawmesh-*")
	if err != nil {
		there.Close()
		return nil, err
	}
	os.Remove(spool.Name()) // it needs no name, and so none is left
	discard := func(spool *os.File) { spool.Close(); there.Close() }
	keep := func(spool *os.File) error {
		defer discard(spool)
		return overwrite(there, spool)
	}
	return &File{File: spool, keep: keep, discard: discard}, nil
}

// overwrite makes all that spool has the content of a file.
func overwrite(there, spool *os.File) error {
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return err
	}
	size, err := io.Copy(there, spool)
	if err != nil {
		return err
	}
	return errors.Join(there.Truncate(size), there.Sync())
}

// SyncDirectory sees to the disk which files a directory has: a new one too. Who
// may not read it has to trust it.
func SyncDirectory(path string) error {
	d, err := os.Open(path)
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// folder is the directory of a file, as the system finds it: a .. behind a link
// is not what it looks like.
func folder(path string) string {
	dir, _ := filepath.Split(path)
	if dir == "" {
		return "."
	}
	return dir
}
