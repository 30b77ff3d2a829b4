package raster

import (
	"math"
	"math/bits"
)

// A turn is a sense of rotation, as one sees it on the board.
type turn float64

const (
	clockwise     turn = 1
	anticlockwise turn = -1
)

// arcs[k] is for a quarter turn cut into 1<<k equal arcs: sine and cosine of
// one arc, and the tangent of its half. They are written out because the
// functions of package math may differ in the last bit between processors.
var arcs = [...]struct{ sin, cos, tanHalf float64 }{
	{1, 0, 1},
	{0.7071067811865475244, 0.7071067811865475244, 0.4142135623730950488},
	{0.3826834323650897717, 0.9238795325112867561, 0.1989123673796580069},
	{0.1950903220161282678, 0.9807852804032304491, 0.09849140335716425307},
	{0.09801714032956060199, 0.9951847266721968862, 0.04912684976946725443},
	{0.04906767432741801425, 0.9987954562051723927, 0.02454862210892544006},
}

// roundCap appends what leads down of half a circle around c that begins at
// c+v. Skia makes each quarter a conic, and of a conic as few quadratic curves
// as keep within 1/4 pixel, halving at most five times. So a dot of 21 pixels
// is not round.
func (s side) roundCap(c, v point, t turn, r float64) side {
	const flatness = 0.25          // pixels
	far := 0.0429 * math.Sqrt2 * r // how far one curve strays from a quarter conic
	k := 0
	for k < len(arcs)-1 && far > flatness {
		far /= 4
		k++
	}
	sin, cos, tan := arcs[k].sin*float64(t), arcs[k].cos, arcs[k].tanHalf*float64(t)
	from := point{c.x + v.x, c.y + v.y}
	for range 2 << k {
		bend := point{from.x - float64(v.y*tan), from.y + float64(v.x*tan)}
		v = point{float64(v.x*cos) - float64(v.y*sin), float64(v.x*sin) + float64(v.y*cos)}
		to := point{c.x + v.x, c.y + v.y}
		s = s.falling(from, bend, to)
		from = to
	}
	return s
}

// falling appends what leads down of the quadratic curve from a to c with the
// control point b. Skia too cuts curves at their highest and lowest points.
func (s side) falling(a, b, c point) side {
	if (a.y-b.y)*(b.y-c.y) >= 0 {
		if a.y < c.y {
			return s.curve(a, b, c)
		}
		return s
	}
	t := (a.y - b.y) / (a.y - b.y - b.y + c.y)
	ab, bc := between(a, b, t), between(b, c, t)
	extreme := between(ab, bc, t)
	if a.y < extreme.y {
		return s.curve(a, point{ab.x, extreme.y}, extreme)
	}
	return s.curve(extreme, point{bc.x, extreme.y}, c)
}

// curve appends the quadratic curve from a down to c as 2, 4, … 64 lines:
// enough for half a pixel of flatness by Skia's estimate.
//
// Skia steps by forward differences in fixed point, and moves the end of each
// step: to a quarter of a pixel in y, or, if the step is two pixels or more,
// along the step to a whole row. A step that then has no height is left out.
func (s side) curve(a, b, c point) side {
	x0, y0 := fix(a.x), fix(a.y)
	x1, y1 := fix(b.x), fix(b.y)
	x2, y2 := fix(c.x), fix(c.y)
	pen, bottom := snap(y0), snap(y2)
	s = s.down(vertex{int32(x0), pen})

	ddx, ddy := x0-2*x1+x2, y0-2*y1+y2
	shift := steps(ddx, ddy)
	scale := 2 * shift // binary digits by which x, y and the steps are scaled, so that all are whole
	x, y := x0<<scale, int64(pen)*quarter<<scale
	stepX, stepY := (x1-x0)<<(shift+1)+ddx, (y1-y0)<<(shift+1)+ddy
	for range 1<<shift - 1 {
		x, y = x+stepX, y+stepY
		toX, to := x, min(bottom, snap(y>>scale))
		if stepY >= 2*onePixel<<scale {
			row := (y>>scale + onePixel/2) >> 8
			to = min(bottom, int32(row)*quarters)
			toX += stepX * (int64(to)*quarter<<scale - y) / stepY
		}
		if to > pen {
			s = append(s, vertex{int32(toX >> scale), to})
			pen = to
		}
		stepX, stepY = stepX+2*ddx, stepY+2*ddy
	}
	return s.down(vertex{int32(x2), bottom})
}

// steps is the binary logarithm of how many lines a curve becomes, from its
// second difference in 1/256 pixel. It is 1 to 6.
func steps(ddx, ddy int64) int {
	ddx, ddy = abs(ddx)>>2, abs(ddy)>>2
	far := max(ddx, ddy) + min(ddx, ddy)/2 // about the Euclidean length
	return min(max(bits.Len64(uint64(far+16)>>5)/2, 1), 6)
}

func abs[T int | int64](v T) T { return max(v, -v) }
