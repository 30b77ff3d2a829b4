package mesh

import "drawmesh/signaling"

// Bounds on what a peer may signal that has to wait: before we have been
// introduced to it, or until the link is done with what came before.
const (
	maxEarlyPeers = 64
	maxEarly      = 33 // an offer and 32 candidates, for each of them
	maxMail       = 2 * maxEarly
	maxWaiting    = 128 << 10 // bytes of one peer; real descriptions have 1 to 6 KiB
	maxCandidate  = 1 << 10   // bytes; real ones have some 100
)

// waiting is what a peer signaled, the oldest first. The zero value is empty.
type waiting struct {
	events []signaling.Event
	bytes  int
}

// put keeps an event, and reports whether there was room: at most so many may
// wait.
func (w *waiting) put(ev signaling.Event, most int) bool {
	n := size(ev)
	if len(w.events) == most || w.bytes+n > maxWaiting {
		return false
	}
	w.events = append(w.events, ev)
	w.bytes += n
	return true
}

// take removes the oldest event, if there is one.
func (w *waiting) take() (ev signaling.Event, ok bool) {
	if len(w.events) == 0 {
		return nil, false
	}
	ev = w.events[0]
	w.bytes -= size(ev)
	w.events[0] = nil
	if w.events = w.events[1:]; len(w.events) == 0 {
		*w = waiting{}
	}
	return ev, true
}

// size is how many bytes of an event its sender chose.
func size(ev signaling.Event) int {
	switch ev := ev.(type) {
	case signaling.Description:
		return len(ev.Data.Type) + len(ev.Data.SDP) + len(ev.Data.Mesh)
	case signaling.Candidate:
		n := len(ev.Data.Candidate)
		for _, s := range []*string{ev.Data.SDPMid, ev.Data.UsernameFragment} {
			if s != nil {
				n += len(*s)
			}
		}
		return n
	}
	return 0
}

// heeded is an event of which anything is made, without what nothing is made of.
func heeded(ev signaling.Event) (signaling.Event, bool) {
	switch ev := ev.(type) {
	case signaling.Candidate:
		return ev, size(ev) <= maxCandidate
	case signaling.Relayed:
		return signaling.Relayed{Peer: ev.Peer, Name: ev.Name}, ev.Name == renegotiate
	}
	return ev, true
}

// early holds what peers signaled before they were introduced, for their own
// streams may be faster. The zero value is ready to use.
type early struct {
	order []signaling.ID // the oldest first
	from  map[signaling.ID]*waiting
}

// put keeps an event. When there are too many peers, the oldest is forgotten.
func (e *early) put(id signaling.ID, ev signaling.Event) {
	if e.from == nil {
		e.from = make(map[signaling.ID]*waiting)
	}
	if e.from[id] == nil {
		if len(e.order) == maxEarlyPeers {
			delete(e.from, e.order[0])
			e.order = e.order[1:]
		}
		e.order = append(e.order, id)
		e.from[id] = &waiting{}
	}
	e.from[id].put(ev, maxEarly)
}

// take returns what a peer signaled, and forgets it.
func (e *early) take(id signaling.ID) []signaling.Event {
	w := e.from[id]
	if w == nil {
		return nil
	}
	delete(e.from, id)
	for i, other := range e.order {
		if other == id {
			e.order = append(e.order[:i], e.order[i+1:]...)
			break
		}
	}
	return w.events
}
