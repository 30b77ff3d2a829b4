package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
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

func TestPictureFile(t *testing.T) {
	board, err := raster.NewBoard(4, 4, canvas.Color{A: 255})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "out.png")
	f, err := newPictureFile(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("before there is a picture: got %v, %v, want an empty folder", entries, err)
	}
	if err := f.save(board); err != nil {
		t.Fatal(err)
	}
	readPNG(t, path)
}

func TestPictureFileDoesNotReplaceADevice(t *testing.T) {
	board, err := raster.NewBoard(4, 4, canvas.Color{A: 255})
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "null") // so that a mistake costs nothing
	if err := os.Symlink(os.DevNull, link); err != nil {
		t.Fatal(err)
	}
	f, err := newPictureFile(link, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.save(board); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(link); err != nil || info.Mode().IsRegular() {
		t.Errorf("got %v, %v, want the device untouched", info, err)
	}
}
