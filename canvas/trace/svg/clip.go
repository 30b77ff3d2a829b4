package svg

import (
	"math"

	"drawmesh/canvas"
	"drawmesh/canvas/trace"
)

// A box is an upright rectangle on the canvas.
type box canvas.Box

var everywhere = box{
	Min: canvas.Point{X: math.Inf(-1), Y: math.Inf(-1)},
	Max: canvas.Point{X: math.Inf(1), Y: math.Inf(1)},
}

// within is what b has in common with a place that m leads to the canvas: with the
// box around it, if it is turned there.
func (b box) within(place rectangle, m trace.Matrix) box {
	in := box{Min: everywhere.Max, Max: everywhere.Min}
	for _, p := range []canvas.Point{
		{X: place.x, Y: place.y}, {X: place.x + place.width, Y: place.y},
		{X: place.x, Y: place.y + place.height}, {X: place.x + place.width, Y: place.y + place.height},
	} {
		p = m.Apply(p)
		in.Min = canvas.Point{X: math.Min(in.Min.X, p.X), Y: math.Min(in.Min.Y, p.Y)}
		in.Max = canvas.Point{X: math.Max(in.Max.X, p.X), Y: math.Max(in.Max.Y, p.Y)}
	}
	return box{
		Min: canvas.Point{X: math.Max(b.Min.X, in.Min.X), Y: math.Max(b.Min.Y, in.Min.Y)},
		Max: canvas.Point{X: math.Min(b.Max.X, in.Max.X), Y: math.Min(b.Max.Y, in.Max.Y)},
	}
}

// grown is b with so much more on each side.
func (b box) grown(by float64) box {
	return box{Min: canvas.Point{X: b.Min.X - by, Y: b.Min.Y - by}, Max: canvas.Point{X: b.Max.X + by, Y: b.Max.Y + by}}
}

func (b box) has(p canvas.Point) bool {
	return p.X >= b.Min.X && p.X <= b.Max.X && p.Y >= b.Min.Y && p.Y <= b.Max.Y
}

// cut is what of a line is in b.
func (b box) cut(points []canvas.Point) (parts [][]canvas.Point) {
	whole := true
	for _, p := range points {
		whole = whole && b.has(p)
	}
	if whole {
		return [][]canvas.Point{points}
	}
	var part []canvas.Point
	for i, p := range points[1:] {
		from, to, ok := b.segment(points[i], p)
		if !ok {
			continue
		}
		if n := len(part); n == 0 || part[n-1] != from {
			if n > 0 {
				parts = append(parts, part)
			}
			part = []canvas.Point{from}
		}
		part = append(part, to)
	}
	if len(part) > 0 {
		parts = append(parts, part)
	}
	return parts
}

// segment is what of a straight line is in b (Liang and Barsky, 1984).
func (b box) segment(p, q canvas.Point) (from, to canvas.Point, ok bool) {
	t0, t1 := 0.0, 1.0
	dx, dy := q.X-p.X, q.Y-p.Y
	for _, side := range [...]struct{ step, room float64 }{
		{-dx, p.X - b.Min.X}, {dx, b.Max.X - p.X}, {-dy, p.Y - b.Min.Y}, {dy, b.Max.Y - p.Y},
	} {
		switch t := side.room / side.step; {
		case side.step == 0 && side.room < 0:
			return p, q, false
		case side.step < 0:
			t0 = math.Max(t0, t)
		case side.step > 0:
			t1 = math.Min(t1, t)
		}
	}
	if t0 > t1 {
		return p, q, false
	}
	at := func(t float64) canvas.Point {
		switch t {
		case 0:
			return p
		case 1:
			return q
		}
		return canvas.Point{X: p.X + dx*t, Y: p.Y + dy*t}
	}
	return at(t0), at(t1), true
}
