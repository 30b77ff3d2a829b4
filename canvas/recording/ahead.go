package recording

import (
	"errors"
	"io"
	"time"

	"drawmesh/canvas"
)

// An openSource is a source that is being read.
type openSource struct {
	*Reader
	file io.Closer
	name string

	ahead   []Timed // what was read last: a record, or the beginning of a recording
	stamped int     // of these, those that have a time
	at      int     // the next one
	ended   bool

	started time.Time // the recording
	last    time.Time // the time of the last one that has one
}

// maxAhead bounds how far a recording is read to see when what it tells of begins.
const maxAhead = 1 << 12

// advance goes on to the next record, if there is one. What is wrong it tells, which
// reports whether to go on in spite of it: if not, the source has not ended.
func (s *openSource) advance(tell func(error) bool) bool {
	for s.at++; s.at >= len(s.ahead); {
		s.ahead, s.stamped, s.at = s.ahead[:0], 0, 0
		if s.ended || !s.fill(tell) {
			return false
		}
	}
	return true
}

// next is the next record.
func (s *openSource) next() *Timed { return &s.ahead[s.at] }

// fill reads a record, or the beginning of a recording up to the first thing that it
// tells of: what is before that has no time of its own.
func (s *openSource) fill(tell func(error) bool) (goOn bool) {
	for begins := false; ; {
		rec, goOn := s.read(tell)
		if !goOn {
			return false
		}
		at, timed := s.timeOf(rec)
		h, header := rec.(Header)
		if begins && (timed || header || s.ended || len(s.ahead) == maxAhead) {
			begins = false
			first := s.started
			if timed && at.Before(first) {
				first = at
			}
			s.stamp(first)
		}
		if s.ended {
			return true
		}
		s.ahead = append(s.ahead, Timed{Record: rec, Source: s.name, Line: s.Line()})
		if header {
			s.started, begins = h.Started, true
		} else if !begins {
			s.stamp(at)
			return true
		}
	}
}

// read reads a record, unless the source has ended.
func (s *openSource) read(tell func(error) bool) (rec Record, goOn bool) {
	for {
		rec, err := s.Next()
		switch {
		case err == nil:
			return rec, true
		case err == io.EOF:
			s.ended = true
			return nil, true
		case !tell(err) || !errors.As(err, new(*LineError)):
			return nil, false
		}
	}
}

// stamp gives what was read since it did so last a time, which is no earlier than
// that was.
func (s *openSource) stamp(at time.Time) {
	if at.After(s.last) {
		s.last = at
	}
	for ; s.stamped < len(s.ahead); s.stamped++ {
		s.ahead[s.stamped].At = s.last
	}
}

// timeOf is the time of a record that has one.
func (s *openSource) timeOf(rec Record) (at time.Time, ok bool) {
	switch rec := rec.(type) {
	case Op:
		at = s.started.Add(rec.At)
		if rec.Entry.N > 0 && !ofFirst(rec.Entry.Site) {
			return drawnAt(rec.Entry.T, at), true
		}
	case Clear:
		at = s.started.Add(rec.At)
		if rec.Clear != (canvas.Clear{}) {
			return drawnAt(rec.Clear.T, at), true
		}
	case Lie:
		at = s.started.Add(rec.At)
	case Check:
		at = s.started.Add(rec.At)
	default:
		return at, false
	}
	return at, true
}

// drawnAt is when something was drawn that the recorder heard of at a time: its
// author says so, and that is believed unless it is later.
func drawnAt(ticks uint64, heard time.Time) time.Time {
	if at := canvas.TimeOf(ticks); at.Before(heard) {
		return at
	}
	return heard
}
