// Package pattern makes up drawings: figures of pencil strokes that are the
// same for the same seed, and look as if somebody had taken care.
package pattern

import (
	"math"
	"math/rand/v2"

	"drawmesh/canvas"
)

// A Figure says where a pattern goes and what it is drawn with.
type Figure struct {
	// Seed makes the figure one of many. The same Figure always gives the
	// same segments.
	Seed uint64

	// Center and Radius, in CSS pixels, are the disc that holds all points.
	Center canvas.Point
	Radius float64

	// Width and Height are the canvas, in CSS pixels: what would be wholly
	// outside is left out. Zero leaves nothing out.
	Width, Height float64

	// Colors run from the figure's center to its rim. The zero value is a
	// palette by the seed.
	Colors Gradient
}

// Names are the patterns that Draw knows.
func Names() []string { return []string{"spiral", "grid", "flower", "walk"} }

// Draw returns the segments of the named pattern, in the order in which a hand
// would draw them; none if there is no such pattern.
func Draw(name string, f Figure) []canvas.Segment {
	s := newSketch(f)
	switch name {
	case "spiral":
		s.spiral()
	case "grid":
		s.grid()
	case "flower":
		s.flower()
	case "walk":
		s.walk()
	}
	return s.segments
}

// Place is a figure's place on a canvas of that size, and its palette, by
// seed: any few seeds in a row get places well apart.
func Place(seed uint64, width, height float64) Figure {
	// Multiples of these two fractions spread evenly over a square: the R2
	// sequence, a golden section in two dimensions.
	const g = 1.32471795724474602596 // the real root of x³ = x + 1
	_, u := math.Modf(0.5 + float64(seed%(1<<20))/g)
	_, v := math.Modf(0.5 + float64(seed%(1<<20))/(g*g))
	radius := math.Min(width, height) / 4
	return Figure{
		Seed:   seed,
		Center: canvas.Point{X: radius + u*(width-2*radius), Y: radius + v*(height-2*radius)},
		Radius: radius,
		Width:  width,
		Height: height,
	}
}

// A sketch is a figure being drawn.
type sketch struct {
	Figure
	random   *rand.Rand
	segments []canvas.Segment

	at canvas.Point // where the pencil is
}

func newSketch(f Figure) *sketch {
	s := &sketch{Figure: f, random: rand.New(rand.NewPCG(f.Seed, 0x9e3779b97f4a7c15))}
	if s.Colors == nil {
		s.Colors = palettes[f.Seed%uint64(len(palettes))]
	}
	return s
}

// between is a random number from lo to hi.
func (s *sketch) between(lo, hi float64) float64 { return lo + (hi-lo)*s.random.Float64() }

// moveTo lifts the pencil and puts it down at x, y, relative to the center.
func (s *sketch) moveTo(x, y float64) { s.at = s.place(x, y) }

// lineTo draws to x, y, relative to the center, in the gradient's color t and
// about width CSS pixels wide.
func (s *sketch) lineTo(x, y, width, t float64) {
	from, to := s.at, s.place(x, y)
	s.at = to
	force := math.Pow(math.Max(width, 0.1)/2, 0.25)
	segment := canvas.Segment{From: from, To: to, Force: round(math.Min(force, 4), 1000), Color: s.Colors.At(t)}
	if s.visible(segment) {
		s.segments = append(s.segments, segment)
	}
}

// place turns coordinates relative to the center into the canvas's, rounded to
// a hundredth of a pixel: short on the wire.
func (s *sketch) place(x, y float64) canvas.Point {
	return canvas.Point{X: round(s.Center.X+x, 100), Y: round(s.Center.Y+y, 100)}
}

// visible reports whether a segment may show on the canvas.
func (s *sketch) visible(seg canvas.Segment) bool {
	if s.Width == 0 || s.Height == 0 {
		return true
	}
	reach := seg.Width() / 2
	return math.Max(seg.From.X, seg.To.X) > -reach && math.Min(seg.From.X, seg.To.X) < s.Width+reach &&
		math.Max(seg.From.Y, seg.To.Y) > -reach && math.Min(seg.From.Y, seg.To.Y) < s.Height+reach
}

func round(x, parts float64) float64 { return math.Round(x*parts) / parts }
