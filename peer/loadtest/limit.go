package loadtest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
)

// A Search raises one setting of the one scenario of a config until a threshold is missed.
type Search struct {
	Config     Config
	Raise      string // "bots" or "rate", which bots of a program's own do not have
	Thresholds []Threshold

	// Start is called before each run, with what it is about. Nil is not.
	Start func(run *Run, value float64)

	// Done is called after each run. Nil is not.
	Done func(Step)
}

// A Limit is what a search has found.
type Limit struct {
	Raised string  `json:"raised"` // "bots" or "rate"
	Good   float64 `json:"good"`   // the most that was well; 0: nothing was
	Bad    float64 `json:"bad"`    // the least that was not; 0: nothing was not
	Broke  string  `json:"broke"`  // what was missed at Bad
	RanOut string  `json:"ran_out"`
	Steps  []Step  `json:"steps"`
}

// A Step is one run of a search.
type Step struct {
	Value    float64   `json:"value"`
	Good     bool      `json:"good"`
	P50MS    float64   `json:"latency_p50_ms"`
	P99MS    float64   `json:"latency_p99_ms"`
	Rate     float64   `json:"ops_per_s"` // delivered
	Machine  float64   `json:"machine"`
	Verdicts []Verdict `json:"thresholds"`
}

const (
	maxSteps  = 16
	fineSteps = 3 // between the last good one and the first bad one
)

// Find raises the setting, twofold each time, until something breaks, and then
// looks closer where; if the first run breaks already, it goes the other way. It
// returns the report of the hardest run that was well, or of the last if none
// was, with what it found. An error beside that says why it looked no closer.
func (s *Search) Find(ctx context.Context) (*Report, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	limit := &Limit{Raised: s.Raise}
	var best, broken *Report
	var ended error
	fine := 0
	for value := s.first(); len(limit.Steps) < maxSteps && value > 0; value = s.next(limit, &fine) {
		run, err := New(s.config(value))
		if err != nil && len(limit.Steps) == 0 {
			return nil, err
		}
		if err != nil {
			break // it asks for more than there can be
		}
		if s.Start != nil {
			s.Start(run, value)
		}
		rep, err := run.Do(ctx)
		if err != nil && len(limit.Steps) == 0 {
			return rep, err
		}
		if rep == nil {
			if ctx.Err() == nil {
				ended = err
			}
			break
		}
		if rep.Ended == "interrupted" {
			if best == nil {
				best = rep
			}
			break
		}
		step := s.judge(rep, value)
		limit.Steps = append(limit.Steps, step)
		if step.Good {
			best, limit.Good = rep, value
		} else {
			broken, limit.Bad = rep, value
		}
		if s.Done != nil {
			s.Done(step)
		}
	}
	if broken != nil {
		limit.Broke, limit.RanOut = broken.missed(), broken.ranOut()
	}
	if best == nil {
		best = broken
	}
	best.Limit = limit
	return best, ended
}

var (
	errNoRate    = errors.New("only bots that draw segments at one rate have a rate to raise")
	errNoNumber  = errors.New("bots that come by stages have no number to raise")
	errOneRaised = errors.New("a search raises the bots or the rate of one scenario: there are several")
)

// check says what cannot be raised.
func (s *Search) check() error {
	if len(s.Config.Scenarios) != 1 {
		return errOneRaised
	}
	switch one := s.Config.Scenarios[0]; {
	case s.Raise == "rate" && (one.Bot != nil || len(one.Rates) > 0):
		return errNoRate
	case s.Raise == "bots" && len(one.Stages) > 0:
		return errNoNumber
	}
	return nil
}

func (s *Search) first() float64 {
	if s.Raise == "bots" {
		return float64(s.Config.Scenarios[0].Bots)
	}
	return s.Config.Scenarios[0].Rate
}

// next is the value to try next, or 0 if enough is known.
func (s *Search) next(l *Limit, fine *int) float64 {
	switch {
	case l.Bad == 0:
		return s.round(2 * l.Good)
	case l.Good == 0: // perhaps half of it is well
		if half := s.round(l.Bad / 2); half >= s.lowest() {
			return half
		}
		return 0
	}
	middle := s.round(math.Sqrt(l.Good * l.Bad))
	if *fine++; *fine > fineSteps || middle <= l.Good || middle >= l.Bad {
		return 0
	}
	return middle
}

// lowest is what is hardly a load at all.
func (s *Search) lowest() float64 {
	if s.Raise == "bots" {
		return 2
	}
	return 1
}

// round makes a value one that can be: bots are whole.
func (s *Search) round(v float64) float64 {
	if s.Raise == "bots" {
		return math.Round(v)
	}
	return math.Round(v*10) / 10
}

// config is that of a run with this value.
func (s *Search) config(value float64) Config {
	cfg, one := s.Config, s.Config.Scenarios[0]
	if s.Raise == "bots" {
		one.Bots = int(value)
	} else {
		one.Rate = value
	}
	cfg.Scenarios, cfg.Thresholds = []Scenario{one}, s.Thresholds
	return cfg
}

func (s *Search) judge(rep *Report, value float64) Step {
	step := Step{Value: value, Good: rep.Check(s.Thresholds)}
	step.Good = step.Good && rep.Parts[0].Refused == 0
	rate, _ := rep.Metric("ops.rate")
	step.P50MS, step.P99MS, step.Rate = rep.orNever("latency.p50"), rep.orNever("latency.p99"), rate.Value
	step.Machine, step.Verdicts = rep.Parts[0].Usage.Machine, rep.Thresholds
	return step
}

// orNever is a duration in milliseconds, or never.
func (r *Report) orNever(name string) float64 {
	if v, known := r.Metric(name); known {
		return v.Value
	}
	return never
}

// missed is the thresholds that were, and by what.
func (r *Report) missed() string {
	var missed []string
	for _, v := range r.Thresholds {
		if !v.Met {
			missed = append(missed, fmt.Sprintf("%s: got %s", v.Threshold, v.Got))
		}
	}
	if p := r.Parts[0]; p.Refused > 0 {
		missed = append(missed, fmt.Sprintf("%d of %d bots did not get in", p.Refused, p.Planned))
	}
	return strings.Join(missed, "; ")
}

// ranOut guesses what there was too little of, from the report of a run that
// broke.
func (r *Report) ranOut() string {
	p := r.Parts[0]
	for _, c := range p.Failures {
		switch text := c.Cause; {
		case c.What == "join" && strings.Contains(text, "409"):
			return fmt.Sprintf("places in the room: the server let %d of %d bots in (%s)", p.Joined, p.Planned, text)
		case c.What == "join" && strings.Contains(text, "429"):
			return fmt.Sprintf("the server's patience with one address: %d of %d bots got in (%s)", p.Joined, p.Planned, text)
		case strings.Contains(text, "too many open files"):
			return "file descriptors of this process (" + text + ")"
		}
	}
	pace, _ := r.Metric("pace.p99")
	switch {
	case p.Refused > 0:
		return fmt.Sprintf("ways in: %d of %d bots did not join", p.Refused, p.Planned)
	case p.saturated() != "":
		return "processors of this machine: " + p.saturated()
	}
	for _, c := range p.Failures {
		if strings.Contains(c.Cause, "not keeping up") {
			return "room in the queues of links: peers did not keep up"
		}
	}
	switch {
	case p.MeshMS < 0 && p.Open < p.Expected:
		return fmt.Sprintf("links: %d of %d were open", p.Open, p.Expected)
	case pace.Value > latePace:
		return fmt.Sprintf("time for the bots to draw: 1 in 100 operations was drawn %s late", pace)
	}
	return fmt.Sprintf("nothing on this machine, which was %.0f %% busy: look at the network and at the peers beyond it", 100*p.Usage.Machine)
}
