package peer

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"drawmesh/internal/fault"
	"drawmesh/internal/nettest"
)

const (
	seats      = 6                       // of synced peers in a soak's room
	plainSeats = 2                       // of plain ones
	scheduled  = 12 * time.Second        // of a schedule, mostly
	actsEvery  = 0.7                     // seconds between what one peer does, by the mean
	atOnce     = 2 * time.Millisecond    // between two steps, at least
	settleIn   = 1500 * time.Millisecond // from the first joins to the first faults
)

// A schedule is what happens in a room from its first peer on, until all heals.
// It is a function of its seed.
type schedule struct {
	seed      uint64
	delay     time.Duration // one way
	unruly    nettest.Rates // of what every host sends
	pace      int           // as Options.LiveRate
	strangers bool          // the peers on seats 0 and 1 can never connect
	hostile   time.Duration // when a hostile member comes; 0: never
	lasts     time.Duration
	steps     []step
}

// A step is one thing that happens. Those to which something is in the way are
// passed over: nobody draws who is not there.
type step struct {
	at   time.Duration
	what action
	seat int     // whose; of partitions, a set of seats, as bits
	more int     // strokes, bytes, or the other seat
	rate float64 // of loss
}

// An action is what a step does.
type action string

// The actions.
const (
	enter      action = "join"        // come, as somebody new
	leave      action = "leave"       // say goodbye
	quit       action = "quit"        // flush, and say goodbye
	crash      action = "crash"       // without a word, and forget everything
	draw       action = "draw"        // more strokes
	undo       action = "undo"        //
	redo       action = "redo"        //
	wipe       action = "clear"       //
	joinPlain  action = "join plain"  // a peer that speaks the plain protocol only
	leavePlain action = "leave plain" //
	drawPlain  action = "draw plain"  // more segments
	wipePlain  action = "clear plain" //
	part       action = "part"        // the set from the others, both ways
	oneWay     action = "part one way"
	mend       action = "mend" // both
	lose       action = "lose" // a part of all packets
	reset      action = "reset"
	cut        action = "cut"       // every event stream
	cutAfter   action = "cut after" // so many bytes
	kill       action = "kill"      // the server
	start      action = "start"     // it again
	startNew   action = "start new" // with another secret
	stall      action = "stall"     // read no more
	freeze     action = "freeze"    // nor send
	wake       action = "wake"      // from both
	besiege    action = "besiege"   // a hostile member comes, and does its worst to the end
)

// newSchedule makes the schedule of a seed.
func newSchedule(seed uint64) *schedule {
	rng := rand.New(rand.NewPCG(seed, 1))
	s := &schedule{seed: seed, lasts: scheduled}
	s.delay = pick[time.Duration](rng, 2, 10, 10, 40, 150) * time.Millisecond
	s.pace = pick(rng, 0, 0, 0, 5, 40)
	if rng.IntN(4) == 0 {
		s.unruly = nettest.Rates{Reorder: rng.Float64() / 4, Duplicate: rng.Float64() / 10, Corrupt: rng.Float64() / 100}
	}
	if rng.IntN(8) == 0 {
		s.lasts += time.Duration(rng.IntN(40)) * time.Second
	}
	s.strangers = rng.IntN(8) == 0
	if player := rand.New(rand.NewPCG(seed, 3)); player.IntN(3) == 0 {
		s.hostile = s.some(player)
		s.add(s.hostile, step{what: besiege})
	}
	s.people(rng)
	s.harm(rng)
	if i := slices.IndexFunc(s.steps, func(st step) bool { return st.what == startNew }); i >= 0 && s.plain() {
		s.steps[i].what = start // or it would be somebody else for those who hold a link to it
	}
	slices.SortStableFunc(s.steps, func(a, b step) int { return int(a.at - b.at) })
	for i := 1; i < len(s.steps); i++ {
		s.steps[i].at = max(s.steps[i].at, s.steps[i-1].at+atOnce)
	}
	return s
}

// plain reports whether there are plain peers.
func (s *schedule) plain() bool {
	return slices.ContainsFunc(s.steps, func(st step) bool { return st.what == joinPlain })
}

func pick[T any](rng *rand.Rand, of ...T) T { return of[rng.IntN(len(of))] }

func (s *schedule) add(at time.Duration, st step) {
	st.at = at
	s.steps = append(s.steps, st)
}

// some is a random time of the schedule.
func (s *schedule) some(rng *rand.Rand) time.Duration {
	return settleIn + time.Duration(rng.Int64N(int64(s.lasts-settleIn)))
}

// people lets peers come, draw and go.
func (s *schedule) people(rng *rand.Rand) {
	present := 2 + rng.IntN(seats-2)
	for seat := range seats {
		from := time.Duration(0)
		if seat >= present { // late
			if rng.IntN(3) > 0 {
				continue
			}
			from = s.some(rng)
		}
		s.add(from, step{what: enter, seat: seat})
		for at := range fault.Times(1/actsEvery, rng) {
			if from+at >= s.lasts {
				break
			}
			s.add(from+at, s.act(rng, seat))
		}
	}
	for seat := range plainSeats {
		if rng.IntN(5) > 0 || s.pace > 0 && s.pace < 40 {
			continue
		}
		from := s.some(rng)
		s.add(from, step{what: joinPlain, seat: seat})
		for range 1 + rng.IntN(8) {
			what := step{what: drawPlain, seat: seat, more: 1 + rng.IntN(5)}
			if rng.IntN(8) == 0 {
				what.what = wipePlain
			}
			s.add(from+time.Duration(rng.Int64N(int64(s.lasts))), what)
		}
		if rng.IntN(3) == 0 {
			s.add(from+time.Duration(rng.Int64N(int64(s.lasts))), step{what: leavePlain, seat: seat})
		}
	}
	s.steps = slices.DeleteFunc(s.steps, func(st step) bool { return st.at >= s.lasts })
}

// act is something that one peer does.
func (s *schedule) act(rng *rand.Rand, seat int) step {
	switch n := rng.IntN(100); {
	case n < 10:
		return step{what: undo, seat: seat}
	case n < 15:
		return step{what: redo, seat: seat}
	case n < 19:
		return step{what: wipe, seat: seat}
	case n < 22:
		return step{what: draw, seat: seat, more: 30 + rng.IntN(60)}
	}
	return step{what: draw, seat: seat, more: 1 + rng.IntN(4)}
}

// String is the schedule in lines.
func (s *schedule) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d: %v one way, live rate %d, unruly %+v", s.seed, s.delay, s.pace, s.unruly)
	if s.strangers {
		b.WriteString(", 0 and 1 cannot connect")
	}
	for _, st := range s.steps {
		fmt.Fprintf(&b, "\n%8.3fs  %-13s", st.at.Seconds(), st.what)
		switch st.what {
		case part, oneWay:
			fmt.Fprintf(&b, "%06b", st.seat)
		case lose:
			fmt.Fprintf(&b, "%.0f %%", 100*st.rate)
		case mend, cut, kill, start, startNew, besiege:
		case cutAfter:
			fmt.Fprintf(&b, "%d bytes", st.more)
		case reset:
			fmt.Fprintf(&b, "%d and %d", st.seat, st.more)
		case draw, drawPlain:
			fmt.Fprintf(&b, "%d: %d", st.seat, st.more)
		default:
			fmt.Fprint(&b, st.seat)
		}
	}
	return b.String()
}
