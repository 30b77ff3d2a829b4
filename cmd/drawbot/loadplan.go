package main

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"drawmesh/canvas"
	"drawmesh/cmd/drawbot/pattern"
	"drawmesh/peer/loadtest"
)

// check checks the flags, but for what they make of a plan, and returns the room's
// address.
func (c *loadCommand) check() (address string, err error) {
	if address, err = (room{Room: c.Room, Server: c.Server}).url(); err != nil {
		return "", err
	}
	switch {
	case !slices.Contains(pattern.Names(), c.Pattern):
		return "", misused("--pattern %s: there are %s", c.Pattern, strings.Join(pattern.Names(), ", "))
	case c.Raise != "" && c.Raise != "rate" && c.Raise != "bots":
		return "", misused("--raise %s: there are rate and bots", c.Raise)
	case c.Raise != "" && len(c.FindLimit) == 0:
		return "", misused("--raise is for --find-limit")
	case len(c.FindLimit) > 0 && len(c.Threshold) > 0:
		return "", misused("either --threshold or --find-limit, which takes several, too")
	case len(c.FindLimit) > 0 && c.Part.of > 0:
		return "", misused("--find-limit is for one machine: without --part")
	case c.Part.of > 0 && c.Seed == 0:
		return "", misused("--part needs --seed: the parts have to agree on what is random")
	case c.Rooms < 1:
		return "", misused("--rooms %d: at least one", c.Rooms)
	}
	if c.Seed == 0 {
		c.Seed = 1 + rand.Uint64N(999_999)
	}
	return address, c.checkPrograms()
}

// A loadPlan is who comes, and what is said of that.
type loadPlan struct {
	scenarios  []loadtest.Scenario
	own        []loadtest.OwnMetric
	thresholds []loadtest.Threshold
}

// plan is what the flags make of one.
func (c *loadCommand) plan(address string, u *ui) loadPlan {
	s := c.scenario()
	if c.Exec != "" {
		s = c.execScenario(s, address, u)
	}
	return loadPlan{scenarios: []loadtest.Scenario{s}}
}

// config is what is to be done.
func (c *loadCommand) config(address string, p loadPlan) (loadtest.Config, error) {
	cfg := loadtest.Config{
		Rooms: []string{address}, Duration: c.Duration, Gentle: c.Gentle, Chaos: c.Chaos, Seed: c.Seed,
		Part: c.Part.part, Parts: c.Part.of, StartAt: c.StartAt.Time, Metrics: c.Metrics,
		Loopback: onThisMachine(address) && !c.Outward, AllowMissing: c.AllowMissing,
		Scenarios: p.scenarios, Own: p.own, Thresholds: slices.Concat(p.thresholds, c.Threshold, c.FindLimit),
	}
	rooms := c.Rooms
	for _, s := range p.scenarios {
		rooms = max(rooms, s.Rooms)
	}
	if rooms > 1 {
		cfg.Rooms = nil
		for n := range rooms {
			cfg.Rooms = append(cfg.Rooms, fmt.Sprintf("%s-%d", address, n+1))
		}
	}
	return cfg, cfg.Check()
}

// scenario is what the flags make of one.
func (c *loadCommand) scenario() loadtest.Scenario {
	s := loadtest.Scenario{
		Name: c.Pattern, Stages: c.Stages, Rate: c.Rate.steady, Rates: c.Rate.curve, Writers: c.Writers, Segments: c.segments,
		Arrival: float64(c.Arrival), Stay: c.Stay, Reconnect: c.Reconnect,
	}
	if len(s.Stages) == 0 {
		s.Bots, s.Ramp = 10, time.Second
	}
	if c.Bots != nil {
		s.Bots = *c.Bots
	}
	if c.Ramp != nil {
		s.Ramp = *c.Ramp
	}
	return s
}

// misusedFields puts what is wrong with a config into terms of flags, which have
// its fields' names.
func misusedFields(err error) error {
	var wrong *loadtest.ConfigError
	if errors.As(err, &wrong) {
		flag := strings.ToLower(wrong.Field)
		if flag == "rates" {
			flag = "rate"
		}
		return misused("--%s %s", flag, wrong.Problem)
	}
	return err
}

// segments is what a bot draws.
func (c *loadCommand) segments(bot int) iter.Seq[canvas.Segment] {
	return slices.Values(pattern.Draw(c.Pattern, pattern.Place(c.Seed+uint64(bot), demoWidth, demoHeight)))
}
