package raster

import "image"

// A frame is the outline of an upright rectangle, mitred at its corners: what
// lies in one box and not in another inside it.
type frame struct{ outer, inner box }

// A box is an upright rectangle, in 1/256 pixel. It is empty if x0 ≥ x1.
type box struct{ x0, y0, x1, y1 int64 }

// newFrame is the frame of lines of the given width around the rectangle
// between two opposite corners. One that is too small for a hole has none.
func newFrame(a, b point, width float64) frame {
	half := width / 2
	f := frame{
		outer: newBox(a.x-half, a.y-half, b.x+half, b.y+half),
		inner: newBox(a.x+half, a.y+half, b.x-half, b.y-half),
	}
	if b.x-a.x <= width || b.y-a.y <= width {
		f.inner = box{}
	}
	return f
}

// newBox cuts coordinates in pixels to 1/256 pixel, and to a range far beyond
// any board.
func newBox(x0, y0, x1, y1 float64) box {
	fix := func(v float64) int64 { return int64(min(max(v, -1e6), 1e6) * onePixel) }
	return box{fix(x0), fix(y0), fix(x1), fix(y1)}
}

// draw paints the part of f inside area.
func (f frame) draw(im *image.RGBA, area image.Rectangle, p *paint) {
	left, right := max(area.Min.X, int(f.outer.x0>>8)), min(area.Max.X, int((f.outer.x1+onePixel-1)>>8))
	top, bottom := max(area.Min.Y, int(f.outer.y0>>8)), min(area.Max.Y, int((f.outer.y1+onePixel-1)>>8))
	if left >= right {
		return
	}
	for y := top; y < bottom; y++ {
		at := im.PixOffset(0, y)
		row := im.Pix[at : at+4*right]
		high := overlap(y, f.outer.y0, f.outer.y1)
		hole := overlap(y, f.inner.y0, f.inner.y1)
		for x := left; x < right; {
			end := min(f.sameUntil(x), right)
			wide := overlap(x, f.outer.x0, f.outer.x1)
			gap := overlap(x, f.inner.x0, f.inner.x1)
			p.level(row[4*x:4*end], int32(wide*high-gap*hole)<<(areaDigits-16))
			x = end
		}
	}
}

// sameUntil is where the run of pixels ends that begins at x and has none, or
// only its first pixel, cut by a vertical side.
func (f *frame) sameUntil(x int) int {
	end := int64(1) << 32
	for _, side := range [4]int64{f.outer.x0, f.inner.x0, f.inner.x1, f.outer.x1} {
		switch pixel := side >> 8; {
		case pixel > int64(x):
			end = min(end, pixel)
		case pixel == int64(x) && side&(onePixel-1) != 0:
			return x + 1
		}
	}
	return int(end)
}

// overlap is how much of pixel i lies between lo and hi, in 1/256 pixel.
func overlap(i int, lo, hi int64) int64 {
	at := int64(i) * onePixel
	return max(0, min(hi, at+onePixel)-max(lo, at))
}
