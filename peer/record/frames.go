package record

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"drawmesh/internal/atomicfile"
	"drawmesh/internal/numbered"
)

// Frames are numbered pictures in a folder: frame-000001.png and so on. Those that
// are there already stay.
type Frames struct {
	dir     string
	last    int    // number of the last one
	version uint64 // of its picture
}

// OpenFrames makes the folder if there is none, and counts on from what is there.
func OpenFrames(dir string) (*Frames, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	atomicfile.Sweep(filepath.Join(dir, "frame.png"))
	last, err := numbered.Last(dir, "frame-", ".png")
	if err != nil {
		return nil, err
	}
	return &Frames{dir: dir, last: last}, nil
}

// Any reports whether there is a picture.
func (f *Frames) Any() bool { return f.last > 0 }

// Add writes the next picture, which png encodes, if its version is not that of
// the last one. It returns the picture's path, also of one that could not be written;
// empty if there was nothing new.
func (f *Frames) Add(png func(io.Writer) error, version uint64) (path string, err error) {
	if version == f.version {
		return "", nil
	}
	for path == "" || exists(path) { // somebody else may write there, too
		f.last++
		path = filepath.Join(f.dir, fmt.Sprintf("frame-%06d.png", f.last))
	}
	if err := atomicfile.Replace(path, png); err != nil {
		return path, err
	}
	f.version = version
	return path, nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
