package loadtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Threshold is what a metric has to keep to. With abort, it ends a run as soon as
// it is missed.
type Threshold struct {
	text  string
	of    selector
	op    string
	value float64 // in what unit says
	unit  string  // "ms", "%" of what the metric is a part of, "bytes", "/s", or none
	abort bool
}

// A Verdict is how a threshold came out.
type Verdict struct {
	Threshold string `json:"threshold"`
	Met       bool   `json:"met"`
	Got       string `json:"got"`
}

// The comparisons, the longer ones first.
var operators = []string{"<=", ">=", "==", "!=", "<", ">"}

// ParseThreshold reads METRIC{TAG:VALUE,…} OP VALUE [abort], such as
// latency.p99<50ms or ops.lost==0.
func ParseThreshold(text string) (Threshold, error) {
	var t Threshold
	err := t.UnmarshalText([]byte(text))
	return t, err
}

// UnmarshalText reads METRIC{TAG:VALUE,…} OP VALUE [abort], such as
// latency.p99<50ms. What is no metric of the load test's is one of the bots' own.
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
		of, err := selectorOf(strings.TrimSpace(s[:at]))
		if err != nil {
			return err
		}
		*t = Threshold{text: s, of: of, op: op}
		if rest, t.abort = strings.CutSuffix(rest, " abort"); t.abort && of.late {
			return fmt.Errorf("%q: %s is known only when the run has ended: nothing can be aborted for it", s, of.name)
		}
		return t.setValue(strings.TrimSpace(rest))
	}
	return fmt.Errorf("%q is no threshold: the comparisons are %s", s, strings.Join(operators, " "))
}

// String is what UnmarshalText has read.
func (t Threshold) String() string { return t.text }

func (t *Threshold) setValue(text string) (err error) {
	name := t.of.name
	number, percent := strings.CutSuffix(text, "%")
	t.unit = t.of.unit
	switch {
	case t.of.own:
		err = t.setOwnValue(text)
	case t.unit == "ms":
		var d time.Duration
		if d, err = time.ParseDuration(text); err == nil {
			t.value = float64(d) / float64(time.Millisecond)
			return nil
		}
		return fmt.Errorf("%q: %s is a duration, such as 50ms", t.text, name)
	case t.unit == "bytes":
		t.value, err = parseBytes(text)
	case t.unit == "%":
		t.unit = "" // of a percentage, there is no other
		t.value, err = strconv.ParseFloat(number, 64)
	case t.unit == "/s":
		t.value, err = strconv.ParseFloat(strings.TrimSuffix(text, "/s"), 64)
	case percent && !t.of.of:
		return fmt.Errorf("%q: %s is a number, not a share of something", t.text, name)
	default:
		if percent {
			t.unit = "%"
		}
		t.value, err = strconv.ParseFloat(number, 64)
	}
	if err != nil || t.value != t.value {
		return fmt.Errorf("%q: %q is no value for %s", t.text, text, name)
	}
	return nil
}

// setOwnValue takes the value for a metric of the bots' own, whose unit shows only
// later: a share, a duration, or a number, perhaps a second.
func (t *Threshold) setOwnValue(text string) (err error) {
	if number, percent := strings.CutSuffix(text, "%"); percent {
		t.unit = "%"
		t.value, err = strconv.ParseFloat(number, 64)
		return err
	}
	if t.value, err = strconv.ParseFloat(strings.TrimSuffix(text, "/s"), 64); err == nil {
		return nil
	}
	t.unit = "ms"
	d, err := time.ParseDuration(text)
	t.value = float64(d) / float64(time.Millisecond)
	return err
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

// suits says why a run of these scenarios, with these metrics of their own, can
// not tell of it.
func (t Threshold) suits(own []OwnMetric, scenarios []Scenario, rooms int) error {
	f := t.of.filter
	var in []Scenario
	var names []string
	theirs := false
	for _, s := range scenarios {
		s = s.withDefaults(rooms)
		names = append(names, s.Name)
		if f.Scenario == "" || f.Scenario == s.Name {
			in = append(in, s)
		}
		theirs = theirs || s.Bot != nil
	}
	switch {
	case len(in) == 0:
		return fmt.Errorf("%q: there is no scenario %s: there are %s", t.text, f.Scenario, strings.Join(names, ", "))
	case f.Room > rooms:
		return fmt.Errorf("%q: there is no room %d: there are %d", t.text, f.Room, rooms)
	case f.Stage > 0 && !slices.ContainsFunc(in, func(s Scenario) bool { return len(s.Stages) >= f.Stage }):
		return fmt.Errorf("%q: no such scenario has a stage %d", t.text, f.Stage)
	case !t.of.own || theirs && len(own) == 0:
		return nil
	}
	for _, m := range own {
		if m.Name == t.of.name && m.Kind != KindCheck {
			return t.fits(m)
		}
	}
	return unknownMetric(t.of.name)
}

// fits says what of it a metric of the bots' own does not have.
func (t Threshold) fits(m OwnMetric) error {
	_, err := t.inUnit(m.Unit, m.Kind == KindRate)
	switch {
	case !m.has(t.of.part) && t.of.part == "":
		return fmt.Errorf("%q: %s is a trend: ask for .min, .mean, .max, .count or a percentile such as %s.p95", t.text, m.Name, m.Name)
	case !m.has(t.of.part):
		return fmt.Errorf("%q: %s is a %s, which has no .%s", t.text, m.Name, m.Kind, t.of.part)
	case t.of.part == "count" || t.of.part == "rate":
		_, err = t.inUnit("", false)
	}
	return err
}

// inUnit is its value in a unit of the bots' own.
func (t Threshold) inUnit(unit string, share bool) (float64, error) {
	perMS := msPer(unit)
	switch {
	case t.unit == "ms" && perMS > 0:
		return t.value / perMS, nil
	case t.unit == "" && perMS == 0, t.unit == "%" && share:
		return t.value, nil
	case perMS > 0:
		return 0, fmt.Errorf("%q: %s is a duration, such as 50ms", t.text, t.of.name)
	case t.unit == "%":
		return 0, fmt.Errorf("%q: %s is a number, not a share of something", t.text, t.of.name)
	}
	return 0, fmt.Errorf("%q: %s is no duration", t.text, t.of.name)
}

// check says how the threshold comes out. What was not measured meets none, and
// what the run was aborted for is missed.
func (t Threshold) check(r *Report) Verdict {
	if r.Aborted != nil && r.Aborted.Threshold == t.text {
		return *r.Aborted
	}
	v, known := r.value(t.of)
	if !known {
		if absent := r.absentOf(t.of); absent > 0 {
			return Verdict{Threshold: t.text, Got: fmt.Sprintf("never: %d have not come to their end", absent)}
		}
		return Verdict{Threshold: t.text, Got: "nothing: it was not reached, or not measured"}
	}
	got, want := v.Value, t.value
	if t.of.own {
		var err error
		if want, err = t.inUnit(strings.TrimSuffix(v.Unit, "/s"), v.Of > 0); err != nil {
			return Verdict{Threshold: t.text, Got: v.String() + ", and that is another kind of value"}
		}
	}
	if t.unit == "%" {
		if v.Of == 0 {
			return Verdict{Threshold: t.text, Got: "nothing: there was none of it"}
		}
		got = 100 * v.Value / v.Of
	}
	return Verdict{t.text, compare(got, t.op, want), v.String()}
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
