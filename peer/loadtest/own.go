package loadtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"strings"
)

// An OwnMetric is one that bots measure themselves.
type OwnMetric struct {
	Name string `json:"name"` // 1 to 64 of a-z, 0-9, _, . and -
	Kind Kind   `json:"kind"`
	Unit string `json:"unit,omitempty"` // of time: "ms", "s" or "us"; or any other, for people
}

// A Kind says what is made of what is added to a metric.
type Kind string

const (
	KindTrend   Kind = "trend"   // many numbers: their percentiles, and .min, .mean, .max, .count
	KindCounter Kind = "counter" // their sum, and .rate, a second
	KindGauge   Kind = "gauge"   // the last, and .min, .max
	KindRate    Kind = "rate"    // how many are not 0, of all
	KindCheck   Kind = "check"   // likewise: the metric checks, of all or with the tag check
)

const (
	maxOwn   = 256  // metrics and checks of a run
	maxValue = 1e12 // of what is added
)

// stepsPer is how finely trends are kept, in steps for one of the unit: in
// microseconds, or in thousandths.
func stepsPer(unit string) float64 { return cmp.Or(1000*msPer(unit), 1000) }

// msPer is how many milliseconds a unit of time is; 0 if it is none.
func msPer(unit string) float64 {
	switch unit {
	case "us":
		return 0.001
	case "ms":
		return 1
	case "s":
		return 1000
	}
	return 0
}

// check says what is wrong with a metric.
func (m OwnMetric) check() error {
	switch m.Kind {
	case KindTrend, KindCounter, KindGauge, KindRate:
	case KindCheck:
		if !validName(m.Name, false) {
			return m.badName()
		}
		return nil
	default:
		return fmt.Errorf("metric %s: %q is no kind: there are trend, counter, gauge and rate", m.Name, m.Kind)
	}
	switch _, part := cutPart(m.Name); {
	case !validName(m.Name, false):
		return m.badName()
	case builtIn(m.Name):
		return fmt.Errorf("metric %s: that is one of the load test's own", m.Name)
	case part != "":
		return fmt.Errorf("metric %s: .%s is what can be asked of a metric, and no end of a name", m.Name, part)
	case len(m.Unit) > maxName || strings.ContainsFunc(m.Unit, func(c rune) bool { return c < ' ' }):
		return fmt.Errorf("metric %s: a unit has %d bytes at most, in one line", m.Name, maxName)
	}
	return nil
}

func (m OwnMetric) badName() error {
	return fmt.Errorf("%s %q: a name has 1 to %d of a-z, 0-9, _, . and -", cmp.Or(map[Kind]string{KindCheck: "check"}[m.Kind], "metric"), m.Name, maxName)
}

// key is its name, which a check may share with a metric.
func (m OwnMetric) key() string {
	if m.Kind == KindCheck {
		return "check " + m.Name
	}
	return m.Name
}

// A Measured is what bots with the same tags have added to a metric of their
// own. Numbers are in its unit.
type Measured struct {
	OwnMetric
	Tags
	Count  int64   // what was added, times
	Sum    float64 // of that
	Min    float64
	Max    float64
	Last   float64
	LastMS float64 // when that was, since the part's start
	True   int64   // of a rate or a check: how many were not 0

	steps bars // of a trend
}

// ownTagged is what is measured together.
type ownTagged struct {
	key string
	tag tagID
}

// add takes v, in its unit.
func (m *Measured) add(v, atMS float64) {
	m.merge(&Measured{Count: 1, Sum: v, Min: v, Max: v, Last: v, LastMS: atMS}, 0)
	switch {
	case m.Kind == KindTrend:
		m.steps.add(int64(math.Round(v*stepsPer(m.Unit))), 1)
	case v != 0:
		m.True++
	}
}

// merge adds what another has, of which the times are so much later.
func (m *Measured) merge(n *Measured, laterMS float64) {
	if m.Count == 0 || n.Min < m.Min {
		m.Min = n.Min
	}
	if m.Count == 0 || n.Max > m.Max {
		m.Max = n.Max
	}
	if at := n.LastMS + laterMS; m.Count == 0 || at >= m.LastMS {
		m.Last, m.LastMS = n.Last, at
	}
	m.Count += n.Count
	m.Sum += n.Sum
	m.True += n.True
	m.steps.merge(&n.steps)
}

func (m *Measured) clone() *Measured {
	c := *m
	c.steps = m.steps.clone()
	return &c
}

// Percentile is what p percent of a trend do not exceed, in its unit: to three
// digits.
func (m *Measured) Percentile(p float64) float64 {
	if m.steps.total == 0 {
		return 0
	}
	v := float64(m.steps.percentile(p)) / stepsPer(m.Unit)
	if digit := math.Pow(10, math.Floor(math.Log10(v))-2); v > 0 {
		v = math.Round(v/digit) * digit
	}
	return min(max(v, m.Min), m.Max)
}

// Mean is the mean, in its unit.
func (m *Measured) Mean() float64 {
	if m.Count == 0 {
		return 0
	}
	return m.Sum / float64(m.Count)
}

// measuredJSON is a metric of the bots' own in a report. HDR is the compressed V2
// encoding of HdrHistogram, in base64: of microseconds if the unit is one of time,
// else of thousandths of the unit.
type measuredJSON struct {
	OwnMetric
	Tags
	Count  int64    `json:"count"`
	Sum    float64  `json:"sum"`
	Min    float64  `json:"min"`
	Max    float64  `json:"max"`
	Last   float64  `json:"last"`
	LastMS float64  `json:"last_ms"`
	True   int64    `json:"true,omitempty"`
	P50    *float64 `json:"p50,omitempty"`
	P90    *float64 `json:"p90,omitempty"`
	P99    *float64 `json:"p99,omitempty"`
	P999   *float64 `json:"p999,omitempty"`
	HDR    string   `json:"hdr,omitempty"`
}

// MarshalJSON writes what people read, and what a program needs for merging.
func (m Measured) MarshalJSON() ([]byte, error) {
	text, err := m.steps.encode()
	if err != nil {
		return nil, err
	}
	j := measuredJSON{
		OwnMetric: m.OwnMetric, Tags: m.Tags, Count: m.Count, Sum: m.Sum, Min: m.Min, Max: m.Max,
		Last: m.Last, LastMS: m.LastMS, True: m.True, HDR: text,
	}
	if m.Kind == KindTrend {
		for p, to := range map[float64]**float64{50: &j.P50, 90: &j.P90, 99: &j.P99, 99.9: &j.P999} {
			v := m.Percentile(p)
			*to = &v
		}
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (m *Measured) UnmarshalJSON(data []byte) error {
	var j measuredJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	*m = Measured{
		OwnMetric: j.OwnMetric, Tags: j.Tags, Count: j.Count, Sum: j.Sum, Min: j.Min, Max: j.Max,
		Last: j.Last, LastMS: j.LastMS, True: j.True,
	}
	return m.steps.decode(j.HDR)
}
