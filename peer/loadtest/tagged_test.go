package loadtest

import (
	"testing"
	"time"
)

// By tags, parts come to what they come to in all, whatever their clocks say.
func TestTagged(t *testing.T) {
	s := newScript()
	first, second := s.report(t, 1, 2, 0, 3*time.Second), s.report(t, 2, 2, 0, 3*time.Second)
	tags := Tags{Scenario: "writers", Room: 1}
	for i, r := range []*Report{first, second} {
		p := &r.Parts[0]
		for j := range p.Operations {
			p.Operations[j].Tags = tags
		}
		hits := Measured{OwnMetric: OwnMetric{Name: "hits", Kind: KindGauge}, Tags: tags}
		hits.add(float64(5-i), 1000)
		p.Own = []Measured{hits}
		p.Slices = []Slice{{AtMS: 1000, Operations: p.Operations, Own: p.Own}}
	}
	merged, err := Merge(first, second)
	if err != nil {
		t.Fatal(err)
	}
	whole := merged.Spread("latency")
	for name, all := range map[string][]Tagged{"run": merged.Tagged(), "slice": merged.TaggedIn(0)} {
		if len(all) != 1 || all[0].Tags != tags || len(all[0].Own) != 1 {
			t.Fatalf("%s: got %+v, want one set of tags, and one metric", name, all)
		}
		got := &all[0]
		if h := got.Latency; h.Count() != whole.Count() || h.Max() != whole.Max() || h.Percentile(50) != whole.Percentile(50) || h.Max() > time.Second {
			t.Errorf("%s: %d latencies, %v at most, want %d, %v", name, h.Count(), h.Max(), whole.Count(), whole.Max())
		}
		delivered := 0
		for _, p := range merged.Parts {
			for _, ops := range p.Operations {
				delivered += ops.Delivered
			}
		}
		if got.Delivered != delivered || delivered == 0 {
			t.Errorf("%s: %d were delivered, want %d", name, got.Delivered, delivered)
		}
		if m := got.Own[0]; m.Count != 2 || m.Sum != 9 || m.Min != 4 || m.Max != 5 {
			t.Errorf("%s: got %+v, want two parts' together", name, m)
		}
	}
	if got := merged.TaggedIn(1); got != nil {
		t.Errorf("got %+v of a slice that there is none of", got)
	}
}
