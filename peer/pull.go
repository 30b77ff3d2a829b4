package peer

import (
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// A pull is a request for what we lack, to one neighbour at a time.
type pull struct {
	from     signaling.ID // empty: none
	progress time.Time
}

// ask pulls what we lack from one neighbour that has it. What is merely on its
// way gets a moment to arrive.
func (r *replica) ask(now time.Time) {
	if n := r.neighbours[r.pull.from]; n != nil {
		if !r.log.Covers(n.have, n.dead) && now.Sub(r.pull.progress) < pullTime {
			return
		}
		n.gap = false
		n.claimed = now // others go first
	}
	r.pull = pull{}
	var source *neighbour
	for _, n := range r.neighbours {
		if n.plain() || r.log.Covers(n.have, n.dead) {
			n.gap = false
			continue
		}
		hurry := n.gap || n.known && r.version == 0
		if (hurry || now.Sub(n.claimed) >= graceTime) && (source == nil || n.claimed.Before(source.claimed)) {
			source = n
		}
	}
	if source == nil {
		return
	}
	r.pull = pull{source.id, now}
	r.want(source, canvas.Want{Have: r.log.Have(), Dead: r.log.Dead()})
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
		if frame == nil || !r.wire.Send(n.id, mesh.Message{Data: frame}) {
			n.answer = nil
		}
	}
	for len(n.replay) > 0 && r.wire.Queued(n.id) < replayBytes {
		r.wire.Send(n.id, mesh.Message{Data: canvas.AppendOp(nil, n.replay[0]), Text: true})
		n.replay = n.replay[1:]
	}
}

// busy reports whether there is something to pump.
func (r *replica) busy() bool {
	for _, n := range r.neighbours {
		if n.answer != nil || len(n.replay) > 0 {
			return true
		}
	}
	return false
}

// pumpAll pumps to everybody.
func (r *replica) pumpAll() {
	for _, n := range r.neighbours {
		r.pump(n)
	}
}
