package loadtest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Threshold is what a metric has to keep to.
type Threshold struct {
	text    string
	metric  string
	op      string
	value   float64 // in the metric's unit, or in percent
	percent bool    // of what the metric is a part of
}

// A Verdict is how a threshold came out.
type Verdict struct {
	Threshold string `json:"threshold"`
	Met       bool   `json:"met"`
	Got       string `json:"got"`
}

// The comparisons, the longer ones first.
var operators = []string{"<=", ">=", "==", "!=", "<", ">"}

// ParseThreshold reads METRIC OP VALUE, such as latency.p99<50ms or ops.lost==0.
func ParseThreshold(text string) (Threshold, error) {
	var t Threshold
	err := t.UnmarshalText([]byte(text))
	return t, err
}

// UnmarshalText reads METRIC OP VALUE, such as latency.p99<50ms.
func (t *Threshold) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	at := strings.IndexAny(s, "<>=!")
	if at < 0 {
		return fmt.Errorf("%q is no threshold, such as latency.p99<50ms: it lacks one of %s", s, strings.Join(operators, " "))
	}
	for _, op := range operators {
		rest, ok := strings.CutPrefix(s[at:], op)
		if !ok {
			continue
		}
		*t = Threshold{text: s, metric: strings.TrimSpace(s[:at]), op: op}
		f, _, err := metricOf(t.metric)
		if err != nil {
			return err
		}
		return t.setValue(f, strings.TrimSpace(rest))
	}
	return fmt.Errorf("%q is no threshold: the comparisons are %s", s, strings.Join(operators, " "))
}

// String is what UnmarshalText has read.
func (t Threshold) String() string { return t.text }

func (t *Threshold) setValue(f figure, text string) (err error) {
	number, percent := strings.CutSuffix(text, "%")
	switch {
	case f.unit == "ms":
		var d time.Duration
		if d, err = time.ParseDuration(text); err == nil {
			t.value = float64(d) / float64(time.Millisecond)
			return nil
		}
		return fmt.Errorf("%q: %s is a duration, such as 50ms", t.text, t.metric)
	case f.unit == "bytes":
		t.value, err = parseBytes(text)
	case f.unit == "%":
		t.value, err = strconv.ParseFloat(number, 64)
	case f.unit == "/s":
		t.value, err = strconv.ParseFloat(strings.TrimSuffix(text, "/s"), 64)
	case percent && !f.of:
		return fmt.Errorf("%q: %s is a number, not a share of something", t.text, t.metric)
	default:
		t.percent = percent
		t.value, err = strconv.ParseFloat(number, 64)
	}
	if err != nil || t.value != t.value {
		return fmt.Errorf("%q: %q is no value for %s", t.text, text, t.metric)
	}
	return nil
}

// parseBytes reads a number of bytes, or of KB, MB or GB.
func parseBytes(text string) (float64, error) {
	scale := 1.0
	for unit, by := range map[string]float64{"KB": 1e3, "MB": 1e6, "GB": 1e9} {
		if number, ok := strings.CutSuffix(text, unit); ok {
			text, scale = number, by
			break
		}
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	return v * scale, err
}

// check says how the threshold comes out. What was not measured meets none.
func (t Threshold) check(r *Report) Verdict {
	v, known := r.Metric(t.metric)
	if absent, endless := r.Endless(t.metric); endless {
		return Verdict{Threshold: t.text, Got: fmt.Sprintf("never: %d have not come to their end", absent)}
	}
	if !known {
		return Verdict{Threshold: t.text, Got: "nothing: it was not reached, or not measured"}
	}
	got := v.Value
	if t.percent {
		if v.Of == 0 {
			return Verdict{Threshold: t.text, Got: "nothing: there was none of it"}
		}
		got = 100 * v.Value / v.Of
	}
	return Verdict{t.text, compare(got, t.op, t.value), v.String()}
}

func compare(got float64, op string, want float64) bool {
	switch op {
	case "<":
		return got < want
	case "<=":
		return got <= want
	case ">":
		return got > want
	case ">=":
		return got >= want
	case "==":
		return got == want
	}
	return got != want
}

// Check sets the report's verdicts, and reports whether all are met.
func (r *Report) Check(thresholds []Threshold) bool {
	met := true
	r.Thresholds = nil
	for _, t := range thresholds {
		v := t.check(r)
		r.Thresholds = append(r.Thresholds, v)
		met = met && v.Met
	}
	return met
}

// String is the value for people.
func (v Value) String() string {
	switch v.Unit {
	case "ms":
		return FormatMS(v.Value)
	case "bytes":
		return FormatBytes(v.Value)
	case "%":
		return fmt.Sprintf("%.0f %%", v.Value)
	case "/s":
		return fmt.Sprintf("%.0f/s", v.Value)
	}
	number := strconv.FormatFloat(v.Value, 'f', -1, 64)
	if v.Value != float64(int64(v.Value)) {
		number = fmt.Sprintf("%.1f", v.Value)
	}
	if v.Of > 0 {
		number += fmt.Sprintf(" of %.0f", v.Of)
	}
	return number
}

// FormatMS writes milliseconds with three digits or so. Below zero is never.
func FormatMS(ms float64) string {
	switch {
	case ms < 0:
		return "never"
	case ms >= 10_000:
		return fmt.Sprintf("%.1f s", ms/1000)
	case ms >= 1000:
		return fmt.Sprintf("%.2f s", ms/1000)
	case ms >= 100:
		return fmt.Sprintf("%.0f ms", ms)
	case ms >= 10:
		return fmt.Sprintf("%.1f ms", ms)
	}
	return fmt.Sprintf("%.2f ms", ms)
}

// FormatBytes writes bytes with three digits or so.
func FormatBytes(b float64) string {
	switch {
	case b >= 1e9:
		return fmt.Sprintf("%.2f GB", b/1e9)
	case b >= 1e6:
		return fmt.Sprintf("%.1f MB", b/1e6)
	case b >= 1e3:
		return fmt.Sprintf("%.1f KB", b/1e3)
	}
	return fmt.Sprintf("%.0f bytes", b)
}
