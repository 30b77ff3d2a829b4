package loadtest

// A sequence is which of the operations 1, 2, 3 … of a site have come. The zero value is
// none.
type sequence struct {
	upTo   uint32              // all of these have come
	beyond map[uint32]struct{} // and these, after a gap
	latest uint32
}

// An arrival is what an operation was when it came.
type arrival int

const (
	inOrder    arrival = iota
	outOfOrder         // a later one had come before
	duplicate
)

// add takes the operation n.
func (s *sequence) add(n uint32) arrival {
	if _, known := s.beyond[n]; known || n <= s.upTo {
		return duplicate
	}
	how := inOrder
	if n < s.latest {
		how = outOfOrder
	}
	s.latest = max(s.latest, n)
	if n > s.upTo+1 {
		if s.beyond == nil {
			s.beyond = make(map[uint32]struct{})
		}
		s.beyond[n] = struct{}{}
		return how
	}
	s.upTo = n
	s.join()
	return how
}

// join counts what came after a gap that is no more.
func (s *sequence) join() {
	for len(s.beyond) > 0 {
		if _, next := s.beyond[s.upTo+1]; !next {
			return
		}
		s.upTo++
		delete(s.beyond, s.upTo)
	}
}

// skip waits for none up to n any more, and returns how many of them had not
// come.
func (s *sequence) skip(n uint32) (missing int) {
	if n <= s.upTo {
		return 0
	}
	missing = int(n - s.upTo)
	for came := range s.beyond {
		if came <= n {
			missing--
			delete(s.beyond, came)
		}
	}
	s.upTo = n
	s.join()
	return missing
}
