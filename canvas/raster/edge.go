package raster

// An edgeWalker goes down one side of an outline, edge by edge.
type edgeWalker struct {
	side side
	next int // index of the lower end of the current edge

	y       int32 // 1/4 pixel
	x       int64 // 1/65536 pixel
	slope   int64 // change of x for one pixel down, 1/65536 pixel
	inverse int64 // change of y for one pixel sideways, 1/65536 pixel; 0 if not worked out yet
}

// start is the walker down s from height y, which s must reach below.
func (s side) start(y int32) edgeWalker {
	w := edgeWalker{side: s, y: y}
	w.enter()
	from := s[w.next-1]
	w.x += w.slope * int64(y-from.y) >> 2
	return w
}

// enter goes on to the edge that leads further down from w.y.
func (w *edgeWalker) enter() {
	for w.side[w.next].y <= w.y {
		w.next++
	}
	from, to := w.side[w.next-1], w.side[w.next]
	w.x = int64(from.x) << 8
	w.slope = int64(to.x-from.x) << 10 / int64(to.y-from.y)
	w.inverse = 0
}

// down goes down to bottom, at most to the end of the row, and adds to area,
// times sign, what lies to the right. It returns the pixels that it crossed.
func (w *edgeWalker) down(bottom int32, area []int32, sign int32) reach {
	crossed := nowhere
	for w.y < bottom {
		to := w.side[w.next]
		if to.y <= w.y {
			w.enter()
			to = w.side[w.next]
		}
		from, dy := w.x, to.y-w.y
		if to.y <= bottom {
			w.x, w.y = int64(to.x)<<8, to.y
		} else {
			dy = bottom - w.y
			w.x, w.y = w.x+w.slope*int64(dy)>>2, bottom
		}
		crossed = crossed.and(w.add(from, w.x, int64(dy)<<14, area, sign))
	}
	return crossed
}

// add adds the piece of the current edge from a to b, in either order, which
// is height/65536 pixel high.
func (w *edgeWalker) add(a, b, height int64, area []int32, sign int32) reach {
	if a > b {
		a, b = b, a
	}
	if width := int64(len(area)-2) << 16; a < 0 || b > width {
		a, b, height = w.cut(a, b, width, height, area, sign)
	}
	p, q := int(a>>16), int((b+0xffff)>>16)
	if q > p+1 {
		w.shallow(a, b, height, area[p:q+1], sign)
		return reach{p, q}
	}
	right := int32(height) * int32(a>>8+b>>8-int64(p)<<9) * sign
	area[p] += int32(height)*(2*onePixel)*sign - right
	area[p+1] += right
	return reach{p, p + 1}
}

// shallow adds a piece of an edge that goes from a to b through two or more
// pixels, of which area begins at the first.
func (w *edgeWalker) shallow(a, b, height int64, area []int32, sign int32) {
	inverse := w.steepness()
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

// steepness is w.inverse, worked out when it is first needed.
func (w *edgeWalker) steepness() int64 {
	if w.inverse == 0 && w.slope != 0 {
		w.inverse = 1 << 32 / abs(w.slope)
	}
	return w.inverse
}

// cut takes from a piece of an edge what lies outside the area: what is left
// of it covers whole pixels from the first on, what is right of it none.
func (w *edgeWalker) cut(a, b, width, height int64, area []int32, sign int32) (int64, int64, int64) {
	if b <= 0 {
		return 0, 0, height
	}
	if a >= width {
		return width, width, height
	}
	if a < 0 {
		h := min(height, -a*w.steepness()>>16)
		area[0] += int32(h) * (2 * onePixel) * sign
		a, height = 0, height-h
	}
	if b > width {
		height -= min(height, (b-width)*w.steepness()>>16)
		b = width
	}
	return a, b, height
}
