package raster

import (
	"image/png"
	"io"
	"os"
	"path/filepath"
)

// EncodePNG writes the picture as a PNG.
func (b *Board) EncodePNG(w io.Writer) error { return png.Encode(w, b.im) }

// SavePNG writes the picture to a file, atomically and durably: whatever
// happens, the file holds either the whole picture or what it held before.
func (b *Board) SavePNG(path string) (err error) {
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
	if err := write(f, b.EncodePNG); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// write fills f, sees it to the disk and closes it.
func write(f *os.File, content func(io.Writer) error) error {
	defer f.Close()
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
