package exchange

import (
	"errors"
	"time"

	"drawmesh/canvas"
)

// A hearing is of one message, whose lines are messages too.
type hearing struct {
	x       *Exchange
	n       *synced
	now     time.Time
	entries []canvas.Entry // that wait for their head
	refused bool           // some of the run were too many, so all of it is
}

func (h *hearing) line(data []byte) error {
	counted := uncounted
	if draws(data) {
		if counted = asOwn; forwards(data) {
			counted = asForwarded
		}
		if !h.admits(counted) {
			return nil
		}
	}
	if e, ok := canvas.ParseUsual(data); ok {
		h.x.restless = true
		return h.entry(e, counted)
	}
	m, err := ParseMessage(data)
	if errors.Is(err, canvas.ErrUnknown) {
		return nil // of a later version
	}
	if err != nil {
		h.refused, h.entries = true, h.entries[:0] // no head fits what is left
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

// A tally is how an operation has been taken into account.
type tally uint8

const (
	uncounted   tally = iota
	asOwn             // as the neighbour's own
	asForwarded       // as somebody else's
)

// admits takes one operation into account, and reports whether it may come.
func (h *hearing) admits(as tally) bool {
	if !h.refused {
		h.refused = as == asOwn && !h.n.admits(h.now) || as == asForwarded && !h.n.admitsForwarded(h.now)
	}
	if h.refused {
		h.entries = h.entries[:0]
	}
	return !h.refused
}

func (h *hearing) plain(m canvas.Plain, counted tally) error {
	if counted == asOwn || h.n.admits(h.now) {
		h.x.events = append(h.x.events, Drawn{From: h.n.id, Op: m.Op})
	}
	return nil
}

// entry keeps an entry until its head comes.
func (h *hearing) entry(e canvas.Entry, counted tally) error {
	if e.Site == (canvas.Site{}) {
		e.Site = h.n.site
	}
	as := asForwarded
	if e.Site == h.n.site {
		as = asOwn
	}
	if as != counted && !h.admits(as) {
		return nil
	}
	if len(h.entries) > 0 && h.entries[0].Site != e.Site {
		h.entries = h.entries[:0]
		h.refused = true
		return errRunless
	}
	h.entries = append(h.entries, e)
	return nil
}

// head takes in the entries that it covers.
func (h *hearing) head(m canvas.Head) error {
	entries, refused := h.entries, h.refused
	h.entries, h.refused = h.entries[:0], false
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
