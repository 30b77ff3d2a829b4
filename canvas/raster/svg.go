package raster

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"

	"drawmesh/canvas"
)

// An SVG is a drawing as vectors (W3C, Scalable Vector Graphics 2). Viewport's
// size is required; every other zero value is a working default.
//
// What a person drew is in groups that bear the person's name. A stroke is one
// path while its width stays the same. Where the pen presses more or less, or the
// line is translucent and segments show through one another, each segment is a
// path. All widths are exact.
//
// Coordinates are in hundredths of a CSS pixel, which is what a log keeps.
type SVG struct {
	Viewport   Viewport
	Background canvas.Color

	// Show is as in [View.Show]. Nil shows all.
	Show func(canvas.Entry) bool

	// Name is whose an entry is. Nil takes the plain peer's id or else the site.
	Name func(canvas.Entry) string
}

// perPixel is the units of an SVG in a CSS pixel.
const perPixel = 100

// Write writes the picture of log to w.
func (s SVG) Write(w io.Writer, log *canvas.Log) error {
	s.Viewport = s.Viewport.withScale()
	if err := s.Viewport.check(); err != nil {
		return err
	}
	if s.Name == nil {
		s.Name = author
	}
	out := bufio.NewWriter(w)
	box := s.begin(out)
	var all people
	for e := range log.Paint(canvas.Key{}) {
		bounds := canvas.Bounds(e.Op)
		if !visible(e.Op) || !bounds.Overlaps(box) || s.Show != nil && !s.Show(e) {
			continue
		}
		p, old := all.of(s.Name(e), bounds)
		old.write(out)
		p.add(e)
	}
	for _, p := range all {
		p.write(out)
	}
	out.WriteString("</svg>\n")
	return out.Flush()
}

// author is the name of who speaks for himself.
func author(e canvas.Entry) string {
	if e.By != "" {
		return e.By
	}
	return e.Site.String()
}

// begin writes what is below all strokes, and returns what can be seen.
func (s SVG) begin(out *bufio.Writer) canvas.Box {
	v := s.Viewport
	units := func(pixels float64) string { return strconv.FormatFloat(float64(pixels*perPixel), 'f', -1, 64) }
	x, y := units(v.Origin.X), units(v.Origin.Y)
	width, height := float64(v.Width)/v.Scale, float64(v.Height)/v.Scale
	fmt.Fprintf(out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="%s %s %s %s" fill="none" stroke-linecap="round" stroke-linejoin="round">`+"\n",
		v.Width, v.Height, x, y, units(width), units(height))
	if c := s.Background; c.A > 0 {
		fmt.Fprintf(out, `<rect x="%s" y="%s" width="%s" height="%s"%s/>`+"\n", x, y, units(width), units(height), paintAttributes("fill", c))
	}
	return canvas.Box{Min: v.Origin, Max: canvas.Point{X: v.Origin.X + float64(width), Y: v.Origin.Y + float64(height)}}
}

// paintAttributes is a colour as attributes that every program knows.
func paintAttributes(kind string, c canvas.Color) string {
	text := fmt.Sprintf(` %s="#%02x%02x%02x"`, kind, c.R, c.G, c.B)
	if c.A < 255 {
		text += fmt.Sprintf(` %s-opacity="%s"`, kind, strconv.FormatFloat(float64(c.A)/255, 'f', 4, 64))
	}
	return text
}

// visible tells whether op paints anything, wherever it is: a segment and a
// rectangle of no size do not, though a path would have a dot there.
func visible(op canvas.Op) bool {
	switch op := op.(type) {
	case canvas.Segment:
		return op.Color.A > 0 && (units(op.From.X) != units(op.To.X) || units(op.From.Y) != units(op.To.Y))
	case canvas.Rect:
		return op.Color.A > 0 && (units(op.Width) != 0 || units(op.Height) != 0)
	}
	return false
}

// people are the last groups of an SVG, in order. What one of them draws may be
// added to a group that is not the last, if nothing above would be covered.
type people []*person

// of is the group that something new of somebody's goes into. If there are too
// many, it returns the first, which goes out of them.
func (p *people) of(name string, bounds canvas.Box) (group, old *person) {
	const most = 64 // groups
	for i := len(*p) - 1; i >= 0; i-- {
		if g := (*p)[i]; g.name == name && len(g.boxes) < mostBoxes {
			return g, nil
		} else if g.overlaps(bounds) {
			break
		}
	}
	if len(*p) == most {
		old = (*p)[0]
		*p = append((*p)[:0], (*p)[1:]...)
	}
	group = &person{name: name}
	*p = append(*p, group)
	return group, old
}

// write writes the group; a nil one is none.
func (p *person) write(out *bufio.Writer) {
	if p == nil {
		return
	}
	p.close()
	out.WriteString("<g><title>")
	xml.EscapeText(out, []byte(p.name))
	out.WriteString("</title>\n")
	out.Write(p.body)
	out.WriteString("</g>\n")
}
