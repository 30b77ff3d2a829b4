package render

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"

	"drawmesh/peer/loadtest"
)

// csvHead names the columns of a row: when a slice of time ended, in seconds since
// the run's start, and how long it was; a metric and its tags, empty where it has
// none; its value in that slice, what that is a part of, and its unit.
var csvHead = []string{"at_s", "for_s", "metric", "scenario", "room", "stage", "group", "check", "value", "of", "unit"}

// CSV writes the report's figures over time (RFC 4180): a row a slice of time,
// metric and tags. Counts are of the slice alone, so that they add up.
func CSV(w io.Writer, r *loadtest.Report) error {
	out := csvWriter{Writer: csv.NewWriter(w)}
	out.Write(csvHead) // a Writer keeps its first error: see below
	for i, m := range r.Timeline() {
		out.at, out.took = decimal(m.AtMS/1000), decimal(m.TookMS/1000)
		out.machine(m)
		for _, t := range r.TaggedIn(i) {
			out.operations(&t)
			for j := range t.Own {
				out.own(&t.Own[j])
			}
		}
	}
	out.Flush()
	return out.Error()
}

// A csvWriter writes the rows of one slice after another.
type csvWriter struct {
	*csv.Writer
	at, took string
}

// decimal is v to six digits after the point: floats of sums have more, of no worth.
func decimal(v float64) string { return strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64) }

// row writes one figure. Of no tag there is 0 or "".
func (w csvWriter) row(metric string, tags loadtest.Tags, check string, v loadtest.Value) {
	number := func(n float64) string {
		if n == 0 {
			return ""
		}
		return decimal(n)
	}
	w.Write([]string{w.at, w.took, metric, tags.Scenario, number(float64(tags.Room)), number(float64(tags.Stage)), tags.Group,
		check, decimal(v.Value), number(v.Of), v.Unit})
}

// machine writes what has no tags. What could not be read is zero, and left out.
func (w csvWriter) machine(m loadtest.Moment) {
	for _, f := range []struct {
		metric string
		v      loadtest.Value
		known  bool
	}{
		{"links.open", loadtest.Value{Value: float64(m.Open), Of: float64(m.Expected)}, true},
		{"failures", loadtest.Value{Value: float64(m.Failures)}, true},
		{"cpu", loadtest.Value{Value: 100 * m.Cores, Unit: "%"}, true},
		{"cpu.machine", loadtest.Value{Value: 100 * m.Machine, Unit: "%"}, m.Machine > 0},
		{"memory", loadtest.Value{Value: float64(m.RSS), Unit: "bytes"}, m.RSS > 0},
		{"goroutines", loadtest.Value{Value: float64(m.Goroutines)}, true},
	} {
		if f.known {
			w.row(f.metric, loadtest.Tags{}, "", f.v)
		}
	}
}

// percentiles are those of a slice.
var percentiles = []struct {
	name string
	p    float64
}{{"p50", 50}, {"p90", 90}, {"p99", 99}, {"max", 100}}

func (w csvWriter) operations(t *loadtest.Tagged) {
	for _, f := range []struct {
		metric string
		n      int
	}{{"ops.sent", t.Sent}, {"ops.delivered", t.Delivered}, {"ops.disordered", t.Late}, {"ops.duplicate", t.Twice}} {
		w.row(f.metric, t.Tags, "", loadtest.Value{Value: float64(f.n)})
	}
	for _, f := range []struct {
		metric string
		h      *loadtest.Histogram
	}{{"latency", &t.Latency}, {"pace", &t.Pace}} {
		if f.h.Count() == 0 {
			continue
		}
		for _, q := range percentiles {
			w.row(f.metric+"."+q.name, t.Tags, "", loadtest.Value{Value: inMS(f.h.Percentile(q.p)), Unit: "ms"})
		}
	}
}

// own writes what bots measured themselves: of a counter what was added, of a
// gauge the last.
func (w csvWriter) own(m *loadtest.Measured) {
	value := func(part string, v float64) {
		w.row(m.Name+part, m.Tags, "", loadtest.Value{Value: v, Unit: m.Unit})
	}
	switch share := (loadtest.Value{Value: float64(m.True), Of: float64(m.Count)}); m.Kind {
	case loadtest.KindTrend:
		w.row(m.Name+".count", m.Tags, "", loadtest.Value{Value: float64(m.Count)})
		value(".mean", m.Mean())
		for _, q := range percentiles {
			value("."+q.name, m.Percentile(q.p))
		}
	case loadtest.KindCounter:
		value("", m.Sum)
	case loadtest.KindGauge:
		value("", m.Last)
	case loadtest.KindRate:
		w.row(m.Name, m.Tags, "", share)
	case loadtest.KindCheck:
		w.row("checks", m.Tags, m.Name, share)
	}
}
