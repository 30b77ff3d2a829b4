package signaling

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// feeds are the streams of a server. The zero value has none. Methods may be
// called concurrently.
type feeds struct {
	mu      sync.Mutex
	open    map[*feed]struct{}
	none    chan struct{} // closed when none is open any more; nil unless somebody waits
	drained time.Time     // when the last has to end; zero: they need not
	closed  bool
}

// add takes a new feed, which may have to end soon.
func (s *feeds) add(f *feed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = make(map[*feed]struct{})
	}
	s.open[f] = struct{}{}
	switch {
	case s.closed:
		f.end(errShutdown)
	case !s.drained.IsZero():
		s.endInTurn(f)
	}
}

// endInTurn ends a feed at random before all have to end. s.mu is held.
func (s *feeds) endInTurn(f *feed) {
	left := max(1, time.Until(s.drained))
	time.AfterFunc(rand.N(left), func() { f.end(errShutdown) })
}

func (s *feeds) remove(f *feed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, f)
	if len(s.open) == 0 && s.none != nil {
		close(s.none)
		s.none = nil
	}
}

func (s *feeds) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

func (s *feeds) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// drain ends the feeds one after another, and returns how long that takes.
func (s *feeds) drain(most time.Duration) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.drained.IsZero() {
		s.drained = time.Now().Add(min(most, time.Duration(len(s.open))*perStream))
		for f := range s.open {
			s.endInTurn(f)
		}
	}
	return max(0, time.Until(s.drained))
}

// close ends all feeds at once.
func (s *feeds) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for f := range s.open {
		f.end(errShutdown)
	}
}

// wait waits until none is open.
func (s *feeds) wait(ctx context.Context) error {
	s.mu.Lock()
	if len(s.open) == 0 {
		s.mu.Unlock()
		return nil
	}
	if s.none == nil {
		s.none = make(chan struct{})
	}
	none := s.none
	s.mu.Unlock()
	select {
	case <-none:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
