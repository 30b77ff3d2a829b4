package loadtest

// A sequence is which of the strokes 1, 2, 3 … have come. The zero value is
// none.
type sequence struct {
	upTo   uint32              // all of these have come
	beyond map[uint32]struct{} // and these, after a gap
	latest uint32
}

// An arrival is what a stroke was when it came.
type arrival int

const (
	inOrder    arrival = iota
	outOfOrder         // a later one had come before
	duplicate
)

// add takes the stroke n. Numbers are told modulo 2^24.
func (s *sequence) add(n uint32) arrival {
	ahead := (n - s.upTo - 1) & markMask
	if ahead > markMask/2 {
		return duplicate
	}
	n = s.upTo + 1 + ahead
	if _, known := s.beyond[n]; known {
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
	for s.upTo = n; len(s.beyond) > 0; s.upTo++ {
		if _, next := s.beyond[s.upTo+1]; !next {
			break
		}
		delete(s.beyond, s.upTo+1)
	}
	return how
}

// count is how many have come.
func (s *sequence) count() int { return int(s.upTo) + len(s.beyond) }
