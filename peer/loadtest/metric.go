package loadtest

import (
	"strconv"
	"strings"
	"time"
)

// A figure is a metric that has a name of its own.
type figure struct {
	name, unit, help string
	of               bool // what: it can be told in percent, too
	tags             tagged
	late             bool // known only when the run has ended
}

// figures are the metrics but for the spreads and those of the bots' own.
var figures = []figure{
	{"mesh", "ms", "until every link was open", false, byNothing, false},
	{"converged", "ms", "after the last operation, until all bots held the same", false, byNothing, true},
	{"bots.joined", "", "bots that got in", true, byBot, false},
	{"bots.refused", "", "bots that did not", true, byBot, false},
	{"bots.failed", "", "bots that ended by a failure of their own", true, byBot, false},
	{"links.open", "", "ends of links open when drawing ended", true, byBot, true},
	{"links.lost", "", "ends of links lost, times", false, byBot, false},
	{"streams.lost", "", "event streams cut, times", false, byBot, false},
	{"streams.down", "", "event streams not back in the end", false, byBot, true},
	{"ops.sent", "", "operations drawn, of those that were due", true, byOp, false},
	{"ops.unsent", "", "operations due that were not", true, byBot, true},
	{"ops.delivered", "", "operations that reached a bot, times bots", true, byOp, false},
	{"ops.lost", "", "operations that did not", true, byBot, true},
	{"ops.duplicate", "", "operations that came twice", true, byOp, false},
	{"ops.disordered", "", "operations that came after a later one", true, byOp, false},
	{"ops.rate", "/s", "operations delivered a second", false, byBot, false},
	{"checks", "", "checks of the bots' own that held", true, byCheck, false},
	{"script.busy", "%", "of one processor, for the scripts that bots follow, while drawing", false, byBot, false},
	{"script.busiest", "%", "of its time that the busiest bot's script was", false, byBot, false},
	{"script.errors", "", "bots that failed by their script", true, byBot, false},
	{"failures", "", "things that went wrong", false, byNothing, false},
	{"cpu", "%", "of one processor, while drawing", false, byMachine, false},
	{"cpu.machine", "%", "of the whole machine, while drawing", false, byMachine, false},
	{"cpu.link", "ms", "processor time to set up one link", false, byMachine, true},
	{"cpu.op", "ms", "processor time for one operation delivered", false, byMachine, true},
	{"memory", "bytes", "resident at most", false, byMachine, false},
	{"memory.link", "bytes", "for one end of a link", false, byMachine, true},
	{"goroutines", "", "at most", false, byMachine, false},
	{"goroutines.link", "", "for one end of a link", false, byMachine, true},
	{"bytes.sent", "bytes", "of UDP payload, while drawing", false, byMachine, true},
	{"bytes.links", "bytes", "sent over all links, in the whole run", false, byNothing, true},
	{"bytes.link", "bytes", "of these for one link, in both directions", false, byNothing, true},
	{"bytes.op", "bytes", "sent for one operation delivered", false, byMachine, true},
}

// spreads are the metrics that are many durations: each has .min, .mean, .max
// and .pN for any percentile, such as latency.p99.9.
var spreads = []figure{
	{"latency", "ms", "of an operation, one way, from when it was due", false, byOp, false},
	{"pace", "ms", "by how much operations were drawn late", false, byOp, false},
	{"token", "ms", "to get a token", false, byBot, false},
	{"stream", "ms", "to open the event stream", false, byBot, false},
	{"join", "ms", "to join the room", false, byBot, false},
	{"link", "ms", "to open a link, in all", false, byBot, true},
	{"link.signaling", "ms", "of that, until both descriptions were there", false, byBot, true},
	{"link.ice", "ms", "then, to find a path", false, byBot, true},
	{"link.dtls", "ms", "then, to agree on keys", false, byBot, true},
	{"link.channel", "ms", "then, to open the channel", false, byBot, true},
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

// validPart reports whether a part of a metric can be asked for, of some kind.
func validPart(part string) bool {
	switch part {
	case "min", "mean", "max", "count", "rate":
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

// Metric is a figure of the report by its name, perhaps with tags, such as
// latency.p99{scenario:writers,room:2}. It is false if there is nothing to tell: no
// operation came, say, or the bots never agreed.
func (r *Report) Metric(name string) (Value, bool) {
	if v, ok := r.Metrics[name]; ok {
		return v, true
	}
	s, err := selectorOf(name)
	if err != nil {
		return Value{}, false
	}
	return r.value(s)
}

func (r *Report) value(s selector) (v Value, known bool) {
	switch {
	case s.own:
		return r.ownValue(s)
	case s.part != "":
		return r.spread(s.name, s.filter).of(s.part, r.absent(s.name, s.filter))
	case s.filter == filter{}:
		v, known = r.Metrics[s.name]
	default:
		v, known = r.counts(s.filter)[s.name]
	}
	return v, known
}

// Endless reports whether a metric is a part of a spread that lies among what
// never came to its end, and how many that are.
func (r *Report) Endless(name string) (absent int, ok bool) {
	s, err := selectorOf(name)
	if _, known := r.Metric(name); known || err != nil {
		return 0, false
	}
	absent = r.absentOf(s)
	return absent, absent > 0
}

// absentOf is how many durations a part of a spread lacks, if there are others.
func (r *Report) absentOf(s selector) int {
	if s.own || s.part == "" || r.spread(s.name, s.filter).Count() == 0 {
		return 0
	}
	return r.absent(s.name, s.filter)
}
