package exchange

import (
	"bytes"
	"errors"
	"iter"
	"slices"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// Heard takes a message from a neighbour.
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
	told := false // one fault for all that came together is enough to tell
	for message := range n.messages(data) {
		if err := x.heardText(n, message, now); err != nil && !told {
			told = true
			x.fault(id, err)
		}
	}
}

// messages parts what a neighbour said.
func (n *synced) messages(data []byte) iter.Seq[[]byte] {
	if !n.lines {
		return slices.Values([][]byte{data})
	}
	return bytes.SplitSeq(data, []byte{'\n'})
}

func (x *Exchange) heardText(n *synced, data []byte, now time.Time) error {
	counted := draws(data)
	if counted && !n.admits(now) {
		return nil
	}
	m, err := ParseMessage(data)
	if errors.Is(err, canvas.ErrUnknown) {
		return nil // of a later version
	}
	if err != nil {
		return err
	}
	switch m.(type) {
	case canvas.Entry, canvas.Plain:
		if !counted && !n.admits(now) {
			return nil
		}
	}
	if _, idle := m.(Ping); !idle {
		x.restless = true
	}
	switch m := m.(type) {
	case canvas.Entry:
		if m.Site == (canvas.Site{}) {
			m.Site = n.site
		}
		if err := x.take.add(n, m, now); err != nil {
			x.fault(n.id, err)
		}
	case canvas.Plain:
		x.events = append(x.events, Drawn{From: n.id, Op: m.Op})
	case Have:
		x.heardHave(n, m, now)
	case Want:
		if err := x.answers.wanted(n, m); err != nil {
			x.fault(n.id, err)
		}
	case Sums:
		if err := x.settle.heard(n, m, now); err != nil {
			x.fault(n.id, err)
		}
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
func (x *Exchange) heardHave(n *synced, m Have, now time.Time) {
	if err := n.claims(x.log, m.Have, m.Dead, now); err != nil {
		x.fault(n.id, err)
		return
	}
	n.sum = m.Sum
	if m.More {
		return
	}
	if !n.known {
		x.take.met(n)
	}
	n.known, n.holds = true, m.Sum
	if own := (canvas.Vector{n.site: n.have[n.site]}); !x.log.Covers(own, nil) {
		n.gap = true // what it sent itself has come before that
	}
	x.pull.answered(n)
	x.settle.suspect(n, now)
	x.pull.ask(now)
}

// heardFrame takes in a frame of entries.
func (x *Exchange) heardFrame(n *synced, data []byte, now time.Time) {
	if !n.admitsFrame(now) {
		return
	}
	x.pull.pulled[n.id] += len(data)
	size := x.log.Len()
	worthless, err := x.take.frame(data, now)
	if errors.Is(err, canvas.ErrUnknown) {
		return // of a later version
	}
	n.merged(x.log.Len()-size, now)
	if err != nil {
		x.fault(n.id, err)
	}
	if worthless {
		x.wire.Reset(n.id, err)
		return
	}
	x.pull.came(n, now)
	x.settle.collect(n, data, now)
}
