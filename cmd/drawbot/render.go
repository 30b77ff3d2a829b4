package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/canvas/recording"
)

// renderCommand makes pictures of logs.
type renderCommand struct {
	Logs []string `arg:"" name:"log" help:"Recordings, which are merged; - is standard input."`
	picture
	Out     string        `short:"o" required:"" placeholder:"FILE" help:"Where it goes: .png, .svg, .gif, .apng, .mp4 or .webm; - is standard output."`
	Format  string        `placeholder:"FORMAT" help:"What to write, whatever the file's name."`
	At      moments       `placeholder:"TIME|N" help:"The drawing as it was: 90s after the start, at 2026-05-17T12:00:00Z, or after N operations."`
	Only    []string      `placeholder:"USER" help:"Only what these people drew: any names that they had, ids or sites."`
	Without []string      `placeholder:"USER" help:"Without what these people drew."`
	Length  time.Duration `default:"20s" placeholder:"DURATION" help:"How long an animation is (default ${default})."`
	Rate    int           `default:"10" placeholder:"N" help:"Pictures a second of an animation (default ${default}); of a GIF, 50 at most are shown."`
}

// Help is the text between the summary and the flags.
func (renderCommand) Help() string {
	return `Size and background are those of the log, unless flags say otherwise. A PNG says how it was made, so that verify can prove it. In an animation, pauses are cut short.

Lines that are wrong are said and passed over.`
}

func (renderCommand) examples() string {
	return `
Examples:
  $ drawbot render studio.ndjson -o studio.gif --without drawbot --length 30s
  $ drawbot render monday.ndjson.gz tuesday.ndjson.gz -o - --format png --at 90s --scale 2 > both.png
`
}

func (c *renderCommand) run(ctx context.Context, e env, u *ui) error {
	format, err := c.check(e)
	if err != nil {
		return err
	}
	out, err := newOutput(ctx, c.Out, e.out)
	if err != nil {
		return err
	}
	in, err := openLogs(ctx, c.Logs, e.in, u.warn)
	if err != nil {
		return err
	}
	r := &rendering{in: in, at: c.At, only: c.Only, without: c.Without}
	if err := r.read(ctx); err != nil {
		return orInterrupted(ctx, err, "no picture was made")
	}
	l, err := c.look(r.header)
	if err != nil {
		return err
	}
	switch format {
	case "png":
		l.At, l.Only, l.Without = c.At.text, c.Only, c.Without
		err = r.png(out, l)
	case "svg":
		err = r.svg(out, l)
	default:
		err = c.animate(ctx, u, r, out, l, format)
	}
	if err != nil {
		return orInterrupted(ctx, err, "%s was not finished", out.name("picture"))
	}
	u.say("wrote %s: %s, %s", out.name("picture"), l.pixels(), count(r.ops, "operation"))
	return in.result()
}

// check checks the flags and returns the format.
func (c *renderCommand) check(e env) (string, error) {
	formats := []string{"png", "svg", "gif", "apng", "mp4", "webm"}
	format := cmp.Or(c.Format, formatOf(c.Out))
	switch {
	case !slices.Contains(formats, format) && isStdout(c.Out) && c.Format == "":
		return "", misused("standard output has no name to tell the format by: give --format")
	case !slices.Contains(formats, format):
		return "", misused("format %q: there are %s", format, strings.Join(formats, ", "))
	case c.Length <= 0:
		return "", misused("--length %v: a duration is above zero", c.Length)
	case c.Rate < 1 || c.Rate > 100:
		return "", misused("--rate %d: 1 to 100", c.Rate)
	}
	return format, checkDistinct(e, []filePath{{"-o", c.Out}}, inputs(c.Logs))
}

// animate writes an animation.
func (c *renderCommand) animate(ctx context.Context, u *ui, r *rendering, out output, l look, format string) error {
	f, err := out.create()
	if err != nil {
		return err
	}
	defer f.Discard()
	movie, err := raster.NewAnimation(ctx, f, raster.AnimationOptions{Format: format, Translucent: l.translucent(), FrameRate: c.Rate})
	if err != nil {
		return err
	}
	background, err := canvas.ParseColor(l.Background)
	if err != nil {
		return err
	}
	lapse := raster.Timelapse{
		Viewport: l.port(), Background: background, Show: r.show, Length: c.Length, FrameRate: c.Rate, Hold: lapseHold,
		Progress: func(part float64) { u.progress("rendering: %.0f %%", 100*part) },
	}
	var failed error
	err = lapse.Play(ctx, movie, r.arrivals(&failed))
	if e := movie.Close(); err == nil {
		err = e
	}
	if err = cmp.Or(failed, err); err != nil {
		return err
	}
	return f.Keep()
}

// A rendering is a drawing that was put together from logs.
type rendering struct {
	in            *logs
	at            moments
	only, without []string

	header  recording.Header // of the first
	drawing *recording.Drawing
	people  *people
	show    func(canvas.Entry) bool // nil for all
	ops     int
}

// read reads the logs, up to the moment that is asked for.
func (r *rendering) read(ctx context.Context) error {
	r.drawing, r.people, r.ops = recording.NewDrawing(), newPeople(), 0
	var end ending
	for m, err := range r.in.merged() {
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		r.people.hear(m.rec)
		if h, ok := m.rec.(recording.Header); ok && r.header.Version == 0 {
			r.header = h
		}
		if end.reached(r.at, m) {
			continue // names may still come
		}
		if _, ok := m.rec.(recording.Op); ok {
			r.ops++
		}
		if _, err := r.drawing.Add(m.rec); err != nil {
			r.in.wrong(m.log.name, &recording.LineError{Line: m.log.Line(), Err: err})
		}
		if op, ok := m.rec.(recording.Op); ok {
			r.people.took(op, r.drawing.Taken())
		}
	}
	if r.at.text == "" {
		for _, err := range missing(0, r.drawing) {
			r.in.wrong("the logs", err.(*recording.LineError).Err)
		}
	}
	var err error
	r.show, err = r.people.filter(r.only, r.without, r.in.warn)
	return err
}

// view is the picture.
func (r *rendering) view(l look) (*raster.View, error) {
	view, err := l.view()
	if err != nil {
		return nil, err
	}
	view.Show(r.show)
	view.Reset(r.drawing.Log())
	return view, nil
}

// png writes the picture.
func (r *rendering) png(out output, l look) error {
	view, err := r.view(l)
	if err != nil {
		return err
	}
	l.Sum = r.drawing.Log().Sum().String()
	return out.save(noted(view.EncodePNG, l))
}

// svg writes the drawing as vectors, in groups by who drew.
func (r *rendering) svg(out output, l look) error {
	background, err := canvas.ParseColor(l.Background)
	if err != nil {
		return err
	}
	labels := r.people.labels()
	vectors := raster.SVG{
		Viewport: l.port(), Background: background, Show: r.show,
		Name: func(e canvas.Entry) string { return labels[r.people.of(e)] },
	}
	return out.save(func(w io.Writer) error { return vectors.Write(w, r.drawing.Log()) })
}

// arrivals are the entries, in an order in which a log takes them in. Why they
// end too early is in failed.
func (r *rendering) arrivals(failed *error) func(func(time.Time, canvas.Entry) bool) {
	return func(yield func(time.Time, canvas.Entry) bool) {
		drawing := recording.NewDrawing()
		var end ending
		for m, err := range r.in.merged() {
			if err != nil {
				*failed = err
				return
			}
			if end.reached(r.at, m) {
				return
			}
			drawing.Add(m.rec) // read has told of what is wrong
			for _, e := range drawing.Taken() {
				if !yield(m.at, e) {
					return
				}
			}
		}
	}
}

// moments is a flag: a moment of recordings.
type moments struct {
	text  string
	since time.Duration // since the first one's start
	time  time.Time     // if not zero
	ops   int           // if not zero
}

// UnmarshalText reads a duration, a time or a number of operations.
func (m *moments) UnmarshalText(text []byte) error {
	*m = moments{text: string(text)}
	var err error
	if _, e := fmt.Sscanf(m.text, "%d", &m.ops); e == nil && fmt.Sprint(m.ops) == m.text && m.ops > 0 {
		return nil
	}
	m.ops = 0
	if m.since, err = time.ParseDuration(m.text); err == nil && m.since >= 0 {
		return nil
	}
	if m.time, err = time.Parse(time.RFC3339, m.text); err == nil {
		return nil
	}
	return fmt.Errorf("%q is no moment, such as 90s, 2026-05-17T12:00:00Z or 1000 (operations)", text)
}

// An ending finds a moment.
type ending struct {
	start time.Time // of the first recording
	ops   int
	past  bool
}

// reached reports whether m lies after the moment.
func (e *ending) reached(at moments, m moment) bool {
	if h, ok := m.rec.(recording.Header); ok && e.start.IsZero() {
		e.start = h.Started
	}
	if _, ok := m.rec.(recording.Op); ok {
		e.ops++
	}
	switch {
	case at.text == "":
	case at.ops > 0:
		e.past = e.past || e.ops > at.ops
	case !at.time.IsZero():
		e.past = e.past || m.at.After(at.time)
	default:
		e.past = e.past || m.at.After(e.start.Add(at.since))
	}
	return e.past
}
