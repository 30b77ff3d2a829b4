package script

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Bounds on a Tally: what a load test takes of both is bounded by it.
const maxChecks = 1000 // of different names

// A Tally is a [Measures] that several bots can share: it counts, where no load
// test measures. The zero value is empty. Methods may be called concurrently.
type Tally struct {
	mu     sync.Mutex
	checks map[string]*Check
	totals map[Metric]*Total
}

// A Check is how often what a program checks by that name was so.
type Check struct {
	Name           string
	Passed, Failed int
}

// A Total is what a metric was given, in its own way: times in seconds.
type Total struct {
	Metric
	Count               int
	Sum, Min, Max, Last float64
}

// Add takes one observation.
func (t *Tally) Add(m Metric, value float64) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	total := t.totals[m]
	if total == nil { // a program has only so many metrics
		total = &Total{Metric: m, Min: value, Max: value}
		if t.totals == nil {
			t.totals = make(map[Metric]*Total)
		}
		t.totals[m] = total
	}
	total.Count++
	total.Sum += value
	total.Min, total.Max, total.Last = min(total.Min, value), max(total.Max, value), value
	return nil
}

// Check takes whether something is so.
func (t *Tally) Check(name string, ok bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.checks[name]
	switch {
	case c == nil && len(t.checks) == maxChecks:
		return fmt.Errorf("there are more than %d different checks", maxChecks)
	case c == nil:
		c = &Check{Name: name}
		if t.checks == nil {
			t.checks = make(map[string]*Check)
		}
		t.checks[name] = c
	}
	if ok {
		c.Passed++
	} else {
		c.Failed++
	}
	return nil
}

// Group takes nothing: a tally does not tell groups apart.
func (t *Tally) Group(string) error { return nil }

// Busy takes nothing.
func (t *Tally) Busy(time.Duration) {}

// Checks are those of now, by name.
func (t *Tally) Checks() []Check {
	t.mu.Lock()
	defer t.mu.Unlock()
	var list []Check
	for _, name := range slices.Sorted(maps.Keys(t.checks)) {
		list = append(list, *t.checks[name])
	}
	return list
}

// Totals are those of now, by name.
func (t *Tally) Totals() []Total {
	t.mu.Lock()
	defer t.mu.Unlock()
	var list []Total
	for _, total := range t.totals {
		list = append(list, *total)
	}
	slices.SortFunc(list, func(a, b Total) int { return cmp.Compare(a.Name, b.Name) })
	return list
}
