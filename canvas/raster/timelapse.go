package raster

import (
	"context"
	"errors"
	"fmt"
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

// Play adds the pictures to a. The steps come with the time at which each
// arrived, in the order of arrival, so that a log takes them in as they come;
// they are gone through twice. One that came before it did, by a clock that was
// set, came at once.
func (t Timelapse) Play(ctx context.Context, a Animation, arrivals iter.Seq2[time.Time, canvas.Step]) error {
	t, err := t.withDefaults()
	if err != nil {
		return err
	}
	view, err := NewViewOf(t.Viewport, t.Background)
	if err != nil {
		return err
	}
	view.Show(t.Show)
	film := film{Timelapse: t, ctx: ctx, to: a, view: view, log: canvas.NewUnsigned(canvas.Site{})}
	pace := pace{pause: t.LongestPause}
	for at := range arrivals {
		pace.step(at)
	}
	film.whole = pace.now
	if t.Length > 0 && pace.now > 0 {
		film.Speed = float64(pace.now) / float64(t.Length)
	}
	pace.now, pace.started = 0, false
	for at, step := range arrivals {
		if err := film.show(pace.step(at)); err != nil {
			return err
		}
		if err := film.take(step); err != nil {
			return err
		}
	}
	return film.add(t.Hold)
}

// A pace is the time of those who drew, without long pauses.
type pace struct {
	pause   time.Duration
	started bool
	last    time.Time
	now     time.Duration
}

// step is how long after the first entry the one that arrived at a time is.
func (p *pace) step(at time.Time) time.Duration {
	if p.started {
		p.now += min(max(at.Sub(p.last), 0), p.pause)
	}
	p.started, p.last = true, at
	return p.now
}

// A film is a timelapse that is being made.
type film struct {
	Timelapse
	ctx   context.Context
	to    Animation
	whole time.Duration // of the time of those who drew

	log    *canvas.Log
	view   *View
	change canvas.Change // not painted yet
	frame  int           // pictures there could have been so far
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

// take takes in a step, to be painted with the next picture. An entry that the log
// has already is nothing new: it came from two sides.
func (f *film) take(s canvas.Step) error {
	change, err := f.log.Step(s)
	if err != nil && !errors.Is(err, canvas.ErrDuplicate) {
		return err
	}
	f.change = f.change.Join(change)
	return nil
}

// add adds the picture as it is now.
func (f *film) add(d time.Duration) error {
	if err := f.ctx.Err(); err != nil {
		return err
	}
	f.view.Update(f.log, f.change)
	f.change = canvas.Change{}
	return f.to.Add(f.view.Image(), d)
}
