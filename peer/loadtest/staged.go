package loadtest

import (
	"context"
	"math"
	"time"
)

// stageBots lets our bots of the cast come and go as its stages say, while others draw.
// Each comes when the line of the stages passes the half below its place, and goes
// when it falls below that: as many are there as the line says, rounded.
func (r *Run) stageBots(c *cast) {
	from, end := c.mine(r.cfg.Part, r.cfg.Parts)
	for number := from; number < end; number++ {
		spans := c.Stages.line().above(float64(c.rank(number-from, r.cfg.Part, r.cfg.Parts)) + 0.5)
		r.slots.Go(func() { r.stageBot(c, number, spans) })
	}
}

// stageBot lets a bot go by that number in each of the spans, in seconds since
// drawing began.
func (r *Run) stageBot(c *cast, number int, spans [][2]float64) {
	life := 0
	for _, span := range spans {
		if !wait(r.draw, time.Until(r.after(span[0]))) || !r.turn(r.draw) {
			return
		}
		until, cancel := r.draw, context.CancelFunc(func() {})
		if !math.IsInf(span[1], 1) && r.after(span[1]).Before(r.began.Add(r.cfg.Duration)) {
			until, cancel = context.WithDeadline(r.draw, r.after(span[1]))
		}
		life = r.newParticipant(c, number, life).succession(func() context.Context { return until })
		cancel()
	}
}

// after is so many seconds after drawing began.
func (r *Run) after(seconds float64) time.Time {
	return r.began.Add(time.Duration(seconds * float64(time.Second)))
}
