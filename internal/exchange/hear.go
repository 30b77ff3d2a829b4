package exchange

import (
	"bytes"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// Heard takes a message from a neighbour. It keeps nothing of data.
func (x *Exchange) Heard(id signaling.ID, data []byte, text bool, now time.Time) {
	if n := x.near.plain[id]; n != nil && text {
		x.restless = true
		x.sponsor.heard(n, data, now)
	}
	n := x.near.synced[id]
	if n == nil {
		return
	}
	n.heard, n.spoke = now, now
	if !text {
		x.restless = true
		x.heardFrame(n, data, now)
		return
	}
	h := hearing{x: x, n: n, now: now, entries: x.entries[:0]}
	var fault error // one for all that came together is enough to tell
	for line := range bytes.SplitSeq(data, []byte{'\n'}) {
		if err := h.line(line); err != nil && fault == nil {
			fault = err
		}
	}
	if len(h.entries) > 0 && fault == nil {
		fault = errRunless
	}
	x.entries = h.entries
	if fault != nil {
		x.fault(id, fault)
	}
}

// said takes what a neighbour says about itself.
func (x *Exchange) said(n *synced, m Message, now time.Time) error {
	switch m := m.(type) {
	case Have:
		return x.heardHave(n, m, now)
	case Want:
		return x.answers.wanted(n, m)
	case Ping:
		n.sum = m.Sum
		x.life.answer(n, now)
	case Bye:
		n.leaves = true
		x.pull.forsake(n.id)
	}
	return nil
}

// heardHave notes what a neighbour says it holds.
func (x *Exchange) heardHave(n *synced, m Have, now time.Time) error {
	if err := n.claims(x.log, m, now); err != nil {
		return err
	}
	if m.Clear != (canvas.Clear{}) {
		if err := x.take.clear(n, m.Clear, now); err != nil {
			return err
		}
	}
	n.sum = m.Sum
	if m.More {
		return nil
	}
	if !n.known {
		x.take.met(n)
	}
	n.known, n.holds = true, m.Sum
	if have, _ := x.log.Holds(n.site); have < n.have[n.site] {
		n.gap = true // what it sent itself has come before that
	}
	x.pull.answered(n)
	x.compare.look(n, now)
	x.pull.ask(now)
	return nil
}

// heardFrame takes in a frame.
func (x *Exchange) heardFrame(n *synced, data []byte, now time.Time) {
	if !n.admitsFrame(now) {
		return
	}
	x.pull.pulled[n.id] += len(data)
	size := x.log.Len()
	worthless, err := x.take.frame(n, data, now)
	n.merged(x.log.Len()-size, now)
	if err != nil {
		x.fault(n.id, err)
	}
	if worthless {
		x.wire.Reset(n.id, err)
		return
	}
	x.pull.came(n, x.log.Len() != size, now)
}
