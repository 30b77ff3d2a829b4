package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/signaling"
)

// size is a flag: a picture's, in pixels.
type size struct{ Width, Height int }

// UnmarshalText reads WIDTHxHEIGHT.
func (s *size) UnmarshalText(text []byte) error {
	w, h, ok := strings.Cut(string(text), "x")
	width, err := strconv.Atoi(w)
	height, err2 := strconv.Atoi(h)
	if !ok || err != nil || err2 != nil {
		return fmt.Errorf("%q is no size, such as 1280x720", text)
	}
	if width < 1 || height < 1 || width > raster.MaxSide || height > raster.MaxSide || width*height > raster.MaxPixels {
		return fmt.Errorf("%s: a side has 1 to %d pixels, and a picture %d at most", text, raster.MaxSide, raster.MaxPixels)
	}
	*s = size{width, height}
	return nil
}

func (s size) String() string { return fmt.Sprintf("%dx%d", s.Width, s.Height) }

// nickname is a flag: what somebody is to be called.
type nickname string

// UnmarshalText reads a name that can be seen, as the others are to see it.
func (n *nickname) UnmarshalText(text []byte) error {
	*n = nickname(signaling.CleanName(string(text)))
	if *n == "" {
		return signaling.ErrNoName
	}
	return nil
}

// color is a flag: any CSS color.
type color struct {
	canvas.Color
	text string // as given; empty if it was not
}

// UnmarshalText reads a CSS color.
func (c *color) UnmarshalText(text []byte) error {
	parsed, err := canvas.ParseColor(string(text))
	if err != nil {
		return fmt.Errorf("%q is no CSS color, such as tomato, #9900ff or rgb(153, 0, 255)", text)
	}
	*c = color{parsed, string(text)}
	return nil
}

// point is a flag: a place on the canvas.
type point struct {
	canvas.Point
	given bool
}

// UnmarshalText reads X,Y.
func (p *point) UnmarshalText(text []byte) error {
	x, y, _ := strings.Cut(string(text), ",")
	px, err := strconv.ParseFloat(x, 64)
	py, err2 := strconv.ParseFloat(y, 64)
	if errors.Join(err, err2) != nil || !(abs(px) <= raster.MaxSide && abs(py) <= raster.MaxSide) {
		return fmt.Errorf("%q is no place, such as 640,360", text)
	}
	*p = point{canvas.Point{X: px, Y: py}, true}
	return nil
}

// every is a flag: how often something is done.
type every struct {
	time time.Duration
	ops  int // operations, if the time is zero
}

// UnmarshalText reads a duration, or a number with "ops" behind it.
func (e *every) UnmarshalText(text []byte) error {
	if ops, found := strings.CutSuffix(string(text), "ops"); found {
		if n, err := strconv.Atoi(ops); err == nil && n > 0 {
			*e = every{ops: n}
			return nil
		}
	} else if d, err := time.ParseDuration(string(text)); err == nil && d >= time.Millisecond {
		*e = every{time: d}
		return nil
	}
	return fmt.Errorf("%q is neither a duration nor a number of operations, such as 10s or 100ops", text)
}

func abs(x float64) float64 { return max(x, -x) }
