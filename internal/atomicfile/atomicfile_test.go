package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func write(text string, err error) func(io.Writer) error {
	return func(w io.Writer) error {
		io.WriteString(w, text)
		return err
	}
}

func TestReplace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.png")
	for _, text := range []string{"first", "second"} {
		if err := Replace(path, write(text, nil)); err != nil {
			t.Fatal(err)
		}
		checkOnlyFile(t, path, text)
	}
	full := errors.New("disk full")
	if err := Replace(path, write("half of", full)); err != full {
		t.Errorf("got %v, want %v", err, full)
	}
	checkOnlyFile(t, path, "second")
}

func TestReplaceWithoutDirectory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "out.png")
	if err := Replace(path, write("x", nil)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want that there is no such directory", err)
	}
}

// checkOnlyFile checks that the file holds text, and that nothing is left beside
// it.
func checkOnlyFile(t *testing.T, path, text string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != text {
		t.Errorf("got %q, %v, want %q", got, err, text)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Fatalf("got %v, %v, want only %s", entries, err, path)
	}
}
