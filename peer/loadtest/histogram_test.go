package loadtest

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// A histogram's percentiles are those of the sorted durations, to three digits.
func TestHistogram(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var h Histogram
	var all []time.Duration
	var sum time.Duration
	for range 50_000 {
		d := time.Duration(random.ExpFloat64()*20_000) * time.Microsecond
		all = append(all, d)
		sum += d
		h.Add(d)
	}
	slices.Sort(all)
	for _, p := range []float64{1, 50, 90, 99, 99.9} {
		want := all[int(p/100*float64(len(all)))-1]
		if got := h.Percentile(p); got < want-want/500 || got > want+want/500+time.Microsecond {
			t.Errorf("p%g: got %v, want %v", p, got, want)
		}
	}
	if h.Min() != all[0] || h.Max() != all[len(all)-1] {
		t.Errorf("got %v to %v, want %v to %v", h.Min(), h.Max(), all[0], all[len(all)-1])
	}
	if got, want := h.Mean(), sum/time.Duration(len(all)); (got - want).Abs() > time.Microsecond {
		t.Errorf("the mean is %v, want %v", got, want)
	}

	data, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	var again Histogram
	if err := json.Unmarshal(data, &again); err != nil {
		t.Fatal(err)
	}
	if again.Count() != h.Count() || again.Percentile(99) != h.Percentile(99) || again.Mean() != h.Mean() || again.Max() != h.Max() {
		t.Error("a histogram is another one after it was written and read")
	}
}

func TestHistogramMerge(t *testing.T) {
	var a, b Histogram
	a.Add(5 * time.Millisecond)
	b.Add(10 * time.Millisecond)
	b.Add(20 * time.Millisecond)
	a.Merge(&b, -8*time.Millisecond)
	if a.Count() != 3 || a.Min() != 2*time.Millisecond || a.Max() != 12*time.Millisecond || a.Mean() != 6333*time.Microsecond {
		t.Errorf("got %d from %v to %v, mean %v, want 3 from 2ms to 12ms, mean 6.333ms", a.Count(), a.Min(), a.Max(), a.Mean())
	}
	a.Merge(new(Histogram), time.Second)
	if a.Count() != 3 || a.Max() != 12*time.Millisecond {
		t.Error("merging nothing changed something")
	}
	var empty Histogram
	if empty.Percentile(50) != 0 || empty.Mean() != 0 || empty.Count() != 0 {
		t.Error("an empty histogram holds something")
	}
}
