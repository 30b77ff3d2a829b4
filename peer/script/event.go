package script

import (
	"fmt"
	"math"
	"slices"

	"go.starlark.net/starlark"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// An event is what next tells of: one of the kinds.
type event struct {
	kind  string
	from  signaling.ID // empty if it is nobody's, or not known whose
	name  string
	old   bool
	since bool // it continues a stroke that was told of before

	stroke canvas.Stroke
	points []canvas.Point // of a stroke, at least two; of a rect, two corners
	color  canvas.Color
	width  float64 // CSS pixels
	count  int     // of events missing
}

var eventAttributes = map[string]func(e *event) starlark.Value{
	"kind":   func(e *event) starlark.Value { return starlark.String(e.kind) },
	"by":     func(e *event) starlark.Value { return starlark.String(e.name) },
	"id":     func(e *event) starlark.Value { return starlark.String(e.from) },
	"old":    func(e *event) starlark.Value { return starlark.Bool(e.old) },
	"more":   func(e *event) starlark.Value { return starlark.Bool(e.since) },
	"stroke": func(e *event) starlark.Value { return handle(e.stroke) },
	"points": func(e *event) starlark.Value { return pointList(e.points) },
	"color":  func(e *event) starlark.Value { return starlark.String(e.color.String()) },
	"width":  func(e *event) starlark.Value { return starlark.Float(e.width) },
	"count":  func(e *event) starlark.Value { return starlark.MakeInt(e.count) },
}

// attributesOf are those that an event of a kind has.
func attributesOf(kind string) []string {
	switch kind {
	case "stroke":
		return []string{"by", "color", "id", "kind", "more", "old", "points", "stroke", "width"}
	case "rect":
		return []string{"by", "color", "id", "kind", "old", "points", "stroke", "width"}
	case "undo", "redo":
		return []string{"by", "id", "kind", "old", "stroke"}
	case "clear":
		return []string{"by", "id", "kind", "old"}
	case "missed":
		return []string{"count", "kind"}
	}
	return []string{"by", "id", "kind"}
}

func (e *event) AttrNames() []string { return attributesOf(e.kind) }

func (e *event) Attr(name string) (starlark.Value, error) {
	if !slices.Contains(attributesOf(e.kind), name) {
		return nil, nil
	}
	return eventAttributes[name](e), nil
}

func (e *event) String() string        { return fmt.Sprintf("<%s by %q>", e.kind, e.name) }
func (e *event) Type() string          { return "event" }
func (e *event) Freeze()               {} // it never changes
func (e *event) Truth() starlark.Bool  { return true }
func (e *event) Hash() (uint32, error) { return 0, fmt.Errorf("unhashable: event") }

// A handle names a stroke.
type handle canvas.Stroke

func (h handle) String() string       { return canvas.Stroke(h).String() }
func (h handle) Type() string         { return "stroke" }
func (h handle) Freeze()              {}
func (h handle) Truth() starlark.Bool { return h != handle{} }
func (h handle) Hash() (uint32, error) {
	return starlark.String(h.String()).Hash()
}

// pointList is a list of points as a program has them.
func pointList(points []canvas.Point) starlark.Value {
	list := make([]starlark.Value, len(points))
	for i, p := range points {
		list[i] = starlark.Tuple{starlark.Float(p.X), starlark.Float(p.Y)}
	}
	return starlark.NewList(list)
}

// maxPoints bounds the points of a stroke, in what a program draws and hears.
const maxPoints = 10_000

// maxPlace bounds where a point is, in CSS pixels either way.
const maxPlace = 1e6

// pointsOf reads a program's list of points.
func pointsOf(list starlark.Iterable) ([]canvas.Point, error) {
	var points []canvas.Point
	for item := range starlark.Elements(list) {
		p, err := pointOf(item)
		if err != nil {
			return nil, fmt.Errorf("point %d: %w", len(points), err)
		}
		if len(points) == maxPoints {
			return nil, fmt.Errorf("a stroke has at most %d points", maxPoints)
		}
		points = append(points, p)
	}
	if len(points) < 2 {
		return nil, fmt.Errorf("a stroke has at least 2 points: got %d", len(points))
	}
	return points, nil
}

func pointOf(v starlark.Value) (canvas.Point, error) {
	pair, ok := v.(starlark.Indexable)
	if !ok || pair.Len() != 2 {
		return canvas.Point{}, fmt.Errorf("want a pair (x, y), got %s", cut(v.String()))
	}
	x, okX := starlark.AsFloat(pair.Index(0))
	y, okY := starlark.AsFloat(pair.Index(1))
	if !okX || !okY {
		return canvas.Point{}, fmt.Errorf("want two numbers, got %s", cut(v.String()))
	}
	return place(x, y)
}

// place is a point that can be drawn at.
func place(x, y float64) (canvas.Point, error) {
	if !(math.Abs(x) <= maxPlace && math.Abs(y) <= maxPlace) {
		return canvas.Point{}, fmt.Errorf("(%v, %v) is off the canvas, which ends at %.0f pixels", x, y, maxPlace)
	}
	return canvas.Point{X: x, Y: y}, nil
}
