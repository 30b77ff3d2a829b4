package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
)

func TestOutput(t *testing.T) {
	board, err := raster.NewBoard(4, 4, canvas.Color{A: 255})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "out.png")
	f, err := newOutput(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("before there is a picture: got %v, %v, want an empty folder", entries, err)
	}
	if err := f.save(board.EncodePNG); err != nil {
		t.Fatal(err)
	}
	readPNG(t, path)
}

func TestOutputDoesNotReplaceADevice(t *testing.T) {
	board, err := raster.NewBoard(4, 4, canvas.Color{A: 255})
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "null") // so that a mistake costs nothing
	if err := os.Symlink(os.DevNull, link); err != nil {
		t.Fatal(err)
	}
	f, err := newOutput(t.Context(), link, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.save(board.EncodePNG); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(link); err != nil || info.Mode().IsRegular() {
		t.Errorf("got %v, %v, want the device untouched", info, err)
	}
}

// TestOutputToAPipe writes all to whoever reads it, and waits for nobody else
// than a first reader.
func TestOutputToAPipe(t *testing.T) {
	path, lonely := filepath.Join(t.TempDir(), "fifo"), filepath.Join(t.TempDir(), "fifo")
	for _, fifo := range []string{path, lonely} {
		if err := syscall.Mkfifo(fifo, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	want := lonely + ": not writable: interrupted: nobody had the pipe's other end open"
	if _, err := newOutput(ctx, lonely, nil); causeOf(err) != want {
		t.Errorf("without a reader: got %v, want %s", err, want)
	}
	late, err := os.OpenFile(lonely, os.O_RDONLY|syscall.O_NONBLOCK, 0) // whoever still opens it is let go
	if err != nil {
		t.Fatal(err)
	}
	defer late.Close()
	read := make(chan string)
	go func() {
		got, _ := os.ReadFile(path) // until nobody has it open for writing
		read <- string(got)
	}()
	f, err := newOutput(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.save(func(w io.Writer) error { _, err := io.WriteString(w, "all"); return err }); err != nil {
		t.Fatal(err)
	}
	if got := <-read; got != "all" {
		t.Errorf("got %q, want all", got)
	}
}
