// Package bitmap makes strokes of pictures that are made of pixels: the outlines of
// what is dark in them, hatching, or dots.
package bitmap

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"drawmesh/canvas"
	"drawmesh/canvas/trace"
)

const (
	// MaxBytes is how long a file may be.
	MaxBytes = 64 << 20

	// MaxPixels is how many pixels a picture may have. They are counted before any of
	// them is read: a short file may promise very many.
	MaxPixels = 32 << 20

	// MaxColors is the most that a palette has.
	MaxColors = 64
)

var (
	errNone    = errors.New("no PNG, JPEG or GIF")
	errTooLong = fmt.Errorf("more than %d MiB", MaxBytes>>20)
)

// formats are the pictures that are read, by how their files begin.
var formats = []struct {
	name, magic string
	config      func(io.Reader) (image.Config, error)
	decode      func(io.Reader) (image.Image, error)
}{
	{"PNG", "\x89PNG\r\n\x1a\n", png.DecodeConfig, png.Decode},
	{"JPEG", "\xff\xd8", jpeg.DecodeConfig, jpeg.Decode},
	{"GIF", "GIF8", gif.DecodeConfig, gif.Decode},
}

// Decode reads a PNG, a JPEG, or the first picture of a GIF.
func Decode(r io.Reader) (image.Image, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > MaxBytes:
		return nil, errTooLong
	}
	for _, f := range formats {
		if !bytes.HasPrefix(data, []byte(f.magic)) {
			continue
		}
		config, err := f.config(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("%s that cannot be read: %w", f.name, err)
		}
		if config.Width < 1 || config.Height < 1 || config.Width > MaxPixels/config.Height {
			return nil, fmt.Errorf("%s of %d×%d pixels: there may be %d in all", f.name, config.Width, config.Height, MaxPixels)
		}
		im, err := f.decode(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("%s that cannot be read: %w", f.name, err)
		}
		return im, nil
	}
	return nil, errNone
}

// Styles are the ways to draw a picture.
func Styles() []string { return []string{"outline", "hatch", "stipple"} }

// Options say how to draw.
type Options struct {
	// Matrix leads from the picture's pixels to those of the canvas. It does not turn.
	Matrix trace.Matrix

	// Style is one of [Styles].
	Style string

	// Colors is how many colors are used, 1 to [MaxColors]. One is black.
	Colors int

	// Spacing is how far lines of hatching and dots are from one another where it is
	// darkest, in CSS pixels of the canvas, at least 1.
	Spacing float64

	// Width is how wide lines are, in CSS pixels of the canvas.
	Width float64

	// Tolerance is how far lines may be from outlines, in CSS pixels of the canvas.
	Tolerance float64
}

// Strokes draws a picture. What is white, or lets everything through, is left blank.
func Strokes(im image.Image, o Options) ([]trace.Stroke, error) {
	b := im.Bounds()
	from, to := o.Matrix.Apply(canvas.Point{}), o.Matrix.Apply(canvas.Point{X: float64(b.Dx()), Y: float64(b.Dy())})
	d := &drawer{Options: o, box: canvas.Box{Min: from, Max: to}, left: trace.MaxPoints}
	d.field = sample(im, to.X-from.X, to.Y-from.Y)
	d.palette = paletteOf(d.field, o.Colors)
	switch o.Style {
	case "outline":
		d.outline()
	case "hatch":
		d.hatch()
	case "stipple":
		d.stipple()
	default:
		return nil, fmt.Errorf("no style is called %.20q", o.Style)
	}
	return d.strokes, d.err
}

// A drawer draws a picture.
type drawer struct {
	Options
	box     canvas.Box // the picture's place on the canvas
	field   *field
	palette []canvas.Color
	left    int // points that may still be made
	strokes []trace.Stroke
	err     error
}

// add draws a line.
func (d *drawer) add(points []canvas.Point, c canvas.Color) {
	if d.left -= len(points); d.left < 0 {
		d.err = trace.ErrTooLarge
		return
	}
	d.strokes = append(d.strokes, trace.Stroke{Points: points, Width: d.Width, Color: c})
}

// color is the palette's nearest to that of the picture at a place on the canvas.
func (d *drawer) color(p canvas.Point) canvas.Color {
	x, y := d.place(p)
	return d.palette[nearest(d.palette, d.field.at(int(x), int(y)))]
}

// place is where a place on the canvas is in the field.
func (d *drawer) place(p canvas.Point) (x, y float64) {
	return (p.X - d.box.Min.X) / (d.box.Max.X - d.box.Min.X) * float64(d.field.width),
		(p.Y - d.box.Min.Y) / (d.box.Max.Y - d.box.Min.Y) * float64(d.field.height)
}

// onCanvas is the opposite of place.
func (d *drawer) onCanvas(x, y float64) canvas.Point {
	return canvas.Point{
		X: d.box.Min.X + x/float64(d.field.width)*(d.box.Max.X-d.box.Min.X),
		Y: d.box.Min.Y + y/float64(d.field.height)*(d.box.Max.Y-d.box.Min.Y),
	}
}

// darkness is 0 to 1, at a place on the canvas.
func (d *drawer) darkness(p canvas.Point) float64 {
	x, y := d.place(p)
	return d.field.darkness(int(x), int(y))
}
