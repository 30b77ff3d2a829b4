package main

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	limiter "golang.org/x/time/rate"

	"drawmesh/peer"
	"drawmesh/peer/loadtest"
	"drawmesh/peer/script"
)

// checkPrograms checks the flags that say what bots do.
func (c *loadCommand) checkPrograms() error {
	drawn := c.Rate.steady != 60 || len(c.Rate.curve) > 0 || c.Pattern != "walk"
	switch {
	case c.Script != "" && c.Exec != "":
		return misused("either --script or --exec")
	case drawn && (c.Script != "" || c.Exec != ""):
		return misused("--rate and --pattern are for bots of no program: a program says itself what it draws")
	case c.Script == "" && (c.Func != script.Entry || len(c.Env) > 0):
		return misused("--func and --env are for --script")
	case c.Raise != "bots" && len(c.FindLimit) > 0 && (c.Script != "" || c.Exec != ""):
		return misused("--find-limit of bots that a program describes needs --raise bots")
	}
	return checkMemory(c.Memory)
}

// A programBot is a bot that a program describes.
type programBot func(ctx context.Context, p *peer.Peer, m script.Measures) error

// Run is loadtest.Bot's.
func (b programBot) Run(ctx context.Context, p *peer.Peer) error {
	return b(ctx, p, &loadMeasures{Measures: loadtest.MeasuresOf(ctx)})
}

// loadMeasures is what a load test measures, as programs see it. It belongs to one
// bot's goroutine.
type loadMeasures struct {
	*loadtest.Measures
	busy time.Duration
}

// Add is script.Measures'.
func (m *loadMeasures) Add(of script.Metric, value float64) error {
	return m.Own(ownMetric(of)).Add(value)
}

// Busy is script.Measures'.
func (m *loadMeasures) Busy(d time.Duration) {
	m.busy += d
	m.Measures.Busy(m.busy)
}

func ownMetric(m script.Metric) loadtest.OwnMetric {
	return loadtest.OwnMetric{Name: m.Name, Kind: loadtest.Kind(m.Kind), Unit: m.Unit}
}

// execScenario is a scenario whose bots are processes.
func (c *loadCommand) execScenario(s loadtest.Scenario, address string, u *ui) loadtest.Scenario {
	says := newSpeech(u)
	bot := &execBot{command: c.Exec, server: strings.TrimSuffix(address, "/"+lastPart(address)), say: says.say, warn: says.warn}
	s.Name, s.Rate, s.Rates, s.Segments = "exec", 0, nil, nil
	s.Bot = func(int) loadtest.Bot { return programBot(bot.run) }
	return s
}

// Bounds on what the programs of all bots say to people.
const (
	speechRate  = 100  // lines a second
	speechBurst = 1000 // at once
)

// A speech shows what bots say to people, if that is not too much. Methods may be
// called concurrently.
type speech struct {
	u      *ui
	lines  *limiter.Limiter
	unsaid atomic.Int64
}

func newSpeech(u *ui) *speech {
	return &speech{u: u, lines: limiter.NewLimiter(speechRate, speechBurst)}
}

func (s *speech) say(bot, line string) {
	if s.allowed() {
		s.u.say("%s: %s", bot, line)
	}
}

func (s *speech) warn(format string, args ...any) {
	if s.allowed() {
		s.u.warn(format, args...)
	}
}

// allowed reports whether one more line may be shown, and says once if not.
func (s *speech) allowed() bool {
	if s.lines.Allow() {
		return true
	}
	if s.unsaid.Add(1) == 1 {
		s.u.warn("bots say more than %d lines a second: not all are shown", speechRate)
	}
	return false
}
