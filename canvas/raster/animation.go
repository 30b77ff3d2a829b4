package raster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"time"
)

// An Animation is pictures, one after the other. It is for one goroutine at a
// time.
type Animation interface {
	// Add shows im for a while after what was added before. All pictures have
	// one size and begin at (0,0). What does not differ from the picture before
	// is not written again, and one that would be shown for less than 20 ms in a
	// GIF, or 11 in a PNG, is left out: browsers would show it for much longer.
	// An im is only read, and no longer needed after.
	Add(im *image.RGBA, d time.Duration) error

	// Close writes what is left, and lets go of what the animation holds, also
	// if there was an error. The writer underneath stays open.
	Close() error
}

// AnimationOptions configures [NewAnimation]. Format is required.
type AnimationOptions struct {
	// Format is that of the file, named as its extension: png or apng (lossless),
	// gif, or mp4 or webm, for which an ffmpeg must be installed. All but the first
	// show what is transparent on white.
	Format string

	// FrameRate is the frames of a video in a second. Zero means 10. The other
	// formats have none.
	FrameRate int
}

const defaultFrameRate = 10 // frames a second

// NewAnimation returns an animation that is written to w. When ctx ends, so does
// the ffmpeg that makes a video.
func NewAnimation(ctx context.Context, w io.Writer, o AnimationOptions) (Animation, error) {
	if o.FrameRate == 0 {
		o.FrameRate = defaultFrameRate
	}
	switch o.Format {
	case "png", "apng":
		return &thinned{Animation: newAPNG(w), least: leastAPNG}, nil
	case "gif":
		return &thinned{Animation: newGIF(w), least: leastGIF}, nil
	case "mp4", "webm":
		return newVideo(ctx, w, o.Format, o.FrameRate)
	}
	return nil, fmt.Errorf("raster: no animation format %q: use png, gif, mp4 or webm", o.Format)
}

var errNoPicture = errors.New("raster: an animation without a picture")

// A delta finds where a picture differs from the one before.
type delta struct{ last *image.RGBA }

// area is where im differs from the picture that was kept last: all of it if
// there was none.
func (d *delta) area(im *image.RGBA) (image.Rectangle, error) {
	switch {
	case im.Rect.Min != image.Point{}:
		return image.Rectangle{}, fmt.Errorf("raster: a picture at %v in an animation, not at (0,0)", im.Rect.Min)
	case d.last == nil:
		return im.Rect, nil
	case im.Rect != d.last.Rect:
		return image.Rectangle{}, fmt.Errorf("raster: a picture of %v in an animation of %v", im.Rect.Max, d.last.Rect.Max)
	}
	area := image.Rectangle{Min: im.Rect.Max}
	for y := range im.Rect.Max.Y {
		a, b := pixelRow(im, y), pixelRow(d.last, y)
		if bytes.Equal(a, b) {
			continue
		}
		area.Min.Y, area.Max.Y = min(area.Min.Y, y), y+1
		if left := 4 * area.Min.X; !bytes.Equal(a[:left], b[:left]) {
			area.Min.X = firstDifferent(a, b)
		}
		if right := 4 * area.Max.X; !bytes.Equal(a[right:], b[right:]) {
			area.Max.X = lastDifferent(a, b) + 1
		}
	}
	if area.Empty() {
		return image.Rectangle{}, nil
	}
	return area, nil
}

// firstDifferent is the first pixel in which rows that are not equal differ.
func firstDifferent(a, b []byte) int {
	x := 0
	for [4]byte(a[4*x:]) == [4]byte(b[4*x:]) {
		x++
	}
	return x
}

// lastDifferent is the last one.
func lastDifferent(a, b []byte) int {
	x := len(a)/4 - 1
	for [4]byte(a[4*x:]) == [4]byte(b[4*x:]) {
		x--
	}
	return x
}

// keep keeps im, which differs from the last picture in area at most.
func (d *delta) keep(im *image.RGBA, area image.Rectangle) {
	if d.last == nil {
		d.last = image.NewRGBA(im.Rect)
	}
	copyArea(d.last, im, area)
}

// pixelRow is the row y of im, which begins at (0,0).
func pixelRow(im *image.RGBA, y int) []byte {
	return im.Pix[y*im.Stride : y*im.Stride+4*im.Rect.Max.X]
}

// A clock counts in whole ticks how long pictures are shown. What is rounded
// off one picture is made up for by the next, so the whole is as long as it is
// to be.
type clock struct {
	tick    time.Duration
	now     time.Duration // since the beginning
	counted int           // ticks
}

// count is the ticks from the last count until now, within bounds.
func (c *clock) count(least, most int) int {
	n := int((c.now+c.tick/2)/c.tick) - c.counted
	n = min(max(n, least), most)
	c.counted += n
	return n
}
