package raster

import (
	"context"
	"errors"
	"fmt"
	"image"
	"iter"
	"math"
	"time"

	"drawmesh/canvas"
)

// A Timelapse shows how a drawing came about. Viewport's size is required; every
// other zero value is a working default.
type Timelapse struct {
	Viewport   Viewport
	Background canvas.Color

	// Show is as in [View.Show]. Nil shows all.
	Show func(canvas.Entry) bool

	// Length is from the first entry to the last one, as it is shown. Zero means
	// that Speed decides.
	Length time.Duration

	// Speed is how many times as fast as it was drawn it is shown. Zero means 1.
	Speed float64

	// FrameRate is the most pictures in a second. Zero means 10.
	FrameRate int

	// LongestPause is how long nothing may happen, in the time of those who
	// drew. What is longer is made as short. Zero means a second.
	LongestPause time.Duration

	// Hold is for how long the last picture is shown. Zero means 2 seconds.
	Hold time.Duration

	// Progress, if not nil, is called after each picture with how much of the
	// whole is done, 0 to 1.
	Progress func(part float64)
}

func (t Timelapse) withDefaults() (Timelapse, error) {
	if t.Speed == 0 {
		t.Speed = 1
	}
	if t.FrameRate == 0 {
		t.FrameRate = defaultFrameRate
	}
	if t.LongestPause == 0 {
		t.LongestPause = time.Second
	}
	if t.Hold == 0 {
		t.Hold = 2 * time.Second
	}
	if t.Progress == nil {
		t.Progress = func(float64) {}
	}
	switch {
	case !(t.Speed > 0 && t.Speed <= math.MaxFloat64):
		return t, fmt.Errorf("raster: speed %g: must be above 0", t.Speed)
	case t.FrameRate < 1:
		return t, fmt.Errorf("raster: %d frames a second: must be at least 1", t.FrameRate)
	case t.Length < 0 || t.LongestPause < 0 || t.Hold < 0:
		return t, errors.New("raster: a timelapse of less than no time")
	}
	return t, nil
}

// A Scene is the drawing until the next thing came.
type Scene struct {
	Until  time.Time     // when that came; zero for the last scene
	Log    *canvas.Log   // as it was until then; the next scene may change it
	Change canvas.Change // of the picture, since the scene before
}

// Play adds the pictures to a. The scenes follow each other as things came; they
// are gone through twice. What came before something else did, by a clock that was
// set, came at once.
func (t Timelapse) Play(ctx context.Context, a Animation, scenes iter.Seq[Scene]) error {
	t, err := t.withDefaults()
	if err != nil {
		return err
	}
	view, err := NewViewOf(t.Viewport, t.Background)
	if err != nil {
		return err
	}
	view.Show(t.Show)
	var log *canvas.Log
	var change canvas.Change // not painted yet
	film := film{Timelapse: t, ctx: ctx, to: a, picture: func() *image.RGBA {
		view.Update(log, change)
		change = canvas.Change{}
		return view.Image()
	}}
	pace := pace{pause: t.LongestPause}
	for s := range scenes {
		pace.step(s.Until)
	}
	film.whole = pace.now
	if t.Length > 0 && pace.now > 0 {
		film.Speed = float64(pace.now) / float64(t.Length)
	}
	pace.now, pace.last = 0, time.Time{}
	for s := range scenes {
		log, change = s.Log, change.Join(s.Change)
		if err := film.show(pace.step(s.Until)); err != nil {
			return err
		}
	}
	return film.add(t.Hold)
}

// A pace is the time of those who drew, without long pauses.
type pace struct {
	pause time.Duration
	last  time.Time // zero at the beginning
	now   time.Duration
}

// step is how long after the first thing that came the one at a time did.
func (p *pace) step(at time.Time) time.Duration {
	if !p.last.IsZero() && !at.IsZero() {
		p.now += min(max(at.Sub(p.last), 0), p.pause)
	}
	p.last = at
	return p.now
}

// A film is a timelapse that is being made.
type film struct {
	Timelapse
	ctx   context.Context
	to    Animation
	whole time.Duration // of the time of those who drew

	picture func() *image.RGBA // as it is now
	frame   int                // pictures there could have been so far
}

// show adds what there is so far, and lets it stand until the picture that shows
// what comes now.
func (f *film) show(now time.Duration) error {
	const slack = 1e-6 // frames: what floating point makes of a whole number
	frames := float64(now.Seconds() / f.Speed * float64(f.FrameRate))
	next := int(min(math.Ceil(frames-slack), math.MaxInt32))
	if next <= f.frame {
		return nil
	}
	d := f.at(next) - f.at(f.frame)
	f.frame = next
	if err := f.add(d); err != nil {
		return err
	}
	if f.whole > 0 {
		f.Progress(float64(now) / float64(f.whole))
	}
	return nil
}

// at is when a frame begins.
func (f *film) at(frame int) time.Duration {
	return time.Duration(frame) * time.Second / time.Duration(f.FrameRate)
}

// add adds the picture as it is now.
func (f *film) add(d time.Duration) error {
	if err := f.ctx.Err(); err != nil {
		return err
	}
	return f.to.Add(f.picture(), d)
}
