package raster

import (
	"image"
	"time"
)

// Browsers show a picture that is to be shown for 10 ms or less for 100 ms. These
// are the least times that are not lengthened: a GIF counts in steps of 10 ms.
const (
	leastGIF  = 20 * time.Millisecond
	leastAPNG = 11 * time.Millisecond
)

// A thinned animation leaves pictures out that would be shown for too short a
// time: the next one takes their time, too. So the whole is as long as it is to
// be, and its last picture is the last.
type thinned struct {
	Animation
	least time.Duration

	held *image.RGBA   // a picture that will be left out, unless it is the last
	time time.Duration // that it is to be shown, with those left out before it
}

// Add leaves im out if it is shown too shortly.
func (t *thinned) Add(im *image.RGBA, d time.Duration) error {
	if t.time += d; t.time >= t.least {
		d, t.held, t.time = t.time, nil, 0
		return t.Animation.Add(im, d)
	}
	if t.held == nil || t.held.Rect != im.Rect {
		t.held = image.NewRGBA(im.Rect)
	}
	copyArea(t.held, im, im.Rect)
	return nil
}

// Close adds the last picture, if it was held.
func (t *thinned) Close() error {
	var err error
	if t.held != nil {
		err = t.Animation.Add(t.held, t.time)
	}
	if e := t.Animation.Close(); err == nil {
		err = e
	}
	return err
}
