package script

import (
	"errors"
	"fmt"
	"math"
	"time"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"drawmesh/internal/fault"
)

// A Scenario is bots of one kind, as a program describes them: how many there are,
// when they come and go, and which function each calls. What a program leaves out
// is zero, but for Bots and Ramp, which then have defaults.
type Scenario struct {
	Name      string
	Bots      int           // from the beginning; 1, or none if there are Stages or Arrival
	Rooms     int           // that they are spread over
	Ramp      time.Duration // until the last of them sets out; 1 s, or none if there are Stages
	Stages    []Stage
	Writers   int     // of each room; the others only listen
	Arrival   float64 // more bots a second
	Stay      time.Duration
	Reconnect bool

	entry *starlark.Function
}

// A Stage is how many bots there are to be at its end.
type Stage struct {
	For  time.Duration
	Bots int
}

// defaultRamp is that of drawbot load, too.
const defaultRamp = time.Second

// Bounds on what a program describes.
const (
	maxStages    = 100
	maxScenarios = 100
	maxLimits    = 1000 // thresholds
)

// A scenario is one as a program has it, before its name is known.
type scenario struct {
	Scenario
	of starlark.Value  // the function or its name
	at syntax.Position // where it is described
}

// describe is the function scenario.
func describe(t *starlark.Thread, fn *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	const none = math.MinInt32
	s := &scenario{Scenario: Scenario{Bots: none}, at: t.CallFrame(1).Pos}
	ramp, stay := span{Duration: defaultRamp}, span{}
	var list stages
	var arrival frequency
	err := starlark.UnpackArgs(fn.Name(), args, kwargs, "function", &s.of, "bots?", &s.Bots, "rooms?", &s.Rooms, "ramp?", &ramp,
		"stages?", &list, "writers?", &s.Writers, "arrival?", &arrival, "stay?", &stay, "reconnect?", &s.Reconnect)
	if err != nil {
		return nil, err
	}
	if len(list) > 0 && !ramp.given {
		ramp.Duration = 0 // the stages say when bots come
	}
	if s.Bots == none {
		s.Bots = 0
		if len(list) == 0 && arrival == 0 {
			s.Bots = 1
		}
	}
	s.Ramp, s.Stages, s.Arrival, s.Stay = ramp.Duration, list, float64(arrival), stay.Duration
	return s, nil
}

// stages are an argument: a list of pairs, of a time and how many bots there are
// to be when it has passed.
type stages []Stage

// Unpack reads them: starlark.Unpacker.
func (s *stages) Unpack(v starlark.Value) error {
	list, ok := v.(starlark.Iterable)
	if !ok {
		return fmt.Errorf(`want a list such as [("10s", 20), ("1m", 20)], got %s`, v.Type())
	}
	for item := range starlark.Elements(list) {
		pair, ok := item.(starlark.Indexable)
		if !ok || pair.Len() != 2 {
			return fmt.Errorf(`stage %d: want a pair such as ("10s", 20), got %s`, len(*s)+1, cut(item.String()))
		}
		var time span
		var bots int
		err := time.Unpack(pair.Index(0))
		if err == nil {
			err = starlark.AsInt(pair.Index(1), &bots)
		}
		if err != nil {
			return fmt.Errorf("stage %d: %w", len(*s)+1, err)
		}
		if len(*s) == maxStages {
			return fmt.Errorf("there are more than %d stages", maxStages)
		}
		*s = append(*s, Stage{time.Duration, bots})
	}
	return nil
}

// A frequency is an argument: how often a second, as a number or a text such as
// "2/s" or "30/min".
type frequency float64

// Unpack reads it: starlark.Unpacker.
func (f *frequency) Unpack(v starlark.Value) error {
	if text, ok := starlark.AsString(v); ok {
		often, err := fault.ParseRate(text)
		*f = frequency(often)
		return err
	}
	return (*number)(f).Unpack(v)
}

// Scenarios are those that a program describes, in its order; none if it only has
// functions.
func (p *Program) Scenarios() []Scenario { return p.scenarios }

// Thresholds are what the program wants to be kept to, such as
// "latency.p99{scenario:writers}<100ms". It does not know which metrics there are.
func (p *Program) Thresholds() []string { return p.thresholds }

// Metrics are those that the program has declared, in its order.
func (p *Program) Metrics() []Metric { return p.metrics }

// plan reads what the program says of scenarios and thresholds.
func (p *Program) plan() error {
	err := p.eachOf("scenarios", func(name string, v starlark.Value) error {
		s, ok := v.(*scenario)
		switch {
		case !ok:
			return fmt.Errorf("scenarios: %q: want scenario(…), got %s", cut(name), v.Type())
		case !goodName().MatchString(name):
			return fmt.Errorf("scenarios: %q is no scenario's name: %s", cut(name), nameRule)
		case len(p.scenarios) == maxScenarios:
			return fmt.Errorf("scenarios: there are more than %d", maxScenarios)
		}
		entry, err := p.entryOf(s.of)
		if errors.As(err, new(*Error)) {
			return err // which has its own place
		} else if err != nil {
			return &Error{Place: s.at.String(), Message: fmt.Sprintf("scenario %s: %v", name, err)}
		}
		of := s.Scenario
		of.Name, of.entry = name, entry
		p.scenarios = append(p.scenarios, of)
		return nil
	})
	if err != nil {
		return err
	}
	return p.eachOf("thresholds", func(metric string, v starlark.Value) error {
		limits, several := v.(starlark.Iterable)
		if !several {
			limits = starlark.Tuple{v}
		}
		for limit := range starlark.Elements(limits) {
			text, ok := starlark.AsString(limit)
			switch {
			case !ok:
				return fmt.Errorf(`thresholds: %q: want a text such as "<100ms", or several, got %s`, cut(metric), limit.Type())
			case len(p.thresholds) == maxLimits:
				return fmt.Errorf("thresholds: there are more than %d", maxLimits)
			}
			p.thresholds = append(p.thresholds, metric+text)
		}
		return nil
	})
}

// eachOf reads a dict with texts as its keys, if the program has a global of that
// name.
func (p *Program) eachOf(global string, each func(key string, v starlark.Value) error) error {
	v, ok := p.globals[global]
	if !ok {
		return nil
	}
	dict, ok := v.(*starlark.Dict)
	if !ok {
		return fmt.Errorf("%s: want a dict, got %s", global, v.Type())
	}
	for key, value := range dict.Entries() {
		name, ok := starlark.AsString(key)
		if !ok {
			return fmt.Errorf("%s: want names as keys, got %s", global, key.Type())
		}
		if err := each(name, value); err != nil {
			return err
		}
	}
	return nil
}

func (s *scenario) String() string        { return "<scenario>" }
func (s *scenario) Type() string          { return "scenario" }
func (s *scenario) Freeze()               {} // it never changes
func (s *scenario) Truth() starlark.Bool  { return true }
func (s *scenario) Hash() (uint32, error) { return 0, errors.New("unhashable: scenario") }
