package loadtest

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// steadily is a beat from start on.
func steadily(start time.Time, every time.Duration) func(n int) time.Time {
	return func(n int) time.Time { return start.Add(time.Duration(n) * every) }
}

// untagged is of senders whose tags nobody asks for.
func untagged(*tally, int64) tagID { return 0 }

func TestPaceIsExact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 95*time.Millisecond)
		defer cancel()
		start := time.Now().Add(5 * time.Millisecond)
		var at []time.Duration
		pace(ctx, steadily(start, 20*time.Millisecond), func(n int, due time.Time) {
			if want := start.Add(time.Duration(n) * 20 * time.Millisecond); !due.Equal(want) {
				t.Errorf("operation %d was due at %v, want %v", n, due.Sub(start), want.Sub(start))
			}
			at = append(at, time.Since(start))
		})
		want := []time.Duration{0, 20 * time.Millisecond, 40 * time.Millisecond, 60 * time.Millisecond, 80 * time.Millisecond}
		if !slices.Equal(at, want) {
			t.Errorf("drew at %v, want %v", at, want)
		}
		if got := time.Since(start); got != 90*time.Millisecond {
			t.Errorf("ended after %v, want 90ms", got)
		}
	})
}

// A sender that stalls makes up for it, and each operation that was due meanwhile
// counts with all of its delay: no coordinated omission.
func TestAStallCountsAgainstEachOperationItDelayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const every, stall, way = 10 * time.Millisecond, 200 * time.Millisecond, 3 * time.Millisecond
		clock := clock{start: time.Now()}
		seen := newObserved(nil)
		l := newLedger(newClockOffsets(1, 1), &notes{to: seen}, untagged)
		l.linked(sender{"1-0", 1, false}, clock.at(time.Now()))
		ctx, cancel := context.WithTimeout(t.Context(), 995*time.Millisecond)
		defer cancel()
		pace(ctx, steadily(time.Now(), every), func(n int, due time.Time) {
			if n == 10 {
				time.Sleep(stall) // the sender, not the network
			}
			e := drawnAt(uint32(n+1), clock.at(due))
			heard := clock.at(time.Now().Add(way))
			l.entry(e, heard, func() (sender, *stamps, bool) { return sender{"1-0", 1, false}, nil, true })
		})
		l.notes.handIn()
		all, _ := seen.all()
		h := &all[0].Latency
		if got, want := h.Count(), int64(time.Second/every); got != want {
			t.Errorf("%d operations came, want all %d", got, want)
		}
		if got, want := h.Max(), stall+way; got != want {
			t.Errorf("the slowest took %v, want %v", got, want)
		}
		// Operations 10 to 29 were due in the stall, and waited for what was left of it.
		var sum time.Duration
		for d := stall; d > 0; d -= every {
			sum += d
		}
		if got, want := h.Mean(), way+sum/100; got != want {
			t.Errorf("the mean is %v, want %v", got, want)
		}
		if got, want := h.Percentile(79), way; got > want+want/1000 {
			t.Errorf("p79 is %v, want %v: 80 of 100 were not delayed", got, want)
		}
		if got, want := h.Percentile(85), way+5*every; got < want {
			t.Errorf("p85 is %v, want %v", got, want)
		}
	})
}
