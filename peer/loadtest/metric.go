package loadtest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Value is one figure of a report.
type Value struct {
	Value float64 `json:"value"`
	Unit  string  `json:"unit,omitempty"` // "ms", "%", "bytes", "/s"; none for a count
	Of    float64 `json:"of,omitempty"`   // what a count is a part of
}

// A figure is a metric that has a name of its own.
type figure struct {
	name, unit, help string
	of               bool // what: it can be told in percent, too
}

// figures are the metrics but for the spreads.
var figures = []figure{
	{"mesh", "ms", "until every link was open", false},
	{"converged", "ms", "after the last operation, until all bots held the same", false},
	{"bots.joined", "", "bots that got in", true},
	{"bots.refused", "", "bots that did not", true},
	{"bots.failed", "", "bots that ended by a failure of their own", true},
	{"links.open", "", "ends of links open when drawing ended", true},
	{"links.lost", "", "ends of links lost, times", false},
	{"streams.lost", "", "event streams cut, times", false},
	{"streams.down", "", "event streams not back in the end", false},
	{"ops.sent", "", "operations drawn, of those that were due", true},
	{"ops.unsent", "", "operations due that were not", true},
	{"ops.delivered", "", "operations that reached a bot, times bots", true},
	{"ops.lost", "", "operations that did not", true},
	{"ops.duplicate", "", "operations that came twice", true},
	{"ops.disordered", "", "operations that came after a later one", true},
	{"ops.rate", "/s", "operations delivered a second", false},
	{"failures", "", "things that went wrong", false},
	{"cpu", "%", "of one processor, while drawing", false},
	{"cpu.machine", "%", "of the whole machine, while drawing", false},
	{"cpu.link", "ms", "processor time to set up one link", false},
	{"cpu.op", "ms", "processor time for one operation delivered", false},
	{"cpu.stroke", "ms", "the same", false}, // by its former name
	{"memory", "bytes", "resident at most", false},
	{"memory.link", "bytes", "for one end of a link", false},
	{"goroutines", "", "at most", false},
	{"goroutines.link", "", "for one end of a link", false},
	{"bytes.sent", "bytes", "of UDP payload, while drawing", false},
	{"bytes.links", "bytes", "sent over all links, in the whole run", false},
	{"bytes.link", "bytes", "of these for one link, in both directions", false},
	{"bytes.op", "bytes", "sent for one operation delivered", false},
	{"bytes.stroke", "bytes", "the same", false},
}

// spreads are the metrics that are many durations: each has .min, .mean, .max
// and .pN for any percentile, such as latency.p99.9.
var spreads = []figure{
	{"latency", "ms", "of an operation, one way, from when it was due", false},
	{"pace", "ms", "by how much operations were drawn late", false},
	{"token", "ms", "to get a token", false},
	{"stream", "ms", "to open the event stream", false},
	{"join", "ms", "to join the room", false},
	{"link", "ms", "to open a link, in all", false},
	{"link.signaling", "ms", "of that, until both descriptions were there", false},
	{"link.ice", "ms", "then, to find a path", false},
	{"link.dtls", "ms", "then, to agree on keys", false},
	{"link.channel", "ms", "then, to open the channel", false},
}

// metricNames lists all metrics, for people.
func metricNames() string {
	var wide, single []string
	for _, f := range spreads {
		wide = append(wide, f.name)
	}
	for _, f := range figures {
		single = append(single, f.name)
	}
	return strings.Join(wide, ", ") + ", each with .min, .mean, .max or a percentile such as .p99; " + strings.Join(single, ", ")
}

// metricOf is the figure that a name is about, and of a spread which part.
func metricOf(name string) (f figure, part string, err error) {
	for _, f := range figures {
		if f.name == name {
			return f, "", nil
		}
	}
	for _, f := range spreads {
		if part, ok := strings.CutPrefix(name, f.name+"."); ok && validPart(part) {
			return f, part, nil
		}
	}
	return f, "", fmt.Errorf("there is no metric %q: there are %s", name, metricNames())
}

func validPart(part string) bool {
	switch part {
	case "min", "mean", "max":
		return true
	}
	_, ok := percentile(part)
	return ok
}

// percentile reads p50, p99.9 and so on.
func percentile(part string) (p float64, ok bool) {
	digits, ok := strings.CutPrefix(part, "p")
	p, err := strconv.ParseFloat(digits, 64)
	return p, ok && err == nil && p >= 0 && p <= 100 && strings.Trim(digits, "0123456789.") == ""
}

// of is that part of a spread, which so many more belong to that never came to
// their end. It is false if there is none, or it lies among those.
func (h *Histogram) of(part string, absent int) (Value, bool) {
	n := float64(h.Count())
	if n == 0 {
		return Value{}, false
	}
	var d time.Duration
	switch p, isPercentile := percentile(part); {
	case part == "min":
		d = h.Min()
	case isPercentile && (absent == 0 || p*(n+float64(absent)) <= 100*n):
		d = h.Percentile(p * (n + float64(absent)) / n)
	case absent > 0:
		return Value{}, false
	case part == "mean":
		d = h.Mean()
	default:
		d = h.Max()
	}
	return Value{Value: ms(d), Unit: "ms"}, true
}

// Metric is a figure of the report by its name. It is false if there is nothing
// to tell: no operation came, say, or the bots never agreed.
func (r *Report) Metric(name string) (Value, bool) {
	if v, ok := r.Metrics[name]; ok {
		return v, true
	}
	f, part, err := metricOf(name)
	if err != nil || part == "" {
		return Value{}, false
	}
	return r.Spread(f.name).of(part, r.absent(f.name))
}

// Endless reports whether a metric is a part of a spread that lies among what
// never came to its end, and how many that are.
func (r *Report) Endless(name string) (absent int, ok bool) {
	f, part, err := metricOf(name)
	if _, known := r.Metric(name); known || err != nil || part == "" || r.Spread(f.name).Count() == 0 {
		return 0, false
	}
	return r.absent(f.name), true
}
