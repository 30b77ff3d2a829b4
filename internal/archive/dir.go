package archive

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"drawmesh/internal/filelock"
)

// lockName is the file whose lock says that a Dir is in use.
const lockName = "lock"

// ErrInUse means that another process keeps its rooms in the same directory.
var ErrInUse = errors.New("another process keeps rooms there: name all rooms in one command, or give this one a directory of its own")

// A Dir is a directory of stores. It belongs to one process at a time. Methods
// may be called concurrently.
type Dir struct {
	path string
	warn func(format string, args ...any)

	mu   sync.Mutex
	root *os.Root
	lock *os.File
}

// OpenDir opens the directory at path, and makes it if there is none. What goes
// wrong with a store, and how it was mended, is told to warn in one line.
func OpenDir(path string, warn func(format string, args ...any)) (*Dir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, about(path, err)
	}
	d := &Dir{path: path, warn: warn}
	if err := d.open(); err != nil {
		return nil, about(path, err)
	}
	return d, nil
}

// acquire locks f until it is closed, or the process ends in whatever way. It
// refuses where that cannot be done: a store could be lost.
func acquire(f *os.File) error {
	switch err := filelock.Lock(f); {
	case errors.Is(err, filelock.ErrLocked):
		return ErrInUse
	case errors.Is(err, errors.ErrUnsupported):
		return errors.New("rooms can be kept on Unix systems only")
	default:
		return err
	}
}

// open opens what is at the path now, and locks it. d.mu is held, or d is new.
func (d *Dir) open() error {
	root, err := os.OpenRoot(d.path)
	if err != nil {
		return err
	}
	lock, err := root.OpenFile(lockName, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		if err = acquire(lock); err != nil {
			lock.Close()
		}
	}
	if err != nil {
		root.Close()
		return err
	}
	d.root, d.lock = root, lock
	return nil
}

// current is the directory as it is at the path. A directory that went away and
// came back, with its disk, is another one.
func (d *Dir) current() (*os.Root, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	there, err := os.Stat(d.path)
	if err != nil {
		return nil, err
	}
	if d.root == nil {
		return nil, fs.ErrClosed
	}
	if ours, err := d.root.Stat("."); err == nil && os.SameFile(there, ours) {
		return d.root, nil
	}
	old, lock := d.root, d.lock
	if err := d.open(); err != nil {
		return nil, err
	}
	old.Close()
	lock.Close()
	return d.root, nil
}

// Close lets another process have the directory. The stores must have been
// closed. Closing twice is harmless.
func (d *Dir) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.root == nil {
		return nil
	}
	err := errors.Join(d.lock.Close(), d.root.Close())
	d.root = nil
	return err
}

// Expire deletes the stores that nobody has opened or written to since then,
// but those of rooms that spare names, and returns their rooms' names. Files
// that were set aside stay.
func (d *Dir) Expire(since time.Time, spare func(room string) bool) ([]string, error) {
	root, err := d.current()
	if err != nil {
		return nil, about(d.path, err)
	}
	files, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, about(d.path, err)
	}
	var gone []string
	for _, f := range files {
		room, ok := roomName(f.Name())
		if !ok || spare(room) {
			continue
		}
		info, err := f.Info()
		if err != nil || !info.Mode().IsRegular() || !info.ModTime().Before(since) {
			continue
		}
		if err := root.Remove(f.Name()); err != nil {
			return gone, about(d.path, err)
		}
		gone = append(gone, room)
	}
	return gone, nil
}

// about names the path that the user knows.
func about(path string, err error) error {
	var onPath *fs.PathError
	var onLink *os.LinkError
	var onCall *os.SyscallError
	switch {
	case errors.As(err, &onPath):
		err = onPath.Err
	case errors.As(err, &onLink):
		err = onLink.Err
	case errors.As(err, &onCall):
		err = onCall.Err
	}
	return fmt.Errorf("%s: %w", path, err)
}
