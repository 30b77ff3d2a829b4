package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
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
	atomicfile.Sweep(filepath.Join(dir, "frame.png"))
	last, err := lastNumber(dir, "frame-", ".png")
	if err != nil {
		return nil, notWritable(dir, err)
	}
	return &frames{dir: dir, last: last}, nil
}

// add writes the next picture and returns its path, if it is a new one.
func (f *frames) add(png func(io.Writer) error, version uint64) (path string, err error) {
	if version == f.version {
		return "", nil
	}
	for path == "" || exists(path) { // somebody else may write there, too
		f.last++
		path = filepath.Join(f.dir, fmt.Sprintf("frame-%06d.png", f.last))
	}
	if err := atomicfile.Replace(path, png); err != nil {
		return "", notWritable(path, err)
	}
	f.version = version
	return path, nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// lastNumber is the highest in a folder's names that are a number between prefix
// and suffix; 0 if there are none.
func lastNumber(dir, prefix, suffix string) (last int, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		text, ours := strings.CutPrefix(e.Name(), prefix)
		text, too := strings.CutSuffix(text, suffix)
		if !ours || !too || strings.Trim(text, "0123456789") != "" {
			continue
		}
		const most = 1e9 // what is larger is no number of ours
		if n, err := strconv.Atoi(text); err == nil && n < most {
			last = max(last, n)
		}
	}
	return last, err
}

// numbered is path with a number before its extension; 0 is none.
func numbered(path string, n int) string {
	if path == "" || n == 0 {
		return path
	}
	base, ending := splitEnding(path)
	return fmt.Sprintf("%s-%03d%s", base, n, ending)
}

// splitEnding parts a path before its extension, of which what is compressed may
// have two.
func splitEnding(path string) (base, ending string) {
	base = path
	if strings.EqualFold(filepath.Ext(base), ".gz") {
		base = base[:len(base)-len(".gz")]
	}
	base = base[:len(base)-len(filepath.Ext(base))]
	return base, path[len(base):]
}
