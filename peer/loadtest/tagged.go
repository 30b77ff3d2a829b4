package loadtest

import (
	"cmp"
	"maps"
	"slices"
)

// A Tagged is what happened to operations with the same tags, and what the bots
// measured that have them, in all parts together.
type Tagged struct {
	Tags
	Sent, Delivered, Late, Twice int
	Latency, Pace                Histogram  // Latency by the first part's clock
	Own                          []Measured // by name, checks apart
}

// Tagged is what happened in the whole run, by tags.
func (r *Report) Tagged() []Tagged {
	return r.tagged(func(p *Part) ([]Operations, []Measured) { return p.Operations, p.Own })
}

// TaggedIn is what happened in one slice of time, the one of that index in the
// timeline.
func (r *Report) TaggedIn(slice int) []Tagged {
	return r.tagged(func(p *Part) ([]Operations, []Measured) {
		if slice >= len(p.Slices) {
			return nil, nil
		}
		return p.Slices[slice].Operations, p.Slices[slice].Own
	})
}

func (r *Report) tagged(of func(*Part) ([]Operations, []Measured)) (all []Tagged) {
	sets := make(map[Tags]*Tagged)
	with := func(tags Tags) *Tagged {
		if sets[tags] == nil {
			sets[tags] = &Tagged{Tags: tags}
		}
		return sets[tags]
	}
	for i := range r.Parts {
		p := &r.Parts[i]
		operations, own := of(p)
		for j := range operations {
			ops := &operations[j]
			t := with(ops.Tags)
			t.Sent += ops.Sent
			t.Delivered += ops.Delivered
			t.Late += ops.Late
			t.Twice += ops.Twice
			t.Pace.Merge(&ops.Pace, 0)
			if shift, ok := r.shift(p, ops.Part, ops.ShiftUS); ok {
				t.Latency.Merge(&ops.Latency, shift)
			}
		}
		for j := range own {
			with(own[j].Tags).measured(&own[j], p.time(0)-r.Parts[0].time(0))
		}
	}
	for _, tags := range slices.SortedFunc(maps.Keys(sets), Tags.compare) {
		t := sets[tags]
		slices.SortFunc(t.Own, func(a, b Measured) int { return cmp.Compare(a.key(), b.key()) })
		all = append(all, *t)
	}
	return all
}

// measured adds what a part measured, of which the times are so much later.
func (t *Tagged) measured(m *Measured, laterMS float64) {
	i := slices.IndexFunc(t.Own, func(n Measured) bool { return n.key() == m.key() })
	if i < 0 {
		i = len(t.Own)
		t.Own = append(t.Own, Measured{OwnMetric: m.OwnMetric, Tags: m.Tags})
	}
	t.Own[i].merge(m, laterMS)
}
