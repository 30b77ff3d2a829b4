// Package atomicfile replaces files so that whatever happens, the disk holds
// either all of what is new or what was there before.
package atomicfile

import (
	"io"
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

// A File is one that is still being written, beside the one that it is to
// replace.
type File struct {
	*os.File
	path string
	done bool
}

// Create returns a file that is to replace the one at path.
func Create(path string) (*File, error) {
	// In the same directory, for a rename is atomic only within a file system.
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, err
	}
	return &File{File: f, path: path}, nil
}

// Keep sees the file to the disk, closes it, and puts it in its place. If that
// fails, what was there before stays.
func (f *File) Keep() error {
	defer f.Discard()
	const readable = 0o644 // CreateTemp keeps its files private
	if err := f.Chmod(readable); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), f.path); err != nil {
		return err
	}
	f.done = true
	return SyncDirectory(filepath.Dir(f.path))
}

// Discard closes the file and removes it, unless it has been kept.
func (f *File) Discard() {
	if !f.done {
		f.done = true
		f.Close() // of no effect the second time
		os.Remove(f.Name())
	}
}

// SyncDirectory sees to the disk which files a directory has: a new one too.
func SyncDirectory(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
