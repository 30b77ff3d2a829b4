package render

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"drawmesh/peer/loadtest"
)

// Prometheus serves figures of the report that newest returns, for Prometheus: in
// seconds, bytes and shares of one, as is the custom there, with tags as labels.
// What belongs to operations is counted and can be added up, over time and over
// parts: durations are histograms. docs/load.md has the names.
func Prometheus(newest func() *loadtest.Report) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		g := &gathering{out: exposition{make(map[string]*family)}, names: make(map[string]string)}
		r := newest()
		g.figures(r)
		for _, t := range r.Tagged() {
			g.operations(&t)
			for i := range t.Own {
				g.own(&t.Own[i])
			}
		}
		w.Header().Set("Content-Type", expositionType)
		_, _ = g.out.WriteTo(w) // who asks may be gone
	})
}

// A gathering is one time that the figures are gathered.
type gathering struct {
	out   exposition
	names map[string]string // of the bots' own metrics, which may differ in what Prometheus has no letters for
}

// durations are the upper bounds of histograms, in seconds.
var durations = []float64{
	.0005, .001, .0015, .002, .003, .005, .0075, .01, .015, .02, .03, .05, .075,
	.1, .15, .2, .3, .5, .75, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 30, 60,
}

// tagLabels are the labels that tags are.
var tagLabels = []string{"scenario", "room", "stage", "group"}

func labelsOf(t loadtest.Tags) []string {
	number := func(n int) string {
		if n == 0 {
			return "" // to Prometheus, no label
		}
		return strconv.Itoa(n)
	}
	return []string{t.Scenario, number(t.Room), number(t.Stage), t.Group}
}

func describe(name, help string, labels ...string) desc {
	return desc{"drawmesh_load_" + name, help, labels}
}

// counted are figures that operations have by their tags.
var counted = []struct {
	metric string
	of     func(*loadtest.Tagged) int
}{
	{"ops.sent", func(t *loadtest.Tagged) int { return t.Sent }},
	{"ops.delivered", func(t *loadtest.Tagged) int { return t.Delivered }},
	{"ops.disordered", func(t *loadtest.Tagged) int { return t.Late }},
	{"ops.duplicate", func(t *loadtest.Tagged) int { return t.Twice }},
}

// figures are those of the whole run and of the machine.
func (g *gathering) figures(r *loadtest.Report) {
	told := map[string]bool{"checks": true}
	for _, c := range counted {
		told[c.metric] = true
	}
	for metric, v := range r.Metrics {
		help := loadtest.Describe(metric)
		if help == "" || told[metric] { // a part of a histogram, or the bots' own
			continue
		}
		name, scale := inBase(metric, v.Unit)
		g.out.value(describe(name, help), aGauge, v.Value*scale)
		if v.Of > 0 {
			g.out.value(describe(name+"_of", "What that is a part of: "+help), aGauge, v.Of)
		}
	}
	for _, s := range spreads {
		if h := r.Spread(s.metric); s.metric != "latency" && s.metric != "pace" && h.Count() > 0 {
			g.histogram(describe(promName(s.metric)+"_seconds", loadtest.Describe(s.metric)), h)
		}
	}
}

func (g *gathering) operations(t *loadtest.Tagged) {
	labels := labelsOf(t.Tags)
	for _, c := range counted {
		g.out.value(describe(promName(c.metric)+"_total", loadtest.Describe(c.metric), tagLabels...), aCounter, float64(c.of(t)), labels...)
	}
	g.histogram(describe("latency_seconds", loadtest.Describe("latency"), tagLabels...), &t.Latency, labels...)
	g.histogram(describe("pace_seconds", loadtest.Describe("pace"), tagLabels...), &t.Pace, labels...)
}

// histogram counts durations, each bar by its middle.
func (g *gathering) histogram(d desc, h *loadtest.Histogram, labels ...string) {
	within := make([]uint64, len(durations))
	bars, count := h.Bars(), uint64(0)
	for i, bound := range durations {
		for len(bars) > 0 && (bars[0].From.Seconds()+bars[0].To.Seconds())/2 <= bound {
			count += uint64(bars[0].Count)
			bars = bars[1:]
		}
		within[i] = count
	}
	g.out.histogram(d, durations, within, uint64(h.Count()), h.Mean().Seconds()*float64(h.Count()), labels...)
}

// own is what bots measured themselves.
func (g *gathering) own(m *loadtest.Measured) {
	labels, help := labelsOf(m.Tags), fmt.Sprintf("The bots' own: %s.", m.Kind)
	share := func(name string, labelNames []string, labels []string) {
		d := describe(name, help, append(labelNames[:len(labelNames):len(labelNames)], "result")...)
		for result, n := range map[string]int64{"true": m.True, "false": m.Count - m.True} {
			g.out.value(d, aCounter, float64(n), append(labels[:len(labels):len(labels)], result)...)
		}
	}
	if m.Kind == loadtest.KindCheck {
		share("checks_total", append(tagLabels[:len(tagLabels):len(tagLabels)], "check"), append(labels, m.Name))
		return
	}
	name, scale := inBase("own."+m.Name, m.Unit)
	if m.Kind == loadtest.KindCounter || m.Kind == loadtest.KindRate {
		name += "_total"
	}
	name = g.distinct(name, m.Name)
	switch m.Kind {
	case loadtest.KindTrend:
		g.out.summary(describe(name, help, tagLabels...), m, scale, labels...)
	case loadtest.KindCounter:
		g.out.value(describe(name, help, tagLabels...), aCounter, m.Sum*scale, labels...)
	case loadtest.KindGauge:
		g.out.value(describe(name, help, tagLabels...), aGauge, m.Last*scale, labels...)
	case loadtest.KindRate:
		share(name, tagLabels, labels)
	}
}

// distinct is name, or with a number if another metric has it.
func (g *gathering) distinct(name, metric string) string {
	for n, free := 2, name; ; n++ {
		if of, taken := g.names[free]; !taken || of == metric {
			g.names[free] = metric
			return free
		}
		free = fmt.Sprintf("%s_%d", name, n)
	}
}

// inBase is a metric's name in Prometheus with its base unit, and by what to
// multiply its values. https://prometheus.io/docs/practices/naming
func inBase(metric, unit string) (name string, scale float64) {
	name, scale = promName(metric), 1
	switch unit {
	case "ms":
		unit, scale = "seconds", 1e-3
	case "us":
		unit, scale = "seconds", 1e-6
	case "s":
		unit = "seconds"
	case "%":
		unit, scale = "ratio", 1e-2
	case "/s":
		unit = "per_second"
	case "bytes":
		if strings.HasPrefix(metric, unit) {
			unit = ""
		}
	}
	if unit = promName(unit); strings.Trim(unit, "_") != "" {
		name += "_" + unit
	}
	return name, scale
}

// promName has in place of what may not be in a name there an underscore.
func promName(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
			return c
		}
		return '_'
	}, s)
}
