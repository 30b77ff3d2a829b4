package loadtest

import (
	"fmt"
	"slices"
	"strings"
)

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
	return fmt.Errorf("%q: %w", t.text, unknownMetric(t.of.name))
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
