// Package svg makes strokes of Scalable Vector Graphics (W3C, SVG 2).
//
// It draws lines: paths with all their commands, the basic shapes, groups and use,
// in their transforms, colors and widths, which may come from attributes and from
// simple CSS. A shape that is only filled is drawn as its outline. The ends and
// corners of lines are round, as all are on a canvas. What cannot be drawn is left
// out, and named.
//
// A file may come from anybody: its size, depth, and what its references multiply
// are bounded.
package svg

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"drawmesh/canvas"
	"drawmesh/canvas/trace"
)

const (
	// MaxBytes is how long a file may be, also one that was compressed.
	MaxBytes = 32 << 20

	// MaxElements is how many elements a file may have, and how many may be drawn:
	// each use counts all that it shows.
	MaxElements = 200_000

	// MaxDepth is how deep elements may be in one another, also by use.
	MaxDepth = 256
)

// A Document is an SVG that has been read.
type Document struct {
	// Width and Height are its size in CSS pixels.
	Width, Height float64

	root  *node
	ids   map[string]*node
	rules []rule
	notes notes
}

// Parse reads an SVG, which may be compressed with gzip.
func Parse(r io.Reader) (*Document, error) {
	in := bufio.NewReader(r)
	if magic, _ := in.Peek(2); string(magic) == "\x1f\x8b" {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, fmt.Errorf("compressed: %w", err)
		}
		in = bufio.NewReader(z)
	}
	d := &Document{ids: make(map[string]*node)}
	if err := d.read(in); err != nil {
		return nil, err
	}
	return d, d.measure()
}

// measure finds out the size.
func (d *Document) measure() error {
	box, hasBox, err := viewBox(d.root)
	if err != nil {
		return d.root.wrap(err)
	}
	width, height := 300.0, 150.0 // as a browser has it (CSS 2, section 10.3.2)
	if hasBox {
		width, height = box.width, box.height
	}
	w, okW, errW := d.root.length("width", lengthContext{across: width})
	h, okH, errH := d.root.length("height", lengthContext{across: height})
	if err := errors.Join(errW, errH); err != nil {
		return d.root.wrap(err)
	}
	switch {
	case okW && okH:
		width, height = w, h
	case okW && hasBox:
		width, height = w, w*height/width
	case okH && hasBox:
		width, height = h*width/height, h
	case okW:
		width = w
	case okH:
		height = h
	}
	if !(width > 0 && height > 0 && width <= canvas.MaxCoordinate && height <= canvas.MaxCoordinate) {
		return d.root.wrap(fmt.Errorf("a size of %.4g×%.4g", width, height))
	}
	d.Width, d.Height = width, height
	return nil
}

// Options say how to draw.
type Options struct {
	// Matrix leads from the document's pixels to those of the canvas.
	Matrix trace.Matrix

	// Tolerance is how far a line may be from its curve, in CSS pixels of the canvas.
	// Zero means [trace.DefaultTolerance].
	Tolerance float64

	// Outline is how wide the outline of a shape is that is only filled, in CSS
	// pixels of the canvas. Zero means 1.
	Outline float64
}

// Strokes are what the document draws, in its order.
func (d *Document) Strokes(o Options) ([]trace.Stroke, error) {
	if o.Tolerance == 0 {
		o.Tolerance = trace.DefaultTolerance
	}
	if o.Outline == 0 {
		o.Outline = 1
	}
	left := trace.MaxPoints
	w := &walker{doc: d, options: o, left: &left}
	err := w.root()
	return w.strokes, err
}

// LeftOut names what the document asks for that was left out of its strokes, each
// once, in the order in which it came up.
func (d *Document) LeftOut() []string { return d.notes.list }

// notes are things to be named once.
type notes struct{ list []string }

// maxNotes is how many are named.
const maxNotes = 20

func (n *notes) add(what string) {
	for _, s := range n.list {
		if s == what {
			return
		}
	}
	if len(n.list) < maxNotes {
		n.list = append(n.list, what)
	}
}
