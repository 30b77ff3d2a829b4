package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"drawmesh/canvas/recording"
)

// replayCommand draws a recording into a room.
type replayCommand struct {
	Log string `arg:"" placeholder:"FILE" help:"The recording; - is standard input."`
	room
	Speed float64       `default:"1" placeholder:"N" help:"How many times as fast it is drawn (default ${default})."`
	Loop  bool          `help:"Begin again and again, each time with an empty canvas."`
	Wait  time.Duration `default:"5s" placeholder:"DURATION" help:"How long to wait for somebody to draw for (default ${default})."`
}

// Help is the text between the summary and the flags.
func (replayCommand) Help() string {
	return `Draws what was recorded in its rhythm, also what was drawn before the recording began, as others see it happen: each of up to 8 people is somebody of that name in the room, and any more are one together. Strokes stay together; undo, redo and clear are done again, too, and a clear wipes all that is in the room then.

Waits for somebody, as draw does, and leaves when everything has been delivered.`
}

func (replayCommand) examples() string {
	return `
Examples:
  $ drawbot replay studio.ndjson atelier --speed 4
  $ drawbot replay studio.ndjson.gz http://localhost:8081/lobby --loop
`
}

func (c *replayCommand) run(ctx context.Context, e env, u *ui) error {
	if !(c.Speed >= 0.001 && c.Speed <= 1e6) {
		return misused("--speed %v: 0.001 to 1000000", c.Speed)
	}
	if _, err := c.url(); err != nil {
		return err
	}
	in, err := openLogs(ctx, []string{c.Log}, e.in, u.warn)
	if err != nil {
		return err
	}
	cast := newCast(c.room, u, newAudience(c.Wait))
	if err := cast.choose(ctx, in); err != nil {
		return orInterrupted(ctx, err, "nothing was drawn")
	}
	defer cast.leave()
	if err := cast.enter(ctx); err != nil {
		return orInterrupted(ctx, err, "nothing was drawn")
	}
	start := time.Now()
	whole := false
	for again := true; again; again = c.Loop && ctx.Err() == nil {
		if whole {
			err = cast.wipe(ctx)
		}
		if err == nil {
			whole, err = c.round(ctx, u, in, cast)
		}
		if err != nil && ctx.Err() == nil {
			return fmt.Errorf("after %s: %w", count(cast.drawn, "operation"), err)
		}
	}
	err = cast.deliver(ctx)
	switch {
	case ctx.Err() != nil && err != nil:
		return interrupted(ctx, "drew %s, which may not all have arrived", count(cast.drawn, "operation"))
	case ctx.Err() != nil && !whole && !c.Loop:
		return interrupted(ctx, "drew %s, which have arrived, and not the rest", count(cast.drawn, "operation"))
	case err != nil:
		return err
	}
	u.say("replayed %s by %s in %.1f s", count(cast.drawn, "operation"), count(len(cast.players), "peer"), time.Since(start).Seconds())
	return cmp.Or(in.result(), cast.audience.lacking())
}

// round draws the recording once: not the whole, if ctx ends before.
func (c *replayCommand) round(ctx context.Context, u *ui, in *logs, cast *cast) (whole bool, err error) {
	start := time.Now()
	var shown time.Time
	first := time.Duration(-1)
	for t := range recording.Arrivals(recording.NewDrawing(), in.merged(), recording.Moment{}, &err) {
		d, ok := replayed(t.Record)
		if !ok {
			continue
		}
		if first < 0 {
			first = t.Since
		}
		due := start.Add(time.Duration(float64(t.Since-first) / c.Speed))
		if (pace{due, 1}).wait(ctx, 0) != nil {
			return false, nil
		}
		if err := cast.draw(ctx, d); err != nil {
			return false, err
		}
		if time.Since(shown) > showEvery {
			shown = time.Now()
			u.progress("replaying %s: %s by %s", in.files[0].Name, count(cast.drawn, "operation"), count(len(cast.players), "peer"))
		}
	}
	return err == nil, err
}
