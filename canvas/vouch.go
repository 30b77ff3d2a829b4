package canvas

import (
	"slices"
	"sort"
)

// chainAt is chain(n), for n from dead−1 to have. It hashes the entries since the
// last mark.
func (s *siteLog) chainAt(n uint32) (Chain, bool) {
	switch {
	case s.key == PublicKey{} || n > s.have || n+1 < s.dead:
		return Chain{}, false
	case n == s.have:
		return s.tip, true
	case n+1 == s.dead:
		return s.before, true
	}
	from, c := s.dead, Chain{}
	for _, list := range [...][]mark{s.heads, s.pending} {
		i := sort.Search(len(list), func(i int) bool { return list[i].n > n })
		if i > 0 && list[i-1].n > from {
			from, c = list[i-1].n, list[i-1].chain
		}
	}
	if from == s.dead {
		c = s.base.chain()
	}
	cur := cursor{of: s}
	for cur.seek(from + 1); cur.ok && cur.n <= n; cur.next() {
		c = c.next(&cur.row)
	}
	return c, true
}

// row is the row n, of which one from dead on is known.
func (s *siteLog) row(n uint32) row {
	if n == s.dead {
		return s.witness
	}
	c := cursor{of: s}
	c.seek(n)
	return c.row
}

// newest is the newest head that has been verified.
func (s *siteLog) newest() mark { return s.heads[len(s.heads)-1] }

// accept takes in a head that has been verified.
func (l *Log) accept(s *siteLog, m mark) {
	if last := len(s.heads) - 1; last >= 0 && !s.heads[last].mile {
		s.heads = s.heads[:last] // only the newest need not be a milestone
	}
	s.heads = append(s.heads, m)
	s.vouched = m.n
	l.touch(s)
}

// touch takes note that what is told of s has changed.
func (l *Log) touch(s *siteLog) {
	l.version++
	s.changed = l.version
}

// Verify verifies the heads that were taken lazily. Where one does not hold, the
// entries after the last good head are taken back, and its site is returned: its
// own peer, who alone can have sent it, has signed what it did not send. Everything
// that leaves the log is verified before.
func (l *Log) Verify() (bad []Site, change Change) {
	l.edge = l.end
	change = l.verify()
	bad, l.failed = l.failed, nil
	return bad, change
}

// Unverified reports whether Verify has anything to do or to tell.
func (l *Log) Unverified() bool { return l.pending > 0 || len(l.failed) > 0 }

func (l *Log) verify() (change Change) {
	if l.pending > 0 {
		for _, s := range slices.Clone(l.list) {
			change = change.Join(l.vouch(s))
		}
	}
	return change
}

// vouch verifies the pending heads of s.
func (l *Log) vouch(s *siteLog) Change {
	if len(s.pending) == 0 {
		return Change{}
	}
	pending := s.pending
	s.pending = nil
	l.pending--
	for _, m := range pending {
		if !s.key.signed(headText(m.n, m.chain), m.sig) {
			l.failed = append(l.failed, s.site)
			return l.takeBack(s)
		}
		l.accept(s, m)
	}
	return Change{}
}

// takeBack forgets what came after the last good head.
func (l *Log) takeBack(s *siteLog) Change {
	s.keep(s.dead+1, s.vouched)
	s.have = s.vouched
	s.tip = s.newest().chain
	clear(s.toggles)
	s.note(s.dead + 1)
	return l.lost()
}
