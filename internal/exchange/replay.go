package exchange

import (
	"math"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

const (
	replayOps   = 1 << 17   // that a plain peer is shown at most, the latest; no fewer again, for it clears before
	replayBytes = 256 << 10 // of them may wait
)

// A replay is what a plain peer is still to see: what is painted from next to
// last. It is read from the log as it is sent, for a copy of a large drawing for
// everybody who asks would take more memory than the drawing.
type replay struct {
	to         signaling.ID
	next, last canvas.Key
	again      bool // it was shown the drawing before: also what it drew itself
}

// newReplay is the latest of the drawing, as much as a plain peer is shown.
func newReplay(log *canvas.Log, to signaling.ID, again bool) *replay {
	p, ops := &replay{to: to, again: again}, 0
	for e := range log.Paint(canvas.Key{}) {
		ops += p.sides(e)
		p.last = e.Key()
	}
	if ops <= replayOps {
		return p
	}
	for e := range log.Paint(canvas.Key{}) {
		if p.next = e.Key(); ops <= replayOps {
			break
		}
		ops -= p.sides(e)
	}
	return p
}

// sides is how many operations show an entry to the plain peer.
func (p *replay) sides(e canvas.Entry) int {
	if !p.shows(e) {
		return 0
	}
	return len(segments(e.Op))
}

// shows reports whether an entry is new to the plain peer, which did not draw it.
func (p *replay) shows(e canvas.Entry) bool { return p.again || e.By != string(p.to) }

// pump sends some of it, and reports whether that was all.
func (p *replay) pump(log *canvas.Log, wire Wire) bool {
	for e := range log.Paint(p.next) {
		if e.Key().Compare(p.last) > 0 {
			break
		}
		if p.next = e.Key(); wire.Queued(p.to) >= replayBytes {
			return false
		}
		if !p.shows(e) {
			continue
		}
		for _, op := range segments(e.Op) {
			wire.Send(p.to, canvas.AppendOp(nil, op), true)
		}
	}
	return true
}

// segments is op for pages that may know nothing else. A rectangle has four
// sides; what has no pixels has none.
func segments(op canvas.Op) []canvas.Segment {
	if s, ok := op.(canvas.Segment); ok {
		return []canvas.Segment{s}
	}
	rect, ok := op.(canvas.Rect)
	if !ok {
		return nil
	}
	a, c := rect.Origin, canvas.Point{X: rect.Origin.X + rect.Width, Y: rect.Origin.Y + rect.Height}
	b, d := canvas.Point{X: c.X, Y: a.Y}, canvas.Point{X: a.X, Y: c.Y}
	force := math.Pow(rect.LineWidth/2, 0.25)
	side := func(from, to canvas.Point) canvas.Segment {
		return canvas.Segment{From: from, To: to, Force: force, Color: rect.Color}
	}
	return []canvas.Segment{side(a, b), side(b, c), side(c, d), side(d, a)}
}
