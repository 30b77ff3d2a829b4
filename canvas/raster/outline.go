package raster

import "math"

// The outline of a round-capped segment is a polygon, and not the best one:
// it is the one that Chromium's software canvas (Skia's CPU back end) fills.
// How Skia comes to it, step by step, is told at each function below. Leave a
// step out and edges of strokes differ from a browser's by up to 80 levels;
// with all of them the mean error of a touched pixel is below one level.

// A point is a place on the board, in pixels.
type point struct{ x, y float64 }

// A vertex is a corner of an outline, in 1/256 pixel. Its y is a multiple of
// 1/4 pixel.
type vertex struct{ x, y int32 }

const (
	onePixel     = 256
	quarterPixel = onePixel / 4
	twoPixels    = 2 * onePixel
)

// fix cuts v, in pixels, to 1/256 pixel, towards zero as Skia does.
func fix(v float64) int32 { return int32(v * onePixel) }

// snapRow rounds y, in 1/256 pixel, to the nearest quarter of a pixel.
func snapRow[T int32 | int64](y T) T { return (y + quarterPixel/2) &^ (quarterPixel - 1) }

// corner is p as a vertex.
func corner(p point) vertex { return vertex{fix(p.x), snapRow(fix(p.y))} }

// capsule appends to dst the outline of the segment from a to b with round
// ends of radius r pixels. It goes around b, back along one side, around a,
// and (implied) forth along the other. The straight sides get a corner where
// they cross the border of a board of w × h pixels.
//
// Every product that is added to something is converted to float64 first: that
// keeps compilers from fusing the two, so all processors round alike.
func capsule(dst []vertex, a, b point, r, w, h float64) []vertex {
	dx, dy := b.x-a.x, b.y-a.y
	length := math.Sqrt(float64(dx*dx) + float64(dy*dy))
	if length == 0 {
		return dst
	}
	n := point{-dy / length * r, dx / length * r} // normal to the segment

	dst = roundCap(append(dst, corner(point{b.x + n.x, b.y + n.y})), b, n, r)
	dst = borderCuts(dst, point{b.x - n.x, b.y - n.y}, point{a.x - n.x, a.y - n.y}, w, h)
	n = point{-n.x, -n.y}
	dst = roundCap(append(dst, corner(point{a.x + n.x, a.y + n.y})), a, n, r)
	return borderCuts(dst, point{a.x - n.x, a.y - n.y}, point{b.x - n.x, b.y - n.y}, w, h)
}

// arcs[k] is for a quarter turn cut into 1<<k equal arcs: sine and cosine of
// one arc, and the tangent of its half. Constants, since the functions of
// package math may differ in the last bit between processors.
var arcs = [...]struct{ sin, cos, tanHalf float64 }{
	{1, 0, 1},
	{0.7071067811865475244, 0.7071067811865475244, 0.4142135623730950488},
	{0.3826834323650897717, 0.9238795325112867561, 0.1989123673796580069},
	{0.1950903220161282678, 0.9807852804032304491, 0.09849140335716425307},
	{0.09801714032956060199, 0.9951847266721968862, 0.04912684976946725443},
	{0.04906767432741801425, 0.9987954562051723927, 0.02454862210892544006},
}

// roundCap appends half a circle about c, from c+v in the turning direction of
// v to (v.y, -v.x). Skia makes each quarter a conic, and of a conic as few
// quadratic curves as keep within 1/4 pixel, halving it at most five times.
func roundCap(dst []vertex, c, v point, r float64) []vertex {
	const flatness = 0.25          // pixels
	off := 0.0429 * math.Sqrt2 * r // how far one curve strays from a quarter conic
	k := 0
	for k < len(arcs)-1 && off > flatness {
		off /= 4
		k++
	}
	arc := arcs[k]
	for range 2 << k {
		w := point{float64(v.x*arc.cos) + float64(v.y*arc.sin), float64(v.y*arc.cos) - float64(v.x*arc.sin)}
		ctl := point{v.x + float64(v.y*arc.tanHalf), v.y - float64(v.x*arc.tanHalf)}
		dst = quad(dst, point{c.x + v.x, c.y + v.y}, point{c.x + ctl.x, c.y + ctl.y}, point{c.x + w.x, c.y + w.y})
		v = w
	}
	return dst
}

// borderCuts appends the corners that the side from a to b gets where it
// crosses the border of a board of w × h pixels: Skia cuts long edges there,
// and rounds the cuts like any other corner.
func borderCuts(dst []vertex, a, b point, w, h float64) []vertex {
	enter, leave, ok := clip(a, b, 0, 0, w, h)
	if !ok {
		return dst
	}
	if enter > 0 {
		dst = append(dst, corner(between(a, b, enter)))
	}
	if leave < 1 {
		dst = append(dst, corner(between(a, b, leave)))
	}
	return dst
}
