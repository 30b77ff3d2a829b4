package raster

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"testing"

	"drawmesh/canvas"
	"drawmesh/canvas/internal/likeness"
)

// page is the background that pictures are compared on: fully transparent
// pixels have no colour to compare.
var page = color.RGBA{0xfa, 0xfa, 0xfa, 0xff}

// A scene is a list of operations whose picture by Chromium is known.
type scene struct {
	Name          string
	Width, Height int
	Ops           []sceneOp
}

// A sceneOp is an operation in wire form, its colour always #rrggbbaa.
type sceneOp struct {
	Event     string
	LastPoint canvas.Point
	canvas.Point
	Force         float64
	Color         string
	Origin        canvas.Point
	Width, Height float64
	LineWidth     float64
}

func (o sceneOp) op(t *testing.T) canvas.Shape {
	var c canvas.Color
	if _, err := fmt.Sscanf(o.Color, "#%02x%02x%02x%02x", &c.R, &c.G, &c.B, &c.A); err != nil {
		t.Fatalf("color %q: %v", o.Color, err)
	}
	if o.Event == "draw" {
		return canvas.Segment{From: o.LastPoint, To: o.Point, Force: o.Force, Color: c}
	}
	return canvas.Rect{Origin: o.Origin, Width: o.Width, Height: o.Height, LineWidth: o.LineWidth, Color: c}
}

func (s scene) ops(t *testing.T) []canvas.Op {
	ops := make([]canvas.Op, len(s.Ops))
	for i, o := range s.Ops {
		ops[i] = o.op(t)
	}
	return ops
}

func readScenes(t *testing.T) []scene {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "chromium", "scenes.json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var scenes []scene
	if err := json.NewDecoder(z).Decode(&scenes); err != nil {
		t.Fatal(err)
	}
	return scenes
}

// TestStoredScenes compares with pictures that Chromium 156's software canvas
// made, kept as they are: transparent.
func TestStoredScenes(t *testing.T) {
	for _, s := range readScenes(t) {
		t.Run(s.Name, func(t *testing.T) {
			b := painted(t, s.Width, s.Height, s.ops(t))
			want := likeness.Over(readPNG(t, filepath.Join("testdata", "chromium", s.Name+".png")), page)
			checkLikeChromium(t, b, want, 0.006)
		})
	}
}

// checkLikeChromium holds a board to how far it may be from Chromium's canvas;
// over16 is the share of touched pixels that may be off by more than 16 levels.
func checkLikeChromium(t *testing.T, b *Board, want *image.RGBA, over16 float64) {
	t.Helper()
	checkWithin(t, b, want, 1, over16)
}

// checkWithin is checkLikeChromium with a limit of its own for the mean.
func checkWithin(t *testing.T, b *Board, want *image.RGBA, mean, over16 float64) {
	t.Helper()
	d := likeness.Compare(b.Image(), want, page)
	t.Log(d)
	if d.Mean > mean || d.Over16 > over16 || d.Max > 96 || d.SSIM < .998 {
		t.Errorf("got %v; want mean ≤ %g, max ≤ 96, over 16 ≤ %.2f %%, SSIM ≥ .998; first off by over 16 at %v", d, mean, 100*over16, d.FirstOver)
		saveDifference(t, b.Image(), want)
	}
}

// TestLiveChromium draws the stored scenes, and drawings that no one has looked
// at, in the Chromium that is installed.
func TestLiveChromium(t *testing.T) {
	browser := newBrowser(t)
	for _, s := range readScenes(t) {
		t.Run(s.Name, func(t *testing.T) {
			ops := s.ops(t)
			b := painted(t, s.Width, s.Height, ops)
			checkLikeChromium(t, b, browserPicture(t, browser, s.Width, s.Height, ops), 0.006)
		})
	}
	if testing.Short() {
		return // scenes suffice
	}
	for _, w := range workloads {
		t.Run("drawing/"+w.name, func(t *testing.T) {
			ops := w.draw(newRand(20261), min(w.n, 20_000))
			b := painted(t, workWidth, workHeight, ops)
			checkLikeChromium(t, b, browserPicture(t, browser, workWidth, workHeight, ops), 0.0002)
		})
	}
}

// TestScaledChromium paints parts of scenes and drawings at other scales, beside
// a canvas that was told to scale. Skia makes its outlines before it scales them,
// so dots come out a little otherwise: the limits are wider.
func TestScaledChromium(t *testing.T) {
	browser := newBrowser(t)
	check := func(name string, port Viewport, ops []canvas.Op) {
		t.Run(fmt.Sprintf("%s/%g", name, port.Scale), func(t *testing.T) {
			b, err := NewBoardOf(port, canvas.Color(page))
			if err != nil {
				t.Fatal(err)
			}
			b.ApplyAll(ops)
			checkWithin(t, b, browserPictureOf(t, browser, port, ops), 2, 0.025)
		})
	}
	for _, s := range readScenes(t) {
		check(s.Name, Viewport{s.Width / 4, s.Height / 4, at(0, 0), .25}, s.ops(t))
		check(s.Name, Viewport{s.Width, s.Height, at(30, 20), 2}, s.ops(t))
	}
	if testing.Short() {
		return // scenes suffice
	}
	for _, w := range workloads {
		ops := w.draw(newRand(20262), min(w.n, 5_000))
		check("drawing/"+w.name, Viewport{workWidth / 2, workHeight / 2, at(0, 0), .5}, ops)
		check("drawing/"+w.name, Viewport{workWidth, workHeight, at(400, 300), 2}, ops)
	}
}

// painted is a board with ops on it, its background page.
func painted(t testing.TB, width, height int, ops []canvas.Op) *Board {
	t.Helper()
	b, err := NewBoard(width, height, canvas.Color(page))
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range ops {
		b.Apply(op)
	}
	return b
}
