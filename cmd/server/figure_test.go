package main

import (
	"testing"

	"drawmesh/canvas"
)

// Each shape has a key and a button, is drawn between where it is dragged, seen by
// others, and undone as one.
func TestShapes(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	tests := []struct {
		name, key, tool string
		ink             place // where it has some
		bounds          canvas.Box
	}{
		{"a line", "l", "line", place{300, 300}, canvas.Box{Min: canvas.Point{X: 200, Y: 250}, Max: canvas.Point{X: 400, Y: 350}}},
		{"an arrow", "a", "arrow", place{300, 300}, canvas.Box{Min: canvas.Point{X: 200, Y: 250}, Max: canvas.Point{X: 400, Y: 350}}},
		{"a rectangle", "r", "rect", place{300, 350}, canvas.Box{Min: canvas.Point{X: 200, Y: 250}, Max: canvas.Point{X: 400, Y: 350}}},
		{"an ellipse", "o", "ellipse", place{400, 300}, canvas.Box{Min: canvas.Point{X: 200, Y: 250}, Max: canvas.Point{X: 400, Y: 350}}},
	}
	for _, tt := range tests {
		s.press(tt.key)
		s.wait(`document.querySelector("[data-tool=" + %s + "]").ariaPressed === "true"`, tt.tool)
		s.press("p")
		s.do(click("[data-tool=" + tt.tool + "]"))
		s.point(mouse(pressed, place{200, 250}, true))
		s.point(mouse(moved, place{330, 290}, true))
		s.point(mouse(moved, place{400, 350}, true))
		s.wait(inkAt+` === %s`, "#overlay", tt.ink.x, tt.ink.y, redInk)
		s.waitInk(tt.ink, noInk)
		s.point(mouse(released, place{400, 350}, false))
		s.waitInk(tt.ink, redInk)
		s.wait(inkAt+` === %s`, "#overlay", tt.ink.x, tt.ink.y, noInk)
		s.press("p")
		var got canvas.Box
		for i, op := range s.drawn() {
			box := canvas.Bounds(op)
			if i == 0 {
				got = box
			}
			got = canvas.Box{
				Min: canvas.Point{X: min(got.Min.X, box.Min.X), Y: min(got.Min.Y, box.Min.Y)},
				Max: canvas.Point{X: max(got.Max.X, box.Max.X), Y: max(got.Max.Y, box.Max.Y)},
			}
		}
		// Around what is drawn, there is half the width and a pixel.
		const around = 3.2
		for _, off := range []float64{tt.bounds.Min.X - got.Min.X, tt.bounds.Min.Y - got.Min.Y, got.Max.X - tt.bounds.Max.X, got.Max.Y - tt.bounds.Max.Y} {
			if off < around-1 || off > around+1 {
				t.Errorf("%s: got it within %v, want %v", tt.name, got, tt.bounds)
			}
		}
		s.do(click("#undo"), click("#undo")) // the mark is the last
		s.marks--
		s.waitInk(tt.ink, noInk)
		s.waitSum(s.hears)
	}

	t.Log("one that is given up leaves nothing")
	s.drawn()
	s.press("o")
	s.point(mouse(pressed, place{200, 250}, true))
	s.point(mouse(moved, place{400, 350}, true))
	s.wait(inkAt+` === %s`, "#overlay", 400.0, 300.0, redInk)
	s.press("\u001b")
	s.point(mouse(released, place{400, 350}, false))
	s.wait(inkAt+` === %s`, "#overlay", 400.0, 300.0, noInk)
	s.press("p")
	if got := route(s.drawn()); got != "" {
		t.Errorf("got %q drawn, want nothing", got)
	}
}
