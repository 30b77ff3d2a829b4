package loadtest

import (
	"fmt"
	"slices"
)

// latePace is from which on drawing late is worth a word: 1 operation in 100, in
// milliseconds.
const latePace = 20

// busyMachine is the share of all processors from which on there is hardly
// anything left.
const busyMachine = 0.9

// remarks say what a reader of the figures should know of them: what is not in
// them, and whether they are of what was to be measured at all.
func (r *Report) remarks() (remarks []string) {
	c := r.operations(filter{})
	if c.unsent > 0 {
		remarks = append(remarks, fmt.Sprintf("%d of %d operations that were due were never drawn: the time was up before the bots came to them", c.unsent, c.due))
	}
	if c.missing > 0 {
		remarks = append(remarks, fmt.Sprintf("%d that should have been heard never were: to percentiles of latency, they took for ever", c.missing))
	}
	if n := r.absent("link", filter{}); n > 0 {
		remarks = append(remarks, fmt.Sprintf("%d ends of links were not open in the end: to percentiles of links, they took for ever", n))
	}
	untimed := int64(0)
	for i := range r.Parts {
		for _, ops := range r.Parts[i].Operations {
			if _, ok := r.shift(&r.Parts[i], ops.Part, ops.ShiftUS); !ok && len(r.Parts) > 1 {
				untimed += ops.Latency.Count()
			}
		}
	}
	if untimed > 0 {
		remarks = append(remarks, fmt.Sprintf("%d operations between machines are not timed: their clocks could not be compared", untimed))
	}
	if text := r.scriptBound(); text != "" {
		remarks = append(remarks, text)
	}
	pace := r.Spread("pace")
	late := ms(pace.Percentile(99)) > latePace || c.unsent > 0
	for i := range r.Parts {
		p := &r.Parts[i]
		switch text := p.saturated(); {
		case text != "":
			remarks = append(remarks, "the machine of the bots was the limit, so latencies are also its own: "+text)
		case late && len(r.Parts) == 1:
			remarks = append(remarks, fmt.Sprintf("the bots could not keep their pace: 1 operation in 100 was drawn %s late, or never", FormatMS(ms(pace.Percentile(99)))))
		}
	}
	return remarks
}

// scriptBound says whose script had hardly any time left to wait, if any.
func (r *Report) scriptBound() string {
	var busiest BotResult
	bound := 0
	for _, p := range r.Parts {
		for _, b := range p.Bots {
			if b.busy() >= busyMachine {
				bound++
			}
			if b.busy() > busiest.busy() {
				busiest = b
			}
		}
	}
	if bound == 0 {
		return ""
	}
	return fmt.Sprintf("the script was the limit of %d of the bots: that of %s was busy for %.0f %% of its time", bound, busiest.Name, 100*busiest.busy())
}

// saturated says how busy the part's machine was, if there was hardly anything
// left.
func (p *Part) saturated() string {
	switch {
	case p.Usage.Machine >= busyMachine:
		text := fmt.Sprintf("%.0f %% of %d processors were busy, %.1f of them for the bots", 100*p.Usage.Machine, p.CPUs, p.Usage.Cores)
		if p.Usage.Cores < float64(p.CPUs)/2 {
			text += "; most of it was something else"
		}
		return text
	case p.Usage.Machine == 0 && p.Usage.Cores >= busyMachine*float64(p.CPUs):
		return fmt.Sprintf("the bots kept %.1f of %d processors busy", p.Usage.Cores, p.CPUs)
	}
	return ""
}

// Trouble is what somebody who reads only one line should know; empty if
// nothing is wrong with the run itself.
func (r *Report) Trouble() string {
	if r.Aborted != nil && r.Aborted.Bot != "" {
		return r.Aborted.String()
	}
	if v, _ := r.Metric("streams.down"); v.Value > 0 {
		return fmt.Sprintf("the server was gone in the end: %.0f event streams did not come back", v.Value)
	}
	if v, _ := r.Metric("bots.refused"); !r.allowed().covers(v.Value, v.Of) {
		return fmt.Sprintf("%.0f of %.0f bots did not get in%s", v.Value, v.Of, r.because("join"))
	}
	lost := 0
	for _, p := range r.Parts {
		for _, b := range p.Bots {
			if b.End == "lost" {
				lost++
			}
		}
	}
	if lost > 0 {
		return fmt.Sprintf("%d of the bots were put out of the room by the server", lost)
	}
	if v, _ := r.Metric("bots.failed"); v.Value > 0 {
		return fmt.Sprintf("%.0f of the bots failed%s", v.Value, r.because("bot"))
	}
	if v, ok := r.Metric("links.open"); ok && v.Value < v.Of && (r.steady() || v.Value == 0) {
		text := fmt.Sprintf("%.0f of %.0f ends of links were not open when drawing ended%s", v.Of-v.Value, v.Of, r.because("link"))
		if r.Settings.Chaos == "" {
			text += "; a network between them may block UDP"
		}
		return text
	}
	return ""
}

// allowed is how many bots may be missing.
func (r *Report) allowed() (s Share) {
	_ = s.UnmarshalText([]byte(r.Settings.AllowMissing)) // what is none allows none
	return s
}

// because is the first cause of a kind of failure, if there is one.
func (r *Report) because(what string) string {
	for _, p := range r.Parts {
		for _, c := range p.Failures {
			if c.What == what {
				return ": " + c.Cause
			}
		}
	}
	return ""
}

// steady reports whether nobody was to come, to go or to be harmed meanwhile: when
// drawing ends, links may else be under way.
func (r *Report) steady() bool {
	return r.Settings.Chaos == "" && !slices.ContainsFunc(r.Settings.Scenarios, func(s ScenarioSettings) bool {
		return s.Arrival > 0 || s.StayMS > 0 || s.Stages != ""
	})
}
