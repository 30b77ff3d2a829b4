package svg

import (
	"fmt"
	"math"
	"strings"

	"drawmesh/canvas"
	"drawmesh/canvas/trace"
)

// A paint is what a shape is filled or stroked with.
type paint struct {
	kind  paintKind
	color canvas.Color // of a plain one
}

type paintKind uint8

const (
	noPaint paintKind = iota
	plainPaint
	currentPaint // the property color's
)

// A style is what an element looks like; most of it is handed down to what is in it.
type style struct {
	fill, stroke               paint
	fillOpacity, strokeOpacity float64
	color                      canvas.Color
	width                      float64 // of the stroke, in the units of its element
	em                         float64 // CSS pixels
	dots                       bool    // ends are not cut off, so that a line without length is seen
	hidden                     bool

	// What only the element has itself.
	opacity   float64 // its own and, multiplied, that of what it is in
	gone      bool    // display: none
	fixed     bool    // the stroke is as wide whatever the transform
	transform string
}

var initial = style{
	fill: paint{plainPaint, canvas.Color{A: 255}}, fillOpacity: 1, strokeOpacity: 1,
	color: canvas.Color{A: 255}, width: 1, em: 16, opacity: 1,
}

// presentation are the properties that attributes may set, and that are minded.
var presentation = map[string]bool{
	"fill": true, "fill-opacity": true, "stroke": true, "stroke-opacity": true, "stroke-width": true,
	"stroke-linecap": true, "color": true, "font-size": true, "visibility": true, "opacity": true,
	"display": true, "vector-effect": true, "transform": true, "stroke-dasharray": true, "clip-path": true,
	"mask": true, "filter": true, "marker": true, "marker-start": true, "marker-mid": true,
	"marker-end": true, "mix-blend-mode": true, "transform-origin": true, "stop-color": true, "stop-opacity": true,
}

// declarations are what n is told to look like, in the order in which each overrides
// those before it.
func (d *Document) declarations(n *node) []declaration {
	list := make([]declaration, 0, 8)
	for i := range n.attrs {
		if a := &n.attrs[i]; presentation[a.Name.Local] {
			list = append(list, declaration{property: a.Name.Local, value: strings.TrimSpace(a.Value)})
		}
	}
	if len(d.rules) > 0 {
		classes := strings.Fields(n.attr("class"))
		for _, r := range d.rules {
			if r.matches(n, classes) {
				list = append(list, r.declarations...)
			}
		}
	}
	if text := n.attr("style"); text != "" {
		list = append(list, parseDeclarations(withoutComments(text))...)
	}
	for _, one := range list {
		if one.important {
			list = append(list, one)
		}
	}
	return list
}

// styleOf is the style of n, which is in something of the style parent. Diagonal is
// what percentages of a stroke's width are of.
func (d *Document) styleOf(n *node, parent style, diagonal float64) (style, error) {
	s := parent
	s.gone, s.fixed, s.transform = false, false, ""
	opacity := 1.0
	for _, one := range d.declarations(n) {
		if !presentation[one.property] || one.value == "" {
			continue
		}
		if name, _, ok := strings.Cut(one.value, "("); ok && (name == "var" || name == "calc") {
			d.notes.add("CSS's " + name + "()")
			continue
		}
		if one.property == "opacity" {
			opacity = share(one.value, opacity)
			continue
		}
		if err := d.apply(&s, parent, one, diagonal); err != nil {
			return s, fmt.Errorf("%s: %w", one.property, err)
		}
	}
	s.opacity = parent.opacity * opacity
	return s, nil
}

func (d *Document) apply(s *style, parent style, one declaration, diagonal float64) error {
	v := one.value
	switch one.property {
	case "fill":
		s.fill = d.paint(v, s.fill, parent.fill)
	case "stroke":
		s.stroke = d.paint(v, s.stroke, parent.stroke)
	case "fill-opacity":
		s.fillOpacity = share(v, s.fillOpacity)
	case "stroke-opacity":
		s.strokeOpacity = share(v, s.strokeOpacity)
	case "stroke-width":
		return s.setWidth(v, parent, diagonal)
	case "stroke-linecap":
		s.dots = v == "round" || v == "square" || v == "inherit" && parent.dots
	case "color":
		if c, err := canvas.ParseColor(v); err == nil {
			s.color = c
		}
	case "font-size":
		if em, err := parseLength(v, lengthContext{across: parent.em, em: parent.em}); err == nil && em > 0 {
			s.em = em
		}
	case "visibility":
		s.hidden = v == "hidden" || v == "collapse" || v == "inherit" && parent.hidden
	case "display":
		s.gone = v == "none"
	case "vector-effect":
		s.fixed = v == "non-scaling-stroke"
	case "transform":
		s.transform = v
	case "stop-color", "stop-opacity":
	default: // what there is no way to draw
		if v != "none" && v != "normal" {
			d.notes.add(one.property)
		}
	}
	return nil
}

func (s *style) setWidth(v string, parent style, diagonal float64) error {
	if v == "inherit" {
		s.width = parent.width
		return nil
	}
	w, err := parseLength(v, lengthContext{across: diagonal, em: s.em})
	if err == nil && w >= 0 {
		s.width = w
	}
	return err
}

// share reads a number or a percentage, and cuts it to 0 to 1. What is none leaves it
// as it is.
func share(text string, as float64) float64 {
	v, err := parseLength(text, lengthContext{across: 1})
	if err != nil {
		return as
	}
	return math.Max(0, math.Min(v, 1))
}

// paint reads a paint. What is none leaves it as it is.
func (d *Document) paint(text string, as, parent paint) paint {
	if rest, ok := strings.CutPrefix(text, "url("); ok {
		ref, fallback, _ := strings.Cut(rest, ")")
		return d.server(strings.Trim(strings.TrimSpace(ref), `"'`), strings.TrimSpace(fallback), as, parent)
	}
	switch strings.ToLower(text) {
	case "none":
		return paint{}
	case "currentcolor":
		return paint{kind: currentPaint}
	case "inherit":
		return parent
	case "context-fill", "context-stroke":
		d.notes.add(strings.ToLower(text))
		return as
	}
	if c, err := canvas.ParseColor(text); err == nil {
		return paint{plainPaint, c}
	}
	return as
}

// server is a plain color in the place of a gradient or a pattern: its first one.
func (d *Document) server(ref, fallback string, as, parent paint) paint {
	id, local := strings.CutPrefix(ref, "#")
	n := d.ids[id]
	if !local || n == nil {
		if fallback == "" {
			return paint{}
		}
		return d.paint(fallback, as, parent)
	}
	if n.name == "pattern" {
		d.notes.add("patterns (drawn plain)")
		return paint{kind: currentPaint}
	}
	d.notes.add("gradients (drawn in their first color)")
	for range 16 { // a gradient may take its stops from another, and that from it
		for _, stop := range n.children {
			if stop.name == "stop" {
				return paint{plainPaint, d.stopColor(stop)}
			}
		}
		id, _ = strings.CutPrefix(n.attr("href"), "#")
		if n = d.ids[id]; n == nil {
			break
		}
	}
	return paint{}
}

func (d *Document) stopColor(stop *node) canvas.Color {
	c, opacity := canvas.Color{A: 255}, 1.0
	for _, one := range d.declarations(stop) {
		switch one.property {
		case "stop-color":
			if parsed, err := canvas.ParseColor(one.value); err == nil {
				c = parsed
			}
		case "stop-opacity":
			opacity = share(one.value, opacity)
		}
	}
	c.A = uint8(math.Round(float64(c.A) * opacity))
	return c
}

// line is how an element is drawn with m: the color and width of its line, and
// whether that is the outline of what is filled. No width is nothing.
func (w *walker) line(s style, m trace.Matrix) (c canvas.Color, width float64, outline bool) {
	if s.hidden {
		return c, 0, false
	}
	if c, ok := w.opaque(s.stroke, s, s.strokeOpacity); ok && s.width > 0 {
		if _, fills := w.opaque(s.fill, s, s.fillOpacity); fills {
			w.doc.notes.add("fills (outlines are drawn)")
		}
		width = s.width
		if !s.fixed {
			width *= m.Factor()
		}
		if width > trace.MaxWidth {
			w.doc.notes.add(fmt.Sprintf("what of a width is over %d pixels", trace.MaxWidth))
		}
		return c, width, false
	}
	if c, ok := w.opaque(s.fill, s, s.fillOpacity); ok {
		w.doc.notes.add("fills (outlines are drawn)")
		return c, w.options.Outline, true
	}
	return c, 0, false
}

// opaque is the color of a paint, as it looks on white: the pieces of a line that
// lets something through would show through one another. It is false if there is
// nothing to see.
func (w *walker) opaque(p paint, s style, opacity float64) (c canvas.Color, ok bool) {
	switch p.kind {
	case noPaint:
		return c, false
	case currentPaint:
		c = s.color
	default:
		c = p.color
	}
	alpha := float64(c.A) / 255 * opacity * s.opacity
	if alpha < 0.5/255 {
		return c, false
	}
	if alpha < 1 {
		w.doc.notes.add("transparency (drawn pale)")
	}
	over := func(v uint8) uint8 { return uint8(math.Round(255 + (float64(v)-255)*alpha)) }
	return canvas.Color{R: over(c.R), G: over(c.G), B: over(c.B), A: 255}, true
}
