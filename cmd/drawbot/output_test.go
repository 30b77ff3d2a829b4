package main

import (
	"os"
	"path/filepath"
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
	f, err := newOutput(path, nil)
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
	f, err := newOutput(link, nil)
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
