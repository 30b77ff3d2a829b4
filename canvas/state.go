package canvas

// Site is what one's own pen writes as.
func (l *Log) Site() Site { return l.own }

// Len is how many live entries the log holds.
func (l *Log) Len() int { return l.live }

// Have counts what the log holds, or knows to be dead.
func (l *Log) Have() Vector {
	v := make(Vector, len(l.list))
	for _, s := range l.list {
		if s.have > 0 {
			v[s.site] = s.have
		}
	}
	return v
}

// Has reports whether the log holds an entry, or knows it to be dead.
func (l *Log) Has(site Site, n uint32) bool {
	s := l.sites[site]
	return s != nil && n <= s.have
}

// Dead counts what has been cleared.
func (l *Log) Dead() Vector {
	v := make(Vector)
	for _, s := range l.list {
		if s.dead > 0 {
			v[s.site] = s.dead
		}
	}
	return v
}

// Sum is a hash of all live entries: logs with equal Have and Dead have equal
// sums, or else somebody has told different things to different peers.
func (l *Log) Sum() Sum { return Sum(l.sum) }

// SiteSums are the sums of sites.
type SiteSums map[Site]Sum

// Sums are the shares of the sites in Sum. It leaves out zeros.
func (l *Log) Sums() SiteSums {
	sums := make(SiteSums)
	for _, s := range l.list {
		if s.sum != 0 {
			sums[s.site] = Sum(s.sum)
		}
	}
	return sums
}

// Entry returns a live entry.
func (l *Log) Entry(site Site, n uint32) (Entry, bool) {
	s := l.sites[site]
	if s == nil || n <= s.dead || n > s.have {
		return Entry{}, false
	}
	c := cursor{of: s}
	c.seek(n)
	return c.row.entry(site, n), true
}

// Covers reports whether the log holds, or knows to be dead, all that a
// neighbour has said to have, and to be dead.
func (l *Log) Covers(have, dead Vector) bool {
	for site, n := range have {
		if s := l.sites[site]; n > 0 && (s == nil || s.have < n) {
			return false
		}
	}
	for site, n := range dead {
		if s := l.sites[site]; n > 0 && (s == nil || s.dead < n) {
			return false
		}
	}
	return true
}

// CoveredBy reports whether a neighbour that has said to have, and to be dead, that
// much lacks nothing that the log holds, or knows to be dead.
func (l *Log) CoveredBy(have, dead Vector) bool {
	for _, s := range l.list {
		if s.have > have[s.site] || s.dead > dead[s.site] {
			return false
		}
	}
	return true
}

// Hashes are those of a site's live entries, whose sum is its share of Sum. The
// first is that of the entry after the last dead one.
func (l *Log) Hashes(site Site) []Sum {
	s := l.sites[site]
	if s == nil {
		return nil
	}
	hashes := make([]Sum, 0, s.have-s.dead)
	c := cursor{of: s}
	for c.seek(0); c.ok; c.next() {
		hashes = append(hashes, Sum(c.row.hash(site, c.n)))
	}
	return hashes
}

// Forget gives up a site's live entries, so that they can be received anew from
// somebody who holds others under the same numbers. One's own stay.
func (l *Log) Forget(site Site) Change {
	s := l.sites[site]
	if s == nil || s.have == s.dead || site == l.own {
		return Change{}
	}
	l.losses++
	l.live -= int(s.have - s.dead)
	l.sum -= s.sum
	l.cuts -= s.cuts
	s.cuts, s.sum, s.have, s.blocks, s.tail, s.toggles = 0, 0, s.dead, nil, nil, nil
	l.readopt()
	return Change{Kind: Everything, Box: Everywhere}
}
