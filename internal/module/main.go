// Module gives the tree another module path, so that others can import it from
// where it is published:
//
//	go run ./internal/module example.org/you/drawmesh
//
// It runs in the root of the tree. It may be run again, also after it was
// interrupted, and with the path of before.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	err := errors.New("which path? make module MODULE=example.org/you/drawmesh")
	if len(os.Args) == 2 && os.Args[1] != "" {
		err = rename(os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "module:", err)
		os.Exit(1)
	}
}

// rename gives the tree in the working directory another module path. Go.mod comes
// last, for it says what the path was.
func rename(path string) error {
	if _, err := run("go", "mod", "edit", "-print", "-module="+path); err != nil {
		return err
	}
	before, err := run("go", "list", "-m")
	if err != nil {
		return err
	}
	mentions, err := mention(before)
	if err != nil {
		return err
	}
	err = filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules"):
			return filepath.SkipDir
		case d.Type().IsRegular() && (filepath.Ext(name) == ".go" || filepath.Ext(name) == ".md"):
			return replace(name, mentions, path)
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = run("go", "mod", "edit", "-module="+path)
	return err
}

// mention matches where a text means a package of the module: the path, no longer
// one that ends with it, and a folder of the tree.
func mention(module string) (*regexp.Regexp, error) {
	entries, err := os.ReadDir(".")
	if err != nil {
		return nil, err
	}
	var folders []string
	for _, e := range entries {
		if e.IsDir() {
			folders = append(folders, regexp.QuoteMeta(e.Name()))
		}
	}
	return regexp.Compile(`(^|[^\w./-])` + regexp.QuoteMeta(module) + `(/(?:` + strings.Join(folders, "|") + `)\b)`)
}

// replace puts path in the place of the module's in a file.
func replace(name string, mentions *regexp.Regexp, path string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	changed := mentions.ReplaceAll(text, []byte("${1}"+path+"${2}"))
	if bytes.Equal(changed, text) {
		return nil
	}
	return os.WriteFile(name, changed, 0o666)
}

// run returns what a command prints; if it fails, what it says of that.
func run(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if words := strings.TrimSpace(said.String()); err != nil && words != "" {
		err = errors.New(words)
	}
	return strings.TrimSpace(string(out)), err
}
