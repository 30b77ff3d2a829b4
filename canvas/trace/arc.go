package trace

import (
	"math"

	"drawmesh/canvas"
)

// Arc draws a part of an ellipse, as SVG's A does: its radii, the turn of its x axis
// in degrees, whether it is the longer part, and whether it is drawn clockwise. Radii
// that are too short grow (SVG 2, sections 9.5 and B.2).
func (f *Flattener) Arc(rx, ry, turn float64, large, sweep bool, p canvas.Point) {
	from := f.at
	rx, ry = math.Abs(rx), math.Abs(ry)
	if from == p {
		return
	}
	if rx == 0 || ry == 0 {
		f.Line(p)
		return
	}
	sin, cos := math.Sincos(turn * math.Pi / 180)
	dx, dy := (from.X-p.X)/2, (from.Y-p.Y)/2
	x, y := (cos*dx+sin*dy)/rx, (cos*dy-sin*dx)/ry // half the way, where the ellipse is the unit circle
	length := math.Hypot(x, y)
	if length > 1 {
		rx, ry, x, y = rx*length, ry*length, x/length, y/length
	}
	off := math.Sqrt(math.Max(0, 1/(x*x+y*y)-1))
	if math.IsInf(off, 0) { // the center is beyond all bounds
		f.fail(canvas.Point{X: off, Y: off})
		return
	}
	if large == sweep {
		off = -off
	}
	cx, cy := off*y, -off*x
	begin := math.Atan2(y-cy, x-cx)
	sweeps := math.Atan2(-y-cy, -x-cx) - begin
	switch {
	case sweep && sweeps < 0:
		sweeps += 2 * math.Pi
	case !sweep && sweeps > 0:
		sweeps -= 2 * math.Pi
	}
	center := canvas.Point{
		X: (from.X+p.X)/2 + cos*rx*cx - sin*ry*cy,
		Y: (from.Y+p.Y)/2 + sin*rx*cx + cos*ry*cy,
	}
	f.turn(Matrix{cos * rx, sin * rx, -sin * ry, cos * ry, center.X, center.Y}, begin, sweeps, p)
}

// turn draws a part of what m makes of the unit circle, from an angle on, and ends
// at p. A cubic of an eighth of a circle strays by 4 millionths of its radius.
func (f *Flattener) turn(m Matrix, begin, sweeps float64, p canvas.Point) {
	pieces := math.Ceil(math.Abs(sweeps) / (math.Pi / 4))
	if !(pieces >= 1) { // NaN, of numbers beyond all bounds
		f.Line(p)
		return
	}
	step := sweeps / pieces
	handle := 4.0 / 3 * math.Tan(step/4)
	for i := range int(pieces) {
		sin0, cos0 := math.Sincos(begin + step*float64(i))
		sin1, cos1 := math.Sincos(begin + step*float64(i+1))
		end := m.Apply(canvas.Point{X: cos1, Y: sin1})
		if i == int(pieces)-1 {
			end = p
		}
		f.Cubic(m.Apply(canvas.Point{X: cos0 - handle*sin0, Y: sin0 + handle*cos0}),
			m.Apply(canvas.Point{X: cos1 + handle*sin1, Y: sin1 - handle*cos1}), end)
	}
}

// Ellipse draws a whole ellipse whose axes are upright.
func (f *Flattener) Ellipse(center canvas.Point, rx, ry float64) {
	begin := canvas.Point{X: center.X + rx, Y: center.Y}
	f.Move(begin)
	f.turn(Matrix{rx, 0, 0, ry, center.X, center.Y}, 0, 2*math.Pi, begin)
	f.Close()
}
