package peer

import (
	"math/rand/v2"
	"time"

	"drawmesh/internal/fault"
)

// harm does what can go wrong: some of it often, none of it always.
func (s *schedule) harm(rng *rand.Rand) {
	rates := fault.Rates{}
	if rng.IntN(2) == 0 {
		rates = fault.Rates{Kill: 0.05 * rng.Float64(), Cut: 0.3 * rng.Float64(), Drop: 0.3 * rng.Float64()}
	}
	s.often(rng, rates.Kill, s.crashed)
	s.often(rng, rates.Cut, func(at time.Duration) {
		if rng.IntN(2) == 0 {
			s.add(at, step{what: cut})
		} else {
			s.add(at, step{what: cutAfter, more: rng.IntN(3000)})
		}
	})
	s.often(rng, rates.Drop, func(at time.Duration) {
		s.add(at, step{what: reset, seat: rng.IntN(seats), more: rng.IntN(seats)})
	})
	some := func(n int, do func(at, until time.Duration)) {
		if rng.IntN(n) > 0 {
			return
		}
		at := s.some(rng)
		do(at, at+time.Duration(rng.Int64N(int64(s.lasts-at))))
	}
	for range 2 {
		some(2, func(at, until time.Duration) {
			s.add(at, step{what: pick(rng, part, part, oneWay), seat: 1 + rng.IntN(1<<seats-2)})
			s.add(until, step{what: mend})
		})
	}
	some(3, func(at, until time.Duration) {
		s.add(at, step{what: lose, rate: 0.2 * rng.Float64()})
		s.add(until, step{what: lose})
	})
	some(4, func(at, until time.Duration) {
		s.add(at, step{what: kill})
		s.add(until, step{what: pick(rng, start, startNew)})
	})
	for range 2 {
		some(4, func(at, until time.Duration) {
			seat := rng.IntN(seats)
			s.add(at, step{what: pick(rng, stall, freeze), seat: seat})
			s.add(until, step{what: wake, seat: seat})
		})
	}
	some(4, func(at, until time.Duration) {
		seat := rng.IntN(seats)
		s.add(at, step{what: pick(rng, leave, quit), seat: seat})
		if rng.IntN(2) == 0 {
			s.add(until, step{what: enter, seat: seat})
		}
	})
	some(3, func(at, until time.Duration) {
		seat := rng.IntN(seats)
		s.add(at, step{what: crash, seat: seat})
		s.add(until, step{what: enter, seat: seat})
	})
}

// often does harm at a rate, each seat in its turn.
func (s *schedule) often(rng *rand.Rand, perSecond float64, do func(at time.Duration)) {
	for at := range fault.Times(perSecond, rng) {
		if settleIn+at >= s.lasts {
			return
		}
		do(settleIn + at)
	}
}

// crashed lets one peer crash, and come back soon.
func (s *schedule) crashed(at time.Duration) {
	seat := int(at/time.Millisecond) % seats
	s.add(at, step{what: crash, seat: seat})
	s.add(at+time.Second, step{what: enter, seat: seat})
}
