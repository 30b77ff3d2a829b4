package peer

import (
	"bytes"
	"errors"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
)

const (
	adoptTime  = 2 * time.Second // for the sponsor to log what a plain peer did
	redrawTime = time.Second     // after an undo, until plain peers are shown all again
)

// An adoption is something that a plain peer did, for a synced one to log.
type adoption struct {
	by    *neighbour
	op    canvas.Op
	heard time.Time
}

// sponsor reports whether it is ours to log what plain peers do: the synced
// peer with the smallest site does. Nothing depends on all agreeing who that
// is: adopting twice is harmless, and what nobody adopts, everybody does.
func (r *replica) sponsor() bool {
	own := r.log.Site()
	for _, n := range r.neighbours {
		if !n.plain() && n.site.String() < own.String() {
			return false
		}
	}
	return true
}

// heardPlain takes a message of a plain peer.
func (r *replica) heardPlain(n *neighbour, data []byte, now time.Time) {
	if !n.admits(now) {
		if !n.lossTold {
			n.lossTold = true
			r.fault(n, errPace)
		}
		return
	}
	op, err := canvas.ParseOp(data)
	if errors.Is(err, canvas.ErrUnknown) {
		return
	}
	if err != nil {
		r.fault(n, err)
		return
	}
	n.older = n.older || older(data)
	if _, ok := op.(canvas.Preview); ok {
		r.events = append(r.events, Drawn{From: n.id, Op: op})
		return
	}
	a := adoption{n, canvas.Round(op), now}
	if !r.sponsor() {
		r.waiting = append(r.waiting, a)
		return
	}
	r.adopt(a, now)
}

// older reports whether an operation is in the dialect of the tutorial's own
// page, which gives no names to events: it draws segments, and throws at anything
// else.
func older(data []byte) bool { return !bytes.Contains(data, []byte(`"event"`)) }

// adopt logs what a plain peer did.
func (r *replica) adopt(a adoption, now time.Time) {
	if _, ok := a.op.(canvas.Clear); ok {
		entries, err := r.clear(false, now) // plain ones heard it from the plain one
		if err != nil {
			r.fault(a.by, err)
		}
		for _, e := range entries {
			r.events = append(r.events, Drawn{From: a.by.id, Op: e.Op, Entry: e})
		}
		return
	}
	e, err := r.log.Adopt(string(a.by.id), a.op)
	if err != nil {
		r.fault(a.by, err)
		return
	}
	r.painted(e)
	r.send(e, false, now)
	r.events = append(r.events, Drawn{From: a.by.id, Op: e.Op, Entry: e})
}

// adoptDue adopts what the sponsor has left for too long.
func (r *replica) adoptDue(now time.Time) {
	for len(r.waiting) > 0 && now.Sub(r.waiting[0].heard) >= adoptTime {
		a := r.waiting[0]
		r.waiting = r.waiting[1:]
		done := r.log.Adopted(string(a.by.id), a.op)
		if _, ok := a.op.(canvas.Clear); ok {
			done = !r.cleared.Before(a.heard)
		} else if r.cleared.After(a.heard) {
			done = true // whatever there was of it is gone
		}
		if !done {
			r.adopt(a, now)
		}
	}
}

// outdated notes a change that plain peers cannot make themselves, an undo or a
// clear that not everything fell to: they will be shown all again.
func (r *replica) outdated(op canvas.Op) {
	if _, ok := op.(canvas.Clear); !ok || r.log.Len() > 1 {
		r.stale = true
	}
}

// show begins to show a plain peer the drawing, when that is due and ours to do.
// One that knows no clear is not shown it again, unless it missed something.
func (r *replica) show(n *neighbour, now time.Time) {
	if r.stale {
		n.redraw = now.Add(redrawTime)
	}
	missed := n.missed && !r.stuck(n) // of what we drew: who else should show it that
	if !missed && (n.redraw.IsZero() || now.Before(n.redraw) || !r.sponsor()) {
		return
	}
	n.missed = false
	again := n.known || missed
	n.redraw, n.known = time.Time{}, true
	if again && n.older && !missed {
		return
	}
	n.replay = r.newReplay(n, again)
	r.serving = true
	if again && !n.older {
		r.wire.Send(n.id, mesh.Message{Data: canvas.AppendOp(nil, canvas.Clear{}), Text: true})
	}
	r.pump(n)
}
