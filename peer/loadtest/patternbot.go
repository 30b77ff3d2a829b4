package loadtest

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer"
)

// A patternBot is a Bot that draws the segments of its scenario at their rate, each
// with a watermark of when it was due.
type patternBot struct {
	of    *participant
	begin time.Duration // since drawing began
}

var errNothingToDraw = errors.New("there are no segments to draw")

// Run draws until ctx is done. A segment that cannot be drawn is a failure, and
// the next one is drawn all the same.
func (d patternBot) Run(ctx context.Context, p *peer.Peer) error {
	b := d.of
	next, stop := iter.Pull(repeat(b.cast.Segments(b.number)))
	defer stop()
	segment, some := next()
	if !some {
		return errNothingToDraw
	}
	// Hands do not move in step.
	random := rand.New(rand.NewPCG(b.run.cfg.Seed, uint64(b.number)))
	beat := b.cast.beat(b.run.began, d.begin, random.Float64())
	due := pace(ctx, beat, func(n int, due time.Time) {
		if _, err := p.Draw(watermark{b.run.clock.at(due)}.stamp(segment)); err != nil && !b.excused(ctx, err) {
			b.failed("draw", "", err)
		}
		segment, _ = next()
	})
	b.mu.Lock()
	defer b.mu.Unlock()
	b.due = due
	return nil
}

// repeat yields what segments does, over and over. It ends if that is nothing.
func repeat(segments iter.Seq[canvas.Segment]) iter.Seq[canvas.Segment] {
	return func(yield func(canvas.Segment) bool) {
		for some := true; some; {
			some = false
			for s := range segments {
				if some = true; !yield(s) {
					return
				}
			}
		}
	}
}
