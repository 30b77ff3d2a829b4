package main

import (
	"cmp"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"drawmesh/internal/atomicfile"
)

// A filePath is a path, and the flag or argument that gave it.
type filePath struct{ flag, path string }

// A filePlace is where a path leads.
type filePlace struct {
	filePath
	stdout bool
	file   fs.FileInfo // nil if there is none yet
	folder fs.FileInfo // of a file that there is none of yet; nil if there is no folder
	base   string
}

// checkDistinct refuses outputs of which one would destroy another, or an input.
// Paths that are empty lead nowhere.
func checkDistinct(e env, outputs, inputs []filePath) error {
	var out []filePlace
	for _, o := range outputs {
		if o.path == "" {
			continue
		}
		p := placeOf(o, e.out)
		for _, other := range out {
			switch {
			case p.stdout && other.stdout:
				return misused("%s and %s: standard output holds one of them", other, p)
			case p.same(other):
				return misused("%s and %s are one file: each needs its own", other, p)
			}
		}
		out = append(out, p)
	}
	for _, i := range inputs {
		p := placeOf(i, nil)
		if i.path == "-" {
			p = filePlace{filePath: i, file: fileOf(e.in)}
		}
		for _, o := range out {
			if p.same(o) {
				return misused("%s is what is read, too: give it another name", o)
			}
		}
	}
	return nil
}

// inputs are arguments that are read.
func inputs(paths []string) []filePath {
	var in []filePath
	for _, path := range paths {
		in = append(in, filePath{path: path})
	}
	return in
}

func (p filePath) String() string {
	if p.flag == "" {
		return p.path
	}
	return p.flag + " " + p.path
}

func placeOf(f filePath, stdout io.Writer) filePlace {
	p := filePlace{filePath: f}
	if isStdout(f.path) {
		p.stdout, p.file = true, fileOf(stdout)
		return p
	}
	path, err := atomicfile.Follow(f.path)
	if err != nil {
		return p
	}
	if p.file, err = os.Stat(path); err != nil {
		dir, base := filepath.Split(path)
		p.file, p.base = nil, base
		if p.folder, err = os.Stat(cmp.Or(dir, ".")); err != nil {
			p.folder = nil
		}
	}
	return p
}

// fileOf is the file that a stream of the process is.
func fileOf(stream any) fs.FileInfo {
	if p, ok := stream.(pipeline); ok {
		stream = p.Writer
	}
	f, ok := stream.(interface{ Stat() (fs.FileInfo, error) })
	if !ok {
		return nil
	}
	info, err := f.Stat()
	if err != nil {
		return nil
	}
	return info
}

// same reports whether both are one file, which holds one thing. A device takes
// whatever comes.
func (p filePlace) same(q filePlace) bool {
	switch {
	case p.file != nil && q.file != nil:
		return os.SameFile(p.file, q.file) && p.file.Mode()&fs.ModeDevice == 0
	case p.folder != nil && q.folder != nil:
		return p.base == q.base && os.SameFile(p.folder, q.folder)
	}
	return false
}
