package raster

import (
	"context"
	"time"

	"drawmesh/canvas"
)

// PlayPast adds to a how the picture of v came about that it took last: each
// operation that is in it when it was drawn, as its author says. What has been wiped
// or undone since is in no picture. The last one, which v has, is not added.
//
// The viewport, the background and what is shown are v's, and t.Length is the most
// that it takes: the time that authors say may be any, if no pause is longer than
// t.LongestPause.
func (t Timelapse) PlayPast(ctx context.Context, a Animation, v *View) error {
	t, err := t.withDefaults()
	if err != nil {
		return err
	}
	board, err := NewBoardOf(v.board.port, v.board.background)
	if err != nil {
		return err
	}
	film := film{Timelapse: t, ctx: ctx, to: a, picture: board.Image}
	pace := pace{pause: t.LongestPause}
	for e := range v.past {
		pace.step(canvas.TimeOf(e.T))
	}
	film.whole = pace.now
	if t.Length > 0 {
		film.Speed = max(t.Speed, float64(pace.now)/float64(t.Length))
	}
	pace.now, pace.last = 0, time.Time{}
	for e := range v.past {
		if err := film.show(pace.step(canvas.TimeOf(e.T))); err != nil {
			return err
		}
		board.Apply(e.Op)
	}
	return nil
}

// past yields what there is to see of what was taken, in the order of its times.
func (v *View) past(yield func(canvas.Entry) bool) {
	for e := range v.taken.Paint(canvas.Key{}) {
		if (v.show == nil || v.show(e)) && !yield(e) {
			return
		}
	}
}
