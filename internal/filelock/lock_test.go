package filelock

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	open := func() *os.File {
		t.Helper()
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	one, two := open(), open()
	if err := Lock(one); err != nil {
		t.Fatal(err)
	}
	if err := Lock(two); !errors.Is(err, ErrLocked) {
		t.Errorf("of the other: got %v, want %v", err, ErrLocked)
	}
	one.Close()
	if err := Lock(two); err != nil {
		t.Errorf("once it is closed: got %v, want none", err)
	}
}
