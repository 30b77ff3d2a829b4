package render

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"slices"

	"drawmesh/peer/loadtest"
)

func plain(v float64) string     { return fmt.Sprintf("%g", v) }
func perSecond(v float64) string { return fmt.Sprintf("%g/s", v) }
func percents(v float64) string  { return fmt.Sprintf("%.0f %%", 100*v) }
func megabytes(v float64) string { return fmt.Sprintf("%g MB", v/1e6) }
func seconds(v float64) string   { return fmt.Sprintf("%g s", math.Round(v*100)/100) }

func milliseconds(v float64) string {
	if v >= 1000 {
		return fmt.Sprintf("%g s", v/1000)
	}
	return fmt.Sprintf("%g ms", v)
}

// latencyOverTime has three lines: p50, p99 and the slowest.
func latencyOverTime(r *loadtest.Report) template.HTML {
	lines := []line{{name: "slowest", class: "c3"}, {name: "p99", class: "c2"}, {name: "p50", class: "c1"}}
	low, high := math.Inf(1), 0.0
	moments := r.Timeline()
	for _, m := range moments {
		if m.Latency.Count() == 0 {
			continue
		}
		for i, p := range []float64{100, 99, 50} {
			v := max(float64(m.Latency.Percentile(p).Microseconds())/1000, 0.01)
			lines[i].points = append(lines[i].points, point{m.AtMS / 1000, v})
			low, high = min(low, v), max(high, v)
		}
	}
	if high == 0 {
		return ""
	}
	p := newPlot(0, moments[len(moments)-1].AtMS/1000, decade(low, math.Floor), decade(high, math.Ceil))
	p.logY, p.formatX, p.formatY = true, seconds, milliseconds
	p.axes()
	p.lines(lines...)
	return p.svg("Latency of operations over time")
}

// decade is the power of ten next to v.
func decade(v float64, round func(float64) float64) float64 {
	return math.Pow(10, round(math.Log10(v)))
}

// histogram has a bar for each of some sixty classes of latency.
func histogram(h *loadtest.Histogram) template.HTML {
	if h.Count() == 0 {
		return ""
	}
	toMS := func(us int64) float64 { return max(float64(us)/1000, 0.001) }
	low := toMS(h.Min().Microseconds()) / 1.1
	high := max(toMS(h.Max().Microseconds())*1.1, low*2)
	const classes = 64
	counts := make([]int64, classes)
	for _, b := range h.Bars() {
		middle := toMS((b.From.Microseconds() + b.To.Microseconds()) / 2)
		counts[min(int(part(middle, low, high, true)*classes), classes-1)] += b.Count
	}
	p := newPlot(low, high, 0, float64(slices.Max(counts)))
	p.logX = true
	p.formatX, p.formatY = milliseconds, plain
	p.axes()
	const width = 100.0 / classes
	for i, n := range counts {
		if n == 0 {
			continue
		}
		from, to := low*math.Pow(high/low, float64(i)/classes), low*math.Pow(high/low, float64(i+1)/classes)
		tall := max(p.tall-p.y(float64(n)), 1)
		p.add(`<rect class="fill c1" x="%.2f%%" y="%.1f" width="%.2f%%" height="%.1f"><title>%d operations from %s to %s</title></rect>`,
			float64(i)*width, p.tall-tall, 0.9*width, tall, n, loadtest.FormatMS(from), loadtest.FormatMS(to))
	}
	last, level := math.Inf(-1), 0.0
	for _, q := range []float64{50, 90, 99, 99.9} {
		x := p.x(toMS(h.Percentile(q).Microseconds()))
		p.add(`<line class="mark" x1="%.2f%%" x2="%.2f%%" y1="0" y2="%.1f"/>`, x, x, p.tall)
		if level++; (x-last)*narrowWidth/100 > 40 { // the last one's text ends before this begins
			level = 0
		}
		last = x
		p.add(`<text class="tick" x="%.2f%%" dx="4" y="%.1f">p%g</text>`, x, 10+14*level, q)
	}
	return p.svg("How many operations took how long")
}

// The parts of a link's set-up, in order, with the colors of the page.
var setup = []struct{ name, class string }{{"signaling", "c4"}, {"ICE", "c1"}, {"DTLS", "c2"}, {"channel", "c5"}}

// maxBars is how many links the waterfall shows.
const maxBars = 150

// waterfall has a bar for each end of a link, in the order in which they opened.
func waterfall(r *loadtest.Report) template.HTML {
	type bar struct {
		loadtest.Link
		from, open float64
	}
	var bars []bar
	start, end := math.Inf(1), 0.0
	for _, p := range r.Parts {
		until := p.DrawMS
		for _, l := range p.Links {
			if until == 0 || l.AtMS <= until {
				open := l.AtMS - p.OffsetMS + float64(p.StartUS-r.Parts[0].StartUS)/1000
				from := max(open-l.SignalingMS-l.ICEMS-l.DTLSMS-l.ChannelMS, 0)
				bars = append(bars, bar{l, from, open})
			}
		}
	}
	if len(bars) == 0 {
		return ""
	}
	slices.SortFunc(bars, func(a, b bar) int { return int(math.Copysign(1, a.open-b.open)) })
	if len(bars) > maxBars { // evenly chosen, with the last
		some := make([]bar, maxBars)
		for i := range some {
			some[i] = bars[(i+1)*len(bars)/maxBars-1]
		}
		bars = some
	}
	for _, b := range bars {
		start, end = min(start, b.from), max(end, b.open)
	}
	thick := min(max(360/float64(len(bars)), 2.5), 14)
	p := newPlot(start/1000, end*1.02/1000, 0, 1)
	p.tall = thick * float64(len(bars))
	p.formatX = seconds
	p.axes()
	for i, b := range bars {
		from := b.from
		for j, took := range []float64{b.SignalingMS, b.ICEMS, b.DTLSMS, b.ChannelMS} {
			x := p.x(from / 1000)
			p.add(`<rect class="fill %s" x="%.2f%%" y="%.1f" width="%.2f%%" height="%.1f"><title>%s</title></rect>`,
				setup[j].class, x, thick*float64(i), max(p.x((from+took)/1000)-x, 0), max(thick-1, 1.5),
				html.EscapeString(fmt.Sprintf("%s to %s: %s took %s", b.Bot, b.Peer, setup[j].name, loadtest.FormatMS(took))))
			from += took
		}
	}
	return p.svg("What making each link took")
}

// usage has what the processors did.
func usage(r *loadtest.Report) template.HTML {
	bots, machine := line{name: "bots", class: "c1"}, line{name: "machine", class: "c3"}
	cpus, top := 0, 0.5
	for _, p := range r.Parts {
		cpus += p.CPUs
	}
	moments := r.Timeline()
	for _, m := range moments {
		bots.points = append(bots.points, point{m.AtMS / 1000, m.Cores})
		top = max(top, m.Cores)
		if len(r.Parts) == 1 && m.Machine > 0 {
			v := m.Machine * float64(cpus)
			machine.points = append(machine.points, point{m.AtMS / 1000, v})
			top = max(top, v)
		}
	}
	return overTime(lastMS(moments), top, percents,
		"Processor time over time, in percent of one processor", machine, bots)
}

// memory has what was resident, and what of that was on the heap.
func memory(r *loadtest.Report) template.HTML {
	rss, heap := line{name: "resident", class: "c1"}, line{name: "heap", class: "c2"}
	top := 1.0
	moments := r.Timeline()
	for _, m := range moments {
		heap.points = append(heap.points, point{m.AtMS / 1000, float64(m.Heap)})
		top = max(top, float64(m.Heap))
		if m.RSS > 0 {
			rss.points = append(rss.points, point{m.AtMS / 1000, float64(m.RSS)})
			top = max(top, float64(m.RSS))
		}
	}
	return overTime(lastMS(moments), top, megabytes, "Memory over time", rss, heap)
}

// operations has how many were drawn and delivered a second.
func operations(r *loadtest.Report) template.HTML {
	drawn, delivered := line{name: "drawn", class: "c2"}, line{name: "delivered", class: "c1"}
	top := 1.0
	moments := r.Timeline()
	for _, m := range moments {
		took := max(m.TookMS, 1) / 1000
		drawn.points = append(drawn.points, point{m.AtMS / 1000, float64(m.Sent) / took})
		delivered.points = append(delivered.points, point{m.AtMS / 1000, float64(m.Delivered) / took})
		top = max(top, float64(m.Delivered)/took, float64(m.Sent)/took)
	}
	return overTime(lastMS(moments), top, perSecond, "Operations over time", delivered, drawn)
}

// links has how many ends were open, of how many there should be.
func links(r *loadtest.Report) template.HTML {
	open, expected := line{name: "open", class: "c1"}, line{name: "expected", class: "c3"}
	top := 1.0
	moments := r.Timeline()
	for _, m := range moments {
		open.points = append(open.points, point{m.AtMS / 1000, float64(m.Open)})
		expected.points = append(expected.points, point{m.AtMS / 1000, float64(m.Expected)})
		top = max(top, float64(m.Open), float64(m.Expected))
	}
	return overTime(lastMS(moments), top, plain, "Links over time", expected, open)
}

// lastMS is when the last moment was, in milliseconds; 0 if there is none.
func lastMS(moments []loadtest.Moment) float64 {
	if len(moments) == 0 {
		return 0
	}
	return moments[len(moments)-1].AtMS
}

// overTime is lines until a time, or nothing if there is none.
func overTime(endMS, top float64, format func(float64) string, label string, lines ...line) template.HTML {
	if endMS == 0 {
		return ""
	}
	p := newPlot(0, endMS/1000, 0, top*1.05)
	p.formatX, p.formatY = seconds, format
	p.axes()
	p.lines(lines...)
	return p.svg(label)
}
