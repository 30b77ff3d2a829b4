package signaling

import (
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// What a hub refuses.
var (
	// ErrNoPeer means that the peer shares no room with the sender.
	ErrNoPeer = errors.New("no such peer in your rooms")

	// ErrRoomFull means that the room holds as many peers as it may.
	ErrRoomFull = errors.New("room full")

	errNoStream = errors.New("no event stream: GET /connect first")
)

// A Hub knows who is connected and who is in which room. Methods may be called
// concurrently and never block: a peer that does not read its events loses its
// stream, and may come back for them.
type Hub struct {
	grace    time.Duration // how long a peer without a stream stays
	maxPeers int           // in one room
	log      *slog.Logger

	mu       sync.Mutex
	sessions map[ID]*session
	rooms    map[string]*room
}

func newHub(grace time.Duration, maxPeers int, log *slog.Logger) *Hub {
	return &Hub{
		grace: grace, maxPeers: maxPeers, log: log,
		sessions: make(map[ID]*session), rooms: make(map[string]*room),
	}
}

// connect gives a peer a new stream, which takes over from the one it had.
// With the id of the last event it saw, the stream goes on from there if it
// can. Without one, it is a new page: the old session ends.
func (h *Hub) connect(u User, lastID string) (*session, *stream, frame) {
	h.mu.Lock()
	defer h.mu.Unlock()

	s := h.sessions[u.ID]
	if s != nil && s.stream != nil {
		close(s.stream.replaced)
		s.stream = nil
	}
	if s != nil && lastID == "" {
		h.remove(s)
		s = nil
	}
	if s == nil {
		s = newSession(u.Peer)
		h.sessions[u.ID] = s
	}
	if s.grace != nil {
		s.grace.Stop()
	}
	next, recovered := s.resume(lastID)
	if !recovered {
		next = s.end()
		for _, r := range s.rooms {
			r.stale[s] = true
		}
	}
	s.stream = &stream{
		next: next, wake: make(chan struct{}, 1),
		replaced: make(chan struct{}), cut: make(chan struct{}),
	}
	s.stream.wake <- struct{}{}
	h.log.Info("stream opened", "peer", u.ID, "recovered", recovered)
	return s, s.stream, encodeEvent(Connected{User: u, Recovered: recovered, Rooms: s.roster()})
}

// roster is who else is in each of s's rooms.
func (s *session) roster() map[string][]Peer {
	rooms := make(map[string][]Peer, len(s.rooms))
	for name, r := range s.rooms {
		others := []Peer{}
		for _, m := range r.members {
			if m != s {
				others = append(others, m.peer)
			}
		}
		rooms[name] = others
	}
	return rooms
}

// take returns the events that st has not sent yet, and the first one's number.
func (h *Hub) take(s *session, st *stream) ([]frame, uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.stream != st {
		return nil, 0
	}
	from := st.next
	st.next = s.end()
	return slices.Clone(s.ring[from-s.first:]), from
}

// disconnect says that st has ended. The peer stays for the grace period.
func (h *Hub) disconnect(s *session, st *stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.stream == st {
		h.away(s)
	}
}

// away begins s's grace period. h.mu is held.
func (h *Hub) away(s *session) {
	s.stream = nil
	h.log.Info("stream ended", "peer", s.peer.ID)
	s.grace = time.AfterFunc(h.grace, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.sessions[s.peer.ID] == s && s.stream == nil {
			h.remove(s)
		}
	})
}

// Join puts a peer into a room. Each side of each new pair hears of the other
// exactly once, and the joiner makes the offers.
func (h *Hub) Join(id ID, name string) error {
	h.mu.Lock()
	defer h.mu.Unlock()

	s := h.sessions[id]
	if s == nil {
		return errNoStream
	}
	r := h.rooms[name]
	switch {
	case r == nil:
		r = &room{name: name, stale: make(map[*session]bool)}
		h.rooms[name] = r
	case s.rooms[name] == r && !r.stale[s]:
		return nil
	case s.rooms[name] == nil && len(r.members) >= h.maxPeers:
		return ErrRoomFull
	}
	joined := encodeEvent(AddPeer{Peer: s.peer, Room: name})
	for _, m := range r.members {
		if m != s {
			h.tell(m, joined)
			h.tell(s, encodeEvent(AddPeer{Peer: m.peer, Room: name, Offer: true}))
		}
	}
	delete(r.stale, s)
	if s.rooms[name] == nil {
		s.rooms[name] = r
		r.members = append(r.members, s)
		h.log.Info("joined", "room", name, "peer", id, "members", len(r.members))
	}
	return nil
}

// Leave takes a peer out of a room.
func (h *Hub) Leave(id ID, name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s := h.sessions[id]; s != nil {
		h.leave(s, name)
	}
}

// leave is Leave. h.mu is held.
func (h *Hub) leave(s *session, name string) {
	r := s.rooms[name]
	if r == nil {
		return
	}
	delete(s.rooms, name)
	delete(r.stale, s)
	r.members = slices.DeleteFunc(r.members, func(m *session) bool { return m == s })
	if len(r.members) == 0 {
		delete(h.rooms, name)
	}
	left := encodeEvent(RemovePeer{Peer: s.peer, Room: name})
	for _, m := range r.members {
		h.tell(m, left)
	}
	h.log.Info("left", "room", name, "peer", s.peer.ID)
}

// remove ends a session. h.mu is held.
func (h *Hub) remove(s *session) {
	for name := range s.rooms {
		h.leave(s, name)
	}
	if s.grace != nil {
		s.grace.Stop()
	}
	delete(h.sessions, s.peer.ID)
}

// Relay passes an event with a body of valid JSON to a peer that shares a room
// with the sender.
func (h *Hub) Relay(from, to ID, name string, body []byte) error {
	h.mu.Lock()
	defer h.mu.Unlock()

	sender, receiver := h.sessions[from], h.sessions[to]
	if sender == nil || receiver == nil || sender == receiver {
		return ErrNoPeer
	}
	for room := range sender.rooms {
		if receiver.rooms[room] != nil {
			h.tell(receiver, relayFrame(sender.peer, name, body))
			return nil
		}
	}
	return ErrNoPeer
}

// tell queues an event for s, and cuts its stream if that is not keeping up.
// h.mu is held.
func (h *Hub) tell(s *session, f frame) {
	if !s.put(f) {
		h.log.Warn("stream cut: its reader is too slow", "peer", s.peer.ID)
		close(s.stream.cut)
		h.away(s)
	}
}
