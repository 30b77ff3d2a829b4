package signaling

import (
	"crypto/rand"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// How much a session keeps for a stream that is slow or away.
const (
	minBacklog = 256     // events; more where rooms are larger
	ringBytes  = 1 << 20 // of JSON
)

// A session is one peer's presence, across the streams that carry it. Its
// hub's mutex guards every field.
type session struct {
	peer  Peer
	epoch string // in the ids of its events, so that no other session's resume it

	ring  []frame // the latest events; ring[0] has number first
	first uint64
	bytes int // of data in ring
	limit int // events in ring

	// What peers relayed and no stream has taken: of each, and of all.
	waiting map[ID]load
	relayed load

	stream *stream     // nil while it is away
	grace  *time.Timer // ends the session; nil unless it is away
	// absences counts the streams that ended without a next one taking over.
	absences int
	rooms    map[string]*room
}

// A load is how much waits.
type load struct{ events, bytes int }

func (l load) plus(f frame) load { return load{l.events + 1, l.bytes + len(f.data)} }

// A stream is one event stream in progress. The hub's mutex guards next.
type stream struct {
	first uint64 // the number of its first event
	next  uint64 // the number of the first event not yet taken
	wake  func() // says that there is something to take, or that it ends; must not wait

	replaced atomic.Bool // another stream has taken over
	cut      atomic.Bool // the reader is too slow
}

// replace says that another stream has taken over.
func (s *stream) replace() {
	s.replaced.Store(true)
	s.wake()
}

func newSession(p Peer, limit int) *session {
	return &session{
		peer: p, epoch: rand.Text()[:13], first: 1, limit: limit,
		rooms: make(map[string]*room), waiting: make(map[ID]load),
	}
}

// stay stops the grace period, if it runs.
func (s *session) stay() {
	if s.grace != nil {
		s.grace.Stop()
		s.grace = nil
	}
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
		for _, m := range r.remote {
			others = append(others, m.peer)
		}
		rooms[name] = others
	}
	return rooms
}

// end is the number that the next event will have.
func (s *session) end() uint64 { return s.first + uint64(len(s.ring)) }

func (s *session) id(n uint64) string { return s.epoch + "-" + strconv.FormatUint(n, 10) }

// resume returns the number of the event after lastID, if lastID is one that
// this session gave and everything since is still held.
func (s *session) resume(lastID string) (next uint64, ok bool) {
	_, number, _ := strings.Cut(lastID, "-")
	n, err := strconv.ParseUint(number, 10, 64)
	if err != nil || lastID != s.id(n) || n+1 < s.first || n >= s.end() {
		return 0, false
	}
	return n + 1, true
}

// admits reports whether there is room for what a peer relays: one may fill a
// quarter of the events or an eighth of the bytes that wait, and all together
// half. So the server's own events always fit, and who sends too much loses that,
// and not the receiver its stream.
func (s *session) admits(f frame) bool {
	own, all := s.waiting[f.from].plus(f), s.relayed.plus(f)
	return own.events <= s.limit/4 && own.bytes <= ringBytes/8 &&
		all.events <= s.limit/2 && all.bytes <= ringBytes/2
}

// taken takes note that a stream has what comes before the event next.
func (s *session) taken(next uint64) {
	clear(s.waiting)
	s.relayed = load{}
	for _, f := range s.ring[next-s.first:] {
		s.wait(f)
	}
}

// wait takes note of an event that no stream has taken.
func (s *session) wait(f frame) {
	if f.from != "" {
		s.waiting[f.from], s.relayed = s.waiting[f.from].plus(f), s.relayed.plus(f)
	}
}

// put queues an event. It reports false when that pushed out one which the
// stream has not taken yet.
func (s *session) put(f frame) bool {
	s.wait(f)
	s.ring = append(s.ring, f)
	s.bytes += len(f.data)
	for len(s.ring) > s.limit || s.bytes > ringBytes {
		s.bytes -= len(s.ring[0].data)
		s.ring[0] = frame{}
		s.ring = s.ring[1:]
		s.first++
	}
	if s.stream == nil {
		return true
	}
	if s.stream.next < s.first {
		return false
	}
	s.stream.wake()
	return true
}
