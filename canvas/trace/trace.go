// Package trace turns shapes into the strokes of a pen. It holds what every kind
// of drawing needs; each kind that people have is a package below it:
//
//	trace/svg        vector files
//	trace/lettering  text, in a font of single lines
//	trace/bitmap     photographs and other pixels
//
// Each gives [Stroke]s, placed on the canvas by a [Placement], and [Segments]
// makes of them what is drawn. None knows the network, or pixels of the canvas.
package trace

import (
	"fmt"
	"iter"
	"math"

	"drawmesh/canvas"
)

// A Stroke is what a pen does from down to up, in one color and width. One whose
// points are all the same is a dot.
type Stroke struct {
	Points []canvas.Point
	Width  float64 // CSS pixels; wider than MaxWidth is MaxWidth
	Color  canvas.Color
}

const (
	// MaxWidth is the widest that a pen draws: with a force of 4. CSS pixels.
	MaxWidth = 512

	// MaxPoints is how many points the strokes of one drawing may have in all: as
	// many as a room takes in.
	MaxPoints = canvas.MaxLive

	// MinTolerance is the least that a flattened curve may be told to stray, in CSS
	// pixels: what a log rounds to.
	MinTolerance = 0.01

	// DefaultTolerance is what nobody sees, in CSS pixels.
	DefaultTolerance = 0.1
)

// Force is how hard a pen presses for a line of so many CSS pixels, as a log keeps it:
// in thousandths.
func Force(width float64) float64 {
	return max(1, math.Round(1000*math.Sqrt(math.Sqrt(math.Min(width, MaxWidth)/2)))) / 1000
}

// Segments are what draws the strokes, each beginning where the last one of its
// stroke ended. Points that are one in the log are one here. None is longer than
// longest, in CSS pixels; zero is without bound.
func Segments(strokes []Stroke, longest float64) iter.Seq[canvas.Segment] {
	return func(yield func(canvas.Segment) bool) {
		for _, s := range strokes {
			if !s.segments(longest, yield) {
				return
			}
		}
	}
}

func (s Stroke) segments(longest float64, yield func(canvas.Segment) bool) bool {
	if len(s.Points) == 0 || !(s.Width > 0) || s.Color.A == 0 {
		return true
	}
	seg := canvas.Segment{Force: Force(s.Width), Color: s.Color}
	first := rounded(s.Points[0])
	from, moved := first, false
	for _, p := range s.Points[1:] {
		start := from
		to := rounded(p)
		pieces := 1
		if longest > 0 {
			pieces = max(1, int(math.Ceil(math.Hypot(to.X-start.X, to.Y-start.Y)/longest)))
		}
		for i := range pieces {
			t := float64(i+1) / float64(pieces)
			seg.From, seg.To = from, rounded(canvas.Point{X: start.X + (to.X-start.X)*t, Y: start.Y + (to.Y-start.Y)*t})
			if seg.From == seg.To {
				continue
			}
			if !yield(seg) {
				return false
			}
			from, moved = seg.To, true
		}
	}
	if moved {
		return true
	}
	seg.From, seg.To = first, rounded(canvas.Point{X: first.X + MinTolerance, Y: first.Y}) // no length paints nothing
	return yield(seg)
}

// rounded is p as the log keeps it.
func rounded(p canvas.Point) canvas.Point {
	return canvas.Point{X: math.Round(p.X*100) / 100, Y: math.Round(p.Y*100) / 100}
}

// Bounds is the box around the middles of all strokes; ok is false if there are none.
func Bounds(strokes []Stroke) (box canvas.Box, ok bool) {
	box = canvas.Box{Min: canvas.Point{X: math.Inf(1), Y: math.Inf(1)}, Max: canvas.Point{X: math.Inf(-1), Y: math.Inf(-1)}}
	for _, s := range strokes {
		for _, p := range s.Points {
			ok = true
			box.Min.X, box.Min.Y = math.Min(box.Min.X, p.X), math.Min(box.Min.Y, p.Y)
			box.Max.X, box.Max.Y = math.Max(box.Max.X, p.X), math.Max(box.Max.Y, p.Y)
		}
	}
	return box, ok
}

// A Placement is where on the canvas a drawing goes, and how large. The zero value
// puts it in its own size at the top left corner.
type Placement struct {
	At            canvas.Point // the top left corner of the drawing and its margin
	Width, Height float64      // of the box it is to fill as well as it can; zero: its own
	Margin        float64      // CSS pixels, kept free on each side of the box
}

// Matrix leads from a drawing of a size to its place: in the middle of the box, and
// as large as fits.
func (p Placement) Matrix(width, height float64) (Matrix, error) {
	if !(width > 0 && height > 0) {
		return Matrix{}, fmt.Errorf("a size of %g×%g: there is nothing to see", width, height)
	}
	at := canvas.Point{X: p.At.X + p.Margin, Y: p.At.Y + p.Margin}
	if p.Width == 0 || p.Height == 0 {
		return Translate(at.X, at.Y), nil
	}
	w, h := p.Width-2*p.Margin, p.Height-2*p.Margin
	if !(w > 0 && h > 0) {
		return Matrix{}, fmt.Errorf("a margin of %g leaves nothing of %g×%g", p.Margin, p.Width, p.Height)
	}
	s := math.Min(w/width, h/height)
	return Translate(at.X+(w-width*s)/2, at.Y+(h-height*s)/2).Times(Scale(s, s)), nil
}
