package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// copyTree copies the tree to a folder of the test's, and goes there.
func copyTree(t *testing.T) {
	t.Helper()
	root, dir := "../..", t.TempDir()
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && name != root || d.Name() == "node_modules" || d.Name() == "bin" || d.Name() == "dist" && filepath.Dir(name) == root) {
			return filepath.SkipDir
		}
		rel, err := filepath.Rel(root, name)
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		if err == nil {
			err = os.MkdirAll(filepath.Join(dir, filepath.Dir(rel)), 0o777)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, rel), data, 0o666)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
}

// goes runs a command that has to succeed, and returns what it prints.
func goes(t *testing.T, args ...string) string {
	t.Helper()
	out, err := run(args[0], args[1:]...)
	if err != nil {
		t.Fatalf("%q: %v\n%s", args, err, out)
	}
	return out
}

// A tree with another path is whole: every import is found, those of tests too, the
// map of packages holds, a test passes. There and back, it is as it was.
func TestRename(t *testing.T) {
	copyTree(t)
	before, sums := goes(t, "go", "list", "-m"), goes(t, "sh", "-c", "find . -type f | sort | xargs sha256sum")
	const path = "example.org/you/drawmesh"
	for range 2 {
		if err := rename(path); err != nil {
			t.Fatal(err)
		}
		if got := goes(t, "go", "list", "-m"); got != path {
			t.Fatalf("got the module %s, want %s", got, path)
		}
	}
	if got := goes(t, "go", "list", "-e", "-deps", "-test", "-f", "{{with .Error}}{{.}}\n{{end}}", "./..."); got != "" {
		t.Errorf("go list says:\n%s", got)
	}
	if got := goes(t, "gofmt", "-l", "."); got != "" {
		t.Errorf("gofmt would change %s", got)
	}
	goes(t, "go", "run", "./internal/layers")
	goes(t, "go", "test", "-short", "./canvas/trace/lettering", "./internal/layers", "./internal/version")
	if err := rename(before); err != nil {
		t.Fatal(err)
	}
	if goes(t, "sh", "-c", "find . -type f | sort | xargs sha256sum") != sums {
		t.Error("there and back, the tree is another")
	}
}

// write makes a tree of these files, and goes there.
func write(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		err := os.MkdirAll(filepath.Dir(name), 0o777)
		if err == nil {
			err = os.WriteFile(name, []byte(text), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A rename that was interrupted is finished by the next one.
func TestRenameInterrupted(t *testing.T) {
	write(t, map[string]string{
		"go.mod": "module old\n\ngo 1.26.0\n", "a/a.go": "package a\n\nimport _ \"example.org/old/b\"\n",
		"b/b.go": "package b\n", "c/c.go": "package c\n\nimport (\n\t_ \"old/b\"\n\t_ \"older/b\"\n\t_ \"very/old/b\"\n\t_ \"old/elsewhere\"\n)\n",
	})
	if err := rename("example.org/old"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"go.mod": "module example.org/old\n", "a/a.go": "import _ \"example.org/old/b\"\n",
		"c/c.go": "\t_ \"example.org/old/b\"\n\t_ \"older/b\"\n\t_ \"very/old/b\"\n\t_ \"old/elsewhere\"\n",
	} {
		if got, err := os.ReadFile(name); err != nil || !strings.Contains(string(got), want) {
			t.Errorf("%s: got %s, %v, want %s in it", name, got, err, want)
		}
	}
}

// A path that is none is said, and nothing is done.
func TestNoPath(t *testing.T) {
	files := map[string]string{"go.mod": "module old\n", "a/a.go": "package a\n", "b/b.go": "package b\n\nimport _ \"old/a\"\n"}
	write(t, files)
	for _, path := range []string{"a b", "-x", "/you", "you/", "a/../b"} {
		if err := rename(path); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want a line that says what is wrong", path, err)
		}
	}
	for name, want := range files {
		if got, err := os.ReadFile(name); string(got) != want {
			t.Errorf("%s: got %s, %v, want nothing to have changed", name, got, err)
		}
	}
}
