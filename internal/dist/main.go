// Dist makes the files by which drawmesh is given to others: an archive for each
// system, a package for each of Debian's architectures, and their SHA-256 sums. They
// depend on the source and the version of Go alone, so that anybody can make them
// again and compare.
//
//	go run ./internal/dist [-o DIR] [-maintainer 'NAME <ADDRESS>'] [OS/ARCH...]
//
// It runs in the root of the source.
package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	out := flag.String("o", "dist", "where the files go")
	maintainer := flag.String("maintainer", "The drawmesh authors <authors@drawmesh.example>", "who answers for the packages")
	flag.Parse()
	if err := run(*out, *maintainer, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

// run makes the files of the systems that are named, or of all.
func run(out, maintainer string, names []string) error {
	chosen, err := choose(names)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "drawmesh-dist-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	rel, err := prepare(work)
	if err != nil {
		return err
	}
	rel.maintainer = maintainer
	if err := os.MkdirAll(out, 0o777); err != nil {
		return err
	}
	var sums []string
	for _, target := range chosen {
		programs, err := build(work, target)
		if err != nil {
			return err
		}
		made, err := rel.pack(target, programs)
		if err != nil {
			return err
		}
		for _, f := range made {
			if err := os.WriteFile(filepath.Join(out, f.name), f.data, 0o666); err != nil {
				return err
			}
			fmt.Println(filepath.Join(out, f.name))
			sums = append(sums, fmt.Sprintf("%x  %s\n", sha256.Sum256(f.data), f.name))
		}
	}
	slices.SortFunc(sums, func(a, b string) int { return strings.Compare(a[66:], b[66:]) })
	return os.WriteFile(filepath.Join(out, "SHA256SUMS"), []byte(strings.Join(sums, "")), 0o666)
}

// pack returns the files for a target.
func (r *release) pack(target target, programs []file) ([]file, error) {
	name := fmt.Sprintf("drawmesh-%s-%s", r.from.Version, target.name())
	if target.os == "windows" {
		data, err := zipped(name, slices.Concat(programs, r.papers()), r.time)
		return []file{{name + ".zip", 0o666, data}}, err
	}
	data, err := tarball(name, r.tree(target, programs), r.time)
	made := []file{{name + ".tar.gz", 0o666, data}}
	if err == nil && target.debian != "" {
		name := fmt.Sprintf("drawmesh_%s_%s.deb", debianVersion(r.from.Version), target.debian)
		data, err = r.deb(target, programs)
		made = append(made, file{name, 0o666, data})
	}
	return made, err
}
