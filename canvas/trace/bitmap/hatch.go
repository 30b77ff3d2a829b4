package bitmap

import (
	"math"

	"drawmesh/canvas"
	"drawmesh/canvas/trace"
)

// layers are hatched one over the other, each where it is darker than so much.
var layers = [...]struct{ angle, above float64 }{{45, .15}, {135, .4}, {0, .62}, {90, .82}}

// hatch draws lines across what is dark, every other one the other way.
func (d *drawer) hatch() {
	middle := canvas.Point{X: (d.box.Min.X + d.box.Max.X) / 2, Y: (d.box.Min.Y + d.box.Max.Y) / 2}
	radius := math.Hypot(d.box.Max.X-d.box.Min.X, d.box.Max.Y-d.box.Min.Y) / 2
	lines := int(radius / d.Spacing)
	for _, l := range layers {
		m := trace.Translate(middle.X, middle.Y).Times(trace.Rotate(l.angle))
		for i := -lines; i <= lines; i++ {
			from, to := m.Apply(canvas.Point{X: -radius, Y: float64(i) * d.Spacing}), m.Apply(canvas.Point{X: radius, Y: float64(i) * d.Spacing})
			if i%2 != 0 {
				from, to = to, from
			}
			d.hatchLine(from, to, l.above)
			if d.err != nil {
				return
			}
		}
	}
}

// hatchLine draws the parts of a line where it is darker than so much, each in its
// color.
func (d *drawer) hatchLine(from, to canvas.Point, above float64) {
	const step = 1.5 // CSS pixels from one look to the next
	steps := int(math.Ceil(math.Hypot(to.X-from.X, to.Y-from.Y) / step))
	var part []canvas.Point // begin and end of what is being drawn
	var color canvas.Color
	for i := range steps + 1 {
		t := float64(i) / float64(max(1, steps))
		p := canvas.Point{X: from.X + (to.X-from.X)*t, Y: from.Y + (to.Y-from.Y)*t}
		dark := d.inBox(p) && d.darkness(p) > above
		var c canvas.Color
		if dark {
			c = d.color(p)
		}
		if part != nil && (!dark || c != color) {
			d.add(part, color)
			part = nil
		}
		switch {
		case dark && part == nil:
			part, color = []canvas.Point{p, p}, c
		case dark:
			part[1] = p
		}
	}
	if part != nil {
		d.add(part, color)
	}
}

func (d *drawer) inBox(p canvas.Point) bool {
	return p.X >= d.box.Min.X && p.X < d.box.Max.X && p.Y >= d.box.Min.Y && p.Y < d.box.Max.Y
}
