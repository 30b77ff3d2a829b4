package loadtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A selector is a metric's name, taken apart: METRIC.PART{TAG:VALUE,…}.
type selector struct {
	figure        // what it is about; of an own metric only its name
	part   string // of what has several, such as p99
	own    bool   // the name is none of the load test's own
	filter filter
}

// A filter lets through what has all its tags. The zero value lets all through.
type filter struct {
	Tags
	check string
}

// lets reports whether tags get through.
func (f filter) lets(t Tags) bool {
	return (f.Scenario == "" || f.Scenario == t.Scenario) && (f.Room == 0 || f.Room == t.Room) &&
		(f.Stage == 0 || f.Stage == t.Stage) && (f.Group == "" || f.Group == t.Group)
}

// bot reports whether a bot gets through, whose tags for what it does may be any.
func (f filter) bot(b BotResult) bool {
	return f.lets(Tags{b.Scenario, b.Room, f.Stage, f.Group})
}

// keys are the tags that it asks for.
func (f filter) keys() (keys []string) {
	for key, asked := range map[string]bool{"scenario": f.Scenario != "", "room": f.Room != 0, "stage": f.Stage != 0, "group": f.Group != "", "check": f.check != ""} {
		if asked {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// tagged is by which tags a figure can be told apart.
type tagged int

const (
	byNothing tagged = iota // it is of the whole run
	byMachine               // it is of a machine
	byBot                   // by what a bot is in
	byOp                    // also by what it was at
	byCheck                 // and by what it checked
)

// refuse says why a figure cannot be told by a tag.
func (t tagged) refuse(name, key string) error {
	keys := map[tagged][]string{byBot: {"scenario", "room"}, byOp: {"scenario", "room", "stage", "group"}, byCheck: {"scenario", "room", "stage", "group", "check"}}[t]
	switch {
	case slices.Contains(keys, key):
		return nil
	case t == byNothing:
		return fmt.Errorf("%s is of the whole run: it has no tags", name)
	case t == byMachine:
		return fmt.Errorf("%s is of the machine, which all bots share: it has no tags", name)
	}
	return fmt.Errorf("%s has no tag %q: it is told by %s", name, key, strings.Join(keys, ", "))
}

// selectorOf takes a metric's name apart.
func selectorOf(text string) (s selector, err error) {
	name, tags, braced := strings.Cut(text, "{")
	name = strings.TrimSpace(name)
	if s, err = named(name); err != nil || !braced {
		return s, err
	}
	tags, ok := strings.CutSuffix(strings.TrimSpace(tags), "}")
	if !ok {
		return s, fmt.Errorf("%q: its tags lack a }", text)
	}
	for tag := range strings.SplitSeq(tags, ",") {
		key, value, _ := strings.Cut(tag, ":")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if err := s.filter.set(key, value); err != nil {
			return s, err
		}
		if err := s.tags.refuse(name, key); err != nil {
			return s, err
		}
	}
	return s, nil
}

// set asks for one more tag.
func (f *filter) set(key, value string) (err error) {
	number := func() (n int) {
		if n, err = strconv.Atoi(value); err != nil || n < 1 {
			err = fmt.Errorf("%q is no %s: they count from 1", value, key)
		}
		return n
	}
	switch key {
	case "scenario":
		f.Scenario = value
	case "room":
		f.Room = number()
	case "stage":
		f.Stage = number()
	case "group":
		f.Group = value
	case "check":
		f.check = value
	default:
		return fmt.Errorf("there is no tag %q: there are scenario, room, stage, group and check", key)
	}
	if err == nil && !validName(value, true) {
		err = fmt.Errorf("%q is no %s", value, key)
	}
	return err
}

// named is the metric of a name without tags.
func named(name string) (selector, error) {
	base, part := cutPart(name)
	for _, f := range figures {
		if f.name == name {
			return selector{figure: f}, nil
		}
	}
	for _, f := range spreads {
		switch {
		case f.name == base && part != "" && part != "count" && part != "rate":
			return selector{figure: f, part: part}, nil
		case f.name == name, f.name == base:
			return selector{}, fmt.Errorf("%s is many durations: ask for .min, .mean, .max or a percentile of it such as %s.p99", f.name, f.name)
		}
	}
	if !validName(base, false) || builtIn(base) {
		return selector{}, unknownMetric(name)
	}
	return selector{figure: figure{name: base, tags: byOp}, part: part, own: true}, nil
}

// unknownMetric says that there is no such metric, and which there are.
func unknownMetric(name string) error {
	return fmt.Errorf("there is no metric %q: there are %s", name, metricNames())
}

// cutPart cuts off what can be asked of a metric, such as .p99, if it is there.
func cutPart(name string) (base, part string) {
	for at := range name {
		if name[at] == '.' && validPart(name[at+1:]) {
			return name[:at], name[at+1:]
		}
	}
	return name, ""
}

// builtIn reports whether a name is one of the load test's own, or looks like a
// part of one.
func builtIn(name string) bool {
	return slices.ContainsFunc(figures, func(f figure) bool { return f.name == name }) ||
		slices.ContainsFunc(spreads, func(f figure) bool { return f.name == name || strings.HasPrefix(name, f.name+".") })
}
