package render

import (
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"drawmesh/peer/loadtest"
)

// expositionType is the media type of what an exposition writes.
const expositionType = "text/plain; version=0.0.4; charset=utf-8"

// An exposition is metrics in the text format of Prometheus. Prometheus's own
// library takes longer to begin than most commands take for all.
// https://prometheus.io/docs/instrumenting/exposition_formats
type exposition struct {
	families map[string]*family
}

// The kinds of metrics.
const (
	aCounter   = "counter"
	aGauge     = "gauge"
	aHistogram = "histogram"
	aSummary   = "summary"
)

// A desc is what metrics of one name have in common.
type desc struct {
	name, help string
	labels     []string // their names
}

// A family is the metrics of one name.
type family struct {
	kind, help string
	metrics    map[string]string // lines, by labels
}

// value adds a counter or a gauge.
func (e *exposition) value(d desc, kind string, v float64, labels ...string) {
	e.add(d, kind, labels, sample(d.name, d.labels, labels, v))
}

// histogram adds a histogram of which so many are within each bound.
func (e *exposition) histogram(d desc, bounds []float64, within []uint64, count uint64, sum float64, labels ...string) {
	var lines strings.Builder
	names := append(slices.Clip(d.labels), "le")
	bucket := func(le string, n uint64) {
		lines.WriteString(sample(d.name+"_bucket", names, append(slices.Clip(labels), le), float64(n)))
	}
	for i, bound := range bounds {
		bucket(figure(bound), within[i])
	}
	bucket("+Inf", count)
	e.add(d, aHistogram, labels, lines.String()+totals(d, count, sum, labels))
}

// summary adds a summary with these quantiles of what was measured.
func (e *exposition) summary(d desc, m *loadtest.Measured, scale float64, labels ...string) {
	var lines strings.Builder
	names := append(slices.Clip(d.labels), "quantile")
	for _, q := range []float64{0.5, 0.9, 0.99, 0.999, 1} {
		lines.WriteString(sample(d.name, names, append(slices.Clip(labels), figure(q)), m.Percentile(100*q)*scale))
	}
	e.add(d, aSummary, labels, lines.String()+totals(d, uint64(m.Count), m.Sum*scale, labels))
}

func totals(d desc, count uint64, sum float64, labels []string) string {
	return sample(d.name+"_sum", d.labels, labels, sum) + sample(d.name+"_count", d.labels, labels, float64(count))
}

// add takes a metric's lines. One of a name that means something else, or that is
// there, is left out: it must not take all from sight.
func (e *exposition) add(d desc, kind string, labels []string, lines string) {
	f := e.families[d.name]
	if f == nil {
		f = &family{kind: kind, help: d.help, metrics: make(map[string]string)}
		e.families[d.name] = f
	}
	key := strings.Join(labels, "\x00")
	if _, taken := f.metrics[key]; f.kind == kind && !taken {
		f.metrics[key] = lines
	}
}

// WriteTo writes all of them, in the order of their names.
func (e *exposition) WriteTo(w io.Writer) (int64, error) {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(e.families)) {
		f := e.families[name]
		text.WriteString("# HELP " + name + " " + helpEscapes.Replace(f.help) + "\n# TYPE " + name + " " + f.kind + "\n")
		for _, key := range slices.Sorted(maps.Keys(f.metrics)) {
			text.WriteString(f.metrics[key])
		}
	}
	n, err := io.WriteString(w, text.String())
	return int64(n), err
}

var (
	helpEscapes  = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	labelEscapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
)

// sample is one line.
func sample(name string, labelNames, labels []string, v float64) string {
	var pairs []string
	for i, l := range labels {
		pairs = append(pairs, labelNames[i]+`="`+labelEscapes.Replace(strings.ToValidUTF8(l, "\uFFFD"))+`"`)
	}
	if pairs != nil {
		name += "{" + strings.Join(pairs, ",") + "}"
	}
	return name + " " + figure(v) + "\n"
}

// figure is a number as Prometheus reads it: NaN and +Inf are as Go writes them.
func figure(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
