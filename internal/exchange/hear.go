package exchange

import (
	"bytes"
	"errors"
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
	h := hearing{x: x, n: n, now: now}
	var fault error // one for all that came together is enough to tell
	for line := range bytes.SplitSeq(data, []byte{'\n'}) {
		if err := h.line(line); err != nil && fault == nil {
			fault = err
		}
	}
	if len(h.entries) > 0 && fault == nil {
		fault = errRunless
	}
	if fault != nil {
		x.fault(id, fault)
	}
}

// A hearing is of one message, whose lines are messages too.
type hearing struct {
	x       *Exchange
	n       *synced
	now     time.Time
	entries []canvas.Entry // that wait for their head
	refused bool           // some of the run were too many, so all of it is
}

func (h *hearing) line(data []byte) error {
	counted := draws(data)
	if counted && !h.admits() {
		return nil
	}
	m, err := ParseMessage(data)
	if errors.Is(err, canvas.ErrUnknown) {
		return nil // of a later version
	}
	if err != nil {
		h.refused, h.entries = true, nil // no head fits what is left
		return err
	}
	if _, idle := m.(Ping); !idle {
		h.x.restless = true
	}
	switch m := m.(type) {
	case canvas.Entry:
		return h.entry(m, counted)
	case canvas.Head:
		return h.head(m)
	case canvas.Plain:
		return h.plain(m, counted)
	case canvas.Clear:
		return h.x.take.clear(h.n, m, h.now)
	}
	return h.x.said(h.n, m, h.now)
}

// admits takes one operation into account, and reports whether it may come.
func (h *hearing) admits() bool {
	if h.refused = h.refused || !h.n.admits(h.now); h.refused {
		h.entries = nil
	}
	return !h.refused
}

func (h *hearing) plain(m canvas.Plain, counted bool) error {
	if counted || h.n.admits(h.now) {
		h.x.events = append(h.x.events, Drawn{From: h.n.id, Op: m.Op})
	}
	return nil
}

// entry keeps an entry until its head comes.
func (h *hearing) entry(e canvas.Entry, counted bool) error {
	if !counted && !h.admits() {
		return nil
	}
	if e.Site == (canvas.Site{}) {
		e.Site = h.n.site
	}
	if len(h.entries) > 0 && h.entries[0].Site != e.Site {
		h.entries = nil
		h.refused = true
		return errRunless
	}
	h.entries = append(h.entries, e)
	return nil
}

// head takes in the entries that it covers.
func (h *hearing) head(m canvas.Head) error {
	entries, refused := h.entries, h.refused
	h.entries, h.refused = nil, false
	if refused || len(entries) == 0 {
		return nil // as if they had not come
	}
	if m.Site == (canvas.Site{}) {
		m.Site = h.n.site
	}
	if m.Site != entries[0].Site {
		return errRunless
	}
	if m.Site != h.n.site && !h.x.near.limitOf(m.Site, h.x.rate).AllowN(h.now, len(entries)) {
		return nil
	}
	return h.x.take.run(h.n, entries, m, h.now)
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
