package main

import (
	"context"
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
	"drawmesh/canvas/trace"
	"drawmesh/cmd/drawbot/pattern"
)

// patternRate is how many segments of a pattern are drawn a second, unless
// --rate says otherwise: about as fast as a hand.
const patternRate = 200

// source is what to draw, and how fast: the flags.
type source struct {
	File string `arg:"" optional:"" placeholder:"FILE" help:"The operations to draw; - is standard input."`

	Pattern string        `placeholder:"NAME" help:"Draw a pattern instead: spiral, grid, flower or walk."`
	Seed    uint64        `positive:"" placeholder:"N" help:"The same seed draws the same pattern (default: a random one)."`
	At      point         `placeholder:"X,Y" help:"The pattern's center (default: by the seed), or the top left corner of what else is drawn (default: 0,0)."`
	Radius  float64       `positive:"" placeholder:"PIXELS" help:"The pattern's radius (default: by the size)."`
	Size    size          `default:"1280x720" placeholder:"WxH" help:"The canvas that patterns keep to (default ${default})."`
	Color   color         `placeholder:"CSS" help:"One color for all (default: for a pattern a palette by the seed)."`
	Rate    opRate        `positive:"" placeholder:"N|max" help:"Operations a second, or as fast as they arrive (default: 200 for a pattern, max for a file of operations, and a hand's for the rest)."`
	For     time.Duration `placeholder:"DURATION" help:"Stop after so long; a pattern goes on with its next seeds until then."`

	tracing
}

// opened is a source that can be drawn.
type opened struct {
	name  string
	ops   iter.Seq2[input, error]
	total int           // operations; zero if not known
	rate  float64       // operations a second; zero is as fast as possible
	hand  *trace.Hand   // draws at its own pace, not at the rate, if not nil
	limit time.Duration // zero is none
	close func() error
}

// open checks the flags and opens the source.
func (s source) open(ctx context.Context, stdin io.Reader, u *ui) (opened, error) {
	if err := checkFor(s.For); err != nil {
		return opened{}, err
	}
	subjects := s.subjects()
	if err := s.check(len(subjects) > 0); err != nil {
		return opened{}, err
	}
	switch {
	case s.File == "" && s.Pattern == "" && len(subjects) == 0:
		return opened{}, misused("what to draw? Give a file, - for standard input, --pattern, --svg, --text or --image")
	case s.File != "" && s.Pattern != "":
		return opened{}, misused("either a file or --pattern, not both")
	case len(subjects) > 1:
		return opened{}, misused("either %s or %s, not both", subjects[0].flag, subjects[1].flag)
	case len(subjects) == 1 && s.Pattern != "":
		return opened{}, misused("either %s or --pattern, not both", subjects[0].flag)
	case len(subjects) == 1 && s.File != "":
		return opened{}, misused("either %s or a file of operations, not both", subjects[0].flag)
	case slices.Contains([]string{"png", "jpg", "jpeg", "gif"}, formatOf(s.File)):
		return opened{}, misused("%s holds no operations: draw it with --image %[1]s", s.File)
	case formatOf(s.File) == "svg":
		return opened{}, misused("%s holds no operations: draw it with --svg %[1]s", s.File)
	case s.Pattern != "" && !slices.Contains(pattern.Names(), s.Pattern):
		return opened{}, misused("--pattern %s: there are %s", s.Pattern, strings.Join(pattern.Names(), ", "))
	case !(s.Rate >= 0 && s.Rate.perSecond(0) <= 1e6):
		return opened{}, misused("--rate %v: a rate is above zero, and 1000000 operations a second at most", s.Rate)
	case !(s.Radius >= 0 && s.Radius <= raster.MaxSide):
		return opened{}, misused("--radius %v: a radius is above zero, and %d pixels at most", s.Radius, raster.MaxSide)
	case len(subjects) == 1:
		return s.openTraced(ctx, subjects[0], stdin, u)
	case s.Pattern != "":
		return s.openPattern(u), nil
	default:
		return s.openFile(ctx, stdin)
	}
}

// due is when operation n, counted from zero, is drawn, from the begin of all.
func (o opened) due(n int, op canvas.Op) time.Duration {
	if segment, ok := op.(canvas.Segment); ok && o.hand != nil {
		return o.hand.After(segment)
	}
	return pace{rate: o.rate}.after(n)
}

func (s source) openFile(ctx context.Context, stdin io.Reader) (opened, error) {
	o := opened{name: s.File, rate: s.Rate.perSecond(0), limit: s.For, close: func() error { return nil }}
	if s.File == "-" {
		o.name, o.ops = "standard input", readOps(stdin)
		return o, nil
	}
	f, err := openWithin(ctx, s.File, func() (*os.File, error) { return os.Open(s.File) })
	if err != nil {
		return opened{}, fmt.Errorf("%s: %w", s.File, causeOnPath(err))
	}
	o.ops, o.close = readOps(f), f.Close
	return o, nil
}

func (s source) openPattern(u *ui) opened {
	if s.Seed == 0 {
		s.Seed = 1 + rand.Uint64N(999_999)
		u.say("drawing a %s, --seed %d", s.Pattern, s.Seed)
	}
	o := opened{name: s.Pattern, rate: s.Rate.perSecond(patternRate), limit: s.For, close: func() error { return nil }}
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
