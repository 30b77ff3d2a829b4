package main

import (
	"fmt"
	"sync"
	"time"

	"drawmesh/peer/loadtest"
)

// tellLoadEvery is how often a load test says how it goes where no line can be
// drawn again.
const tellLoadEvery = 3 * time.Second

// A measurement is a load test that goes on, here or in another process.
type measurement interface {
	Status() loadtest.Status
	Snapshot() *loadtest.Report // nil if there is none yet
}

// watchLoad shows how a run goes, until it is stopped. Stopping twice is
// harmless.
func watchLoad(u *ui, run measurement) (stop func()) {
	every := showEvery
	if !u.terminal {
		every = tellLoadEvery
	}
	stopped := repeat(every, func() {
		if text := loadLine(run.Status()); u.terminal {
			u.progress("%s", text)
		} else {
			u.say("%s", text)
		}
	})
	return sync.OnceFunc(func() {
		stopped()
		u.erase()
	})
}

// loadLine is how a run goes, in a line.
func loadLine(s loadtest.Status) string {
	if s.Phase == "waiting" {
		return fmt.Sprintf("waiting to begin with %s", count(s.Bots, "bot"))
	}
	text := fmt.Sprintf("%s: %d of %s, %d of %d links", s.Phase, s.Joined, count(s.Bots, "bot"), s.Open, s.Expected)
	if s.Delivered > 0 {
		text += fmt.Sprintf(", %.0f operations/s delivered, p50 %s, p99 %s", s.Delivered,
			loadtest.FormatMS(float64(s.P50.Microseconds())/1000), loadtest.FormatMS(float64(s.P99.Microseconds())/1000))
	}
	text += fmt.Sprintf(", CPU %.0f %%", 100*s.Cores)
	if s.Failures > 0 {
		text += ", " + count(s.Failures, "failure")
	}
	return text
}
