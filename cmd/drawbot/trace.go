package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/canvas/trace"
	"drawmesh/canvas/trace/bitmap"
	"drawmesh/canvas/trace/lettering"
	"drawmesh/canvas/trace/svg"
)

// tracing is what people have that strokes are made of, and how: the flags.
type tracing struct {
	SVG  string `name:"svg" placeholder:"FILE" help:"Draw the lines of an SVG; - is standard input."`
	Text string `placeholder:"TEXT" help:"Write in Latin, Greek or Cyrillic letters."`

	Image   string  `placeholder:"FILE" help:"Draw a PNG, a JPEG or a GIF; - is standard input."`
	Style   string  `placeholder:"NAME" help:"How to draw an image: outline, hatch or stipple (default outline)."`
	Colors  int     `positive:"" placeholder:"N" help:"How many colors to draw an image in, 1 to 64 (default 6); one is black."`
	Spacing float64 `positive:"" placeholder:"PIXELS" help:"How far an image's hatching and dots are from one another (default 5)."`

	Fit       size    `placeholder:"WxH" help:"Make an SVG, a text or an image fit into this box (default: its own size)."`
	Margin    float64 `placeholder:"PIXELS" help:"Keep free so much on each side of it."`
	Width     float64 `positive:"" placeholder:"PIXELS" help:"How wide its lines are (default: as an SVG says, and 1 for outlines of what is filled; 3 for a text, and 1.5 for an image)."`
	Tolerance float64 `default:"0.1" placeholder:"PIXELS" help:"How far lines may be from its curves (default ${default})."`
	Sort      bool    `help:"Draw next what is nearest, whatever lies above what."`
}

// A subject is something to trace. Its strokes are made of a file, if it has one.
type subject struct {
	flag, value, file string
	strokes           func(in io.Reader, s source) (strokes []trace.Stroke, leftOut []string, err error)
}

// subjects are those that the flags name.
func (t tracing) subjects() []subject {
	all := []subject{{"--svg", t.SVG, t.SVG, svgStrokes}, {"--text", t.Text, "", textStrokes}, {"--image", t.Image, t.Image, imageStrokes}}
	return slices.DeleteFunc(all, func(s subject) bool { return s.value == "" })
}

// inputs are the files that are read.
func (t tracing) inputs() []filePath {
	var in []filePath
	for _, s := range t.subjects() {
		if s.file != "" {
			in = append(in, filePath{s.flag, s.file})
		}
	}
	return in
}

// check checks the flags.
func (t tracing) check(traced bool) error {
	switch {
	case !traced && (t.Fit != size{} || t.Margin != 0 || t.Width != 0 || t.Sort):
		return misused("--fit, --margin, --width and --sort are for --svg, --text and --image")
	case t.Image == "" && (t.Style != "" || t.Colors != 0 || t.Spacing != 0):
		return misused("--style, --colors and --spacing are for --image")
	case t.Style != "" && !slices.Contains(bitmap.Styles(), t.Style):
		return misused("--style %s: there are %s", t.Style, strings.Join(bitmap.Styles(), ", "))
	case t.Colors < 0 || t.Colors > bitmap.MaxColors:
		return misused("--colors %d: 1 to %d", t.Colors, bitmap.MaxColors)
	case t.Spacing != 0 && !(t.Spacing >= 1 && t.Spacing <= raster.MaxSide):
		return misused("--spacing %v: 1 to %d pixels", t.Spacing, raster.MaxSide)
	case !(math.Abs(t.Margin) <= raster.MaxSide):
		return misused("--margin %v: up to %d pixels", t.Margin, raster.MaxSide)
	case !(t.Width >= 0 && t.Width <= trace.MaxWidth):
		return misused("--width %v: a width is above zero, and %d pixels at most", t.Width, trace.MaxWidth)
	case !(t.Tolerance >= trace.MinTolerance && t.Tolerance <= raster.MaxSide):
		return misused("--tolerance %v: %v to %d pixels", t.Tolerance, trace.MinTolerance, raster.MaxSide)
	}
	return nil
}

// placement is where the flags put what is traced.
func (s source) placement() trace.Placement {
	return trace.Placement{At: s.At.Point, Width: float64(s.Fit.Width), Height: float64(s.Fit.Height), Margin: s.Margin}
}

// openTraced makes strokes of a subject. As long as nobody sets a rate, they are
// drawn as fast as a hand does.
func (s source) openTraced(ctx context.Context, of subject, stdin io.Reader, u *ui) (opened, error) {
	o := opened{name: of.name(), rate: s.Rate.perSecond(0), limit: s.For, close: func() error { return nil }}
	type result struct {
		strokes []trace.Stroke
		leftOut []string
	}
	r, err := awaited(ctx, func() (r result, err error) {
		in, err := of.open(ctx, stdin)
		if err != nil {
			return r, err
		}
		defer in.Close()
		r.strokes, r.leftOut, err = of.strokes(in, s)
		return r, err
	})
	if err != nil {
		return o, orInterrupted(ctx, fmt.Errorf("%s: %w", o.name, err), "nothing was drawn")
	}
	if len(r.leftOut) > 0 {
		u.warn("%s: left out: %s", o.name, strings.Join(r.leftOut, ", "))
	}
	if len(r.strokes) == 0 {
		return o, fmt.Errorf("%s: there is nothing to draw in it", o.name)
	}
	s.adjust(r.strokes)
	if s.Sort {
		r.strokes = trace.Sort(r.strokes)
	}
	longest := 0.0
	if s.Rate == 0 {
		o.hand, longest = new(trace.Hand), trace.HandStep
	}
	segments := trace.Segments(r.strokes, longest)
	o.ops = func(yield func(input, error) bool) {
		for segment := range segments {
			if !yield(input{op: segment}, nil) {
				return
			}
		}
	}
	var all trace.Hand
	var took time.Duration
	for segment := range segments {
		o.total++
		took = all.After(segment)
	}
	if o.hand != nil {
		u.say("drawing %s: %s, %.1f s by hand; --rate max is as fast as can be", o.name, count(o.total, "operation"), took.Seconds())
	}
	return o, nil
}

// adjust gives all strokes the color and the width that the flags ask for.
func (s source) adjust(strokes []trace.Stroke) {
	for i := range strokes {
		if s.Color.text != "" {
			strokes[i].Color = s.Color.Color
		}
		if s.Width > 0 {
			strokes[i].Width = s.Width
		}
	}
}

// name is what to call a subject.
func (s subject) name() string {
	switch s.file {
	case "":
		return "the text"
	case "-":
		return "standard input"
	}
	return s.file
}

// open opens the subject's file, if there is one.
func (s subject) open(ctx context.Context, stdin io.Reader) (io.ReadCloser, error) {
	switch s.file {
	case "":
		return io.NopCloser(strings.NewReader("")), nil
	case "-":
		return io.NopCloser(stdin), nil
	}
	f, err := openWithin(ctx, s.file, func() (*os.File, error) { return os.Open(s.file) })
	if err != nil {
		return nil, causeOnPath(err)
	}
	return f, nil
}

func svgStrokes(in io.Reader, s source) ([]trace.Stroke, []string, error) {
	d, err := svg.Parse(in)
	if err != nil {
		return nil, nil, causeOnPath(err)
	}
	m, err := s.placement().Matrix(d.Width, d.Height)
	if err != nil {
		return nil, nil, err
	}
	strokes, err := d.Strokes(svg.Options{Matrix: m, Tolerance: s.Tolerance})
	return strokes, d.LeftOut(), err
}

// textWidth is how wide a text's lines are, in CSS pixels.
const textWidth = 3

func textStrokes(_ io.Reader, s source) ([]trace.Stroke, []string, error) {
	t := lettering.Set(s.Text)
	if t.Width == 0 {
		return nil, t.Unknown(), nil
	}
	m, err := s.placement().Matrix(t.Width, t.Height)
	if err != nil {
		return nil, nil, err
	}
	strokes, err := t.Strokes(m, s.Tolerance, textWidth, canvas.Color{A: 255})
	return strokes, t.Unknown(), err
}

func imageStrokes(in io.Reader, s source) ([]trace.Stroke, []string, error) {
	im, err := bitmap.Decode(in)
	if err != nil {
		return nil, nil, causeOnPath(err)
	}
	m, err := s.placement().Matrix(float64(im.Bounds().Dx()), float64(im.Bounds().Dy()))
	if err != nil {
		return nil, nil, err
	}
	strokes, err := bitmap.Strokes(im, bitmap.Options{
		Matrix: m, Style: cmp.Or(s.Style, "outline"), Colors: cmp.Or(s.Colors, 6), Spacing: cmp.Or(s.Spacing, 5), Width: 1.5, Tolerance: s.Tolerance,
	})
	return strokes, nil, err
}

// An opRate is a flag: so many a second. Infinity is as fast as can be, and zero what it
// is otherwise.
type opRate float64

// UnmarshalText reads a number, or max.
func (r *opRate) UnmarshalText(text []byte) error {
	if string(text) == "max" {
		*r = opRate(math.Inf(1))
		return nil
	}
	v, err := strconv.ParseFloat(string(text), 64)
	if err != nil || math.IsInf(v, 0) {
		return fmt.Errorf("%q is no rate, such as 500 or max", text)
	}
	*r = opRate(v)
	return nil
}

// perSecond is the rate, where zero is as fast as can be; otherwise is what it is if
// nobody has set it.
func (r opRate) perSecond(otherwise float64) float64 {
	switch {
	case r == 0:
		return otherwise
	case math.IsInf(float64(r), 1):
		return 0
	}
	return float64(r)
}
