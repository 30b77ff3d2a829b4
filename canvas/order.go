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

// Lacking yields the live entries that the vector have does not count, in
// paint order, in which each comes after all that its author had seen. The log
// must not change meanwhile.
func (l *Log) Lacking(have Vector) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for c := range l.lacking(have) {
			if !yield(c.row.entry(c.of.site, c.n)) {
				return
			}
		}
	}
}

func (l *Log) lacking(have Vector) iter.Seq[*cursor] {
	return l.rows(func(s *siteLog) uint32 { return min(have[s.site], s.have) + 1 }, nil)
}

// rows goes through the live rows in paint order, in each site from the number
// that first gives. If within is not nil, those that paint nothing in it may be
// left out.
func (l *Log) rows(first func(*siteLog) uint32, within *Box) iter.Seq[*cursor] {
	return func(yield func(*cursor) bool) {
		var h heap
		for _, s := range l.list {
			if n := max(first(s), s.dead+1); n <= s.have {
				c := &cursor{of: s, within: within}
				c.seek(n)
				h = append(h, c)
			}
		}
		for i := len(h)/2 - 1; i >= 0; i-- {
			h.down(i)
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
			h.down(0)
		}
	}
}

// A heap has the cursor first in paint order at its top.
type heap []*cursor

func (h heap) down(i int) {
	for {
		least := 2*i + 1
		if least >= len(h) {
			return
		}
		if right := least + 1; right < len(h) && h.less(right, least) {
			least = right
		}
		if !h.less(least, i) {
			return
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
}

func (h heap) less(i, j int) bool {
	if h[i].row.t != h[j].row.t {
		return h[i].row.t < h[j].row.t
	}
	return h[i].of.site.compare(h[j].of.site) < 0
}
