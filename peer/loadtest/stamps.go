package loadtest

import "sync"

// Stamps are when a bot has written its entries, where those do not tell it
// themselves. Methods may be called concurrently: every bot in its room asks.
type stamps struct {
	mu sync.RWMutex
	at []int64 // by N - 1, in microseconds since 1970; 0: not known
}

// set notes when entry n was written.
func (s *stamps) set(n uint32, at int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.at) < int(n) {
		s.at = append(s.at, 0) // what it took care of for others lies between
	}
	s.at[n-1] = at
}

// of is when entry n was written, if that is known.
func (s *stamps) of(n uint32) (at int64, known bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if int(n) > len(s.at) {
		return 0, false
	}
	at = s.at[n-1]
	return at, at != 0
}
