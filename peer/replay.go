package peer

import (
	"math"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
)

const (
	replayOps   = 1 << 17   // that a plain peer is shown at most, the latest; no fewer again, for it clears before
	replayBytes = 256 << 10 // of them may wait
)

// A replay is what a plain peer is still to see: what is painted from next to
// last. It is read from the log as it is sent, for a copy of a large drawing for
// everybody who asks would take more memory than the drawing.
type replay struct {
	next, last canvas.Key
	again      bool // it was shown the drawing before: also what it drew itself
}

// newReplay is the latest of the drawing, as much as a plain peer is shown.
func (r *replica) newReplay(n *neighbour, again bool) *replay {
	p, ops := &replay{again: again}, 0
	for e := range r.log.Paint(canvas.Key{}) {
		ops += p.sides(n, e)
		p.last = e.Key()
	}
	if ops <= replayOps {
		return p
	}
	for e := range r.log.Paint(canvas.Key{}) {
		if p.next = e.Key(); ops <= replayOps {
			break
		}
		ops -= p.sides(n, e)
	}
	return p
}

// sides is how many operations show an entry to a plain peer.
func (p *replay) sides(n *neighbour, e canvas.Entry) int {
	if !p.shows(n, e) {
		return 0
	}
	return len(segments(e.Op))
}

// shows reports whether an entry is new to a plain peer, which did not draw it.
func (p *replay) shows(n *neighbour, e canvas.Entry) bool { return p.again || e.By != string(n.id) }

// pumpReplay sends a plain peer some of what it is still to see.
func (r *replica) pumpReplay(n *neighbour) {
	if n.replay == nil {
		return
	}
	for e := range r.log.Paint(n.replay.next) {
		if e.Key().Compare(n.replay.last) > 0 {
			break
		}
		if n.replay.next = e.Key(); r.wire.Queued(n.id) >= replayBytes {
			return
		}
		if !n.replay.shows(n, e) {
			continue
		}
		for _, op := range segments(e.Op) {
			r.wire.Send(n.id, mesh.Message{Data: canvas.AppendOp(nil, op), Text: true})
		}
	}
	n.replay = nil
}

// segments is op for pages that may know nothing else. A rectangle has four
// sides; what has no pixels has none.
func segments(op canvas.Op) []canvas.Op {
	if s, ok := op.(canvas.Segment); ok {
		return []canvas.Op{s}
	}
	rect, ok := op.(canvas.Rect)
	if !ok {
		return nil
	}
	a, c := rect.Origin, canvas.Point{X: rect.Origin.X + rect.Width, Y: rect.Origin.Y + rect.Height}
	b, d := canvas.Point{X: c.X, Y: a.Y}, canvas.Point{X: a.X, Y: c.Y}
	force := math.Pow(rect.LineWidth/2, 0.25)
	side := func(from, to canvas.Point) canvas.Op {
		return canvas.Segment{From: from, To: to, Force: force, Color: rect.Color}
	}
	return []canvas.Op{side(a, b), side(b, c), side(c, d), side(d, a)}
}
