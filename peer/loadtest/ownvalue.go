package loadtest

import (
	"maps"
	"slices"
)

// OwnMetrics are those of the bots' own, checks included, that have been measured:
// by name, checks last.
func (r *Report) OwnMetrics() (metrics []OwnMetric) {
	known := make(map[string]OwnMetric)
	for _, p := range r.Parts {
		for _, m := range p.Own {
			known[m.key()] = m.OwnMetric
		}
	}
	checks := func(m OwnMetric) bool { return m.Kind == KindCheck }
	for _, key := range slices.Sorted(maps.Keys(known)) {
		metrics = append(metrics, known[key])
	}
	return append(slices.DeleteFunc(slices.Clone(metrics), checks),
		slices.DeleteFunc(metrics, func(m OwnMetric) bool { return !checks(m) })...)
}

// OwnOf is what was measured of a metric of the bots' own by all those with these
// tags, of which those that are zero may be any. Its Count is zero if that is
// nothing.
func (r *Report) OwnOf(metric OwnMetric, tags Tags) Measured {
	sum := Measured{OwnMetric: metric, Tags: tags}
	f := filter{Tags: tags}
	for i := range r.Parts {
		p := &r.Parts[i]
		for j := range p.Own {
			if m := &p.Own[j]; m.key() == metric.key() && f.lets(m.Tags) {
				sum.merge(m, p.time(0)-r.Parts[0].time(0))
			}
		}
	}
	return sum
}

// TagSets are all that occur in the report, in order.
func (r *Report) TagSets() (sets []Tags) {
	seen := make(map[Tags]bool)
	for _, p := range r.Parts {
		for _, ops := range p.Operations {
			seen[ops.Tags] = true
		}
		for _, m := range p.Own {
			seen[m.Tags] = true
		}
	}
	return slices.SortedFunc(maps.Keys(seen), Tags.compare)
}

// checks counts the checks that held, of all.
func (r *Report) checks(f filter) (passed, all int64) {
	for _, p := range r.Parts {
		for _, m := range p.Own {
			if m.Kind == KindCheck && f.lets(m.Tags) && (f.check == "" || f.check == m.Name) {
				passed += m.True
				all += m.Count
			}
		}
	}
	return passed, all
}

// ownValue is a figure of a metric of the bots' own.
func (r *Report) ownValue(s selector) (Value, bool) {
	for _, metric := range r.OwnMetrics() {
		if metric.Name == s.name && metric.Kind != KindCheck {
			m := r.OwnOf(metric, s.filter.Tags)
			return m.value(s.part, r.span())
		}
	}
	return Value{}, false
}

// value is one of the figures that a metric of its kind has, over so many seconds.
func (m *Measured) value(part string, seconds float64) (Value, bool) {
	v := Value{Unit: m.Unit}
	if m.Count == 0 {
		return Value{}, false
	}
	switch {
	case !m.has(part):
		return Value{}, false
	case part == "min":
		v.Value = m.Min
	case part == "max":
		v.Value = m.Max
	case part == "mean":
		v.Value = m.Mean()
	case part == "count":
		return Value{Value: float64(m.Count)}, true
	case part == "rate":
		return Value{Value: m.Sum / seconds, Unit: m.Unit + "/s"}, seconds > 0
	case m.Kind == KindCounter:
		v.Value = m.Sum
	case m.Kind == KindGauge:
		v.Value = m.Last
	case m.Kind == KindRate:
		return Value{Value: float64(m.True), Of: float64(m.Count)}, true
	default:
		p, _ := percentile(part)
		v.Value = m.Percentile(p)
	}
	return v, true
}

// has reports whether a metric has such a part; none is the metric itself.
func (m OwnMetric) has(part string) bool {
	switch m.Kind {
	case KindTrend:
		return part != "" && part != "rate"
	case KindCounter:
		return part == "" || part == "rate"
	case KindGauge:
		return part == "" || part == "min" || part == "max"
	}
	return part == ""
}

// sumOwn sets what is usually asked of the bots' own metrics.
func (r *Report) sumOwn() {
	for _, metric := range r.OwnMetrics() {
		if metric.Kind == KindCheck {
			continue
		}
		m := r.OwnOf(metric, Tags{})
		for _, part := range []string{"", "min", "mean", "p50", "p90", "p99", "p99.9", "max", "count", "rate"} {
			name := metric.Name
			if part != "" {
				name += "." + part
			}
			if v, ok := m.value(part, r.span()); ok {
				r.Metrics[name] = v
			}
		}
	}
}
