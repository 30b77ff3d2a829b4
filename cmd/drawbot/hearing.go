package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"drawmesh/peer/script"
)

// A hearing hears what the bots' process tells. It belongs to the goroutine that
// does, until that has ended.
type hearing struct {
	u      *ui
	of     *runCommand
	joined int
	failed []scriptLine
	end    *scriptEnd
}

// maxFailures is how many failures of bots are told; of the others, the number.
const maxFailures = 5

func (h *hearing) hear(text []byte) {
	var line scriptLine
	if err := json.Unmarshal(text, &line); err != nil {
		h.u.warn("the bots' process says what is no line of its: %v", err)
		return
	}
	switch line.Type {
	case "log":
		h.u.say("%s: %s", line.Bot, line.Text)
	case "debug":
		h.u.say("%s", line.Text)
	case "warning":
		h.u.warn("%s", line.Text)
	case "joined":
		h.joined++
	case "failed":
		h.failed = append(h.failed, line)
		if h.of.Bots > 1 && len(h.failed) <= maxFailures {
			h.u.warn("%s: %s", line.Bot, line.Text)
			h.stack(line)
		}
	case "end":
		h.end = cmp.Or(line.End, new(scriptEnd))
		h.end.cause = line.Text
		if line.Text != "" && len(line.Stack) > 1 {
			h.stack(line)
		}
	}
}

// stack says where in the program something failed, the innermost call last.
func (h *hearing) stack(line scriptLine) {
	for _, call := range line.Stack {
		h.u.detail("  at %s", call)
	}
}

// verdict says what came of the run, and is how the command ends.
func (h *hearing) verdict() error {
	s := h.end
	if h.of.Check && s.cause == "" {
		h.u.say("%s is a program that bots can run", h.of.Script)
		return nil
	}
	for _, m := range s.Totals {
		h.u.say("%s", metricTotal(m))
	}
	var missed []string
	for _, c := range s.Checks {
		say := h.u.say
		if c.Failed > 0 {
			missed, say = append(missed, c.Name), h.u.detail
		}
		say("check %s: %d of %d passed", c.Name, c.Passed, c.Passed+c.Failed)
	}
	if s.Busy > 0 {
		h.u.say("the program was busy for more than 100 ms without waiting, %s: what it measured is later by that", times(s.Busy))
	}
	if s.Missed > 0 {
		h.u.say("the program missed events, for it did not ask for them: %d", s.Missed)
	}
	if s.Unsaid > 0 {
		h.u.say("the program logged more than 100 lines a second: %d were not shown", s.Unsaid)
	}
	switch {
	case s.cause != "":
		return errors.New(s.cause)
	case len(h.failed) > 0 && h.of.Bots == 1:
		if len(h.failed[0].Stack) > 1 {
			h.stack(h.failed[0])
		}
		return errors.New(h.failed[0].Text)
	case len(h.failed) > 0:
		return fmt.Errorf("%d of %d bots failed", len(h.failed), h.of.Bots)
	case len(missed) > 0:
		return &statusError{exitMissed, fmt.Errorf("missed checks: %s", strings.Join(missed, ", "))}
	}
	return nil
}

func times(n int64) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// metricTotal is what came of a metric, in a line.
func metricTotal(t script.Total) string {
	switch t.Kind {
	case script.Counter:
		return fmt.Sprintf("%s: %s in all", t.Name, amount(t.Metric, t.Sum))
	case script.Gauge:
		return fmt.Sprintf("%s: %s in the end, %s to %s", t.Name, amount(t.Metric, t.Last), amount(t.Metric, t.Min), amount(t.Metric, t.Max))
	case script.Rate:
		return fmt.Sprintf("%s: %.0f of %d", t.Name, t.Sum, t.Count)
	}
	return fmt.Sprintf("%s: %s to %s, %s on average of %d", t.Name, amount(t.Metric, t.Min), amount(t.Metric, t.Max), amount(t.Metric, t.Sum/float64(t.Count)), t.Count)
}

// amount is a value of a metric with its unit, to four digits.
func amount(m script.Metric, value float64) string {
	switch m.Unit {
	case "ms":
		value *= 1e3
	case "us":
		value *= 1e6
	}
	return strings.TrimSpace(fmt.Sprintf("%.4g %s", value, m.Unit))
}
