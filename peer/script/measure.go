package script

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"sync"
	"time"

	"go.starlark.net/starlark"
)

// A Kind is what a metric makes of what it is given.
type Kind string

// The kinds. Programs declare a metric by the function of that name.
const (
	Trend   Kind = "trend"   // how it is distributed
	Counter Kind = "counter" // its sum
	Gauge   Kind = "gauge"   // the last of it
	Rate    Kind = "rate"    // the share of it that is true
)

// A Metric is one that a program has declared.
type Metric struct {
	Name string
	Kind Kind
	Unit string // such as "ms"; empty: none
}

// PerSecond is how many of the metric's units are a second. Where the unit is no
// time it is 1. What is a time is given in seconds, as everything in a program that
// takes one, and shown in the unit.
func (m Metric) PerSecond() float64 {
	switch m.Unit {
	case "ms":
		return 1e3
	case "us":
		return 1e6
	}
	return 1
}

// Measures takes what one bot observes. Methods are called by the bot's goroutine;
// their errors are the program's.
type Measures interface {
	// Add takes one observation: of a rate 0 or 1, of what has a time as its unit
	// in seconds.
	Add(m Metric, value float64) error

	// Check takes whether something that has a name is so.
	Check(name string, ok bool) error

	// Group says which part of its life the bot is in from now on.
	Group(name string) error

	// Abort takes why the bot ends the run for all.
	Abort(reason string)

	// Busy takes how long the program was at work between two waits. On a busy
	// machine it was not on a processor for all of that.
	Busy(time.Duration)
}

// Bounds on metrics. Names are such that thresholds can tell of them.
const maxMetrics = 256

var goodName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9_.-]{1,64}$`) })

const nameRule = "1 to 64 of a-z, 0-9, _, . and -"

// A metric is one as a program has it.
type metric struct{ Metric }

// declare is the function that makes metrics of a kind.
func declare(kind Kind) *starlark.Builtin {
	return onThread(string(kind), func(h *host, c call) (starlark.Value, error) {
		m := Metric{Kind: kind}
		pairs := []any{"name", &m.Name}
		if kind != Rate { // which has none
			pairs = append(pairs, "unit?", &m.Unit)
		}
		if err := c.unpack(pairs...); err != nil {
			return nil, err
		}
		return metric{m}, h.declare(m)
	})
}

// declare notes a metric. The same may be declared twice.
func (h *host) declare(m Metric) error {
	switch {
	case h.loading == nil:
		return errors.New("metrics are declared while the program loads: do it outside of functions")
	case !goodName().MatchString(m.Name):
		return fmt.Errorf("%q is no metric's name: %s", cut(m.Name), nameRule)
	case m.Unit != "" && !goodName().MatchString(m.Unit):
		return fmt.Errorf("%q is no unit: %s", cut(m.Unit), nameRule)
	}
	for _, other := range h.loading.metrics {
		if other == m {
			return nil
		}
		if other.Name == m.Name {
			return fmt.Errorf("%s is a %s already, of another kind or unit", m.Name, other.Kind)
		}
	}
	if len(h.loading.metrics) == maxMetrics {
		return fmt.Errorf("there are more than %d metrics", maxMetrics)
	}
	h.loading.metrics = append(h.loading.metrics, m)
	return nil
}

// add takes one observation, of the bot whose thread this is.
func (m metric) add(h *host, c call) (starlark.Value, error) {
	value := number(1)
	var truth starlark.Value
	pairs := []any{"value", &value}
	if m.Kind == Rate {
		pairs[1] = &truth
	} else if m.Kind == Counter {
		pairs[0] = "value?"
	}
	if err := c.unpack(pairs...); err != nil {
		return nil, err
	}
	if truth != nil && !truth.Truth() {
		value = 0
	}
	switch {
	case h.bot == nil:
		return nil, errOnlyBots
	case math.IsNaN(float64(value)) || math.IsInf(float64(value), 0):
		return nil, fmt.Errorf("%v is nothing to measure", value)
	}
	return starlark.None, h.bot.measures.Add(m.Metric, float64(value))
}

func (m metric) Attr(name string) (starlark.Value, error) {
	switch name {
	case "add":
		return onThread(name, m.add), nil
	case "name":
		return starlark.String(m.Name), nil
	}
	return nil, nil
}

func (m metric) AttrNames() []string   { return []string{"add", "name"} }
func (m metric) String() string        { return fmt.Sprintf("<%s %s>", m.Kind, m.Name) }
func (m metric) Type() string          { return string(m.Kind) }
func (m metric) Freeze()               {} // it never changes
func (m metric) Truth() starlark.Bool  { return true }
func (m metric) Hash() (uint32, error) { return starlark.String(m.Name).Hash() }
