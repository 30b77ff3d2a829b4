package canvas

import "sort"

// quarrel holds a run, which is what its head says, against what we have of its
// site, all of which has been verified. It returns nil where they fit.
func (s *siteLog) quarrel(r Run, chains []Chain) *Proof {
	last := r.Last()
	n := min(s.have, last) // the last place of which both know the chain, if they overlap
	c, ok := s.chainAt(n)
	overlap := ok && n+1 >= r.First
	switch {
	case overlap && c != chains[n+1-r.First]:
		return s.fork(r, chains)
	case overlap && last > s.have:
		return s.back(r.tail(s.have+1, c))
	case r.First > s.have+1:
		return s.back(r)
	case last < s.dead && len(r.rows) > 0 && r.rows[len(r.rows)-1].t >= s.witness.t:
		// Our witness says that what is before it is older.
		return &Proof{r.tail(last, chains[len(r.rows)-1]), s.run(s.dead)}
	}
	return nil
}

// fork is the proof that a run is of another story than ours.
func (s *siteLog) fork(r Run, chains []Chain) *Proof {
	if s.have <= r.Last() {
		ours := Run{Site: s.site, Key: s.key, First: s.have + 1, Before: s.tip, Sig: s.newest().sig}
		return &Proof{ours, r.tail(s.have+1, chains[s.have+1-r.First])}
	}
	return &Proof{r.head(chains[len(chains)-1]), s.run(r.Last() + 1)}
}

// back is the proof that time goes back from our last entry to a run after it; nil
// where it does not.
func (s *siteLog) back(r Run) *Proof {
	if len(r.rows) == 0 || s.have == 0 {
		return nil
	}
	last := s.row(s.have)
	if r.rows[0].t > last.t {
		return nil
	}
	before, _ := s.chainAt(s.have - 1)
	r.links = nil // which need not be kept with the proof
	return &Proof{Run{Site: s.site, Key: s.key, First: s.have, Before: before, Sig: s.newest().sig, rows: []row{last}}, r}
}

// run is the run from n on, which is at least dead, up to the next head.
func (s *siteLog) run(n uint32) Run {
	r := Run{Site: s.site, Key: s.key, First: n}
	r.Before, _ = s.chainAt(n - 1)
	m := s.heads[sort.Search(len(s.heads), func(i int) bool { return s.heads[i].n >= n })]
	r.Sig = m.sig
	if n == s.dead {
		r.rows = append(r.rows, s.witness)
	}
	c := cursor{of: s}
	for c.seek(n); c.ok && c.n <= m.n; c.next() {
		r.rows = append(r.rows, c.row)
	}
	return r
}
