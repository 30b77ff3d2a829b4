package canvas

import "math"

// A Change says how the picture of a log differs from before.
type Change struct {
	Kind ChangeKind

	// From is the place in the paint order before which nothing has changed:
	// what is new begins there. See [Log.Paint].
	From Key

	// Box is the area that is concerned: outside of it nothing has changed.
	Box Box
}

// A ChangeKind says how much of a picture has changed. The greater kind
// includes the smaller.
type ChangeKind uint8

// The kinds of changes.
const (
	Nothing    ChangeKind = iota // as if nothing had happened
	Appended                     // paint what is at From and after on top
	Region                       // paint Box again, at least from From on
	Everything                   // paint all again
)

// Join returns the change that c and then d make.
func (c Change) Join(d Change) Change {
	switch {
	case d.Kind == Nothing:
		return c
	case c.Kind == Nothing:
		return d
	}
	if d.From.Compare(c.From) < 0 {
		c.From = d.From
	}
	c.Kind, c.Box = max(c.Kind, d.Kind), c.Box.Union(d.Box)
	return c
}

// A Box is an area of the canvas, in CSS pixels. The zero Box is empty.
type Box struct{ Min, Max Point }

// Everywhere is larger than anything that can be drawn.
var Everywhere = Box{Point{-4 * MaxCoordinate, -4 * MaxCoordinate}, Point{4 * MaxCoordinate, 4 * MaxCoordinate}}

// Union returns the smallest box around both.
func (b Box) Union(c Box) Box {
	switch {
	case c == Box{}:
		return b
	case b == Box{}:
		return c
	}
	return Box{
		Point{min(b.Min.X, c.Min.X), min(b.Min.Y, c.Min.Y)},
		Point{max(b.Max.X, c.Max.X), max(b.Max.Y, c.Max.Y)},
	}
}

// Overlaps reports whether the boxes have a point in common.
func (b Box) Overlaps(c Box) bool {
	return b.Min.X <= c.Max.X && c.Min.X <= b.Max.X && b.Min.Y <= c.Max.Y && c.Min.Y <= b.Max.Y
}

// Bounds returns the box of all pixels that op can touch, antialiasing
// included; the empty one for what does not paint.
func Bounds(op Op) Box {
	switch op := op.(type) {
	case Segment:
		return op.bounds()
	case Rect:
		return op.bounds()
	case Preview:
		return Rect(op).bounds()
	}
	return Box{}
}

func (s Segment) bounds() Box { return around(s.From, s.To, s.Width()) }

func (r Rect) bounds() Box {
	return around(r.Origin, Point{r.Origin.X + r.Width, r.Origin.Y + r.Height}, r.LineWidth)
}

// around is the box of a line: half its width, or that of a hairline, and one
// pixel for antialiasing.
func around(a, b Point, width float64) Box {
	pad := math.Max(width, 1)/2 + 1
	return Box{
		Point{min(a.X, b.X) - pad, min(a.Y, b.Y) - pad},
		Point{max(a.X, b.X) + pad, max(a.Y, b.Y) + pad},
	}
}
