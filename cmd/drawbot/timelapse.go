package main

import (
	"context"
	"image"
	"time"

	"drawmesh/canvas/raster"
	"drawmesh/canvas/recording/picture"
)

const (
	lapseRate    = 10              // pictures of a timelapse in a second
	lapseHold    = 2 * time.Second // that the last one is shown
	longestPause = time.Second     // of those who draw; what is longer is made as short
)

// A lapse is a timelapse of a recording that is being made. Times in which
// nothing is drawn are cut short. All else is as long as it was, divided by the
// speed, however late and seldom a busy machine lets it look.
type lapse struct {
	out      output
	file     file
	movie    raster.Animation
	speed    float64
	shown    *image.RGBA // the last picture; nil before the first look
	version  uint64      // of it
	pictures int
	looked   time.Time     // the last time
	idle     time.Duration // that nothing was drawn before that
}

// newLapse begins a timelapse at path.
func newLapse(ctx context.Context, path string, l picture.Look, speed float64) (*lapse, error) {
	out, err := newOutput(ctx, path, nil)
	if err != nil {
		return nil, err
	}
	f, err := out.create()
	if err != nil {
		return nil, err
	}
	// Ctrl-C ends what is recorded, and not the file.
	movie, err := raster.NewAnimation(context.Background(), f, raster.AnimationOptions{
		Format: formatOf(path), Translucent: l.Translucent(), FrameRate: lapseRate,
	})
	if err != nil {
		f.Discard()
		return nil, err
	}
	return &lapse{out: out, file: f, movie: movie, speed: speed}, nil
}

// look looks at the picture. If it is a new one, the one before has been shown
// since the last look, and before that while nothing was drawn. A ticker that drops
// ticks, as it does when we are slow, costs no time.
func (l *lapse) look(view *raster.View, version uint64) error {
	now := time.Now()
	took := now.Sub(l.looked)
	l.looked = now
	switch {
	case l.shown == nil:
	case version == l.version:
		l.idle += took
		return nil
	default:
		took += min(l.idle, longestPause)
		if err := l.movie.Add(l.shown, time.Duration(float64(took)/l.speed)); err != nil {
			return notWritable(l.out.path, err)
		}
		l.pictures++
	}
	l.idle, l.version = 0, version
	im := view.Image()
	if l.shown == nil {
		l.shown = image.NewRGBA(im.Rect)
	}
	copy(l.shown.Pix, im.Pix)
	return nil
}

// close ends the timelapse with the picture as it is in the end.
func (l *lapse) close(view *raster.View, version uint64) error {
	defer l.file.Discard()
	err := l.look(view, version)
	if err == nil {
		err = l.movie.Add(view.Image(), lapseHold)
	}
	l.pictures++
	if e := l.movie.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = l.file.Keep()
	}
	if err != nil {
		return notWritable(l.out.path, err)
	}
	return nil
}
