package raster

import "image"

// A converter fills convex outlines with exact coverage: a pixel that an
// outline covers to 30 % gets 30 % of the paint. There is no sampling.
//
// An edge adds to the row's pixels the signed area to the right of it. Summed
// from left to right, these give the coverage of each pixel (the method of
// FreeType and of font-rs). Since the outline is convex, a row has one region
// of left edges and one of right edges, and between them a span of equal
// coverage that needs no sums. All of it is in integers, and a row does not
// depend on those above it: any split into bands gives the same pixels.
type converter struct {
	area []int32 // of one row and two pixels more, in 1/2^areaDigits pixel; zero between rows
}

// areaDigits is the binary digits of the area of one pixel: 16 for its height,
// 8 for its width, and one because widths come as sums of two.
const areaDigits = 16 + 8 + 1

// fill paints the part of a convex outline that lies in bounds. The outline
// goes around anticlockwise.
func (c *converter) fill(im *image.RGBA, bounds image.Rectangle, outline []vertex, p *paint) {
	top, bottom, box := extent(outline)
	box = box.Intersect(bounds)
	if box.Empty() {
		return
	}
	width := box.Dx()
	if len(c.area) < width+2 {
		c.area = make([]int32, bounds.Dx()+2)
	}
	area := c.area[:width+2]

	left := chain{outline: outline, end: bottom, step: 1, left: int64(box.Min.X) << 16, width: int64(width) << 16}
	right := left
	right.step = -1
	left.start(top, int64(box.Min.Y)*onePixel)
	right.start(top, int64(box.Min.Y)*onePixel)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		end := int64(y+1) * onePixel
		l0, l1 := left.descend(end, area, 1)
		r0, r1 := right.descend(end, area, -1)
		l1, r1 = min(l1, width), min(r1, width)
		at := im.PixOffset(box.Min.X, y)
		row := im.Pix[at : at+4*width]
		if r0 <= l1 { // they share pixels
			p.run(row, area, min(l0, r0), max(l1, r1), 0)
		} else if l1 < width {
			sum := p.run(row, area, l0, l1, 0) + area[l1]
			area[l1] = 0
			r0 = min(r0, width)
			p.level(row[4*l1:4*r0], sum)
			p.run(row, area, r0, r1, sum)
		}
		area[max(l1, r1)], area[width], area[width+1] = 0, 0, 0
	}
}

// extent is the indices of a highest and a lowest corner, and the pixels that
// the outline touches.
func extent(outline []vertex) (top, bottom int, box image.Rectangle) {
	if len(outline) == 0 {
		return 0, 0, image.Rectangle{}
	}
	lo, hi := outline[0], outline[0]
	for i, v := range outline {
		if v.y < lo.y {
			lo.y, top = v.y, i
		} else if v.y > hi.y {
			hi.y, bottom = v.y, i
		}
		lo.x, hi.x = min(lo.x, v.x), max(hi.x, v.x)
	}
	const up = onePixel - 1
	return top, bottom, image.Rect(int(lo.x>>8), int(lo.y>>8), int((hi.x+up)>>8), int((hi.y+up)>>8))
}

// coverage is an area as a part of 255, rounded to nearest.
func coverage(area int32) uint32 {
	const digits = 17 // keeps the product below 2^31
	area = min(max(area>>(areaDigits-digits), 0), 1<<digits)
	return uint32(area*255+1<<(digits-1)) >> digits
}
