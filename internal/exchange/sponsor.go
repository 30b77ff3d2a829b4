package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

const (
	adoptTime  = 2 * time.Second // for the sponsor to log what a plain peer did
	redrawTime = time.Second     // after an undo, until plain peers are shown all again
)

// A sponsor logs what plain peers draw, and shows them what they missed.
type sponsor struct {
	*drawing
	near    *neighbours
	pen     adopter
	out     interface{ stuck(signaling.ID) bool }
	wire    Wire
	waiting []adoption // what plain peers did, and another sponsor should have logged
	showing bool       // a replay may be under way
}

// An adopter writes into the log what plain peers did.
type adopter interface {
	adopt(by signaling.ID, s canvas.Shape, now time.Time) (canvas.Entry, error)
	clear(t uint64, plain bool) (canvas.Clear, error)
}

// An adoption is something that a plain peer did, for a synced one to log.
type adoption struct {
	by    signaling.ID
	op    canvas.PlainOp // a Shape or a Clear
	heard time.Time
	t     uint64 // the same in the log: what a clear wipes was drawn up to then
}

// sponsors reports whether it is ours to log what plain peers do: the synced
// peer with the smallest site does. Nothing depends on all agreeing who that
// is: adopting twice is harmless, and what nobody adopts, everybody does.
func (s *sponsor) sponsors() bool {
	own := s.log.Site().String()
	for _, n := range s.near.synced {
		if n.site.String() < own {
			return false
		}
	}
	return true
}

// heard takes a message of a plain peer.
func (s *sponsor) heard(n *plain, data []byte, now time.Time) {
	if !n.admits(now) {
		if !n.lossTold {
			n.lossTold = true
			s.fault(n.id, ErrPace)
		}
		return
	}
	op, err := canvas.ParseOp(data)
	if errors.Is(err, canvas.ErrUnknown) {
		return
	}
	if err != nil {
		s.fault(n.id, err)
		return
	}
	n.older = n.older || older(data)
	a := adoption{by: n.id, heard: now, t: s.log.Next(s.ticks(now))}
	switch op := op.(type) {
	case canvas.Preview:
		s.events = append(s.events, Drawn{From: n.id, Op: op})
		return
	case canvas.Clear:
		a.op = op
	case canvas.Shape:
		a.op = canvas.Round(op)
	}
	switch {
	case s.sponsors():
		s.adopt(a, now)
	case !s.logged(a): // else the sponsor was quicker
		s.waiting = append(s.waiting, a)
	}
}

// logged reports whether the clear that counts has wiped what a plain peer did, or
// is what it did: the sponsor heard that at nearly the same time as we.
func (s *sponsor) logged(a adoption) bool {
	t := s.log.LastClear().T
	return a.t <= t || a.clears() && a.t-t < uint64(adoptTime/time.Millisecond)*canvas.TicksPerMilli
}

// clears reports whether it is a clear.
func (a adoption) clears() bool {
	_, clears := a.op.(canvas.Clear)
	return clears
}

// wiped notes that a clear counts from now on: what was heard before it and has not
// been logged is gone.
func (s *sponsor) wiped() { s.waiting = slices.DeleteFunc(s.waiting, s.logged) }

// older reports whether an operation is in the dialect of the tutorial's own
// page, which gives no names to events: it draws segments, and throws at anything
// else.
func older(data []byte) bool { return !bytes.Contains(data, []byte(`"event"`)) }

// adopt logs what a plain peer did.
func (s *sponsor) adopt(a adoption, now time.Time) {
	drawn := Drawn{From: a.by, Op: a.op}
	var err error
	if shape, ok := a.op.(canvas.Shape); ok {
		drawn.Entry, err = s.pen.adopt(a.by, shape, now)
		drawn.Op = drawn.Entry.Op
	} else {
		drawn.Op, err = s.pen.clear(a.t, false) // plain ones heard it from the plain one
	}
	if err != nil {
		s.refuse(a.by, err)
		return
	}
	if n := s.near.plain[a.by]; n != nil {
		n.refused = ""
	}
	s.events = append(s.events, drawn)
}

// ErrNotKept means that what a plain peer draws is not part of the drawing.
var ErrNotKept = errors.New("what it draws is not kept")

// refuse tells that what a plain peer draws is not written, once until that has
// changed.
func (s *sponsor) refuse(by signaling.ID, err error) {
	if n := s.near.plain[by]; n != nil {
		if n.refused == err.Error() {
			return
		}
		n.refused = err.Error()
	}
	s.fault(by, fmt.Errorf("%w: %w", ErrNotKept, err))
}

// adoptDue adopts what the sponsor has left for too long.
func (s *sponsor) adoptDue(now time.Time) {
	for len(s.waiting) > 0 && now.Sub(s.waiting[0].heard) >= adoptTime {
		a := s.waiting[0]
		s.waiting = s.waiting[1:]
		if s.logged(a) { // we have cleared ourselves since
			continue
		}
		if shape, ok := a.op.(canvas.Shape); !ok || !s.log.Adopted(string(a.by), shape) {
			s.adopt(a, now)
		}
	}
}

// show begins to show a plain peer the drawing, when that is due and ours to do.
// One that knows no clear is not shown it again, unless it missed something.
func (s *sponsor) show(n *plain, now time.Time) {
	if s.stale {
		n.redraw = now.Add(redrawTime)
	}
	missed := n.missed && !s.out.stuck(n.id) // of what we drew: who else should show it that
	if !missed && (n.redraw.IsZero() || now.Before(n.redraw) || !s.sponsors()) {
		return
	}
	n.missed = false
	again := n.shown || missed
	n.redraw, n.shown = time.Time{}, true
	if again && n.older && !missed {
		return
	}
	n.replay = newReplay(s.log, n.id, again)
	s.showing = true
	if again && !n.older {
		s.wire.Send(n.id, canvas.AppendOp(nil, canvas.Clear{}), true)
	}
	s.pumpTo(n)
}

// pump shows plain peers more, and reports whether there is more to come.
func (s *sponsor) pump() bool {
	if !s.showing { // most of the time
		return false
	}
	s.showing = false
	for _, n := range s.near.plain {
		s.pumpTo(n)
		s.showing = s.showing || n.replay != nil
	}
	return s.showing
}

func (s *sponsor) pumpTo(n *plain) {
	if n.replay != nil && n.replay.pump(s.log, s.wire) {
		n.replay = nil
	}
}
