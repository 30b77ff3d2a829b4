package main

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// A file is one of those that are packed.
type file struct {
	name string // in an archive: its path, without a slash before it
	mode fs.FileMode
	data []byte
}

// at are files in a folder.
func at(folder string, files ...file) (moved []file) {
	for _, f := range files {
		f.name = path.Join(folder, f.name)
		moved = append(moved, f)
	}
	return moved
}

// sorted are files in the order of their names.
func sorted(files []file) []file {
	return slices.SortedFunc(slices.Values(files), func(a, b file) int { return strings.Compare(a.name, b.name) })
}

// tree is what an archive holds, as it goes below a prefix such as /usr/local.
func (r *release) tree(t target, programs []file) []file {
	files := slices.Concat(
		at("bin", programs...),
		at("share/man/man1", r.man...),
		at("share/bash-completion/completions", r.bash...),
		at("share/zsh/site-functions", r.zsh...),
		at("share/fish/vendor_completions.d", r.fish...),
		at("share/doc/drawmesh", r.papers()...),
	)
	if t.os == "linux" {
		files = append(files, at("share/doc/drawmesh", r.unit, r.settings)...)
	}
	return files
}

// papers are what is to be read by people.
func (r *release) papers() []file {
	return []file{r.readme, r.changes, r.license, r.licenses}
}
