package svg

import (
	"fmt"
	"math"

	"drawmesh/canvas"
	"drawmesh/canvas/trace"
)

// outlineOf draws the outline of a shape. One that has no size is none.
func (w *walker) outlineOf(n *node, f frame, fl *trace.Flattener) error {
	g := geometry{node: n, frame: f}
	switch n.name {
	case "path":
		if err := fl.Path(n.attr("d")); err != nil {
			return err
		}
	case "rect":
		g.rect(fl)
	case "circle":
		center := canvas.Point{X: g.across("cx"), Y: g.down("cy")}
		if r := g.length("r", f.diagonal()); r > 0 && g.err == nil {
			fl.Ellipse(center, r, r)
		}
	case "ellipse":
		center := canvas.Point{X: g.across("cx"), Y: g.down("cy")}
		if rx, ry := g.radii(); rx > 0 && ry > 0 && g.err == nil {
			fl.Ellipse(center, rx, ry)
		}
	case "line":
		from, to := canvas.Point{X: g.across("x1"), Y: g.down("y1")}, canvas.Point{X: g.across("x2"), Y: g.down("y2")}
		if g.err == nil {
			fl.Move(from)
			fl.Line(to)
		}
	default:
		g.points(fl, w.doc)
	}
	if g.err != nil {
		return g.err
	}
	return fl.Err
}

// A geometry reads the attributes that say where a shape is.
type geometry struct {
	node  *node
	frame frame
	err   error // the first
}

func (g *geometry) across(name string) float64 { return g.length(name, g.frame.width) }
func (g *geometry) down(name string) float64   { return g.length(name, g.frame.height) }

func (g *geometry) length(name string, across float64) float64 {
	v, _, err := g.node.length(name, lengthContext{across: across, em: g.frame.style.em})
	if err != nil && g.err == nil {
		g.err = err
	}
	return v
}

// radii are rx and ry; one that is missing is as the other.
func (g *geometry) radii() (rx, ry float64) {
	rx, ry = g.across("rx"), g.down("ry")
	missing := func(name string) bool { v := g.node.attr(name); return v == "" || v == "auto" }
	switch {
	case missing("rx"):
		rx = ry
	case missing("ry"):
		ry = rx
	}
	return rx, ry
}

func (g *geometry) rect(fl *trace.Flattener) {
	x, y, w, h := g.across("x"), g.down("y"), g.across("width"), g.down("height")
	rx, ry := g.radii()
	if g.err != nil || !(w > 0 && h > 0) {
		return
	}
	rx, ry = math.Min(rx, w/2), math.Min(ry, h/2)
	at := func(px, py float64) canvas.Point { return canvas.Point{X: px, Y: py} }
	if !(rx > 0 && ry > 0) {
		fl.Move(at(x, y))
		fl.Line(at(x+w, y))
		fl.Line(at(x+w, y+h))
		fl.Line(at(x, y+h))
		fl.Close()
		return
	}
	corner := func(from, to canvas.Point) {
		fl.Line(from)
		fl.Arc(rx, ry, 0, false, true, to)
	}
	fl.Move(at(x+rx, y))
	corner(at(x+w-rx, y), at(x+w, y+ry))
	corner(at(x+w, y+h-ry), at(x+w-rx, y+h))
	corner(at(x+rx, y+h), at(x, y+h-ry))
	corner(at(x, y+ry), at(x+rx, y))
	fl.Close()
}

// points draws a polyline or a polygon.
func (g *geometry) points(fl *trace.Flattener, d *Document) {
	v, err := (&trace.Scanner{Text: g.node.attr("points")}).Numbers()
	if err != nil {
		g.err = fmt.Errorf("points: %w", err)
		return
	}
	if len(v)%2 != 0 {
		d.notes.add("a point that has no y")
		v = v[:len(v)-1]
	}
	for i := 0; i < len(v); i += 2 {
		p := canvas.Point{X: v[i], Y: v[i+1]}
		if i == 0 {
			fl.Move(p)
		} else {
			fl.Line(p)
		}
	}
	if len(v) > 0 && g.node.name == "polygon" {
		fl.Close()
	}
}
