package bitmap

import (
	"math"

	"drawmesh/canvas"
	"drawmesh/canvas/trace"
)

// levels are how dark it is where an outline is drawn.
var levels = [...]float64{.2, .4, .6, .8}

// outline draws lines of equal darkness.
func (d *drawer) outline() {
	values, width, height := d.field.smooth()
	for _, level := range levels {
		c := contours{values: values, width: width, height: height, level: level}
		for _, line := range c.lines() {
			d.contour(line)
		}
	}
}

// minOutline is the shortest outline that is drawn, in pixels of the field.
const minOutline = 6

// contour draws one, in the color of what is inside.
func (d *drawer) contour(line []canvas.Point) {
	length := 0.0
	for i, p := range line[1:] {
		length += math.Hypot(p.X-line[i].X, p.Y-line[i].Y)
	}
	if length < minOutline {
		return
	}
	points := make([]canvas.Point, len(line))
	for i, p := range line {
		points[i] = d.onCanvas(p.X-.5, p.Y-.5) // pixels are where their middles are, and one is around all
	}
	points = trace.Simplify(points, d.Tolerance)
	d.add(points, d.color(d.inside(line)))
}

// inside is a place on the canvas on the darker side of a line, which is on its right.
func (d *drawer) inside(line []canvas.Point) canvas.Point {
	i := len(line) / 2
	p, q := line[i-1], line[i]
	dx, dy := q.X-p.X, q.Y-p.Y
	length := math.Max(math.Hypot(dx, dy), 1e-9)
	const in = 1.5 // pixels of the field
	x, y := (p.X+q.X)/2-.5-in*dy/length, (p.Y+q.Y)/2-.5+in*dx/length
	w, h := float64(d.field.width), float64(d.field.height)
	return d.onCanvas(math.Max(0, math.Min(x, w-.5)), math.Max(0, math.Min(y, h-.5)))
}

// contours finds the lines along which values pass a level (marching squares; Lorensen
// and Cline, 1987). The outermost values are below it, so that all lines are closed.
type contours struct {
	values        []float64
	width, height int
	level         float64
}

// An edge is between a value and the next one to the right, or below it.
type edge int

func (c contours) right(x, y int) edge { return edge(2 * (y*c.width + x)) }
func (c contours) below(x, y int) edge { return edge(2*(y*c.width+x) + 1) }

// lines are all of them, each with what is above the level on its right.
func (c contours) lines() (lines [][]canvas.Point) {
	next := make(map[edge]edge)
	var order []edge
	for y := range c.height - 1 {
		for x := range c.width - 1 {
			for _, step := range c.cell(x, y) {
				next[step[0]] = step[1]
				order = append(order, step[0])
			}
		}
	}
	for _, start := range order {
		if _, there := next[start]; !there {
			continue
		}
		line := []canvas.Point{c.point(start)}
		for e := start; ; {
			to, there := next[e]
			if !there {
				break
			}
			delete(next, e)
			line = append(line, c.point(to))
			e = to
		}
		lines = append(lines, line)
	}
	return lines
}

// cell is the steps from edge to edge between four values.
func (c contours) cell(x, y int) [][2]edge {
	at := func(dx, dy int) float64 { return c.values[(y+dy)*c.width+x+dx] }
	nw, ne, se, sw := at(0, 0), at(1, 0), at(1, 1), at(0, 1)
	n, e, s, w := c.right(x, y), c.below(x+1, y), c.right(x, y+1), c.below(x, y)
	corners := 0
	for i, v := range [...]float64{nw, ne, se, sw} {
		if v > c.level {
			corners |= 1 << i
		}
	}
	joined := nw+ne+se+sw > 4*c.level // the middle is above the level, too
	switch corners {
	case 1:
		return [][2]edge{{n, w}}
	case 2:
		return [][2]edge{{e, n}}
	case 3:
		return [][2]edge{{e, w}}
	case 4:
		return [][2]edge{{s, e}}
	case 5:
		if joined {
			return [][2]edge{{n, e}, {s, w}}
		}
		return [][2]edge{{n, w}, {s, e}}
	case 6:
		return [][2]edge{{s, n}}
	case 7:
		return [][2]edge{{s, w}}
	case 8:
		return [][2]edge{{w, s}}
	case 9:
		return [][2]edge{{n, s}}
	case 10:
		if joined {
			return [][2]edge{{e, s}, {w, n}}
		}
		return [][2]edge{{e, n}, {w, s}}
	case 11:
		return [][2]edge{{e, s}}
	case 12:
		return [][2]edge{{w, e}}
	case 13:
		return [][2]edge{{n, e}}
	case 14:
		return [][2]edge{{w, n}}
	}
	return nil
}

// point is where on an edge the level is passed, in values.
func (c contours) point(e edge) canvas.Point {
	i := int(e) / 2
	x, y := float64(i%c.width), float64(i/c.width)
	j := i + 1
	if e%2 == 1 {
		j = i + c.width
	}
	t := (c.level - c.values[i]) / (c.values[j] - c.values[i])
	if e%2 == 1 {
		return canvas.Point{X: x, Y: y + t}
	}
	return canvas.Point{X: x + t, Y: y}
}
