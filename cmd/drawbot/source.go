package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/cmd/drawbot/pattern"
)

// patternRate is how many segments of a pattern are drawn a second, unless
// --rate says otherwise: about as fast as a hand.
const patternRate = 200

// source is what to draw, and how fast: the flags.
type source struct {
	File string `arg:"" optional:"" help:"The operations to draw; - is standard input."`

	Pattern string        `placeholder:"NAME" help:"Draw a pattern instead: spiral, grid, flower or walk."`
	Seed    uint64        `placeholder:"N" help:"The same seed draws the same pattern (default: a random one)."`
	At      point         `placeholder:"X,Y" help:"The pattern's center (default: by the seed)."`
	Radius  float64       `placeholder:"PIXELS" help:"The pattern's radius (default: by the size)."`
	Size    size          `default:"1280x720" placeholder:"WxH" help:"The canvas that patterns keep to (default ${default})."`
	Color   color         `placeholder:"CSS" help:"One color for the whole pattern (default: a palette by the seed)."`
	Rate    float64       `placeholder:"N" help:"Operations a second (default: 200 for a pattern, any for a file)."`
	For     time.Duration `placeholder:"DURATION" help:"Stop after so long; a pattern goes on with its next seeds until then."`
}

// opened is a source that can be drawn.
type opened struct {
	name  string
	ops   iter.Seq2[input, error]
	total int           // operations; zero if not known
	rate  float64       // operations a second; zero is as fast as possible
	limit time.Duration // zero is none
	close func() error
}

// open checks the flags and opens the source.
func (s source) open(ctx context.Context, stdin io.Reader, u *ui) (opened, error) {
	if err := checkFor(s.For); err != nil {
		return opened{}, err
	}
	switch {
	case s.File == "" && s.Pattern == "":
		return opened{}, misused("what to draw? Give a file, - for standard input, or --pattern")
	case s.File != "" && s.Pattern != "":
		return opened{}, misused("either a file or --pattern, not both")
	case s.Pattern != "" && !slices.Contains(pattern.Names(), s.Pattern):
		return opened{}, misused("--pattern %s: there are %s", s.Pattern, strings.Join(pattern.Names(), ", "))
	case !(s.Rate >= 0 && s.Rate <= 1e6):
		return opened{}, misused("--rate %v: a rate is above zero, and 1000000 operations a second at most", s.Rate)
	case !(s.Radius >= 0 && s.Radius <= raster.MaxSide):
		return opened{}, misused("--radius %v: a radius is above zero, and %d pixels at most", s.Radius, raster.MaxSide)
	case s.Pattern != "":
		return s.openPattern(u), nil
	default:
		return s.openFile(ctx, stdin)
	}
}

func (s source) openFile(ctx context.Context, stdin io.Reader) (opened, error) {
	o := opened{name: s.File, rate: s.Rate, limit: s.For, close: func() error { return nil }}
	if s.File == "-" {
		o.name, o.ops = "standard input", readOps(stdin)
		return o, nil
	}
	f, err := openWithin(ctx, s.File, func() (*os.File, error) { return os.Open(s.File) })
	if err != nil {
		var bad *os.PathError
		if errors.As(err, &bad) {
			err = bad.Err
		}
		return opened{}, fmt.Errorf("%s: %w", s.File, err)
	}
	o.ops, o.close = readOps(f), f.Close
	return o, nil
}

func (s source) openPattern(u *ui) opened {
	if s.Seed == 0 {
		s.Seed = 1 + rand.Uint64N(999_999)
		u.say("drawing a %s, --seed %d", s.Pattern, s.Seed)
	}
	o := opened{name: s.Pattern, rate: s.Rate, limit: s.For, close: func() error { return nil }}
	if o.rate == 0 {
		o.rate = patternRate
	}
	if s.For == 0 {
		o.total = len(s.figure(s.Seed))
	} else {
		o.total = int(o.rate * s.For.Seconds())
	}
	o.ops = func(yield func(input, error) bool) {
		for seed := s.Seed; ; seed++ {
			for _, segment := range s.figure(seed) {
				if !yield(input{op: segment}, nil) {
					return
				}
			}
			if s.For == 0 {
				return
			}
		}
	}
	return o
}

// figure is one pattern.
func (s source) figure(seed uint64) []canvas.Segment {
	f := pattern.Place(seed, float64(s.Size.Width), float64(s.Size.Height))
	if s.At.given {
		f.Center = s.At.Point
	}
	if s.Radius > 0 {
		f.Radius = s.Radius
	}
	if s.Color.text != "" {
		f.Colors = pattern.Plain(s.Color.Color)
	}
	return pattern.Draw(s.Pattern, f)
}
