package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"slices"

	"drawmesh/canvas/raster"
	"drawmesh/canvas/recording"
)

// verifyCommand proves recordings and pictures of them.
type verifyCommand struct {
	Files []string `arg:"" name:"log" help:"The recordings, and a PNG that should be theirs; - is standard input."`
	picture
	At      moments  `placeholder:"TIME|N" help:"The picture is of this moment."`
	Only    []string `placeholder:"USER" help:"The picture has only what these people drew."`
	Without []string `placeholder:"USER" help:"The picture lacks what these people drew."`
	Open    bool     `help:"Accept a log without an end, as one has whose recorder was killed or is still at work."`
}

// Help is the text between the summary and the flags.
func (verifyCommand) Help() string {
	return `Each log is whole: no byte of it has been changed, no line is missing, no entry of anybody is, and the operations come to the drawing that the recorder had. A file may hold several recordings; each has to be whole. With a picture: this is the drawing that the logs make together, pixel by pixel. A picture that record, snap or render wrote says itself how it was made; of another one, flags do.`
}

func (verifyCommand) examples() string {
	return `
Examples:
  $ drawbot verify monday.ndjson tuesday.ndjson.gz both.png
  $ drawbot verify --open studio.ndjson.gz
`
}

func (c *verifyCommand) run(ctx context.Context, e env, u *ui) error {
	if dashes := len(c.Files) - len(slices.DeleteFunc(slices.Clone(c.Files), func(f string) bool { return f == "-" })); dashes > 1 {
		return misused("standard input holds the log or the picture, not both")
	}
	in, err := openLogs(ctx, c.Files, e.in, u.warn)
	if err != nil {
		return err
	}
	picture, err := in.takePicture(ctx)
	if err != nil {
		return err
	}
	for _, src := range in.files {
		said, err := c.log(ctx, src)
		if err != nil {
			return orInterrupted(ctx, err, "%s is not proved", src.name)
		}
		u.say("%s", said)
	}
	if picture == nil {
		return nil
	}
	said, err := c.check(ctx, *picture, in)
	if err != nil {
		return orInterrupted(ctx, err, "%s is not proved", picture.name)
	}
	u.say("%s", said)
	return nil
}

// takePicture takes the picture out of the logs, if there is one.
func (l *logs) takePicture(ctx context.Context) (picture *logSource, err error) {
	var rest []logSource
	for _, src := range l.files {
		is, err := awaited(ctx, src.isPNG)
		switch {
		case err != nil:
			return nil, orInterrupted(ctx, fmt.Errorf("%s: %w", src.name, causeOnPath(err)), "%s was not read", src.name)
		case !is:
			rest = append(rest, src)
		case picture != nil:
			return nil, misused("%s and %s are pictures: there is one at most", picture.name, src.name)
		default:
			picture = &src
		}
	}
	if l.files = rest; len(rest) == 0 {
		return nil, misused("%s is a picture: of which log?", picture.name)
	}
	return picture, nil
}

// isPNG reports whether something is a picture, or should be one by its name.
func (s logSource) isPNG() (bool, error) {
	f, err := s.open()
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := make([]byte, len(pngSignature))
	_, err = io.ReadFull(f, head)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil // it is short
	}
	return string(head) == pngSignature || formatOf(s.name) == "png", err
}

// log proves a log, and says what it is.
func (c *verifyCommand) log(ctx context.Context, src logSource) (string, error) {
	f, err := src.open()
	if err != nil {
		return "", fmt.Errorf("%s: %w", src.name, causeOnPath(err))
	}
	defer f.Close()
	p := proof{Reader: recording.NewReader(f), open: c.Open}
	for err == nil {
		if err = ctx.Err(); err == nil {
			err = p.next()
		}
	}
	if err == io.EOF {
		err = p.finish()
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", src.name, err)
	}
	return fmt.Sprintf("%s is whole: %s", src.name, p.summary()), nil
}

// check proves the picture, and says what it is.
func (c *verifyCommand) check(ctx context.Context, picture logSource, in *logs) (string, error) {
	l, found, got, err := picture.decode(ctx)
	if err != nil {
		return "", fmt.Errorf("%s: %w", picture.name, err)
	}
	if found && l.Raster != raster.Version {
		return "", fmt.Errorf("%s: made by version %d of the rasteriser, whose pixels this one of version %d cannot repeat", picture.name, l.Raster, raster.Version)
	}
	r := &rendering{in: in, at: c.At, only: c.Only, without: c.Without}
	if found {
		r.only, r.without = l.Only, l.Without
		if l.At != "" {
			if err := r.at.UnmarshalText([]byte(l.At)); err != nil {
				return "", fmt.Errorf("%s: %w", picture.name, err)
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
		return "", fmt.Errorf("%s: %w", picture.name, err)
	}
	return fmt.Sprintf("%s is its picture: %s", picture.name, l.pixels()), nil
}

// decode is a picture, and how it says that it was made.
func (s logSource) decode(ctx context.Context) (l look, found bool, im image.Image, err error) {
	data, err := readWhole(ctx, s.open)
	if err != nil {
		return l, false, nil, causeOnPath(err)
	}
	if l, found, err = noteOf(data); err != nil {
		return l, false, nil, err
	}
	im, err = png.Decode(bytes.NewReader(data))
	return l, found, im, err
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
	if sum := r.drawing.Log().Sum().String(); l.Sum != "" && l.Sum != sum {
		text += "; it says that it is of another drawing: sum " + l.Sum + ", not " + sum
	}
	return errors.New(text)
}
