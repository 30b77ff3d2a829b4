package raster

import "math"

// The outline of a round-capped segment is not the best one there could be: it
// is the one that Chromium's software canvas (Skia's CPU back end) fills. How
// Skia comes to it, step by step, is told at each function of this file and of
// curve.go. Leave a step out and edges of strokes differ from a browser's by
// up to 80 levels of 255.
//
// All is computed alike on every processor: in whole numbers, or in float64
// with each product converted before it is added to something, which forbids
// compilers to fuse the two.

// A point is a place on the board, in pixels.
type point struct{ x, y float64 }

// A vertex is a corner of an outline.
type vertex struct {
	x int32 // 1/256 pixel
	y int32 // 1/4 pixel
}

const (
	onePixel = 256 // in the units of x
	quarters = 4   // of a pixel: the units of y
	quarter  = onePixel / quarters
)

// fix cuts v, in pixels, to 1/256 pixel, towards zero as Skia does.
func fix(v float64) int64 { return int64(v * onePixel) }

// snap rounds y, in 1/256 pixel, to quarters of a pixel.
func snap(y int64) int32 { return int32((y + quarter/2) >> 6) }

func corner(p point) vertex { return vertex{int32(fix(p.x)), snap(fix(p.y))} }

// An outline is a convex shape: its left and its right side.
type outline struct{ left, right side }

// A side is one side of an outline, from the top down. Two vertices may have
// the same height.
type side []vertex

// capsule makes o the outline of the segment from a to b with round ends of
// radius r pixels, on a board of w × h pixels.
func (o *outline) capsule(a, b point, r, w, h float64) {
	if a.y > b.y {
		a, b = b, a
	}
	dx, dy := b.x-a.x, b.y-a.y
	length := math.Sqrt(float64(dx*dx) + float64(dy*dy))
	out := point{-dy / length * r, dx / length * r} // from the axis to the left side
	o.left = o.left[:0].capsule(a, b, out, anticlockwise, r, w, h)
	out = point{-out.x, -out.y}
	o.right = o.right[:0].capsule(a, b, out, clockwise, r, w, h)
}

// capsule appends one side of a capsule: what leads down of the cap around a,
// then the straight line, then what leads down of the cap around b.
func (s side) capsule(a, b, out point, t turn, r, w, h float64) side {
	s = s.roundCap(a, point{-out.x, -out.y}, t, r)
	from, to := point{a.x + out.x, a.y + out.y}, point{b.x + out.x, b.y + out.y}
	s = s.down(corner(from))
	// Skia cuts long edges at the border of the board, and rounds the cuts.
	if enter, leave, ok := clip(from, to, 0, 0, w, h); ok {
		if enter > 0 {
			s = s.down(corner(between(from, to, enter)))
		}
		if leave < 1 {
			s = s.down(corner(between(from, to, leave)))
		}
	}
	s = s.down(corner(to))
	return s.roundCap(b, out, t, r)
}

// down appends v, but never above the vertex before it.
func (s side) down(v vertex) side {
	if n := len(s); n > 0 {
		if s[n-1] == v {
			return s
		}
		v.y = max(v.y, s[n-1].y)
	}
	return append(s, v)
}
