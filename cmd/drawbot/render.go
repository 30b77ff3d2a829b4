package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/canvas/raster/caption"
	"drawmesh/canvas/recording"
	"drawmesh/canvas/recording/picture"
	"drawmesh/peer/record"
)

// renderCommand makes pictures of logs.
type renderCommand struct {
	Logs []string `arg:"" name:"log" placeholder:"FILE" help:"Recordings, which are merged; - is standard input."`
	pictureFlags
	Out      string           `short:"o" required:"" placeholder:"FILE" help:"Where it goes: .png, .svg, .gif, .apng, .mp4 or .webm; - is standard output."`
	Format   string           `placeholder:"FORMAT" help:"What to write, whatever the file's name."`
	At       recording.Moment `placeholder:"TIME|N" help:"The drawing as it was: 90s after the start, at 2026-05-17T12:00:00Z, or after N operations."`
	Only     []string         `placeholder:"USER" help:"Only what these people drew: any names that they had, ids or sites."`
	Without  []string         `placeholder:"USER" help:"Without what these people drew."`
	Length   time.Duration    `default:"20s" placeholder:"DURATION" help:"How long an animation is (default ${default})."`
	FPS      int              `name:"fps" aliases:"rate" default:"10" placeholder:"N" help:"Pictures a second of an animation (default ${default}); of a GIF, 50 at most are shown."`
	Captions bool             `help:"Write under the pictures of an animation how long it has been, and who draws."`
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

// renderGC is how much garbage there may be, as a percentage of what is in use:
// pictures, most of it, in which the collector has nothing to follow.
const renderGC = 25

func (c *renderCommand) run(ctx context.Context, e env, u *ui) error {
	defer debug.SetGCPercent(debug.SetGCPercent(renderGC))
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
	r, err := in.read(ctx, c.At, c.Only, c.Without)
	if err != nil {
		return orInterrupted(ctx, err, "no picture was made")
	}
	l, err := c.look(r.Header)
	if err != nil {
		return err
	}
	ops := r.ops()
	switch format {
	case "png":
		l.At, l.Only, l.Without = c.At, c.Only, c.Without
		err = r.png(out, l)
	case "svg":
		err = r.svg(out, l)
	default:
		err = c.animate(ctx, u, in, r, out, l, format)
	}
	if err != nil {
		return orInterrupted(ctx, err, "%s was not finished", out.name("picture"))
	}
	u.say("wrote %s: %s, %s", out.name("picture"), pixels(l), count(ops, "operation"))
	return in.result()
}

// check checks the flags and returns the format.
func (c *renderCommand) check(e env) (string, error) {
	formats := []string{"png", "svg", "gif", "apng", "mp4", "webm"}
	format := cmp.Or(c.Format, formatOf(c.Out))
	switch {
	case !slices.Contains(formats, format) && isStdout(c.Out) && c.Format == "":
		return "", misused("standard output has no name to tell the format by: give --format")
	case format == "":
		return "", misused("-o %s: the name has no ending to tell the format by: give it one of .%s, or give --format", c.Out, strings.Join(formats, ", ."))
	case !slices.Contains(formats, format):
		return "", misused("format %q: there are %s", format, strings.Join(formats, ", "))
	case c.Captions && (format == "png" || format == "svg"):
		return "", misused("--captions: a %s has none; an animation has: .gif, .apng, .mp4 or .webm", format)
	case c.Length <= 0:
		return "", misused("--length %v: a duration is above zero", c.Length)
	case c.FPS < 1 || c.FPS > maxFPS:
		return "", misused("--fps %d: 1 to %d", c.FPS, maxFPS)
	}
	return format, checkDistinct(e, []filePath{{"-o", c.Out}}, inputs(c.Logs))
}

// animate writes an animation.
func (c *renderCommand) animate(ctx context.Context, u *ui, in *logs, r *rendering, out output, l picture.Look, format string) error {
	f, err := out.create()
	if err != nil {
		return err
	}
	defer f.Discard()
	movie, err := raster.NewAnimation(ctx, f, raster.AnimationOptions{Format: format, FrameRate: c.FPS})
	if err != nil {
		return err
	}
	note := func(recording.Timed) {}
	if c.Captions {
		captions := caption.New(movie)
		movie, note = captions, r.captioner(captions)
	}
	background, err := canvas.ParseColor(l.Background)
	if err != nil {
		return err
	}
	lapse := raster.Timelapse{
		Viewport: l.Viewport(), Background: background, Show: r.show, Length: c.Length, FrameRate: c.FPS, Hold: record.TimelapseHold,
		Progress: func(part float64) { u.progress("rendering: %.0f %%", 100*part) },
	}
	r.Drawing = nil // it is put together again as it came about
	var failed error
	err = lapse.Play(ctx, movie, c.scenes(in, note, &failed))
	if e := movie.Close(); err == nil {
		err = e
	}
	var full *fs.PathError
	if failed == nil && errors.As(err, &full) && full.Op == "write" {
		err = notWritable(out.path, err)
	}
	if err = cmp.Or(failed, err); err != nil {
		return err
	}
	return f.Keep()
}

// scenes goes through what the logs have come to by each moment, and takes note of
// each operation once it is in.
func (c *renderCommand) scenes(in *logs, note func(recording.Timed), failed *error) iter.Seq[raster.Scene] {
	return func(yield func(raster.Scene) bool) {
		d := recording.NewDrawing()
		for t, change := range recording.Arrivals(d, in.merged(), c.At, failed) {
			if !yield(raster.Scene{Until: t.At, Log: d.Log(), Change: change}) {
				return
			}
			note(t)
		}
	}
}

// A rendering is a drawing that was put together from logs.
type rendering struct {
	*recording.Combined
	show func(canvas.Entry) bool // nil for all
}

// read reads the logs, up to a moment, for a picture of what some people drew.
func (l *logs) read(ctx context.Context, until recording.Moment, only, without []string) (*rendering, error) {
	c, err := l.combine(ctx, until)
	if err != nil {
		return nil, err
	}
	show, err := l.filter(c.Authors, only, without)
	if err != nil {
		return nil, err
	}
	return &rendering{c, show}, nil
}

// ops is how many operations the picture is of: all, or those of the people shown.
func (r *rendering) ops() int {
	if r.show == nil {
		return r.Ops
	}
	n := 0
	for e := range r.Drawing.Log().Paint(canvas.Key{}) {
		if r.show(e) {
			n++
		}
	}
	return n
}

// captioner tells captions who drew what is shown.
func (r *rendering) captioner(captions *caption.Animation) func(recording.Timed) {
	began := time.Duration(-1)
	labels := r.Authors.Labels()
	return func(t recording.Timed) {
		op, ok := t.Record.(recording.Op)
		if !ok {
			return
		}
		if began < 0 {
			began = t.Since
		}
		e := op.Entry
		if e.N == 0 {
			e.By = op.From // for it has no place that tells
		}
		if r.show == nil || r.show(e) {
			captions.Note(labels[r.Authors.Of(e)], t.Since-began)
		}
	}
}

// png writes the picture.
func (r *rendering) png(out output, l picture.Look) error {
	view, err := l.Draw(r.Drawing, r.show)
	if err != nil {
		return err
	}
	l.Sum = r.Drawing.Sum()
	return out.save(func(w io.Writer) error { return l.EncodePNG(w, view) })
}

// svg writes the drawing as vectors, in groups by who drew.
func (r *rendering) svg(out output, l picture.Look) error {
	background, err := canvas.ParseColor(l.Background)
	if err != nil {
		return err
	}
	labels := r.Authors.Labels()
	vectors := raster.SVG{
		Viewport: l.Viewport(), Background: background, Show: r.show,
		Name: func(e canvas.Entry) string { return labels[r.Authors.Of(e)] },
	}
	return out.save(func(w io.Writer) error { return vectors.Write(w, r.Drawing.Log()) })
}
