package svg

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"drawmesh/canvas"
	"drawmesh/canvas/trace"
)

// A lengthContext is what relative lengths are relative to, in CSS pixels.
type lengthContext struct {
	across float64 // what 100 % are
	em     float64 // zero: a browser's 16
}

// units are how many CSS pixels there are in one (CSS Values 3, section 6.2).
var units = map[string]float64{
	"": 1, "px": 1, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6, "pt": 96.0 / 72, "pc": 16,
}

// parseLength reads a length.
func parseLength(text string, c lengthContext) (float64, error) {
	s := trace.Scanner{Text: strings.TrimSpace(text)}
	v, err := s.Number()
	if err != nil {
		return 0, fmt.Errorf("%.20q is no length", text)
	}
	em := c.em
	if em == 0 {
		em = 16
	}
	switch unit := strings.ToLower(s.Rest(len(s.Text))); unit {
	case "%":
		return v / 100 * c.across, nil
	case "em", "rem":
		return v * em, nil
	case "ex", "ch":
		return v * em / 2, nil
	default:
		factor, ok := units[unit]
		if !ok {
			return 0, fmt.Errorf("%.20q is no length", text)
		}
		return v * factor, nil
	}
}

// length reads an attribute; ok is false if it is not there, or auto.
func (n *node) length(name string, c lengthContext) (v float64, ok bool, err error) {
	text := n.attr(name)
	if text == "" || text == "auto" {
		return 0, false, nil
	}
	v, err = parseLength(text, c)
	if err != nil {
		err = fmt.Errorf("%s: %w", name, err)
	}
	return v, true, err
}

// A rectangle is a part of the plane.
type rectangle struct{ x, y, width, height float64 }

// viewBox is what an element shows of what is in it; ok is false if it does not say.
func viewBox(n *node) (box rectangle, ok bool, err error) {
	text := n.attr("viewBox")
	if text == "" {
		return box, false, nil
	}
	v, err := (&trace.Scanner{Text: text}).Numbers()
	if err != nil || len(v) != 4 {
		return box, false, fmt.Errorf("viewBox: %.40q is not four numbers", text)
	}
	box = rectangle{v[0], v[1], v[2], v[3]}
	if box.width < 0 || box.height < 0 || math.IsInf(box.width/box.height, 0) {
		return box, false, fmt.Errorf("viewBox: %.40q has no size", text)
	}
	return box, box.width > 0 && box.height > 0, nil
}

// fitted leads from a viewBox to the place that it is shown in, as an attribute
// preserveAspectRatio says (SVG 2, section 8.7).
func fitted(box, place rectangle, aspect string) (m trace.Matrix, err error) {
	sx, sy := place.width/box.width, place.height/box.height
	words := strings.Fields(aspect)
	if len(words) > 0 && words[0] == "defer" {
		words = words[1:]
	}
	if len(words) == 0 {
		words = []string{"xMidYMid"}
	}
	how := words[0]
	ax, okX := align[how[:min(4, len(how))]]
	ay, okY := align[how[min(4, len(how)):]]
	slice := len(words) > 1 && words[1] == "slice"
	switch {
	case len(words) > 2 || len(words) == 2 && words[1] != "slice" && words[1] != "meet":
		okX = false
	case how == "none":
		okX, okY = true, true
	case slice:
		sx = math.Max(sx, sy)
		sy = sx
	default:
		sx = math.Min(sx, sy)
		sy = sx
	}
	if !okX || !okY {
		return m, fmt.Errorf("preserveAspectRatio: %.40q is none", aspect)
	}
	at := canvas.Point{X: place.x + (place.width-box.width*sx)*ax, Y: place.y + (place.height-box.height*sy)*ay}
	return trace.Translate(at.X, at.Y).Times(trace.Scale(sx, sy)).Times(trace.Translate(-box.x, -box.y)), nil
}

// align are where what is left over goes, on each side.
var align = map[string]float64{"xMin": 0, "xMid": 0.5, "xMax": 1, "YMin": 0, "YMid": 0.5, "YMax": 1}

var errTransform = errors.New("no list of matrix, translate, scale, rotate, skewX and skewY")

// parseTransform reads a list of transforms, as the attribute and CSS have it: with
// px and deg behind numbers, if any.
func parseTransform(text string) (trace.Matrix, error) {
	m := trace.Identity
	for rest := strings.TrimLeft(text, " \t\r\n,"); rest != ""; rest = strings.TrimLeft(rest, " \t\r\n,") {
		name, after, ok := strings.Cut(rest, "(")
		args, after, ok2 := strings.Cut(after, ")")
		if !ok || !ok2 {
			return m, fmt.Errorf("transform: %.40q: %w", rest, errTransform)
		}
		args = strings.NewReplacer("px", "", "deg", "").Replace(args)
		v, err := (&trace.Scanner{Text: args}).Numbers()
		one, known := transformOf(strings.TrimSpace(name), v)
		if err != nil || !known {
			return m, fmt.Errorf("transform: %.40q: %w", rest, errTransform)
		}
		m, rest = m.Times(one), after
	}
	return m, nil
}

func transformOf(name string, v []float64) (m trace.Matrix, ok bool) {
	skew := func() float64 { return math.Tan(v[0] * math.Pi / 180) }
	switch n := len(v); {
	case name == "matrix" && n == 6:
		return trace.Matrix(v), true
	case name == "translate" && n == 1:
		return trace.Translate(v[0], 0), true
	case name == "translate" && n == 2:
		return trace.Translate(v[0], v[1]), true
	case name == "scale" && n == 1:
		return trace.Scale(v[0], v[0]), true
	case name == "scale" && n == 2:
		return trace.Scale(v[0], v[1]), true
	case name == "rotate" && n == 1:
		return trace.Rotate(v[0]), true
	case name == "rotate" && n == 3:
		return trace.Translate(v[1], v[2]).Times(trace.Rotate(v[0])).Times(trace.Translate(-v[1], -v[2])), true
	case name == "skewX" && n == 1:
		return trace.Matrix{1, 0, skew(), 1, 0, 0}, true
	case name == "skewY" && n == 1:
		return trace.Matrix{1, skew(), 0, 1, 0, 0}, true
	}
	return m, false
}
