package exchange

import (
	"bytes"
	"errors"
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
	cleared time.Time  // when a clear last came
	showing bool       // a replay may be under way
}

// An adopter writes into the log what plain peers did.
type adopter interface {
	adopt(by signaling.ID, s canvas.Shape, now time.Time) (canvas.Entry, error)
	clear(plain bool, now time.Time) ([]canvas.Entry, error)
}

// An adoption is something that a plain peer did, for a synced one to log.
type adoption struct {
	by    signaling.ID
	op    canvas.LogOp // a Shape or a Clear
	heard time.Time
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
	a := adoption{by: n.id, heard: now}
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
	case !a.clears() || now.Sub(s.cleared) >= adoptTime: // else the sponsor was quicker
		s.waiting = append(s.waiting, a)
	}
}

// clears reports whether it is a clear.
func (a adoption) clears() bool {
	_, clears := a.op.(canvas.Clear)
	return clears
}

// wiped notes that a clear came: whatever there was before it is gone. If a plain
// peer's clear is waited for, it is taken to be that.
func (s *sponsor) wiped(now time.Time) {
	s.cleared = now
	last := slices.IndexFunc(s.waiting, adoption.clears)
	if last < 0 {
		last = len(s.waiting) - 1
	}
	s.waiting = s.waiting[last+1:]
}

// older reports whether an operation is in the dialect of the tutorial's own
// page, which gives no names to events: it draws segments, and throws at anything
// else.
func older(data []byte) bool { return !bytes.Contains(data, []byte(`"event"`)) }

// adopt logs what a plain peer did.
func (s *sponsor) adopt(a adoption, now time.Time) {
	var entries []canvas.Entry
	var err error
	if shape, ok := a.op.(canvas.Shape); ok {
		var e canvas.Entry
		if e, err = s.pen.adopt(a.by, shape, now); err == nil {
			entries = []canvas.Entry{e}
		}
	} else {
		entries, err = s.pen.clear(false, now) // plain ones heard it from the plain one
	}
	if err != nil {
		s.fault(a.by, err)
	}
	for _, e := range entries {
		s.events = append(s.events, Drawn{From: a.by, Op: e.Op, Entry: e})
	}
}

// adoptDue adopts what the sponsor has left for too long.
func (s *sponsor) adoptDue(now time.Time) {
	for len(s.waiting) > 0 && now.Sub(s.waiting[0].heard) >= adoptTime {
		a := s.waiting[0]
		s.waiting = s.waiting[1:]
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
