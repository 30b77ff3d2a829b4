package loadtest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

// Measures are what a bot says of itself, of what the run cannot see from beside:
// its own figures, whether what it checks holds, and what it is at. Methods may be
// called concurrently.
type Measures struct{ bot *participant } // nil: outside of a run

// measuresKey is where a bot's context has its Measures.
type measuresKey struct{}

// MeasuresOf are those of the bot whose Run was given ctx. Outside of a run, all
// their methods that can fail do.
func MeasuresOf(ctx context.Context) *Measures {
	if m, ok := ctx.Value(measuresKey{}).(*Measures); ok {
		return m
	}
	return new(Measures)
}

var errNoRun = errors.New("there is no load test that measures")

// A Series is one metric of a bot's own.
type Series struct {
	of     *Measures
	metric OwnMetric
}

// Own is the metric with that name, kind and unit: the same for all bots. What is
// wrong with it Add says.
func (m *Measures) Own(metric OwnMetric) Series { return Series{m, metric} }

// Trend takes many numbers, from 0 on, of which percentiles are told.
func (m *Measures) Trend(name, unit string) Series {
	return m.Own(OwnMetric{name, KindTrend, unit})
}

// Counter adds up, and does not go back.
func (m *Measures) Counter(name, unit string) Series {
	return m.Own(OwnMetric{name, KindCounter, unit})
}

// Gauge is what it was set to last.
func (m *Measures) Gauge(name, unit string) Series {
	return m.Own(OwnMetric{name, KindGauge, unit})
}

// Rate is how much of what is added is 1, and not 0.
func (m *Measures) Rate(name string) Series {
	return m.Own(OwnMetric{name, KindRate, ""})
}

// Add takes a number: in seconds if the metric's unit is one of time ("ms", "s",
// "us"), else in its unit.
func (s Series) Add(v float64) error {
	if s.of.bot == nil {
		return errNoRun
	}
	if err := s.metric.takes(v); err != nil {
		return err
	}
	if perMS := msPer(s.metric.Unit); perMS > 0 {
		v *= 1000 / perMS
	}
	return s.of.bot.measure(s.metric, v)
}

// takes says why a number cannot be added.
func (m OwnMetric) takes(v float64) error {
	switch {
	case math.IsNaN(v) || math.Abs(v) > maxValue:
		return fmt.Errorf("metric %s: %v: from 0 to %g", m.Name, v, maxValue)
	case v < 0 && (m.Kind == KindTrend || m.Kind == KindCounter):
		return fmt.Errorf("metric %s: %v: a %s takes nothing below 0", m.Name, v, m.Kind)
	case m.Kind == KindRate && v != 0 && v != 1:
		return fmt.Errorf("metric %s: %v: a rate takes 0 or 1", m.Name, v)
	}
	return nil
}

// Check counts whether something holds that should: the metric checks, of all
// checks or, with the tag check, of this one.
func (m *Measures) Check(name string, ok bool) error {
	v := 0.0
	if ok {
		v = 1
	}
	return m.Own(OwnMetric{name, KindCheck, ""}).Add(v)
}

// Group says what the bot is at from now on: all that it draws and measures has
// that tag. An empty name ends it. A run has 32 groups at most.
func (m *Measures) Group(name string) error {
	if m.bot == nil {
		return errNoRun
	}
	if err := m.bot.run.observed.group(name); err != nil {
		return err
	}
	m.bot.mu.Lock()
	defer m.bot.mu.Unlock()
	m.bot.group = name
	return nil
}

// Abort ends the run: it converges in a hurry and reports what was measured, and
// that it was aborted, by which bot and why. Only the first one counts.
func (m *Measures) Abort(reason string) {
	if m.bot != nil {
		m.bot.run.abort(Verdict{Threshold: "bot " + m.bot.name, Got: reason})
	}
}

// Busy tells for how long the script that the bot follows was busy so far, if it
// follows one. A Bot may have a method Busy() time.Duration instead.
func (m *Measures) Busy(d time.Duration) {
	if m.bot == nil {
		return
	}
	m.bot.mu.Lock()
	defer m.bot.mu.Unlock()
	m.bot.script, m.bot.scriptTime = true, d
}

// measure takes a number, in the metric's unit.
func (b *participant) measure(metric OwnMetric, v float64) error {
	now := b.run.clock.at(time.Now())
	b.mu.Lock()
	tag := b.tag(now)
	b.mu.Unlock()
	return b.run.observed.measure(metric, tag, v, b.run.clock.ms(now))
}

func (o *observed) measure(metric OwnMetric, tag tagID, v, atMS float64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.know(metric); err != nil {
		return err
	}
	key := ownTagged{metric.key(), tag}
	m := o.now.own[key]
	if m == nil {
		m = &Measured{OwnMetric: metric, Tags: o.tags[tag-1]}
		o.now.own[key] = m
	}
	m.add(v, atMS)
	return nil
}

// know makes a metric known, or says why it cannot be. o.mu is held.
func (o *observed) know(metric OwnMetric) error {
	known, ok := o.own[metric.key()]
	if ok && known != metric {
		return fmt.Errorf("metric %s: a %s of %q, which was a %s of %q before", metric.Name, metric.Kind, metric.Unit, known.Kind, known.Unit)
	}
	if ok {
		return nil
	}
	if err := metric.check(); err != nil {
		return err
	}
	if len(o.own) == maxOwn {
		return fmt.Errorf("metric %s: one too many: a run has %d, checks included", metric.Name, maxOwn)
	}
	o.own[metric.key()] = metric
	return nil
}

// group makes a group known, or says why it cannot be.
func (o *observed) group(name string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case name == "" || o.groups[name]:
		return nil
	case !validName(name, false):
		return fmt.Errorf("group %q: a name has 1 to %d of a-z, 0-9, _, . and -", name, maxName)
	case len(o.groups) == maxGroups:
		return fmt.Errorf("group %q: one too many: a run has %d", name, maxGroups)
	}
	o.groups[name] = true
	return nil
}
