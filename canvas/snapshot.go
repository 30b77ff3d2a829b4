package canvas

import (
	"iter"
	"maps"
)

// A Snapshot is the picture of a log at a moment: it can be painted while the
// log changes. It shares with the log what that never writes twice, encoded
// rows above all, so that one that is taken again and again costs little but
// what is new. The zero Snapshot is that of an empty log.
//
// It is for one goroutine at a time.
type Snapshot struct {
	log    *Log // never told of anything but by Take
	of     *Log
	losses uint64 // of it
}

// Take makes s the picture of l as it is now.
func (s *Snapshot) Take(l *Log) {
	if s.of != l || s.losses != l.losses {
		*s = Snapshot{log: newLog(), of: l, losses: l.losses}
		s.log.adopted, s.log.names = maps.Clone(l.adopted), maps.Clone(l.names)
		for _, from := range l.list {
			to := s.log.open(base{site: from.site})
			to.share(from)
			to.toggles = maps.Clone(from.toggles)
		}
	}
	s.log.live = l.live
	for i, from := range l.list {
		if i == len(s.log.list) {
			s.log.open(base{site: from.site})
		}
		to := s.log.list[i]
		first := to.have + 1
		to.share(from)
		to.note(first)
	}
}

// Len is how many live entries the log held.
func (s *Snapshot) Len() int {
	if s.log == nil {
		return 0
	}
	return s.log.live
}

// Paint is what [Log.Paint] was when s was taken.
func (s *Snapshot) Paint(from Key) iter.Seq[Entry] { return s.picture().Paint(from) }

// PaintIn is what [Log.PaintIn] was when s was taken.
func (s *Snapshot) PaintIn(from Key, box Box) iter.Seq[Entry] { return s.picture().PaintIn(from, box) }

func (s *Snapshot) picture() *Log {
	if s.log == nil {
		return &Log{}
	}
	return s.log
}

// share makes s hold the rows that from does. Both may append to them: what is
// appended to one lies beyond the end of the other, and a log that drops rows
// copies those that it keeps.
func (s *siteLog) share(from *siteLog) {
	s.have, s.dead = from.have, from.dead
	s.blocks, s.tail = from.blocks, from.tail
}

// note takes note of what the rows from first on do to others.
func (s *siteLog) note(first uint32) {
	c := cursor{of: s}
	for c.seek(first); c.ok; {
		if c.block < len(s.blocks) && !s.blocks[c.block].acts {
			b := &s.blocks[c.block]
			c.seek(b.first + b.rows)
			continue
		}
		switch r := &c.row; {
		case r.kind == kindUndo || r.kind == kindRedo:
			s.set(r.k, toggle{c.n, r.kind == kindUndo})
		case r.by != "":
			s.log.intern(r.by)
			s.log.adopt(s, c.n, r)
		}
		c.next()
	}
}
