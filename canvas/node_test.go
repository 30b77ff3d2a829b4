package canvas

import (
	"fmt"
	"slices"
)

// A node is a peer of a schedule: a log, and what its painter made of the changes.
type node struct {
	log   *Log
	skew  int64 // of its clock, in ticks
	alive bool
	k     uint32 // the stroke being drawn

	picture  []Entry
	snapshot Snapshot // taken again with each change
}

// follow does what a painter does with a change, and makes sure that nothing
// outside of what the change names has changed.
func (n *node) follow(c Change) error {
	kept := n.picture
	if c.Kind == Nothing {
		return nil
	}
	at, _ := slices.BinarySearchFunc(kept, c.From, func(e Entry, k Key) int { return e.Key().Compare(k) })
	if c.Kind == Appended && at < len(kept) {
		return fmt.Errorf("appended at %v, before the end", c.From)
	}
	fresh := slices.Collect(n.log.Paint(c.From))
	if err := n.paintIn(c, fresh); err != nil {
		return err
	}
	if c.Kind == Region {
		for _, list := range [][]Entry{difference(kept[at:], fresh), difference(fresh, kept[at:])} {
			for _, e := range list {
				if b := Bounds(e.Op); c.Box.Union(b) != c.Box {
					return fmt.Errorf("%+v changed outside of %+v", e, c.Box)
				}
			}
		}
	}
	n.picture = append(slices.Clip(kept[:at]), fresh...)
	return n.snap()
}

// snap takes a snapshot, most often on top of an earlier one: it must hold the
// whole picture.
func (n *node) snap() error {
	n.snapshot.Take(n.log)
	if n.snapshot.Len() != n.log.Len() {
		return fmt.Errorf("snapshot of %d entries, want %d", n.snapshot.Len(), n.log.Len())
	}
	if err := oracleCompare(slices.Collect(n.snapshot.Paint(Key{})), n.picture); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	return nil
}

// difference is what is in a and not in b. Both are in order.
func difference(a, b []Entry) (d []Entry) {
	for _, e := range a {
		if _, found := slices.BinarySearchFunc(b, e.Key(), func(e Entry, k Key) int { return e.Key().Compare(k) }); !found {
			d = append(d, e)
		}
	}
	return d
}

// paintIn asks for a part of the picture: it must be what of it lies there.
func (n *node) paintIn(c Change, fresh []Entry) error {
	box := c.Box
	if c.Kind == Appended { // any other
		box.Min.X, box.Max.X = box.Min.Y, box.Max.Y
	}
	want := slices.DeleteFunc(slices.Clone(fresh), func(e Entry) bool { return !Bounds(e.Op).Overlaps(box) })
	if err := oracleCompare(slices.Collect(n.log.PaintIn(c.From, box)), want); err != nil {
		return fmt.Errorf("in %+v: %w", box, err)
	}
	return nil
}

// sound says what of a log does not fit together, signatures included if verify.
func sound(l *Log, verify bool) error {
	live, weight, pending := 0, 0, 0
	for i, s := range l.list {
		if l.sites[s.site] != s || s.index != uint32(i) || l.void[s.site] != nil {
			return fmt.Errorf("site %v is held wrongly", s.site)
		}
		if _, both := l.over.bySite[s.site]; both || s.site != l.own && s.have == s.dead {
			return fmt.Errorf("site %v is over, and held", s.site)
		}
		rows, t, c := s.dead, s.witness.t, s.base.chain()
		cur := cursor{of: s}
		for cur.seek(0); cur.ok; cur.next() {
			r := &cur.row
			if rows++; cur.n != rows || r.t <= t || r.t <= l.clear.T {
				return fmt.Errorf("site %v: entry %d stands at %d with time %d after %d", s.site, cur.n, rows, r.t, t)
			}
			t, c = r.t, c.next(r)
			if at, ok := s.chainAt(cur.n); !ok || at != c {
				return fmt.Errorf("site %v: chain(%d) is wrong", s.site, cur.n)
			}
			live, weight = live+1, weight+r.weight()
		}
		if rows != s.have || s.witness.t > l.clear.T || c != s.tip {
			return fmt.Errorf("site %v: ends at %d, not %d", s.site, rows, s.have)
		}
		if len(s.pending) > 0 {
			pending++
		}
		if err := s.marked(verify); err != nil {
			return fmt.Errorf("site %v: %w", s.site, err)
		}
	}
	if live != l.live || weight != l.weight || pending != l.pending || len(l.sites) != len(l.list) {
		return fmt.Errorf("%d live of weight %d, %d pending, counted %d, %d, %d", live, weight, pending, l.live, l.weight, l.pending)
	}
	return nil
}

// marked says what is wrong with the heads that are kept.
func (s *siteLog) marked(verify bool) error {
	last := uint32(0)
	for i, m := range s.heads {
		if m.n <= last && i > 0 || m.n < s.dead || m.n > s.vouched || !m.mile && i < len(s.heads)-1 {
			return fmt.Errorf("head %d of %d: n %d after %d", i, len(s.heads), m.n, last)
		}
		if c, ok := s.chainAt(m.n); !ok || c != m.chain || verify && !s.key.signed(headText(m.n, m.chain), m.sig) {
			return fmt.Errorf("the head at %d does not hold", m.n)
		}
		last = m.n
	}
	if s.vouched > s.dead && last != s.vouched {
		return fmt.Errorf("vouched to %d, and the last head is at %d", s.vouched, last)
	}
	return nil
}
