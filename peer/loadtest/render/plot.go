package render

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"
)

// The pictures' measures, in CSS pixels. A plot is as wide as there is room for,
// and its text keeps its size: what lies along its width is in percent.
const (
	plotHeight  = 182
	narrowWidth = 230  // of a plot on a telephone, where its text must not overlap
	lineWidth   = 1000 // units of a line's path, over the whole width
)

// maxNarrow is how many ticks of an axis a narrow plot shows.
const maxNarrow = 4

// A plot is a picture with two axes.
type plot struct {
	b                strings.Builder
	tall             float64 // CSS pixels
	x0, x1, y0, y1   float64 // what the axes span
	logX, logY       bool
	formatX, formatY func(float64) string
}

func newPlot(x0, x1, y0, y1 float64) *plot {
	if x1 <= x0 {
		x1 = x0 + 1
	}
	if y1 <= y0 {
		y1 = y0 + 1
	}
	return &plot{tall: plotHeight, x0: x0, x1: x1, y0: y0, y1: y1}
}

// x is where a value lies in the picture, in percent of its width; y in CSS
// pixels.
func (p *plot) x(v float64) float64 { return 100 * part(v, p.x0, p.x1, p.logX) }
func (p *plot) y(v float64) float64 { return p.tall * (1 - part(v, p.y0, p.y1, p.logY)) }

// part is how far v is on the way from a to b, from 0 to 1.
func part(v, a, b float64, log bool) float64 {
	if log {
		v, a, b = math.Log(max(v, a)), math.Log(a), math.Log(b)
	}
	return min(max((v-a)/(b-a), 0), 1)
}

// axes draws both axes with their grid.
func (p *plot) axes() {
	for _, v := range ticks(p.y0, p.y1, p.logY, 5) {
		if p.formatY == nil {
			break // there is nothing to read there
		}
		p.add(`<line class="grid" x1="0" x2="100%%" y1="%.1f" y2="%.1f"/>`, p.y(v), p.y(v))
		p.add(`<text class="tick" text-anchor="end" x="-8" y="%.1f">%s</text>`, p.y(v)+4, html.EscapeString(p.formatY(v)))
	}
	p.add(`<line class="axis" x1="0" x2="100%%" y1="%.1f" y2="%.1f"/>`, p.tall, p.tall)
	along := ticks(p.x0, p.x1, p.logX, 8)
	for i, v := range along {
		p.add(`<line class="axis" x1="%.2f%%" x2="%.2f%%" y1="%.1f" y2="%.1f"/>`, p.x(v), p.x(v), p.tall, p.tall+4)
		p.add(`<text class="%s" text-anchor="middle" x="%.2f%%" y="%.1f">%s</text>`,
			spare("tick", len(along) > maxNarrow && i%2 > 0), p.x(v), p.tall+18, html.EscapeString(p.formatX(v)))
	}
}

// spare is the class of what a narrow window leaves out, if it is that.
func spare(class string, leftOut bool) string {
	if leftOut {
		return class + " spare"
	}
	return class
}

func (p *plot) add(format string, args ...any) { fmt.Fprintf(&p.b, format+"\n", args...) }

// A point of a line.
type point struct{ x, y float64 }

// A line is drawn in a color of the page, and named at its end.
type line struct {
	name, class string
	points      []point
}

// lines draws lines; their names keep out of each other's way.
func (p *plot) lines(lines ...line) {
	p.add(`<svg viewBox="0 0 %d %.1f" preserveAspectRatio="none" width="100%%" height="%.1f">`, lineWidth, p.tall, p.tall)
	for _, l := range lines {
		if len(l.points) == 0 {
			continue
		}
		var path strings.Builder
		for i, pt := range l.points {
			fmt.Fprintf(&path, "%c%.1f %.1f", "LM"[b2i(i == 0)], p.x(pt.x)*lineWidth/100, p.y(pt.y))
		}
		p.add(`<path class="line %s" d="%s"><title>%s</title></path>`, l.class, path.String(), html.EscapeString(l.name))
	}
	p.add(`</svg>`)
	var taken []float64
	for _, l := range lines {
		if len(l.points) == 0 {
			continue
		}
		last := l.points[len(l.points)-1]
		if len(l.points) == 1 {
			p.add(`<circle class="dot %s" r="3" cx="%.2f%%" cy="%.1f"/>`, l.class, p.x(last.x), p.y(last.y))
		}
		at := besides(p.y(last.y)+4, taken)
		taken = append(taken, at)
		p.add(`<text class="name %s" x="100%%" dx="8" y="%.1f">%s</text>`, l.class, at, html.EscapeString(l.name))
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// besides is the place nearest to at that is away from all that are taken.
func besides(at float64, taken []float64) float64 {
	const apart = 14
	for d := 0.0; d < plotHeight; d++ {
		for _, v := range []float64{at - d, at + d} {
			free := true
			for _, t := range taken {
				free = free && math.Abs(v-t) >= apart
			}
			if free {
				return v
			}
		}
	}
	return at
}

// svg is the picture, described for who cannot see it.
func (p *plot) svg(label string) template.HTML {
	return template.HTML(fmt.Sprintf(`<div class="plot"><svg class="picture" height="%.1f" role="img" aria-label="%s">`, p.tall, html.EscapeString(label)) +
		p.b.String() + `</svg></div>`)
}

// ticks are round values from a to b, some n of them.
func ticks(a, b float64, log bool, n int) (at []float64) {
	if log {
		for v := math.Pow(10, math.Floor(math.Log10(a))); v <= b*1.0001; v *= 10 {
			for _, m := range []float64{1, 2, 5} {
				if t := v * m; t >= a*0.9999 && t <= b*1.0001 && (m == 1 || b/a < 500) {
					at = append(at, t)
				}
			}
		}
		return at
	}
	step := math.Pow(10, math.Floor(math.Log10((b-a)/float64(n))))
	for _, m := range []float64{1, 2, 5, 10} {
		if (b-a)/(step*m) <= float64(n) {
			step *= m
			break
		}
	}
	for v := math.Ceil(a/step) * step; v <= b*1.0001; v += step {
		at = append(at, v)
	}
	return at
}
