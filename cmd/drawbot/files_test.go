package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestLogFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.ndjson")
	if err := os.WriteFile(path, []byte(strings.Repeat("what was there\n", 9)), 0o666); err != nil {
		t.Fatal(err)
	}
	l, err := openLog(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	l.write(1)
	checkFile := func(want string) {
		t.Helper()
		if err := l.flush(); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
	checkFile("1\n")
	l.write(2)
	checkFile("1\n2\n")
	for range 2 {
		if err := l.close(); err != nil {
			t.Errorf("close: got %v, want no error", err)
		}
	}
}

func TestLogFileTellsThatTheDiskIsFull(t *testing.T) {
	l, err := openLog("-", refusing{syscall.ENOSPC})
	if err != nil {
		t.Fatal(err)
	}
	l.write(1)
	want := "standard output: not writable: no space left on device"
	for _, err := range []error{l.flush(), l.flush(), l.close()} {
		if causeOf(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
