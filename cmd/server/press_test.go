package main

import (
	"math"
	"slices"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"drawmesh/canvas"
)

// The last piece of a line and the dot of a tap are as wide as the pen pressed,
// which it does not when it is up; between, the width goes from one to the next.
func TestPenIsLifted(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	tests := []struct {
		name     string
		pressure []float64 // of each event; the last one's is that of the release
		first    float64   // of what the style presses
		last     float64
	}{
		{"lightly", []float64{0.15, 0.15, 0.15, 0}, 0.65, 0.65},
		{"harder and harder", []float64{0.25, 0.5, 0.75, 0}, 0.75, 1.25},
		{"it says 0 just before", []float64{0.25, 0.25, 0, 0}, 0.75, 0.75},
		{"a light tap", []float64{0.15, 0}, 0.65, 0.65},
		{"a hard tap", []float64{1, 0}, 1.5, 1.5},
		{"it cannot feel a tap", []float64{0, 0}, 1, 1},
	}
	for _, tt := range tests {
		x := 200.0
		for i, pressure := range tt.pressure {
			kind := moved
			switch i {
			case 0:
				kind = pressed
			case len(tt.pressure) - 1:
				kind = released
			}
			s.pen(kind, x, 300, pressure)
			if len(tt.pressure) > 2 {
				x += 40
			}
		}
		var got []float64
		for _, op := range s.drawn() {
			got = append(got, op.(canvas.Segment).Force/1.2)
		}
		const width = 0.1 // what a piece may be wider than its end, or thinner
		if len(got) == 0 || math.Abs(got[0]-tt.first) > width || math.Abs(got[len(got)-1]-tt.last) > width/2 || !slices.IsSorted(got) {
			t.Errorf("%s: got %.3f, want from %.3f to %.3f", tt.name, got, tt.first, tt.last)
		}
	}
}

// The press that closes a sheet draws nothing, whatever presses; the next does.
func TestPressBesideSheet(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	drawAside(t, s.hears) // so that a clear asks
	s.drawn()
	devices := []struct {
		name  string
		press func()
	}{
		{"a mouse", func() { s.drag(place{40, 300}, place{40, 300}) }},
		{"a mouse that is dragged", func() { s.drag(place{40, 300}, place{40, 400}) }},
		{"a finger", func() {
			s.touch("touchStart", place{40, 300})
			s.touch("touchMove", place{40, 400})
			s.touch("touchEnd")
		}},
		{"a pen", func() {
			s.pen(pressed, 40, 300, 0.5)
			s.pen(moved, 40, 400, 0.5)
			s.pen(released, 40, 400, 0)
		}},
	}
	for _, device := range devices { // the pen last, for beside one no finger draws
		for _, sheet := range []struct{ button, id string }{{"clear", "sure"}, {"style", "palette"}, {"save", "saving"}, {"who", "people"}, {"keys", "help"}} {
			s.do(click("#" + sheet.button))
			s.wait(`document.querySelector(%s).matches(":popover-open")`, "#"+sheet.id)
			device.press()
			s.press(kb.Escape) // should it be open still
			if got := route(s.drawn()); got != "" {
				t.Errorf("%s closes %s: got %q, want nothing drawn", device.name, sheet.id, got)
			}
			device.press()
			if got := route(s.drawn()); got == "" {
				t.Errorf("%s after %s: got nothing drawn", device.name, sheet.id)
			}
		}
	}
}
