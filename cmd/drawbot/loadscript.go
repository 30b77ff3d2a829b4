package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"drawmesh/peer"
	"drawmesh/peer/loadtest"
	"drawmesh/peer/script"
)

// scriptPlan is what a program and the flags make of a plan.
func (c *loadCommand) scriptPlan(p *script.Program, run *script.Run) (plan loadPlan, err error) {
	described := p.Scenarios()
	switch given := c.scenarioFlags(); {
	case len(described) == 0:
		s, err := p.Scenario(c.Func)
		if err != nil {
			return plan, err
		}
		of := c.scenario()
		of.Name, of.Rate, of.Rates, of.Segments, of.Bot = s.Name, 0, nil, nil, actors(run, s)
		plan.scenarios = []loadtest.Scenario{of}
	case c.Func != script.Entry:
		return plan, misused("--func %s: the program says by its scenarios which functions bots call", c.Func)
	case len(described) > 1 && len(given) > 0:
		return plan, misused("%s: the program has %d scenarios, and says that of each", strings.Join(given, ", "), len(described))
	default:
		for _, s := range described {
			plan.scenarios = append(plan.scenarios, c.overrule(loadtest.Scenario{
				Name: s.Name, Bots: s.Bots, Rooms: s.Rooms, Ramp: s.Ramp, Stages: stagesOf(s), Writers: s.Writers,
				Arrival: s.Arrival, Stay: s.Stay, Reconnect: s.Reconnect, Bot: actors(run, s),
			}))
		}
	}
	for _, m := range p.Metrics() {
		plan.own = append(plan.own, ownMetric(m))
	}
	plan.thresholds, err = c.thresholdsOf(p)
	return plan, err
}

// actors makes the bots of a scenario.
func actors(run *script.Run, s script.Scenario) func(number int) loadtest.Bot {
	return func(number int) loadtest.Bot {
		return programBot(func(ctx context.Context, p *peer.Peer, m script.Measures) error {
			return run.Bot(ctx, p, script.Actor{Number: number, Scenario: s, Measures: m})
		})
	}
}

func stagesOf(s script.Scenario) (stages loadtest.Stages) {
	for _, stage := range s.Stages {
		stages = append(stages, loadtest.Stage(stage))
	}
	return stages
}

// scenarioFlags are those flags that were given and are about one scenario.
func (c *loadCommand) scenarioFlags() (given []string) {
	for _, f := range []struct {
		name  string
		given bool
	}{
		{"--bots", c.Bots != nil}, {"--stages", len(c.Stages) > 0}, {"--ramp", c.Ramp != nil}, {"--writers", c.Writers != 0},
		{"--arrival", c.Arrival != 0}, {"--stay", c.Stay != 0}, {"--reconnect", c.Reconnect},
	} {
		if f.given {
			given = append(given, f.name)
		}
	}
	return given
}

// overrule puts what flags say in the place of what the program does.
func (c *loadCommand) overrule(s loadtest.Scenario) loadtest.Scenario {
	if c.Bots != nil {
		s.Bots, s.Stages = *c.Bots, nil
	}
	if len(c.Stages) > 0 {
		s.Bots, s.Ramp, s.Stages = 0, 0, c.Stages
	}
	if c.Ramp != nil {
		s.Ramp = *c.Ramp
	}
	s.Writers = cmp.Or(c.Writers, s.Writers)
	s.Arrival = cmp.Or(float64(c.Arrival), s.Arrival)
	s.Stay = cmp.Or(c.Stay, s.Stay)
	s.Reconnect = s.Reconnect || c.Reconnect
	return s
}

// noErrors is a threshold of every run with a program that says nothing of it.
const noErrors = "script.errors"

// thresholdsOf are the program's.
func (c *loadCommand) thresholdsOf(p *script.Program) (list []loadtest.Threshold, err error) {
	texts := p.Thresholds()
	about := func(text string) bool { return strings.HasPrefix(text, noErrors) }
	if !slices.ContainsFunc(texts, about) && !slices.ContainsFunc(c.Threshold, func(t loadtest.Threshold) bool { return about(t.String()) }) && len(c.FindLimit) == 0 {
		texts = append(slices.Clone(texts), noErrors+"==0")
	}
	for _, text := range texts {
		t, err := loadtest.ParseThreshold(text)
		if err != nil {
			return nil, fmt.Errorf("thresholds: %w", err)
		}
		list = append(list, t)
	}
	return list, nil
}

// perEnd is what memory an end of a link takes, with what a peer has besides, in
// bytes: see docs/performance.md.
const perEnd = 400_000

// linkMemory is what memory the links of a run take, in bytes: each bot of a room
// has one to each.
func linkMemory(cfg loadtest.Config) int64 {
	var inRoom float64 // on average
	for _, s := range cfg.Scenarios {
		bots := float64(max(s.Bots, mostOf(s.Stages)))
		stay := cfg.Duration
		if s.Stay > 0 {
			stay = min(stay, s.Stay)
		}
		bots += s.Arrival * stay.Seconds()
		rooms := s.Rooms
		if rooms == 0 {
			rooms = len(cfg.Rooms)
		}
		inRoom += bots / float64(rooms)
	}
	return int64(float64(len(cfg.Rooms)) * inRoom * inRoom * perEnd)
}

func mostOf(stages loadtest.Stages) (bots int) {
	for _, s := range stages {
		bots = max(bots, s.Bots)
	}
	return bots
}
