package trace

import (
	"math"

	"drawmesh/canvas"
)

// Simplify leaves out points of a line from which what is left strays by no more than
// tolerance (Ramer, 1972; Douglas and Peucker, 1973).
func Simplify(points []canvas.Point, tolerance float64) []canvas.Point {
	if len(points) < 3 {
		return points
	}
	keep := make([]bool, len(points))
	keep[0], keep[len(points)-1] = true, true
	type span struct{ from, to int }
	for stack := []span{{0, len(points) - 1}}; len(stack) > 0; {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		far, distance := 0, tolerance
		for i := s.from + 1; i < s.to; i++ {
			if d := offLine(points[i], points[s.from], points[s.to]); d > distance {
				far, distance = i, d
			}
		}
		if far > 0 {
			keep[far] = true
			stack = append(stack, span{s.from, far}, span{far, s.to})
		}
	}
	var left []canvas.Point
	for i, p := range points {
		if keep[i] {
			left = append(left, p)
		}
	}
	return left
}

// offLine is how far p is from the straight line between a and b.
func offLine(p, a, b canvas.Point) float64 {
	dx, dy := b.X-a.X, b.Y-a.Y
	t := 0.0
	if square := dx*dx + dy*dy; square > 0 {
		t = math.Max(0, math.Min(1, ((p.X-a.X)*dx+(p.Y-a.Y)*dy)/square))
	}
	return math.Hypot(p.X-a.X-t*dx, p.Y-a.Y-t*dy)
}
