package loadtest

import (
	"context"
	"time"
)

// pace calls draw for stroke n, from 0, at start + n×every, until ctx is done.
// It never skips one: after a stall it catches up. Latency counts from due, not
// from the call, so that a stall counts against every stroke that it delayed.
func pace(ctx context.Context, start time.Time, every time.Duration, draw func(n int, due time.Time)) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for n := 0; ; n++ {
		due := start.Add(time.Duration(n) * every)
		if wait := time.Until(due); wait > 0 {
			timer.Reset(wait)
			select {
			case <-timer.C:
			case <-ctx.Done():
				return
			}
		}
		if ctx.Err() != nil {
			return
		}
		draw(n, due)
	}
}
