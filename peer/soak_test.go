package peer

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var (
	soak    = flag.Bool("soak", false, "play 20,000 schedules")
	oneSeed = flag.Int64("seed", -1, "play the schedule of this seed only")
	seeds   = flag.Int("seeds", 0, "play so many schedules")
	first   = flag.Uint64("first", 0, "the first seed")
	again   = flag.Int("again", 20, "play a schedule that failed so often again")
)

// hangs is how long a schedule may take: then something waits that a bubble
// cannot see.
const hangs = 3 * time.Minute

// TestSoak plays schedules in whole rooms over virtual time: peers come, draw,
// undo, clear, crash and go, and everything goes wrong that can. Then it heals,
// and all must hold and show the same, and what a witness says that has watched.
func TestSoak(t *testing.T) {
	s := &soaking{start: time.Now(), next: *first, end: *first + 500, show: *soak}
	switch {
	case *oneSeed >= 0:
		s.next, s.end, s.show = uint64(*oneSeed), uint64(*oneSeed)+1, true
	case *seeds > 0:
		s.end, s.show = *first+uint64(*seeds), true
	case *soak:
		s.end = *first + 20_000
	case testing.Short():
		s.end = *first + 30
	}
	s.all = s.end - s.next
	t.Run("seeds", func(t *testing.T) {
		for range max(2, runtime.GOMAXPROCS(0)) {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				for seed, ok := s.take(); ok; seed, ok = s.take() {
					took, err := play(t, seed)
					s.done(took)
					if err != nil {
						s.fail(t, seed, err)
					}
				}
			})
		}
	})
	s.sum(t)
}

// A soaking is a run of TestSoak.
type soaking struct {
	start time.Time
	show  bool // progress
	all   uint64

	mu        sync.Mutex
	next, end uint64
	took      []time.Duration // to heal
	failed    int
	shown     time.Time
}

func (s *soaking) take() (seed uint64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	seed = s.next
	if ok = seed < s.end; ok {
		s.next++
	}
	return seed, ok
}

// done takes in a schedule's end, and shows how far we are.
func (s *soaking) done(took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.took = append(s.took, took)
	if s.show && time.Since(s.shown) > 5*time.Second {
		s.shown = time.Now()
		fmt.Fprintf(os.Stderr, "%d of %d schedules, %d failed, %v\n", len(s.took), s.all, s.failed, time.Since(s.start).Round(time.Second))
	}
}

// fail tells of a schedule that failed, and how often it does.
func (s *soaking) fail(t *testing.T, seed uint64, err error) {
	s.mu.Lock()
	s.failed++
	s.mu.Unlock()
	times := 0
	for range *again {
		if _, err := play(t, seed); err != nil {
			times++
		}
	}
	t.Errorf("%v\n%v\nplayed %d times again, it failed %d times; to play it: go test ./peer -run TestSoak -seed %d", newSchedule(seed), err, *again, times, seed)
}

func (s *soaking) sum(t *testing.T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.Sort(s.took)
	if n := len(s.took); n > 0 {
		t.Logf("%d schedules, %d failed, in %v; together after %v (median), %v (p99), %v (longest)",
			n, s.failed, time.Since(s.start).Round(time.Second), s.took[n/2], s.took[n*99/100], s.took[n-1])
	}
}

// play plays a seed's schedule in a bubble.
func play(t *testing.T, seed uint64) (took time.Duration, err error) {
	hung := time.AfterFunc(hangs, func() {
		debug.SetTraceback("all")
		panic(fmt.Sprintf("hangs: %v", newSchedule(seed)))
	})
	defer hung.Stop()
	var bubble string
	defer func() {
		if p := recover(); p != nil { // goroutines are left over, say
			left := stacks(bubble)
			if strings.Contains(fmt.Sprint(p), "deadlock") && halfShaken(left) {
				return
			}
			err = fmt.Errorf("%v\n%s", p, strings.Join(left, "\n\n"))
		}
	}()
	synctest.Test(t, func(t *testing.T) {
		bubble = regexp.MustCompile(`synctest bubble \d+`).FindString(string(debug.Stack()))
		r := newSoakRoom(t, newSchedule(seed))
		defer r.close()
		r.play()
		took, err = r.finish()
	})
	return took, err
}

// stacks is what the goroutines of a bubble are at.
func stacks(bubble string) (in []string) {
	all := make([]byte, 8<<20)
	all = all[:runtime.Stack(all, true)]
	for stack := range strings.SplitSeq(string(all), "\n\n") {
		if head, _, _ := strings.Cut(stack, "\n"); strings.Contains(head, bubble+"]") {
			in = append(in, stack)
		}
	}
	return in
}

// halfShaken reports whether all that is left over is associations whose
// handshake failed on our side, and was completed by the other's: pion's reader
// waits for ever to say so (sctp 1.12.0).
func halfShaken(left []string) bool {
	readers := 0
	for _, stack := range left {
		switch {
		case strings.Contains(stack, "sctp.(*Association).completeHandshake("):
			readers++
		case !strings.Contains(stack, "sctp.(*Association).writeLoop(") && !strings.Contains(stack, "sctp.(*Association).timerLoop("):
			return false
		}
	}
	return readers > 0 && len(left) == 3*readers
}
