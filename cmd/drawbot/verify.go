package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	pixels "image/draw"
	"image/png"
	"io"
	"os"
	"slices"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/canvas/recording"
)

// verifyCommand proves recordings and pictures of them.
type verifyCommand struct {
	Log     string `arg:"" help:"The recording; - is standard input."`
	Picture string `arg:"" optional:"" help:"A PNG that should be the recording's."`
	picture
	At      moments  `placeholder:"TIME|N" help:"The picture is of this moment."`
	Only    []string `placeholder:"USER" help:"The picture has only what these people drew."`
	Without []string `placeholder:"USER" help:"The picture lacks what these people drew."`
	Open    bool     `help:"Accept a log without an end, as one has whose recorder was killed or is still at work."`
}

// Help is the text between the summary and the flags.
func (verifyCommand) Help() string {
	return `The log is whole: no byte of it has been changed, no line is missing, no entry of anybody is, and the operations come to the drawing that the recorder had. With a picture: this is the drawing, pixel by pixel. A picture that record, snap or render wrote says itself how it was made; of another one, flags do.

The exit status is 0 if all of that is so, and 1 if not; what is wrong first is named.`
}

func (verifyCommand) examples() string {
	return `
Examples:
  $ drawbot verify studio.ndjson studio.png
  $ drawbot verify --open studio.ndjson.gz
`
}

func (c *verifyCommand) run(ctx context.Context, e env, u *ui) error {
	if c.Log == "-" && c.Picture == "-" {
		return misused("standard input holds the log or the picture, not both")
	}
	in, err := openLogs([]string{c.Log}, e.in, u.warn)
	if err != nil {
		return err
	}
	said, err := c.log(ctx, in)
	if err != nil {
		return unlessDone(ctx, err)
	}
	u.say("%s", said)
	if c.Picture == "" {
		return nil
	}
	said, err = c.check(ctx, e, in)
	if err != nil {
		return unlessDone(ctx, err)
	}
	u.say("%s", said)
	return nil
}

// log proves the log, and says what it is.
func (c *verifyCommand) log(ctx context.Context, in *logs) (string, error) {
	src := in.files[0]
	f, err := src.open()
	if err != nil {
		return "", fmt.Errorf("%s: %w", src.name, causeOnPath(err))
	}
	defer f.Close()
	p := proof{Reader: recording.NewReader(f)}
	for err == nil {
		if err = ctx.Err(); err == nil {
			err = p.next()
		}
	}
	if err == io.EOF {
		err = p.end(c.Open)
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", src.name, err)
	}
	return fmt.Sprintf("%s is whole: %s", src.name, p.summary()), nil
}

// A proof goes through recordings, and finds the first thing that is wrong.
type proof struct {
	*recording.Reader
	header     recording.Header
	recordings int
	drawing    *recording.Drawing
	ops        int
	last       recording.Op
	good       int // the last line with a check that was right
}

// next takes the next record.
func (p *proof) next() error {
	rec, err := p.Next()
	switch {
	case errors.Is(err, recording.ErrDamaged):
		if p.drawing != nil && p.gap() != nil {
			err = fmt.Errorf("%w: %w", err, p.gap())
		}
		if p.good > 0 {
			err = fmt.Errorf("%w; up to line %d it is as it was", err, p.good)
		}
		return err
	case err != nil:
		return err
	}
	if err := p.add(rec); err != nil {
		return &recording.LineError{Line: p.Line(), Err: err}
	}
	return nil
}

// add says what is wrong with a record that has been read.
func (p *proof) add(rec recording.Record) error {
	if h, ok := rec.(recording.Header); ok {
		if p.recordings > 0 {
			if err := p.end(false); err != nil {
				return err
			}
		}
		p.header, p.drawing, p.last = h, recording.NewDrawing(), recording.Op{}
		p.recordings++
		return nil
	}
	if p.drawing == nil {
		return errors.New("no recording begins here: its first line is missing")
	}
	if op, ok := rec.(recording.Op); ok {
		p.ops++
		if op.At < p.last.At {
			return fmt.Errorf("an operation of %v after one of %v", op.At, p.last.At)
		}
		p.last = op
	}
	if _, err := p.drawing.Add(rec); err != nil {
		return err
	}
	if c, ok := rec.(recording.Check); ok {
		if err := p.gap(); err != nil {
			return err
		}
		p.good = p.Line()
		return p.drawing.Check(c)
	}
	return nil
}

// gap says which entry is missing.
func (p *proof) gap() error {
	missing := p.drawing.Missing()
	for site, n := range missing {
		return fmt.Errorf("entry %d of site %s is missing, and others follow it", n, site)
	}
	return nil
}

// end says what is wrong with how the recording ends.
func (p *proof) end(open bool) error {
	if p.drawing == nil {
		return errors.New("it is no recording: there is no first line that says so")
	}
	ending := p.Ending()
	compressed, sealed := p.Compressed()
	switch {
	case ending == recording.Torn && !open:
		return fmt.Errorf("its last line, %d, is cut off: its recorder was killed; what is before the last check is whole (see --open)", p.Line())
	case ending == recording.Open && !open:
		return fmt.Errorf("it has no end after line %d: its recorder was killed, or is still at work; what is before the last check is whole (see --open)", p.Line())
	case ending == recording.Closed && compressed && !sealed:
		return errors.New("its compressed form has been changed, or is another program's: drawbot's own ends in a seal")
	}
	return p.gap()
}

// summary is what has been proved.
func (p *proof) summary() string {
	text := count(p.ops, "operation")
	if p.recordings > 1 {
		text = count(p.recordings, "recording") + ", " + text
	}
	switch p.Ending() {
	case recording.Unchecked:
		text += fmt.Sprintf("; but of version %d, which has no checks: its bytes prove nothing", p.header.Version)
	case recording.Open, recording.Torn:
		text += "; it has no end"
	}
	return text
}

// check proves the picture, and says what it is.
func (c *verifyCommand) check(ctx context.Context, e env, in *logs) (string, error) {
	data, err := readPicture(c.Picture, e.in)
	if err != nil {
		return "", err
	}
	l, found, err := noteOf(data)
	if err != nil {
		return "", fmt.Errorf("%s: %w", c.Picture, err)
	}
	got, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return "", fmt.Errorf("%s: %w", c.Picture, err)
	}
	if found && l.Raster != raster.Version {
		return "", fmt.Errorf("%s: made by version %d of the rasteriser, whose pixels this one of version %d cannot repeat", c.Picture, l.Raster, raster.Version)
	}
	r := &rendering{in: in, at: c.At, only: c.Only, without: c.Without}
	if found {
		r.only, r.without = l.Only, l.Without
		if l.At != "" {
			if err := r.at.UnmarshalText([]byte(l.At)); err != nil {
				return "", fmt.Errorf("%s: %w", c.Picture, err)
			}
		}
	}
	if err := r.read(ctx); err != nil {
		return "", err
	}
	if !found {
		if l, err = c.look(r.header); err != nil {
			return "", err
		}
	}
	if err := c.compare(r, l, got); err != nil {
		return "", fmt.Errorf("%s: %w", c.Picture, err)
	}
	return fmt.Sprintf("%s is its picture: %s", c.Picture, l.pixels()), nil
}

func readPicture(path string, stdin io.Reader) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(stdin)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, causeOnPath(err))
	}
	return data, nil
}

// compare says how a picture differs from what the drawing gives.
func (c *verifyCommand) compare(r *rendering, l look, got image.Image) error {
	if err := l.check(); err != nil {
		return err
	}
	view, err := r.view(l)
	if err != nil {
		return err
	}
	var b bytes.Buffer // a PNG does not hold what is premultiplied as it is
	if err := view.EncodePNG(&b); err != nil {
		return err
	}
	want, err := png.Decode(&b)
	if err != nil {
		return err
	}
	if got.Bounds() != want.Bounds() {
		return fmt.Errorf("%dx%d pixels, and the recording gives %dx%d", got.Bounds().Dx(), got.Bounds().Dy(), want.Bounds().Dx(), want.Bounds().Dy())
	}
	wrong := differences(nrgba(got), nrgba(want))
	if wrong.n == 0 {
		return nil
	}
	text := fmt.Sprintf("%s differ from what the recording gives, first %d,%d", count(wrong.n, "pixel"), wrong.first.X, wrong.first.Y)
	culprit, ok, err := r.culprit(l, wrong)
	switch {
	case err != nil:
		return err
	case ok:
		text += fmt.Sprintf("; the first operation that is not in it as it should be is entry %d of site %s%s", culprit.N, culprit.Site, r.line(culprit))
	}
	if sum := fmt.Sprintf("%016x", r.drawing.Log().Sum()); l.Sum != "" && l.Sum != sum {
		text += "; it says that it is of another drawing: sum " + l.Sum + ", not " + sum
	}
	return errors.New(text)
}

func nrgba(im image.Image) *image.NRGBA {
	if im, ok := im.(*image.NRGBA); ok {
		return im
	}
	out := image.NewNRGBA(im.Bounds())
	pixels.Draw(out, out.Rect, im, im.Bounds().Min, pixels.Src)
	return out
}

// A difference is where two pictures differ.
type difference struct {
	at    []bool // by pixel
	n     int
	first image.Point
}

func differences(a, b *image.NRGBA) (d difference) {
	width := a.Rect.Dx()
	d.at = make([]bool, len(a.Pix)/4)
	for i := range d.at {
		if !bytes.Equal(a.Pix[4*i:4*i+4], b.Pix[4*i:4*i+4]) {
			if d.n == 0 {
				d.first = image.Pt(i%width, i/width)
			}
			d.at[i] = true
			d.n++
		}
	}
	return d
}

// culprit is the first operation of which everything that can be seen differs.
// If there is none, it is the one on top at the first difference, if there is one.
func (r *rendering) culprit(l look, wrong difference) (canvas.Entry, bool, error) {
	board, err := l.board()
	if err != nil {
		return canvas.Entry{}, false, err
	}
	var shown []canvas.Entry
	top := make([]int32, len(wrong.at)) // the operation on top, from 1
	before := slices.Clone(board.Image().Pix)
	for e := range r.drawing.Log().Paint(canvas.Key{}) {
		if r.show != nil && !r.show(e) {
			continue
		}
		shown = append(shown, e)
		board.Apply(e.Op)
		im := board.Image()
		area := l.touched(e.Op).Intersect(im.Rect)
		for y := area.Min.Y; y < area.Max.Y; y++ {
			from, to := im.PixOffset(area.Min.X, y), im.PixOffset(area.Max.X, y)
			for i := from; i < to; i += 4 {
				if !bytes.Equal(im.Pix[i:i+4], before[i:i+4]) {
					top[i/4] = int32(len(shown))
				}
			}
			copy(before[from:to], im.Pix[from:to])
		}
	}
	visible, differs := make([]int, len(shown)+1), make([]int, len(shown)+1)
	for i, op := range top {
		visible[op]++
		if wrong.at[i] {
			differs[op]++
		}
	}
	for i, e := range shown {
		if visible[i+1] > 0 && visible[i+1] == differs[i+1] {
			return e, true, nil
		}
	}
	if on := top[wrong.first.Y*l.port().Width+wrong.first.X]; on > 0 {
		return shown[on-1], true, nil
	}
	return canvas.Entry{}, false, nil
}

// line says in which line of the log an entry is.
func (r *rendering) line(e canvas.Entry) string {
	for m, err := range r.in.merged() {
		if op, ok := m.rec.(recording.Op); ok && err == nil && op.Entry.Site == e.Site && op.Entry.N == e.N {
			return fmt.Sprintf(", in line %d", m.log.Line())
		}
	}
	return ""
}
