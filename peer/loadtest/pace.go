package loadtest

import (
	"context"
	"errors"
	"time"
)

// lastTime is for how long operations are still drawn that were due before the time
// was up: timers do not fire to the moment. Who is later than that has more to
// draw than it can.
const lastTime = 50 * time.Millisecond

// pace calls draw for operation n, from 0, at start + n×every, until ctx is done.
// It never skips one: after a stall it catches up. Latency counts from due, not
// from the call, so that a stall counts against every operation that it delayed.
// It returns how many were due in that time, of which the last may not have been
// drawn.
func pace(ctx context.Context, start time.Time, every time.Duration, draw func(n int, due time.Time)) (due int) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	deadline, timed := ctx.Deadline()
	for n := 0; ; n++ {
		at := start.Add(time.Duration(n) * every)
		if wait := time.Until(at); timed && !at.Before(deadline) {
			<-ctx.Done()
		} else if wait > 0 {
			timer.Reset(wait)
			select {
			case <-timer.C:
			case <-ctx.Done():
			}
		}
		if ctx.Err() != nil {
			end := endOf(ctx)
			if time.Since(end) > lastTime || !at.Before(end) {
				return max(n, dueBefore(end, start, every))
			}
		}
		draw(n, at)
	}
}

// endOf is when ctx, which is done, ended: if it was stopped, that is not known
// to the moment, and what was due just before is let go.
func endOf(ctx context.Context) time.Time {
	end, ok := ctx.Deadline()
	if !ok || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return time.Now().Add(-lastTime - 1)
	}
	return end
}

// dueBefore is how many operations are due before a time.
func dueBefore(end, start time.Time, every time.Duration) int {
	return int(max(end.Sub(start)+every-1, 0) / every)
}
