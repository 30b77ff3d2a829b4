package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"drawmesh/canvas/recording"
)

func TestTapeFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.ndjson")
	if err := os.WriteFile(path, []byte(strings.Repeat("what was there\n", 99)), 0o666); err != nil {
		t.Fatal(err)
	}
	l, err := openTape(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	w, err := l.begin(recording.Header{})
	if err != nil {
		t.Fatal(err)
	}
	check := func(want string) {
		t.Helper()
		got, err := os.ReadFile(path)
		if lines := strings.Count(string(got), "\n"); err != nil || !strings.Contains(string(got), want) || lines != 2 {
			t.Errorf("got %q, %v, want 2 lines with %s", got, err, want)
		}
	}
	for _, err := range []error{w.Close(0, 7), l.missing(), l.close(nil), l.close(nil)} {
		if err != nil {
			t.Error(err)
		}
	}
	check(`"sum":"0000000000000007"`)
}

func TestTapeFileTellsThatTheDiskIsFull(t *testing.T) {
	l, err := openTape("-", refusing{syscall.ENOSPC})
	if err != nil {
		t.Fatal(err)
	}
	w, err := l.begin(recording.Header{})
	if err != nil {
		t.Fatal(err)
	}
	want := "standard output: not writable: no space left on device"
	if got := causeOf(l.close(w.Close(0, 0))); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTapeOnAPipe(t *testing.T) {
	r, stdout, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer stdout.Close()
	l, err := openTape("-", stdout)
	if err != nil {
		t.Fatal(err)
	}
	w, err := l.begin(recording.Header{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Sync(); err != nil {
		t.Error(err)
	}
}

func TestTapeFileThatIsTakenAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.ndjson")
	l, err := openTape(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.close(nil)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if got, want := causeOf(l.missing()), path+": not writable: no such file or directory"; got != want {
		t.Errorf("removed: got %s, want %s", got, want)
	}
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if got, want := causeOf(l.missing()), path+": not writable: another file has taken its place"; got != want {
		t.Errorf("replaced: got %s, want %s", got, want)
	}
}
