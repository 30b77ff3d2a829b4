package mesh

import "drawmesh/signaling"

// Bounds on what a peer may signal before we have been introduced to it.
const (
	maxEarlyPeers = 64
	maxEarly      = 33 // an offer and 32 candidates, for each of them
	maxMail       = 2 * maxEarly
	maxCandidate  = 1 << 10 // bytes; real ones have some 100
)

// early holds what peers signaled before they were introduced, for their own
// streams may be faster. The zero value is ready to use.
type early struct {
	order []signaling.ID // the oldest first
	from  map[signaling.ID][]signaling.Event
}

// put keeps an event. When there are too many peers, the oldest is forgotten.
func (e *early) put(id signaling.ID, ev signaling.Event) {
	if e.from == nil {
		e.from = make(map[signaling.ID][]signaling.Event)
	}
	if e.from[id] == nil {
		if len(e.order) == maxEarlyPeers {
			delete(e.from, e.order[0])
			e.order = e.order[1:]
		}
		e.order = append(e.order, id)
	}
	if len(e.from[id]) < maxEarly {
		e.from[id] = append(e.from[id], ev)
	}
}

// take returns what a peer signaled, and forgets it.
func (e *early) take(id signaling.ID) []signaling.Event {
	events := e.from[id]
	if events != nil {
		delete(e.from, id)
		for i, other := range e.order {
			if other == id {
				e.order = append(e.order[:i], e.order[i+1:]...)
				break
			}
		}
	}
	return events
}
