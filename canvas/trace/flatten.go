package trace

import (
	"errors"
	"fmt"
	"math"

	"drawmesh/canvas"
)

// A Line is a part of a path that is drawn without lifting the pen. It has two points
// at least, which may be the same.
type Line struct {
	Points []canvas.Point
	Closed bool // it was closed, and ends where it begins
}

// A Flattener makes lines of paths, straight from straight, where curves stray from
// themselves by no more than Tolerance. Its methods take points before the Matrix,
// and the lines are after it. After an error it does nothing more.
type Flattener struct {
	Matrix    Matrix
	Tolerance float64 // CSS pixels
	Left      *int    // how many points may still be made, by all who count down here
	Lines     []Line
	Err       error // the first

	start, at canvas.Point
	down      bool // Lines' last goes on
}

// ErrTooLarge means that a drawing has more than [MaxPoints].
var ErrTooLarge = fmt.Errorf("more than %d segments, which is more than a room holds", MaxPoints)

var errOutside = errors.New("outside of the canvas")

// Move lifts the pen.
func (f *Flattener) Move(p canvas.Point) {
	f.start, f.at, f.down = p, p, false
}

// Line draws a straight line.
func (f *Flattener) Line(p canvas.Point) {
	f.begin()
	f.at = p
	f.add(f.Matrix.Apply(p))
}

// Close draws a straight line to where the pen came down, and lifts it.
func (f *Flattener) Close() {
	f.begin()
	if f.Err != nil {
		return
	}
	line := &f.Lines[len(f.Lines)-1]
	if f.at != f.start || len(line.Points) == 1 {
		f.add(line.Points[0])
	}
	line.Closed = true
	f.at, f.down = f.start, false
}

// Quad draws a quadratic Bézier curve.
func (f *Flattener) Quad(c, p canvas.Point) {
	third := func(from canvas.Point) canvas.Point {
		return canvas.Point{X: from.X + (c.X-from.X)*2/3, Y: from.Y + (c.Y-from.Y)*2/3}
	}
	f.Cubic(third(f.at), third(p), p)
}

// Cubic draws a cubic Bézier curve. It takes as many pieces of equal time as the
// second differences of its points ask for (Wang, 1984).
func (f *Flattener) Cubic(c1, c2, p canvas.Point) {
	f.begin()
	a, b, c, d := f.Matrix.Apply(f.at), f.Matrix.Apply(c1), f.Matrix.Apply(c2), f.Matrix.Apply(p)
	f.at = p
	for _, q := range [...]canvas.Point{a, b, c, d} {
		if !inside(q) { // which bounds the pieces, to 20,600
			f.fail(q)
			return
		}
	}
	bend := math.Max(math.Hypot(a.X-2*b.X+c.X, a.Y-2*b.Y+c.Y), math.Hypot(b.X-2*c.X+d.X, b.Y-2*c.Y+d.Y))
	pieces := int(math.Max(1, math.Ceil(math.Sqrt(0.75*bend/math.Max(f.Tolerance, MinTolerance)))))
	for i := 1; i < pieces && f.Err == nil; i++ {
		t := float64(i) / float64(pieces)
		u := 1 - t
		k0, k1, k2, k3 := u*u*u, 3*u*u*t, 3*u*t*t, t*t*t
		f.add(canvas.Point{X: k0*a.X + k1*b.X + k2*c.X + k3*d.X, Y: k0*a.Y + k1*b.Y + k2*c.Y + k3*d.Y})
	}
	f.add(d)
}

// begin puts the pen down, if it is not.
func (f *Flattener) begin() {
	if f.down || f.Err != nil {
		return
	}
	f.down = true
	f.Lines = append(f.Lines, Line{})
	f.add(f.Matrix.Apply(f.at))
}

func (f *Flattener) add(p canvas.Point) {
	switch {
	case f.Err != nil:
	case !inside(p):
		f.fail(p)
	case *f.Left <= 0:
		f.Err = ErrTooLarge
	default:
		*f.Left--
		line := &f.Lines[len(f.Lines)-1]
		line.Points = append(line.Points, p)
	}
}

func (f *Flattener) fail(p canvas.Point) {
	if f.Err == nil {
		f.Err = fmt.Errorf("a point at %.4g, %.4g: %w, which ends at ±%g", p.X, p.Y, errOutside, float64(canvas.MaxCoordinate))
	}
}

func inside(p canvas.Point) bool {
	return math.Abs(p.X) <= canvas.MaxCoordinate && math.Abs(p.Y) <= canvas.MaxCoordinate // NaN is not
}
