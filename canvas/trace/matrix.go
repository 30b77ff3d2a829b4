package trace

import (
	"math"

	"drawmesh/canvas"
)

// A Matrix is an affine transform: x' = ax + cy + e, y' = bx + dy + f, in the order
// of SVG's matrix(a, b, c, d, e, f).
type Matrix [6]float64

// Identity leaves everything where it is.
var Identity = Matrix{1, 0, 0, 1, 0, 0}

// Translate moves by x and y.
func Translate(x, y float64) Matrix { return Matrix{1, 0, 0, 1, x, y} }

// Scale makes larger by x and y.
func Scale(x, y float64) Matrix { return Matrix{x, 0, 0, y, 0, 0} }

// Rotate turns clockwise, by degrees.
func Rotate(degrees float64) Matrix {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return Matrix{cos, sin, -sin, cos, 0, 0}
}

// Times does n first, and then m.
func (m Matrix) Times(n Matrix) Matrix {
	return Matrix{
		m[0]*n[0] + m[2]*n[1], m[1]*n[0] + m[3]*n[1],
		m[0]*n[2] + m[2]*n[3], m[1]*n[2] + m[3]*n[3],
		m[0]*n[4] + m[2]*n[5] + m[4], m[1]*n[4] + m[3]*n[5] + m[5],
	}
}

// Apply is where m leads p.
func (m Matrix) Apply(p canvas.Point) canvas.Point {
	return canvas.Point{X: m[0]*p.X + m[2]*p.Y + m[4], Y: m[1]*p.X + m[3]*p.Y + m[5]}
}

// Factor is how many times as long m makes a line, on average.
func (m Matrix) Factor() float64 { return math.Sqrt(math.Abs(m[0]*m[3] - m[1]*m[2])) }

// Similar reports whether m keeps all angles: a line is then as wide in each direction.
func (m Matrix) Similar() bool {
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*(math.Abs(a)+math.Abs(b)) }
	return near(m[0]*m[0]+m[1]*m[1], m[2]*m[2]+m[3]*m[3]) && math.Abs(m[0]*m[2]+m[1]*m[3]) <= 1e-9*m.Factor()*m.Factor()
}

// Across is how many times as wide m makes a line that leads from p to q after it.
func (m Matrix) Across(p, q canvas.Point) float64 {
	dx, dy := q.X-p.X, q.Y-p.Y
	length := math.Hypot(dx, dy)
	if length == 0 {
		return m.Factor()
	}
	return math.Hypot(m[3]*dx-m[2]*dy, m[0]*dy-m[1]*dx) / length
}
