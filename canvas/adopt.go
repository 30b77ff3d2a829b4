package canvas

func (l *Log) place(s *siteLog, n uint32) place { return place(s.index)<<32 | place(n) }

// keyOf is the place in the paint order of a row that is live.
func (l *Log) keyOf(p place) Key {
	c := cursor{of: l.list[p>>32]}
	c.seek(uint32(p))
	return c.key()
}

// adopt takes note of an adopted row, and reports whether it is to be painted:
// of those with equal content, the first one is.
func (l *Log) adopt(s *siteLog, n uint32, r *row) bool {
	content := r.content()
	if first, ok := l.adopted[content]; ok && l.keyOf(first).Compare(Key{r.t, s.site, n}) < 0 {
		return false
	}
	l.adopted[content] = l.place(s, n)
	return true
}

// readopt finds the adoptions to be painted anew, after some have died.
func (l *Log) readopt() {
	if len(l.adopted) == 0 {
		return
	}
	clear(l.adopted)
	clear(l.names)
	for _, s := range l.list {
		c := cursor{of: s}
		for c.seek(0); c.ok; c.next() {
			if c.row.by != "" {
				l.intern(c.row.by)
				l.adopt(s, c.n, &c.row)
			}
		}
	}
}

// Adopted reports whether somebody has adopted op from the plain peer by, and
// that has not been cleared since.
func (l *Log) Adopted(by string, op Shape) bool {
	e := Entry{N: 1, T: 1, K: 1, Op: op, By: by}
	if by == "" || e.checkFields() != nil {
		return false
	}
	r := rowOf(e)
	_, ok := l.adopted[r.content()]
	return ok
}

// visible reports whether the row where c stands is part of the picture.
func (l *Log) visible(c *cursor) bool {
	if !c.row.paints() || c.of.hidden(&c.row, c.n) {
		return false
	}
	return c.row.by == "" || l.adopted[c.row.content()] == l.place(c.of, c.n)
}
