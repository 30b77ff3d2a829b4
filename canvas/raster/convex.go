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
// equal coverage that needs no sums. It is all in whole numbers, no row depends
// on what was painted above it, and rows are always summed from the left border
// of the picture: a part of a picture painted by itself gets the same pixels.
type converter struct {
	im   *image.RGBA
	area []int32 // of a row of im and two pixels more, 1/2^areaDigits pixel; zero between rows

	touched byte // means nothing: see touch
}

// areaDigits is the binary digits of the area of one pixel: 16 for its height,
// 8 for its width, and one because widths come as sums of two.
const areaDigits = 16 + 8 + 1

// A reach is a range of pixels of a row.
type reach struct{ first, end int }

var nowhere = reach{math.MaxInt, 0}

// and is the range that begins where the first of both does and ends where the
// last of both does.
func (r reach) and(s reach) reach {
	return reach{min(r.first, s.first), max(r.end, s.end)}
}

func newConverter(im *image.RGBA) converter {
	return converter{im: im, area: make([]int32, im.Rect.Dx()+2)}
}

// fill paints the part of o that lies in bounds, which lies in the picture.
func (c *converter) fill(o *outline, bounds image.Rectangle, p *paint) {
	l, r := o.left, o.right
	y := max(l[0].y, r[0].y, int32(bounds.Min.Y)*quarters)
	bottom := min(l[len(l)-1].y, r[len(r)-1].y, int32(bounds.Max.Y)*quarters)
	if y >= bottom {
		return
	}
	left, right := l.start(y), r.start(y)
	warm := y // down to which rows were touched
	for y < bottom {
		if y >= warm && bottom-y > 2*quarters {
			warm = min(bottom, y+ahead*quarters)
			c.touch(int(y/quarters), int((warm-1)/quarters), &left, &right, bounds)
		}
		next := min(bottom, y&^(quarters-1)+quarters)
		l, r := left.down(next, c.area, 1), right.down(next, c.area, -1)
		at := c.im.PixOffset(0, int(y/quarters))
		p.row(c.im.Pix[at:at+4*bounds.Max.X], c.area, l, r, bounds.Min.X)
		y = next
	}
}

// ahead is how many rows are touched at a time.
const ahead = 8

// touch reads the pixels where both sides will cross some rows. Each is in another
// line of the cache: read together they come from memory at the same time, and as
// they are painted one would wait for the other. Where a side bends meanwhile, the
// wrong ones are read, in vain.
func (c *converter) touch(y, last int, left, right *edgeWalker, bounds image.Rectangle) {
	pix, stride := c.im.Pix, c.im.Stride
	at := c.im.PixOffset(0, y)
	first, end := int64(bounds.Min.X), int64(bounds.Max.X-1)
	l, r, sum := left.x, right.x, byte(0)
	for ; y <= last; y++ {
		sum += pix[at+4*int(min(max(l>>16, first), end))]
		sum += pix[at+4*int(min(max(r>>16, first), end))]
		l, r, at = l+left.slope, r+right.slope, at+stride
	}
	c.touched = sum // or the compiler would read nothing
}

// coverage is an area as a part of 256, cut off, and 255 for all of a pixel.
func coverage(area int32) uint32 {
	return uint32(min(max(area>>(areaDigits-8), 0), 255))
}
