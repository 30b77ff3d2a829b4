package raster

// A chain is one side of a convex outline, walked from its top to its bottom.
// Its x counts from the left border of the window that is being painted.
type chain struct {
	outline []vertex
	at, end int   // indices of the lower end of the current edge, and of the bottom
	step    int   // +1 or -1 along the outline
	left    int64 // of the window, 1/65536 pixel
	width   int64 // of the window, 1/65536 pixel

	x, y       int64 // where the chain is: 1/65536 pixel, 1/256 pixel
	endX, endY int64 // where the current edge ends
	slope      int64 // change of x for one pixel of y, 1/65536
	inverse    int64 // change of y for one pixel of x, without sign, 1/65536; only if the edge leaves its column
}

// start puts the chain where it enters the row that begins at y.
func (c *chain) start(top int, y int64) {
	c.at = top
	v := c.outline[top]
	c.endX, c.endY = int64(v.x)<<8-c.left, int64(v.y)
	c.y = c.endY
	for c.y < y && c.next() {
		if c.endY <= y {
			c.y = c.endY
			continue
		}
		c.x += c.slope * (y - c.y) >> 8
		c.y = y
	}
}

// next goes on to the next edge that leads down. It is false at the bottom.
// Corners that rounding has put a little too high are passed over.
func (c *chain) next() bool {
	c.x, c.y = c.endX, c.endY
	for c.at != c.end {
		c.at += c.step
		switch c.at {
		case len(c.outline):
			c.at = 0
		case -1:
			c.at = len(c.outline) - 1
		}
		v := c.outline[c.at]
		c.endX = int64(v.x)<<8 - c.left
		if int64(v.y) > c.y {
			c.endY = int64(v.y)
			c.incline()
			return true
		}
		c.x = c.endX
	}
	return false
}

// incline works out the slopes of the current edge. The quotient of two whole
// numbers below 2^53 is the same on every processor.
func (c *chain) incline() {
	dx, dy := c.endX-c.x, c.endY-c.y
	c.slope = int64(float64(dx<<8) / float64(dy))
	if c.x>>16 != c.endX>>16 {
		c.inverse = int64(float64(dy<<24) / float64(max(dx, -dx)))
	}
}

// descend goes down to bottom, the end of a row, and adds to area what the
// chain covers of the row, times sign. It returns the range of pixels that it
// touched; an empty one if the chain has ended.
func (c *chain) descend(bottom int64, area []int32, sign int32) (first, last int) {
	first = len(area)
	for {
		if c.y == c.endY && !c.next() {
			return first, last
		}
		x, y := c.endX, c.endY
		if y > bottom {
			x, y = c.x+c.slope*(bottom-c.y)>>8, bottom
		}
		a, b, height := min(c.x, x), max(c.x, x), (y-c.y)<<8
		c.x, c.y = x, y
		if a < 0 || b > c.width {
			a, b, height = c.cut(a, b, height, area, sign)
		}
		p, q := int(a>>16), int((b+0xffff)>>16)
		if q <= p+1 {
			q = p + 1
			right := int32(height) * int32((a>>8-int64(p)<<8)+(b>>8-int64(p)<<8)) * sign
			area[p] += int32(height)*(2*onePixel)*sign - right
			area[p+1] += right
		} else {
			shallow(a, b, height, c.inverse, area[p:q+1], sign)
		}
		first, last = min(first, p), max(last, q)
		if y == bottom {
			return first, last
		}
	}
}

// shallow adds a piece of an edge that goes from a to b through two or more
// pixels of one row, at a rate of inverse a pixel. Area begins at the first of
// them.
func shallow(a, b, height, inverse int64, area []int32, sign int32) {
	last := len(area) - 2
	from, to := a&0xffff, b-(b-1)&^0xffff // in the first and in the last pixel
	h := min(height, (1<<16-from)*inverse>>16)
	right := int32(h*(from>>8+onePixel)) * sign
	area[0] += int32(h)*(2*onePixel)*sign - right
	area[1] += right
	rest := height - h
	for i := 1; i < last; i++ {
		h = min(rest, inverse)
		half := int32(h) * onePixel * sign
		area[i] += half
		area[i+1] += half
		rest -= h
	}
	right = int32(rest*(to>>8)) * sign
	area[last] += int32(rest)*(2*onePixel)*sign - right
	area[last+1] += right
}

// cut takes from a piece of an edge what lies outside the window: what is left
// of it covers whole pixels from the first on, what is right of it none.
func (c *chain) cut(a, b, height int64, area []int32, sign int32) (int64, int64, int64) {
	if b <= 0 {
		return 0, 0, height
	}
	if a >= c.width {
		return c.width, c.width, height
	}
	if a < 0 {
		h := min(height, -a*c.inverse>>16)
		area[0] += int32(h) * (2 * onePixel) * sign
		a, height = 0, height-h
	}
	if b > c.width {
		height -= min(height, (b-c.width)*c.inverse>>16)
		b = c.width
	}
	return a, b, height
}
