package main

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
)

// A chart is a line in a frame, of points from small to large.
type chart struct {
	title, across, up string
	points            [][2]float64
}

const (
	chartWidth, chartHeight = 400, 260 // CSS pixels
	left, right, top, below = 58, 26, 34, 44
)

// draw is a picture of what was measured, legible on light and on dark.
func draw(idle []idling, relays []relaying) string {
	memory := chart{title: "Memory of idle streams", across: "event streams", up: "MB"}
	for _, m := range idle {
		memory.points = append(memory.points, [2]float64{float64(m.streams), m.memory / 1e6})
	}
	latency := chart{title: "99 % of relays take no longer than", across: "relays a second that were asked for", up: "ms"}
	core := chart{title: "Processor for relays", across: "relays a second", up: "% of a core"}
	for _, m := range relays {
		latency.points = append(latency.points, [2]float64{float64(m.asked), ms(m.slow)})
		core.points = append(core.points, [2]float64{m.passed, 100 * m.core})
	}
	charts := []chart{memory, core, latency}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", len(charts)*chartWidth, chartHeight)
	b.WriteString(`<rect width="100%" height="100%" fill="#fff"/>` + "\n")
	for i, c := range charts {
		fmt.Fprintf(&b, `<g transform="translate(%d 0)">`+"\n", i*chartWidth)
		c.draw(&b)
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func (c chart) draw(b *strings.Builder) {
	most := [2]float64{}
	for _, p := range c.points {
		most[0], most[1] = max(most[0], p[0]), max(most[1], p[1])
	}
	step := [2]float64{nice(most[0] / 4), nice(most[1] / 4)}
	for i := range most {
		most[i] = step[i] * math.Ceil(most[i]/step[i])
	}
	x := func(v float64) float64 { return left + v/most[0]*(chartWidth-left-right) }
	y := func(v float64) float64 { return chartHeight - below - v/most[1]*(chartHeight-top-below) }
	text := func(at, down float64, anchor, what string) {
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`+"\n", at, down, anchor, html.EscapeString(what))
	}
	text(left, 18, "start", c.title+", "+c.up)
	text((left+chartWidth-right)/2, chartHeight-8, "middle", c.across)
	for v := 0.0; v <= most[1]*1.001; v += step[1] {
		fmt.Fprintf(b, `<path d="M%d %.1fH%d" stroke="#ccc"/>`+"\n", left, y(v), chartWidth-right)
		text(left-6, y(v)+4, "end", fmt.Sprintf("%g", v))
	}
	for v := 0.0; v <= most[0]*1.001; v += step[0] {
		text(x(v), chartHeight-below+18, "middle", fmt.Sprintf("%g", v))
	}
	points := slices.Clone(c.points)
	slices.SortFunc(points, func(p, q [2]float64) int { return int(p[0] - q[0]) })
	var line []string
	for _, p := range points {
		line = append(line, fmt.Sprintf("%.1f,%.1f", x(p[0]), y(p[1])))
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3" fill="#05c"/>`+"\n", x(p[0]), y(p[1]))
	}
	fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="#05c" stroke-width="2"/>`+"\n", strings.Join(line, " "))
}

// nice is a round number that is at least v: 1, 2 or 5 with zeros.
func nice(v float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, n := range []float64{1, 2, 5, 10} {
		if n*unit >= v {
			return n * unit
		}
	}
	return v
}
