package loadtest

import "sync"

// Stamps are when a bot has written its entries, and with which tags, where those
// do not tell it themselves. Methods may be called concurrently: every bot in its
// room asks.
type stamps struct {
	mu sync.RWMutex
	by []stamp // by N - 1
}

// A stamp is that of one entry. The zero value is none.
type stamp struct {
	at  int64 // microseconds since 1970
	tag tagID
}

// set notes when entry n was written.
func (s *stamps) set(n uint32, at stamp) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.by) < int(n) {
		s.by = append(s.by, stamp{}) // what it took care of for others lies between
	}
	s.by[n-1] = at
}

// of is when entry n was written, if that is known.
func (s *stamps) of(n uint32) (at stamp, known bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if int(n) > len(s.by) {
		return stamp{}, false
	}
	at = s.by[n-1]
	return at, at != stamp{}
}
