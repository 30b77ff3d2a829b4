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

// straightRows is how many whole rows the walker, at the top of one, goes straight
// down from here without a corner, within the pixels from first to end of a row; at
// most n, and not always all that there are.
func (w *edgeWalker) straightRows(n int32, first, end int) int32 {
	n = min(n, (w.side[w.next].y-w.y-1)/quarters)
	lo, hi := int64(first)<<16, int64(end)<<16-1
	for n > 0 {
		if x := w.x + w.slope*int64(n); min(w.x, x) >= lo && max(w.x, x) <= hi {
			break
		}
		n /= 2
	}
	return n
}

// skip goes down n rows without a corner, of which the caller has seen to it
// that they are painted.
func (w *edgeWalker) skip(n int32) {
	w.y += n * quarters
	w.x += w.slope * int64(n)
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
	inverse := w.inverse
	if a>>16 != b>>16 { // else it is not needed, and takes a division
		inverse = w.steepness()
	}
	return cross(area, a, b, height, inverse, sign)
}

// cross adds, times sign, a piece of an edge that goes from a to b, which is not
// before a, or back; all are in the units of an edgeWalker. It returns the pixels that
// this crosses. What it needs inverse for is only where they are several.
func cross(area []int32, a, b, height, inverse int64, sign int32) reach {
	p, q := int(a>>16), int((b+0xffff)>>16)
	from := a & 0xffff
	h, right := height, height*(a>>8+b>>8-int64(p)<<9) // of the first pixel
	if q > p+1 {
		h = min(height, (1<<16-from)*inverse>>16)
		right = h * (from>>8 + onePixel)
	}
	area[p] += int32(h*(2*onePixel)-right) * sign
	area[p+1] += int32(right) * sign
	if q <= p+1 {
		return reach{p, p + 1}
	}
	rest := height - h
	last := q - 1
	for i := p + 1; i < last; i++ {
		h = min(rest, inverse)
		half := int32(h) * onePixel * sign
		area[i] += half
		area[i+1] += half
		rest -= h
	}
	to := b - int64(last)<<16
	right = rest * (to >> 8)
	area[last] += int32(rest*(2*onePixel)-right) * sign
	area[q] += int32(right) * sign
	return reach{p, q}
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
