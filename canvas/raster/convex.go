package raster

import (
	"image"
	"math"
	"runtime"
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
	for y < bottom {
		if y%quarters == 0 {
			n := left.straightRows((bottom-y)/quarters, bounds.Min.X, bounds.Max.X)
			if n = right.straightRows(n, bounds.Min.X, bounds.Max.X); n > 0 {
				c.straight(int(y/quarters), int(n), &left, &right, p)
				left.skip(n)
				right.skip(n)
				y += n * quarters
				continue
			}
		}
		next := min(bottom, y&^(quarters-1)+quarters)
		l, r := left.down(next, c.area, 1), right.down(next, c.area, -1)
		at := c.im.PixOffset(0, int(y/quarters))
		p.row(c.im.Pix[at:at+4*bounds.Max.X], c.area, l, r, bounds.Min.X)
		y = next
	}
}

// straight paints n whole rows from y on through which both sides go straight, and
// within what is to be painted: most of a long line. That is as down and row would do
// it, without what they do for the sake of corners and borders.
func (c *converter) straight(y, n int, left, right *edgeWalker, p *paint) {
	const narrow = 3 // pixels: so few are blended sooner than filled
	pix, area, at := c.im.Pix, c.area, c.im.PixOffset(0, y)
	lx, rx := left.x, right.x
	steepL, steepR := left.steepness(), right.steepness()
	for i := range n {
		if i%ahead == 0 {
			touch(pix[at:], min(ahead, n-i), c.im.Stride, lx, left.slope, 0, c.im.Rect.Dx())
			touch(pix[at:], min(ahead, n-i), c.im.Stride, rx, right.slope, 0, c.im.Rect.Dx())
		}
		nextL, nextR := lx+left.slope, rx+right.slope
		l := cross(area, min(lx, nextL), max(lx, nextL), 1<<16, steepL, 1)
		r := cross(area, min(rx, nextR), max(rx, nextR), 1<<16, steepR, -1)
		lx, rx = nextL, nextR

		first, end, sum := min(l.first, r.first), max(l.end, r.end), int32(0)
		row := pix[at : at+4*end]
		if r.first-l.end >= narrow {
			sum = p.pixels(row[4*first:4*l.end], area[first:l.end], 0) + area[l.end]
			area[l.end] = 0
			p.level(row[4*l.end:4*r.first], sum)
			first = r.first
		}
		p.pixels(row[4*first:], area[first:end], sum)
		area[end] = 0
		at += c.im.Stride
	}
}

// ahead is how many rows are touched at a time.
const ahead = 16

// touch reads a pixel of each of n rows: those at x, x+slope and so on, in 1/65536
// pixel, or what is nearest to that from first to end. Each is in another line of the
// cache: read together they come from memory at the same time, and as they are painted
// one would wait for the other. pix begins with the first row.
func touch(pix []byte, n, stride int, x, slope int64, first, end int) {
	sum, at := byte(0), 0
	for range n {
		sum += pix[at+4*min(max(int(x>>16), first), end-1)]
		x, at = x+slope, at+stride
	}
	runtime.KeepAlive(sum) // or the compiler would read nothing
}

// coverage is an area as a part of 256, cut off, and 255 for all of a pixel.
func coverage(area int32) uint32 {
	return uint32(min(max(area>>(areaDigits-8), 0), 255))
}
