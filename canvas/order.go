package canvas

import "iter"

// Paint yields what the picture consists of, from a place in the paint order
// on: Segments and Rects, neither hidden nor painted by an earlier adoption.
// The zero Key yields all. The log must not change meanwhile.
func (l *Log) Paint(from Key) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for c := range l.rows(func(s *siteLog) uint32 { return s.from(from) }, nil) {
			if l.visible(c) && !yield(c.row.entry(c.of.site, c.n)) {
				return
			}
		}
	}
}

// PaintIn yields what [Log.Paint] does and may touch box. Where most of the
// drawing lies elsewhere, it takes much less time.
func (l *Log) PaintIn(from Key, box Box) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for c := range l.rows(func(s *siteLog) uint32 { return s.from(from) }, &box) {
			if l.visible(c) && c.row.bounds().Overlaps(box) && !yield(c.row.entry(c.of.site, c.n)) {
				return
			}
		}
	}
}

// rows goes through the live rows in paint order, in each site from the number
// that first gives. If within is not nil, those that paint nothing in it may be
// left out.
func (l *Log) rows(first func(*siteLog) uint32, within *Box) iter.Seq[*cursor] {
	return func(yield func(*cursor) bool) {
		var h []*cursor
		for _, s := range l.list {
			if n := max(first(s), s.dead+1); n <= s.have {
				c := &cursor{of: s, within: within}
				c.seek(n)
				h = append(h, c)
			}
		}
		for i := len(h)/2 - 1; i >= 0; i-- {
			down(h, i, (*cursor).before)
		}
		for len(h) > 0 {
			c := h[0]
			if !yield(c) {
				return
			}
			if c.next(); !c.ok {
				h[0] = h[len(h)-1]
				h = h[:len(h)-1]
			}
			down(h, 0, (*cursor).before)
		}
	}
}

// down moves a member of a heap, which has the first of its members at its top, to
// its place, below which all is in order.
func down[E any](heap []E, i int, before func(E, E) bool) {
	for {
		least := 2*i + 1
		if least >= len(heap) {
			return
		}
		if right := least + 1; right < len(heap) && before(heap[right], heap[least]) {
			least = right
		}
		if !before(heap[least], heap[i]) {
			return
		}
		heap[i], heap[least] = heap[least], heap[i]
		i = least
	}
}

// before reports whether c's row is painted before d's, of another site.
func (c *cursor) before(d *cursor) bool {
	if c.row.t != d.row.t {
		return c.row.t < d.row.t
	}
	return c.of.site.compare(d.of.site) < 0
}
