package raster

import (
	"image"
	"math"
)

// A hairline is a line at most one pixel wide. Skia does not fill an outline
// for it: it paints a line of one pixel in the direction of its minor axis,
// with an alpha in proportion to the width. In each column (or row, if the
// line is steep) two pixels share one pixel's worth of coverage.
type hairline struct {
	steep       bool  // the major axis is y
	first, last int   // pixels along the major axis, last excluded
	head, tail  int   // coverage of the first and last pixel along the major axis, of 64
	minor       int64 // where the line is at the middle of the first pixel, plus half a pixel; 1/65536 pixel
	slope       int64 // change of minor from one pixel to the next
}

// newHairline is the hairline from a to b, made longer at both ends by extend
// pixels. It is false if it has no length.
func newHairline(a, b point, extend float64) (hairline, bool) {
	dx, dy := b.x-a.x, b.y-a.y
	length := math.Sqrt(float64(dx*dx) + float64(dy*dy))
	if length == 0 {
		return hairline{}, false
	}
	ex, ey := dx/length*extend, dy/length*extend
	const dot6 = 64 // Skia cuts coordinates to 1/64 pixel here
	x0, y0 := int64((a.x-ex)*dot6), int64((a.y-ey)*dot6)
	x1, y1 := int64((b.x+ex)*dot6), int64((b.y+ey)*dot6)

	var h hairline
	if max(x1-x0, x0-x1) <= max(y1-y0, y0-y1) {
		h.steep = true
		x0, y0, x1, y1 = y0, x0, y1, x1
	}
	if x0 > x1 {
		x0, y0, x1, y1 = x1, y1, x0, y0
	}
	if x0 == x1 {
		return hairline{}, false
	}
	h.slope = (y1 - y0) << 16 / (x1 - x0)
	h.minor = y0<<10 + (h.slope*(32-x0&63)+32)>>6 + 1<<15
	h.first, h.last = int(x0>>6), int((x1+63)>>6)
	h.head, h.tail = int(64-x0&63), int(x1&63)
	if h.last-h.first == 1 {
		h.head = int(x1 - x0)
	}
	if h.tail == 0 {
		h.tail = 64
	}
	return h, true
}

// draw paints the part of h inside area.
func (h hairline) draw(im *image.RGBA, area image.Rectangle, p *paint) {
	along, across := im.PixOffset(1, 0), im.PixOffset(0, 1)
	if h.steep {
		along, across = across, along
		area = image.Rect(area.Min.Y, area.Min.X, area.Max.Y, area.Max.X)
	}
	from, to := max(h.first, area.Min.X), min(h.last, area.Max.X)
	minor := h.minor + h.slope*int64(from-h.first)
	for i := from; i < to; i++ {
		if h.steep && (i-from)%ahead == 0 {
			touch(im.Pix[i*along:], min(ahead, to-i), along, minor, h.slope, area.Min.Y, area.Max.Y)
		}
		weight := 64
		switch i {
		case h.first:
			weight = h.head
		case h.last - 1:
			weight = h.tail
		}
		lower := int(minor >> 8 & 255) // the share of the second of the two pixels, of 255
		j := int(minor >> 16)
		if c := lower * weight >> 6; c > 0 && j >= area.Min.Y && j < area.Max.Y {
			p.blend(im.Pix[i*along+j*across:], uint32(c))
		}
		if c := (255 - lower) * weight >> 6; c > 0 && j-1 >= area.Min.Y && j-1 < area.Max.Y {
			p.blend(im.Pix[i*along+(j-1)*across:], uint32(c))
		}
		minor += h.slope
	}
}
