package canvas

// cut wipes what the marks count, and takes note that it existed.
func (l *Log) cut(marks []mark) Change {
	dropped := false
	for _, m := range marks {
		s := l.sites[m.site]
		if s == nil {
			s = l.open(m.site)
		}
		dropped = l.drop(s, m.n) || dropped
	}
	if !dropped {
		return Change{}
	}
	l.losses++
	l.readopt()
	l.forgetStrokes()
	return Change{Kind: Everything, Box: Everywhere}
}

// drop wipes the entries of s up to n, and reports whether there were any.
func (l *Log) drop(s *siteLog, n uint32) bool {
	if n <= s.dead {
		return false
	}
	held := min(n, s.have)
	any := held > s.dead
	l.live -= int(held - s.dead)
	l.sum -= s.sum
	l.cuts -= s.cuts
	s.sum, s.cuts = 0, 0
	s.drop(n)
	c := cursor{of: s}
	for c.seek(n + 1); c.ok; c.next() {
		s.sum += c.row.hash(s.site, c.n)
		s.cuts += len(c.row.cut)
	}
	l.sum += s.sum
	l.cuts += s.cuts
	return any
}
