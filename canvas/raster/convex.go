package raster

import (
	"image"
	"math"
)

// A converter fills outlines with exact coverage: a pixel of which 30 % is
// covered gets 30 % of the paint. There is no sampling.
//
// A piece of the left side adds to the pixels that it crosses the area to the
// right of it, a piece of the right side takes the area away. Summed from left
// to right, that is the coverage of each pixel (the method of FreeType and of
// font-rs). Since the outline is convex, a row has one region that the left
// side crosses and one that the right side does, and between them a span of
// equal coverage that needs no sums. It is all in whole numbers, and no row
// depends on what was painted above it: any split of a picture into bands
// gives the same pixels.
type converter struct {
	im     *image.RGBA
	bounds image.Rectangle // what may be painted
	area   []int32         // of one row of bounds and two pixels more, 1/2^areaDigits pixel; zero between rows
}

// areaDigits is the binary digits of the area of one pixel: 16 for its height,
// 8 for its width, and one because widths come as sums of two.
const areaDigits = 16 + 8 + 1

// A reach is a range of pixels, counted from the left of bounds.
type reach struct{ first, end int }

var nowhere = reach{math.MaxInt, 0}

// and is the range that begins where the first of both does and ends where the
// last of both does.
func (r reach) and(s reach) reach {
	return reach{min(r.first, s.first), max(r.end, s.end)}
}

func newConverter(im *image.RGBA, bounds image.Rectangle) converter {
	return converter{im: im, bounds: bounds, area: make([]int32, bounds.Dx()+2)}
}

// fill paints the part of o that lies in bounds.
func (c *converter) fill(o *outline, p *paint) {
	l, r := o.left, o.right
	y := max(l[0].y, r[0].y, int32(c.bounds.Min.Y)*quarters)
	bottom := min(l[len(l)-1].y, r[len(r)-1].y, int32(c.bounds.Max.Y)*quarters)
	if y >= bottom {
		return
	}
	offset := int64(c.bounds.Min.X) << 16
	left, right := l.start(y, offset), r.start(y, offset)
	for y < bottom {
		next := min(bottom, y&^(quarters-1)+quarters)
		c.paintRow(int(y/quarters), left.down(next, c.area, 1), right.down(next, c.area, -1), p)
		y = next
	}
}

// paintRow paints row y of the picture: area says how, l and r say where the
// sides of the outline are.
func (c *converter) paintRow(y int, l, r reach, p *paint) {
	width := c.bounds.Dx()
	l.end, r.end = min(l.end, width), min(r.end, width)
	at := c.im.PixOffset(c.bounds.Min.X, y)
	row := c.im.Pix[at : at+4*width]
	if r.first <= l.end { // they share pixels
		p.run(row, c.area, min(l.first, r.first), max(l.end, r.end), 0)
	} else if l.end < width {
		sum := p.run(row, c.area, l.first, l.end, 0) + c.area[l.end]
		c.area[l.end] = 0
		r.first = min(r.first, width)
		p.level(row[4*l.end:4*r.first], sum)
		p.run(row, c.area, r.first, r.end, sum)
	}
	c.area[max(l.end, r.end)], c.area[width], c.area[width+1] = 0, 0, 0
}

// coverage is an area as a part of 256, cut off, and 255 for all of a pixel.
func coverage(area int32) uint32 {
	return uint32(min(max(area>>(areaDigits-8), 0), 255))
}
