package signaling

import (
	"errors"
	"fmt"
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
	errBehind   = errors.New("that peer has not taken what was sent before")
	errTooMany  = fmt.Errorf("a peer can be in %d rooms at most", maxRooms)
)

// maxRooms is how many rooms one peer may be in at a time.
const maxRooms = 64

// A Hub knows who is connected and who is in which room. Methods may be called
// concurrently and never block, but for Relay to another server: a peer that
// does not read its events loses its stream, and may come back for them.
type Hub struct {
	grace    time.Duration // how long a peer without a stream stays
	maxPeers int           // in one room
	backlog  int           // events kept for one peer
	log      *slog.Logger

	mu       sync.Mutex
	sessions map[ID]*session
	rooms    map[string]*room
	stamp    uint64   // of the latest join anywhere, in microseconds if clocks allow
	cluster  *cluster // nil without other servers
}

func newHub(grace time.Duration, maxPeers int, log *slog.Logger) *Hub {
	return &Hub{
		grace: grace, maxPeers: maxPeers, log: log,
		backlog:  max(minBacklog, 2*maxPeers), // a join must fit
		sessions: make(map[ID]*session), rooms: make(map[string]*room),
	}
}

// connect gives a peer a new stream, which takes over from the one it had.
// With the id of the last event it saw, the stream goes on from there if it
// can. Without one, it is a new page: the old session ends. Wake is called when
// there is something to take, with the hub locked.
func (h *Hub) connect(u User, lastID string, wake func()) (*session, *stream, Connected) {
	h.mu.Lock()
	defer h.mu.Unlock()

	s := h.sessions[u.ID]
	if s != nil && s.stream != nil {
		s.stream.replace()
		s.stream = nil
	}
	if s != nil && lastID == "" {
		h.remove(s)
		s = nil
	}
	if s == nil {
		s = newSession(u.Peer, h.backlog)
		h.sessions[u.ID] = s
	}
	h.cluster.claimed(u.Peer)
	s.stay()
	next, recovered := s.resume(lastID)
	if !recovered {
		next = s.end()
		for _, r := range s.rooms {
			r.stale[s] = true
		}
	}
	s.stream = &stream{first: next, next: next, wake: wake}
	s.taken(next)
	return s, s.stream, Connected{User: u, Recovered: recovered, Rooms: s.roster()}
}

// size is how many peers and rooms there are.
func (h *Hub) size() (peers, rooms int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.sessions), len(h.rooms)
}

// take appends the events that st has not sent yet, and returns the first one's
// number.
func (h *Hub) take(s *session, st *stream, to []frame) ([]frame, uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.stream != st {
		return to, 0
	}
	from := st.next
	st.next = s.end()
	s.taken(st.next)
	return append(to, s.ring[from-s.first:]...), from
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
	s.absences++
	absence := s.absences
	s.grace = time.AfterFunc(h.grace, func() { h.expire(s, absence) })
}

// expire removes s if that absence is the current one: its timer may have been
// stopped a moment too late.
func (h *Hub) expire(s *session, absence int) {
	h.mu.Lock()
	over := s.grace != nil && s.absences == absence
	if over {
		h.remove(s)
	}
	h.mu.Unlock() // before logging, which may block
	if over {
		h.log.Debug("gone", "peer", s.peer.ID)
	}
}

// Join puts a peer into a room. Each side of each new pair hears of the other
// exactly once, and the joiner makes the offers.
func (h *Hub) Join(id ID, name string) error {
	h.mu.Lock()
	joined, err := h.join(id, name)
	h.mu.Unlock()
	if joined {
		h.log.Debug("joined", "peer", id) // not where: a room's name is its key
	}
	return err
}

// join reports whether the peer was not in the room before. h.mu is held.
func (h *Hub) join(id ID, name string) (bool, error) {
	s := h.sessions[id]
	if s == nil {
		return false, errNoStream
	}
	r := h.rooms[name]
	joined := s.rooms[name] == nil
	switch {
	case !joined && !r.stale[s]:
		return false, nil
	case joined && len(s.rooms) >= maxRooms:
		return false, errTooMany
	case joined && r != nil && r.size(id) >= h.maxPeers:
		return false, ErrRoomFull
	}
	r = h.room(name)
	joiner := encodeEvent(AddPeer{Peer: s.peer, Room: name})
	for _, m := range r.members {
		if m != s {
			h.tell(m, joiner)
			h.tell(s, encodeEvent(AddPeer{Peer: m.peer, Room: name, Offer: true}))
		}
	}
	delete(r.remote, id) // it has come here from another server
	for _, m := range r.remote {
		h.tell(s, encodeEvent(AddPeer{Peer: m.peer, Room: name, Offer: true}))
	}
	h.stamp = max(h.stamp+1, uint64(time.Now().UnixMicro()))
	r.stamps[s] = h.stamp
	h.cluster.announce(busJoin, name, s.peer, h.stamp)
	delete(r.stale, s)
	if joined {
		s.rooms[name] = r
		r.members = append(r.members, s)
	}
	return joined, nil
}

// room returns a room, which it makes if there is none. h.mu is held.
func (h *Hub) room(name string) *room {
	r := h.rooms[name]
	if r == nil {
		r = &room{name: name, stamps: make(map[*session]uint64), remote: make(map[ID]remote), stale: make(map[*session]bool)}
		h.rooms[name] = r
	}
	return r
}

// size is how many are in a room, besides one who may be at another server.
func (r *room) size(but ID) int {
	n := len(r.members) + len(r.remote)
	if _, ok := r.remote[but]; ok {
		n--
	}
	return n
}

// Leave takes a peer out of a room.
func (h *Hub) Leave(id ID, name string) {
	h.mu.Lock()
	s := h.sessions[id]
	left := s != nil && s.rooms[name] != nil
	if left {
		h.leave(s, s.rooms[name])
	}
	h.mu.Unlock()
	if left {
		h.log.Debug("left", "peer", id)
	}
}

// leave takes s out of r, where it is. h.mu is held.
func (h *Hub) leave(s *session, r *room) {
	h.part(s, r)
	h.cluster.announce(busLeave, r.name, s.peer, 0)
	left := encodeEvent(RemovePeer{Peer: s.peer, Room: r.name})
	for _, m := range r.members {
		h.tell(m, left)
	}
}

// part takes s out of r, where it is, without a word. h.mu is held.
func (h *Hub) part(s *session, r *room) {
	delete(s.rooms, r.name)
	delete(r.stale, s)
	delete(r.stamps, s)
	r.members = slices.DeleteFunc(r.members, func(m *session) bool { return m == s })
	h.tidy(r)
}

// tidy forgets a room that nobody is in. h.mu is held.
func (h *Hub) tidy(r *room) {
	if len(r.members) == 0 && len(r.remote) == 0 {
		delete(h.rooms, r.name)
	}
}

// remove ends a session. h.mu is held.
func (h *Hub) remove(s *session) {
	for _, r := range s.rooms {
		h.leave(s, r)
	}
	s.stay()
	delete(h.sessions, s.peer.ID)
}

// Relay passes an event with a body of valid JSON to a peer that shares a room
// with the sender. To another server's peer that can take a moment, and fail
// with [ErrAway].
func (h *Hub) Relay(from Peer, to ID, name string, body []byte) error {
	f := relayFrame(from, name, body)
	f.posted = time.Now()
	h.mu.Lock()
	sender, receiver := h.sessions[from.ID], h.sessions[to]
	if sender == nil || sender == receiver {
		h.mu.Unlock()
		return ErrNoPeer
	}
	wait := func() error { return ErrNoPeer }
	for _, room := range sender.rooms {
		if receiver != nil && receiver.rooms[room.name] == room {
			err := h.pass(receiver, f)
			wait = func() error { return err }
			break
		}
		if m, ok := room.remote[to]; ok {
			wait = h.cluster.relay(m.server, from, to, name, body)
			break
		}
	}
	h.mu.Unlock()
	return wait()
}

// pass queues what a peer relays to s, if there is room. h.mu is held.
func (h *Hub) pass(s *session, f frame) error {
	if !s.admits(f) {
		return errBehind
	}
	h.tell(s, f)
	return nil
}

// tell queues an event for s, and cuts its stream if that is not keeping up.
// h.mu is held.
func (h *Hub) tell(s *session, f frame) {
	if !s.put(f) {
		s.stream.cut.Store(true)
		s.stream.wake()
		h.away(s)
	}
}
