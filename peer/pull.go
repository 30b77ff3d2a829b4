package peer

import (
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// For some time after the first pull the same neighbour is asked for whatever is
// missing, though it may have to be asked again: then one is enough for who comes
// late.
const (
	stickyTime  = 10 * time.Second
	stickyTries = 5
)

// A pull is a request for what we lack, to one neighbour at a time.
type pull struct {
	from     signaling.ID // empty: none
	progress time.Time
	over     bool      // it has said that we hold all that it does
	gave     bool      // it had something
	vain     int       // times in sequence that it had nothing, before
	first    time.Time // when the first of all pulls began
}

// ask pulls what we lack from one neighbour that has it. What is merely on its
// way gets a moment to arrive.
func (r *replica) ask(now time.Time) {
	source := r.source(now)
	if n := r.neighbours[r.pull.from]; n != nil && !r.pull.over {
		if source == nil && r.complete() || now.Sub(r.pull.progress) < pullTime {
			return
		}
		n.gap = false
		n.claimed = now // others go first
		r.pull.from = ""
		source = r.source(now)
	}
	if source == nil {
		return
	}
	if r.pull.first.IsZero() {
		r.pull.first = now
	}
	last := r.neighbours[r.pull.from]
	vain := 0
	if last != nil && now.Sub(r.pull.first) < stickyTime && r.pull.vain < stickyTries {
		if !r.pull.gave {
			if now.Sub(r.pull.progress) < graceTime/2 {
				return // it may be on its way there
			}
			vain = r.pull.vain + 1
		}
		source = last
	}
	r.pull = pull{from: source.id, progress: now, first: r.pull.first, vain: vain}
	r.want(source, canvas.Want{Have: r.log.Have(), Dead: r.log.Dead()})
}

// lacks reports whether a neighbour has said to hold what we do not. Once we have
// caught up, we have until it says more.
func (r *replica) lacks(n *neighbour) bool {
	n.ahead = n.ahead && !r.log.Covers(n.have, n.dead)
	return n.ahead
}

// source is who has longest had what we lack, if it is time to ask for that.
func (r *replica) source(now time.Time) (source *neighbour) {
	for _, n := range r.neighbours {
		if n.plain() || n.leaves || !r.lacks(n) {
			n.gap = false
			continue
		}
		hurry := n.gap || n.known && r.version == 0
		if (hurry || now.Sub(n.claimed) >= graceTime) && (source == nil || n.claimed.Before(source.claimed)) {
			source = n
		}
	}
	return source
}

// answered ends the pull if a neighbour has just said to hold no more than we
// do, and confirms that: it may wait for us.
func (r *replica) answered(n *neighbour) {
	if r.pull.from == n.id && !r.pull.over && !r.lacks(n) {
		r.pull.over = true
		if n.told != r.version {
			r.tell(n)
		}
	}
}

// want asks a neighbour for what w does not cover.
func (r *replica) want(n *neighbour, w canvas.Want) {
	for _, m := range w.Split() {
		r.wire.Send(n.id, mesh.Message{Data: canvas.AppendMessage(nil, m), Text: true})
	}
}

// pump sends a neighbour frames of what it asked for, a few at a time.
func (r *replica) pump(n *neighbour) {
	for n.answer != nil && r.wire.Queued(n.id) < answerBytes {
		frame := r.log.NextFrame(n.answer.Have, n.answer.Dead)
		if frame == nil {
			n.answer = nil
			r.tell(n) // which says that this was all
		} else if !r.wire.Send(n.id, mesh.Message{Data: frame}) {
			n.answer = nil
		}
	}
	r.pumpReplay(n)
}

// pumpAll pumps to everybody, and reports whether there is more to come.
func (r *replica) pumpAll() bool {
	if !r.serving { // most of the time
		return false
	}
	r.serving = false
	for _, n := range r.neighbours {
		r.pump(n)
		r.serving = r.serving || n.answer != nil || n.replay != nil
	}
	return r.serving
}
