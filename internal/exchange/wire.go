package exchange

import (
	"drawmesh/signaling"
)

// A Wire carries messages to neighbours. It does not wait. The data must not
// change afterwards.
type Wire interface {
	// Send reports whether the link is open. A message is text or binary.
	Send(to signaling.ID, data []byte, text bool) bool

	// Queued is how many bytes the neighbour has not acknowledged yet.
	Queued(id signaling.ID) int

	// Reset makes the link anew.
	Reset(id signaling.ID, cause error)
}
