package record

import (
	"context"
	"image"
	"time"

	"drawmesh/canvas/raster"
)

// The times of a timelapse.
const (
	TimelapseHold = 2 * time.Second // that the last one is shown

	longestPause = time.Second      // of those who draw; what is longer is made as short
	longestPast  = 10 * time.Second // of it, in which what was drawn before is shown
)

// A Timelapse is one of a recording that is being made. Times in which nothing is
// drawn are cut short. All else is as long as it was, divided by the speed, however
// late and seldom a busy machine lets it look. It begins with what was drawn before,
// by the times that its authors say, in ten seconds at most. It is for the goroutine
// that calls the recorder's Follow.
type Timelapse struct {
	of       *Recorder
	to       raster.Animation
	speed    float64
	rate     int         // pictures in a second, at most
	shown    *image.RGBA // the last picture; nil before the first look
	version  uint64      // of it
	pictures int
	looked   time.Time     // the last time
	idle     time.Duration // that nothing was drawn before that
}

// NewTimelapse returns a timelapse of r's picture, so many times as fast as that
// was drawn, and of at most rate pictures in a second as it is watched. At a speed of
// 1 they are as many while it is drawn.
func NewTimelapse(r *Recorder, to raster.Animation, speed float64, rate int) *Timelapse {
	l := &Timelapse{of: r, speed: speed, rate: rate}
	l.to = counted{to, &l.pictures}
	return l
}

// A counted animation counts its pictures.
type counted struct {
	raster.Animation
	pictures *int
}

// Add adds a picture.
func (c counted) Add(im *image.RGBA, d time.Duration) error {
	*c.pictures++
	return c.Animation.Add(im, d)
}

// Interval is how often to call Look.
func (l *Timelapse) Interval() time.Duration {
	return time.Duration(l.speed / float64(l.rate) * float64(time.Second))
}

// Pictures is how many there are so far.
func (l *Timelapse) Pictures() int { return l.pictures }

// Look looks at the picture. If it is a new one, the one before has been shown
// since the last look, and before that while nothing was drawn. A ticker that drops
// ticks, as it does when we are slow, costs no time.
func (l *Timelapse) Look() error {
	now, version := time.Now(), l.of.Version()
	took := now.Sub(l.looked)
	l.looked = now
	switch {
	case l.shown == nil:
		past := raster.Timelapse{Speed: l.speed, FrameRate: l.rate, LongestPause: longestPause, Length: longestPast}
		if err := past.PlayPast(context.Background(), l.to, l.of.Picture()); err != nil {
			return err
		}
		l.looked = time.Now() // for it took its time
	case version == l.version:
		l.idle += took
		return nil
	default:
		took += min(l.idle, longestPause)
		if err := l.to.Add(l.shown, time.Duration(float64(took)/l.speed)); err != nil {
			return err
		}
	}
	l.idle, l.version = 0, version
	im := l.of.Picture().Image()
	if l.shown == nil {
		l.shown = image.NewRGBA(im.Rect)
	}
	copy(l.shown.Pix, im.Pix)
	return nil
}

// Close ends the timelapse with the picture as it is in the end, and closes the
// animation.
func (l *Timelapse) Close() error {
	err := l.Look()
	if err == nil {
		err = l.to.Add(l.of.Picture().Image(), TimelapseHold)
	}
	if e := l.to.Close(); err == nil {
		err = e
	}
	return err
}
