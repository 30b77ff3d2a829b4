package peer

import (
	"cmp"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/exchange"
)

// nameTime is for how long after joining what was drawn before waits for the link
// to its author, which tells who that is.
const nameTime = 2 * time.Second

// report tells what has come of the drawing. What is not known to be whose yet
// waits, with all that follows it, unless all is to be told. p.mu is held.
func (p *Peer) report(all bool) {
	p.heard = append(p.heard, p.drawing.Events()...)
	for len(p.heard) > 0 {
		switch ev := p.heard[0].(type) {
		case exchange.Drawn:
			from := cmp.Or(ev.From, p.drawing.Author(ev.Entry))
			if ev.Old && from == "" && !all && p.meets() {
				return
			}
			p.tell(Drawn{
				From: from, Name: p.roster.names[from], Old: ev.Old,
				Op: ev.Op, Stroke: ev.Entry.Stroke(), Entry: ev.Entry,
			})
		case exchange.Lied:
			p.tell(Lied{From: ev.Peer, Name: p.roster.names[ev.Peer], Proof: ev.Proof})
		case exchange.Fault:
			p.tell(Fault{Peer: ev.Peer, Name: p.roster.names[ev.Peer], Err: ev.Err})
		}
		p.heard = p.heard[1:]
	}
	p.heard = nil
}

// meets reports whether we have just come, and are still being linked to those who
// were here. p.mu is held.
func (p *Peer) meets() bool {
	if p.caughtUp || p.roster.tried() || len(p.heard) >= maxWaiting {
		return false
	}
	return p.joined.IsZero() || time.Since(p.joined) < nameTime
}

// tell tells of an event.
func (p *Peer) tell(ev Event) {
	if p.opts.Trace != nil {
		p.opts.Trace(ev)
	}
	p.feed.put(ev)
}

// wrote traces an entry of our own. Of what we adopt, an event tells. p.mu is held.
func (p *Peer) wrote(e canvas.Entry) {
	if p.opts.Trace != nil && e.By == "" {
		p.opts.Trace(Drawn{From: p.ID(), Name: p.opts.Name, Op: e.Op, Stroke: e.Stroke(), Entry: e})
	}
}
