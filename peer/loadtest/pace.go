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

// pace calls draw for operation n, from 0, when it is due, until ctx is done; never
// if that is the zero time. It never skips one: after a stall it catches up.
// Latency counts from due, not from the call, so that a stall counts against every
// operation that it delayed. It returns how many were due in that time, of which
// the last may not have been drawn.
func pace(ctx context.Context, beat func(n int) time.Time, draw func(n int, due time.Time)) (due int) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	deadline, timed := ctx.Deadline()
	for n := 0; ; n++ {
		at := beat(n)
		if wait := time.Until(at); at.IsZero() || timed && !at.Before(deadline) {
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
			if time.Since(end) > lastTime || !isBefore(at, end) {
				return dueBefore(end, n, beat)
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

// dueBefore is how many operations are due before a time: n at least.
func dueBefore(end time.Time, n int, beat func(n int) time.Time) int {
	for isBefore(beat(n), end) {
		n++
	}
	return n
}

// isBefore reports whether an operation is due before a time.
func isBefore(at, end time.Time) bool { return !at.IsZero() && at.Before(end) }

// beat is when a writer of the cast draws segment n, from 0 on, that comes so long
// after drawing began, when that was: from there on, or a part of a segment later.
func (c *cast) beat(began time.Time, comes time.Duration, part float64) func(n int) time.Time {
	if c.Rate > 0 {
		part *= min(c.Rate, 1) // the first comes within a second
	}
	before := c.rhythm.area(comes.Seconds()) + part
	return func(n int) time.Time {
		seconds := c.rhythm.reach(before + float64(n))
		if seconds > float64(maxBeat/time.Second) {
			return time.Time{}
		}
		return began.Add(time.Duration(seconds * float64(time.Second)))
	}
}

// maxBeat is from when on a segment that is due never will be.
const maxBeat = 100 * 365 * 24 * time.Hour
