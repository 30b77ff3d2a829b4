package raster

import (
	"math/bits"
	"slices"
)

// quad appends the quadratic curve from a to c with the control point b, as
// lines, without its start. Skia first cuts a curve at its highest or lowest
// point, so that each part only falls or only rises.
func quad(dst []vertex, a, b, c point) []vertex {
	if (a.y-b.y)*(b.y-c.y) >= 0 {
		return monotone(dst, a, b, c)
	}
	t := (a.y - b.y) / (a.y - b.y - b.y + c.y)
	ab := point{a.x + float64((b.x-a.x)*t), a.y + float64((b.y-a.y)*t)}
	bc := point{b.x + float64((c.x-b.x)*t), b.y + float64((c.y-b.y)*t)}
	top := point{ab.x + float64((bc.x-ab.x)*t), ab.y + float64((bc.y-ab.y)*t)}
	dst = monotone(dst, a, point{ab.x, top.y}, top)
	return monotone(dst, top, point{bc.x, top.y}, c)
}

// monotone appends a curve that only falls or only rises, without its start.
// Skia always walks from the upper end.
func monotone(dst []vertex, a, b, c point) []vertex {
	if a.y <= c.y {
		dst = flatten(dst, a, b, c)
	} else {
		first := len(dst)
		dst = flatten(dst, c, b, a)
		slices.Reverse(dst[first:])
	}
	return append(dst, corner(c))
}

// flatten appends the corners between the ends of the curve from a down to c,
// made of 2, 4, … 64 lines: enough for half a pixel of flatness by Skia's
// estimate.
//
// Skia steps by forward differences in fixed point, and moves the end of each
// step: to a quarter of a pixel in y, or, where the curve is steep, along the
// step to a whole row. A step that then has no height is left out.
func flatten(dst []vertex, a, b, c point) []vertex {
	x0, y0 := int64(fix(a.x)), int64(fix(a.y))
	x1, y1 := int64(fix(b.x)), int64(fix(b.y))
	x2, y2 := int64(fix(c.x)), int64(fix(c.y))
	penY, bottom := snapRow(y0), snapRow(y2)
	if penY == bottom {
		return dst
	}

	ddx, ddy := x0-2*x1+x2, y0-2*y1+y2
	shift := steps(ddx, ddy)
	scale := 2 * shift // binary digits by which x, y and the steps are scaled, so that all are whole
	x, y := x0<<scale, penY<<scale
	stepX, stepY := (x1-x0)<<(shift+1)+ddx, (y1-y0)<<(shift+1)+ddy
	for range 1<<shift - 1 {
		x, y = x+stepX, y+stepY
		px, py := x>>scale, min(bottom, snapRow(y>>scale))
		if stepY<<(shift-1) >= twoPixels<<scale {
			py = min(bottom, (y>>scale+onePixel/2)&^(onePixel-1))
			px += stepX * (py<<scale - y) / stepY >> scale
		}
		stepX, stepY = stepX+2*ddx, stepY+2*ddy
		if py > penY {
			dst = append(dst, vertex{int32(px), int32(py)})
			penY = py
		}
	}
	return dst
}

// steps is the binary logarithm of how many lines a curve becomes, from its
// second difference in 1/256 pixel. It is 1 to 6.
func steps(ddx, ddy int64) int {
	ddx, ddy = max(ddx, -ddx)>>2, max(ddy, -ddy)>>2
	far := max(ddx, ddy) + min(ddx, ddy)/2 // about the Euclidean length
	return min(max(bits.Len64(uint64(far+16)>>5)/2, 1), 6)
}
