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
func Replace(path string, content func(io.Writer) error) (err error) {
	// In the same directory, for a rename is atomic only within a file system.
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if err := fill(f, content); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return SyncDirectory(filepath.Dir(path))
}

// fill writes content to f, sees it to the disk and closes f.
func fill(f *os.File, content func(io.Writer) error) error {
	defer f.Close() // of no effect after the one below
	if err := content(f); err != nil {
		return err
	}
	const readable = 0o644 // CreateTemp keeps its files private
	if err := f.Chmod(readable); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
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
