package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"drawmesh/internal/atomicfile"
)

// Frames are numbered pictures in a folder. Those that are there already stay.
type frames struct {
	dir     string
	last    int    // number of the last one
	version uint64 // of its picture
}

// newFrames makes the folder if there is none.
func newFrames(dir string) (*frames, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, notWritable(dir, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, notWritable(dir, err)
	}
	f := &frames{dir: dir}
	for _, e := range entries {
		var n int
		if _, err := fmt.Sscanf(e.Name(), "frame-%d.png", &n); err == nil {
			f.last = max(f.last, n)
		}
	}
	return f, nil
}

// add writes the next picture, if it is a new one.
func (f *frames) add(png func(io.Writer) error, version uint64) error {
	if version == f.version {
		return nil
	}
	f.version = version
	f.last++
	path := filepath.Join(f.dir, fmt.Sprintf("frame-%06d.png", f.last))
	if err := atomicfile.Replace(path, png); err != nil {
		return notWritable(path, err)
	}
	return nil
}

// numbered is path with a number before its extension; 0 is none.
func numbered(path string, n int) string {
	if path == "" || n == 0 {
		return path
	}
	base := path
	if strings.EqualFold(filepath.Ext(base), ".gz") {
		base = base[:len(base)-len(".gz")]
	}
	base = base[:len(base)-len(filepath.Ext(base))]
	return fmt.Sprintf("%s-%03d%s", base, n, path[len(base):])
}
