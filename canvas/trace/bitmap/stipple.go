package bitmap

import (
	"math"
	"math/rand/v2"

	"drawmesh/canvas"
	"drawmesh/canvas/trace"
)

// stipple draws dots, the more the darker it is: the error of each is made good by its
// neighbors (Floyd and Steinberg, 1976). Each is a little off its place, always the
// same, so that no raster shows.
func (d *drawer) stipple() {
	columns := int(math.Max(1, math.Round((d.box.Max.X-d.box.Min.X)/d.Spacing)))
	rows := int(math.Max(1, math.Round((d.box.Max.Y-d.box.Min.Y)/d.Spacing)))
	if rows > 16*trace.MaxPoints/columns {
		d.err = trace.ErrTooLarge
		return
	}
	random := rand.New(rand.NewPCG(1, 1))
	here, below := make([]float64, columns+2), make([]float64, columns+2) // errors, from the second on
	for row := range rows {
		forward := row%2 == 0
		for i := range columns {
			column, ahead := i, 1
			if !forward {
				column, ahead = columns-1-i, -1
			}
			p := d.onCell(column, row, columns, rows, random)
			dark := d.darkness(d.onCell(column, row, columns, rows, nil))
			if dark < blank {
				dark = 0 // the errors of much paper would be dots, too
			}
			want := dark + here[column+1]
			got := 0.0
			if want > 0.5 {
				got = 1
				d.add([]canvas.Point{p}, d.color(p))
				if d.err != nil {
					return
				}
			}
			off := want - got
			here[column+1+ahead] += off * 7 / 16
			below[column+1-ahead] += off * 3 / 16
			below[column+1] += off * 5 / 16
			below[column+1+ahead] += off * 1 / 16
		}
		here, below = below, here
		clear(below)
	}
}

// onCell is the middle of a cell, or a place near it.
func (d *drawer) onCell(column, row, columns, rows int, random *rand.Rand) canvas.Point {
	x, y := .5, .5
	if random != nil {
		x, y = x+.6*(random.Float64()-.5), y+.6*(random.Float64()-.5)
	}
	w, h := float64(d.field.width), float64(d.field.height)
	return d.onCanvas((float64(column)+x)/float64(columns)*w, (float64(row)+y)/float64(rows)*h)
}
