package main

import (
	"math"
	"testing"

	"drawmesh/canvas"
)

// What a mouse draws that tells 60 places a second of a circle, others see within half
// a pixel of it, in no more pieces than half as many again; a pen that presses more and
// less is seen to swell and not to jump.
func TestStrokesLookDrawn(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	const radius, speed, rate = 60., 500., 60.
	middle := canvas.Point{X: 500, Y: 300}
	samples := int(math.Ceil(2*math.Pi*radius/speed*rate)) + 1
	at := func(i int) (x, y float64) {
		angle := speed / rate / radius * float64(i)
		return middle.X + radius*math.Cos(angle), middle.Y + radius*math.Sin(angle)
	}
	draw := func(event func(i int, x, y float64)) []canvas.Segment {
		for i := range samples {
			x, y := at(i)
			event(i, x, y)
		}
		var all []canvas.Segment
		for _, op := range s.drawn() {
			all = append(all, op.(canvas.Segment))
		}
		return all
	}

	drawn := draw(func(i int, x, y float64) {
		kind, down := moved, int64(left)
		switch i {
		case 0:
			kind = pressed
		case samples - 1:
			kind, down = released, 0
		}
		s.mouse(kind, x, y, "left", down)
	})
	worst := 0.
	for _, d := range drawn {
		for part := 0.; part <= 1; part += 0.25 {
			x, y := d.From.X+part*(d.To.X-d.From.X), d.From.Y+part*(d.To.Y-d.From.Y)
			worst = max(worst, math.Abs(math.Hypot(x-middle.X, y-middle.Y)-radius))
		}
	}
	if worst >= 0.5 || len(drawn) > samples*3/2 {
		t.Errorf("got %d pieces of %d places, up to %.2f px off", len(drawn), samples, worst)
	}

	swells := draw(func(i int, x, y float64) {
		kind := moved
		switch i {
		case 0:
			kind = pressed
		case samples - 1:
			kind = released
		}
		s.pen(kind, x, y, 0.5+0.3*math.Sin(float64(i)/3))
	})
	width := func(d canvas.Segment) float64 { return 2 * math.Pow(d.Force, 4) }
	least, most, jump := math.Inf(1), 0., 0.
	for i, d := range swells {
		least, most = min(least, width(d)), max(most, width(d))
		if i > 0 {
			jump = max(jump, math.Abs(width(d)-width(swells[i-1])))
		}
	}
	if most < 2*least || jump > (most-least)/3 {
		t.Errorf("got widths from %.1f to %.1f px, with steps of up to %.1f", least, most, jump)
	}
}
