package svg

import (
	"fmt"
	"math"
	"strings"

	"drawmesh/canvas"
	"drawmesh/canvas/trace"
)

// A walker walks through what is drawn, and draws it.
type walker struct {
	doc     *Document
	options Options
	left    *int // points that may still be made
	drawn   int  // elements
	strokes []trace.Stroke
}

// A frame is what an element is in.
type frame struct {
	matrix        trace.Matrix
	style         style
	width, height float64 // of the nearest viewport: what percentages are of
	clip          box     // what is outside is not seen
	depth         int
}

// diagonal is what percentages of lengths are of that go neither across nor down.
func (f frame) diagonal() float64 { return math.Hypot(f.width, f.height) / math.Sqrt2 }

// root draws the document.
func (w *walker) root() error {
	d := w.doc
	f := frame{matrix: w.options.Matrix, style: initial, width: d.Width, height: d.Height, clip: everywhere}
	return w.viewport(d.root, f, rectangle{0, 0, d.Width, d.Height})
}

// element draws n.
func (w *walker) element(n *node, f frame) error {
	if w.drawn++; w.drawn > MaxElements {
		return n.wrap(fmt.Errorf("more than %d elements are used", MaxElements))
	}
	if f.depth++; f.depth > MaxDepth {
		return n.wrap(fmt.Errorf("elements more than %d deep in one another", MaxDepth))
	}
	switch n.name {
	case "svg":
		place, err := placeOf(n, f, 0, 0)
		if err != nil {
			return n.wrap(err)
		}
		return w.viewport(n, f, place)
	case "g", "a", "switch", "use":
		f, seen, err := w.enter(n, f)
		switch {
		case err != nil:
			return n.wrap(err)
		case !seen:
			return nil
		case n.name == "use":
			return w.use(n, f)
		case n.name == "switch":
			return w.choice(n, f)
		}
		return w.children(n, f)
	case "path", "rect", "circle", "ellipse", "line", "polyline", "polygon":
		f, seen, err := w.enter(n, f)
		if err == nil && seen {
			err = w.shape(n, f)
		}
		if err != nil {
			return n.wrap(err)
		}
	case "defs", "symbol", "style", "title", "desc", "metadata", "view", "marker", "clipPath", "mask", "filter",
		"linearGradient", "radialGradient", "pattern": // seen only by way of others
	default:
		w.doc.notes.add(fmt.Sprintf("%.40s", n.name))
	}
	return nil
}

func (w *walker) children(n *node, f frame) error {
	for _, c := range n.children {
		if err := w.element(c, f); err != nil {
			return err
		}
	}
	return nil
}

// choice draws the first of n's children that asks for nothing special.
func (w *walker) choice(n *node, f frame) error {
	for _, c := range n.children {
		if c.attr("requiredExtensions") == "" && c.attr("systemLanguage") == "" && c.name != "foreignObject" {
			return w.element(c, f)
		}
	}
	return nil
}

// enter is the frame of n itself; seen is false if nothing of it can be.
func (w *walker) enter(n *node, f frame) (_ frame, seen bool, err error) {
	f.style, err = w.doc.styleOf(n, f.style, f.diagonal())
	if err != nil || f.style.gone {
		return f, false, err
	}
	if t := f.style.transform; t != "" && t != "none" {
		m, err := parseTransform(t)
		if err != nil {
			return f, false, err
		}
		f.matrix = f.matrix.Times(m)
	}
	return f, true, nil
}

// placeOf is where a viewport is: all of the one that it is in, moved, unless it says
// otherwise. A use may give it another size than its own.
func placeOf(n *node, f frame, width, height float64) (rectangle, error) {
	place := rectangle{width: f.width, height: f.height}
	for _, side := range []struct {
		name   string
		across float64
		v      *float64
	}{{"x", f.width, &place.x}, {"y", f.height, &place.y}, {"width", f.width, &place.width}, {"height", f.height, &place.height}} {
		v, ok, err := n.length(side.name, lengthContext{across: side.across, em: f.style.em})
		if err != nil {
			return place, err
		}
		if ok {
			*side.v = v
		}
	}
	if width > 0 {
		place.width = width
	}
	if height > 0 {
		place.height = height
	}
	return place, nil
}

// viewport draws what is in n, which is shown at a place.
func (w *walker) viewport(n *node, f frame, place rectangle) error {
	f, seen, err := w.enter(n, f)
	if err != nil {
		return n.wrap(err)
	}
	if !seen || !(place.width > 0 && place.height > 0) {
		return nil
	}
	box, ok, err := viewBox(n)
	if err != nil {
		return n.wrap(err)
	}
	if o := n.attr("overflow"); o != "visible" && o != "auto" || n == w.doc.root {
		f.clip = f.clip.within(place, f.matrix)
	}
	f.width, f.height = place.width, place.height
	m := trace.Translate(place.x, place.y)
	if ok {
		if m, err = fitted(box, place, n.attr("preserveAspectRatio")); err != nil {
			return n.wrap(err)
		}
		f.width, f.height = box.width, box.height
	}
	f.matrix = f.matrix.Times(m)
	return w.children(n, f)
}

// use draws what n refers to, in n's place.
func (w *walker) use(n *node, f frame) error {
	id, local := strings.CutPrefix(n.attr("href"), "#")
	target := w.doc.ids[id]
	if !local || target == nil {
		if n.attr("href") != "" {
			w.doc.notes.add(fmt.Sprintf("use of %.40s, which is not there", n.attr("href")))
		}
		return nil
	}
	place, err := placeOf(n, f, 0, 0)
	if err != nil {
		return n.wrap(err)
	}
	f.matrix = f.matrix.Times(trace.Translate(place.x, place.y))
	if target.name != "symbol" && target.name != "svg" {
		return w.element(target, f)
	}
	if f.depth++; f.depth > MaxDepth {
		return n.wrap(fmt.Errorf("elements more than %d deep in one another", MaxDepth))
	}
	var width, height float64
	if n.attr("width") != "" {
		width = place.width
	}
	if n.attr("height") != "" {
		height = place.height
	}
	place, err = placeOf(target, f, width, height)
	if err != nil {
		return target.wrap(err)
	}
	return w.viewport(target, f, place)
}

// shape draws a shape.
func (w *walker) shape(n *node, f frame) error {
	color, width, outline := w.line(f.style, f.matrix)
	if !(width > 0) {
		return nil
	}
	fl := &trace.Flattener{Matrix: f.matrix, Tolerance: w.options.Tolerance, Left: w.left}
	if err := w.outlineOf(n, f, fl); err != nil {
		return err
	}
	for _, line := range fl.Lines {
		points := line.Points
		if outline && !line.Closed {
			points = append(points, points[0])
		}
		if isDot(points) && (outline || !f.style.dots) {
			continue
		}
		for _, part := range f.clip.grown(width / 2).cut(points) {
			stroke := trace.Stroke{Points: part, Width: width, Color: color}
			if outline || f.style.fixed || f.matrix.Similar() {
				w.strokes = append(w.strokes, stroke)
			} else {
				w.squeezed(stroke, f)
			}
		}
	}
	return nil
}

// squeezed draws a line that is wider in one direction than in another.
func (w *walker) squeezed(s trace.Stroke, f frame) {
	for i, to := range s.Points[1:] {
		from := s.Points[i]
		w.strokes = append(w.strokes, trace.Stroke{
			Points: []canvas.Point{from, to}, Width: f.style.width * f.matrix.Across(from, to), Color: s.Color,
		})
	}
}

func isDot(points []canvas.Point) bool {
	for _, p := range points {
		if p != points[0] {
			return false
		}
	}
	return true
}
