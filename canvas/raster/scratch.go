package raster

import (
	"io"
	"os"
	"runtime"
)

// A scratch is a file for what cannot be written yet where it belongs. It has no
// name where what is open needs none, and so is not left behind, whatever happens.
type scratch struct{ *os.File }

func newScratch(extension string) (scratch, error) {
	f, err := os.CreateTemp("", "drawmesh-*."+extension)
	if err == nil && unnamed {
		os.Remove(f.Name())
	}
	return scratch{f}, err
}

const unnamed = runtime.GOOS == "linux"

// copyTo copies all that there is to w.
func (s scratch) copyTo(w io.Writer) error {
	if _, err := s.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(w, s)
	return err
}

// discard gives the file up.
func (s scratch) discard() {
	s.Close()
	if !unnamed {
		os.Remove(s.Name())
	}
}
