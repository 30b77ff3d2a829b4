package exchange

import (
	"fmt"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

const (
	compareTime = 2 * time.Second  // until heads are told again; twice as long each time
	maxCompare  = 64 * time.Second // but no longer than that
)

// A DisagreementError means that a peer says to hold as much as we do and yet
// another drawing, and that no two heads tell why: it has a fault, or lies.
type DisagreementError struct {
	Peer         signaling.ID
	Ours, Theirs canvas.Digest
}

func (e *DisagreementError) Error() string {
	return fmt.Sprintf("it says to hold another drawing although nothing is missing: its sum is %v, ours %v", e.Theirs, e.Ours)
}

// A dispute is what became of a neighbour that holds another drawing.
type dispute struct {
	compared time.Time     // when it was told our heads last
	wait     time.Duration // until the next time
	told     bool          // to people
}

// A comparer tells our newest heads to a neighbour that holds as much as we do, and
// yet another drawing: if a site has told us two stories, two heads do not fit, and
// whoever sees that has the proof.
type comparer struct {
	*drawing
	near *neighbours
	wire Wire
}

// look compares, if that is due.
func (c *comparer) look(n *synced, now time.Time) {
	if !n.differs(c.log) {
		if n.holds == c.log.Digest() {
			n.dispute = dispute{}
		}
		return
	}
	if now.Sub(n.compared) < n.wait {
		return
	}
	if n.wait >= maxCompare/4 && !n.dispute.told {
		n.dispute.told = true
		c.fault(n.id, &DisagreementError{n.id, c.log.Digest(), n.holds})
	}
	n.compared, n.wait = now, min(max(2*n.wait, compareTime), maxCompare)
	c.verify()
	for frame := range c.log.HeadFrames() {
		c.wire.Send(n.id, frame, false)
	}
}
