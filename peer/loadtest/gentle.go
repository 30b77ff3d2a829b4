package loadtest

import (
	"context"
	"time"
)

const (
	gentleTime  = 3 * time.Second       // for a bot's links to open, before the next one joins
	gentlePause = 20 * time.Millisecond // between two
)

// turn waits, if the run is gentle, until no other bot of ours joins. It reports
// whether that came about before ctx was done: then a bot has to join, and to
// give the turn on.
func (r *Run) turn(ctx context.Context) bool {
	if !r.cfg.Gentle {
		return ctx.Err() == nil
	}
	select {
	case r.turns <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// giveOn lets the next one join, once the links of who has just tried to are
// open.
func (r *Run) giveOn() {
	if !r.cfg.Gentle {
		return
	}
	r.slots.Go(func() {
		await(r.joining, gentleTime, r.whole)
		wait(r.joining, gentlePause)
		<-r.turns
	})
}
