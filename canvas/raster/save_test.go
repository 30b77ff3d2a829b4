package raster

import (
	"errors"
	"image"
	"image/draw"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"drawmesh/canvas"
)

func TestSavePNG(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.png")
	for _, ops := range [][]canvas.Op{star(), {rect(10, 12, 40, 30, 5, glass)}} { // the second replaces the first
		b := newBoard(t, 64, 48, white)
		b.ApplyAll(ops)
		if err := b.SavePNG(path); err != nil {
			t.Fatal(err)
		}
		got := image.NewRGBA(b.im.Rect)
		draw.Draw(got, got.Rect, readPNG(t, path), image.Point{}, draw.Src)
		if i := firstDifference(got.Pix, b.im.Pix); i >= 0 {
			t.Errorf("pixel %d of the file is %v, want %v", i/4, got.Pix[i&^3:i&^3+4], b.im.Pix[i&^3:i&^3+4])
		}
		onlyFile(t, path)
	}
}

func TestSavePNGWithoutDirectory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "out.png")
	if err := newBoard(t, 4, 4, white).SavePNG(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error is %v, want that there is no such directory", err)
	}
}

// onlyFile asserts that nothing is left beside the file.
func onlyFile(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 || entries[0].Name() != filepath.Base(path) {
		t.Errorf("directory holds %v, want only %s", entries, filepath.Base(path))
	}
}
