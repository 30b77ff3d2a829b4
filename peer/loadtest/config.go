package loadtest

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pion/transport/v5"

	"drawmesh/canvas"
	"drawmesh/internal/fault"
)

// Config is what a [Run] does. Rooms, Scenarios and Duration are required; every
// other zero value is a working default.
type Config struct {
	// Rooms are the rooms' URLs, among which the bots are shared out.
	Rooms []string

	// Scenarios are who comes, and what they do.
	Scenarios []Scenario

	// Duration is how long is drawn: at least as long as the longest Stages take.
	Duration time.Duration

	// Thresholds with abort end the run when they are missed meanwhile. What comes
	// of the others, [Report.Check] tells in the end.
	Thresholds []Threshold

	// Own are metrics of the bots' own that are known before they come. If there
	// are any, thresholds can be about no others.
	Own []OwnMetric

	// AllowMissing is how many bots may not get in without the run having failed.
	AllowMissing Share

	// Gentle lets one bot of our part join after another, for servers that
	// introduce peers badly when several join at once.
	Gentle bool

	// Chaos does harm while bots draw. The zero value does none.
	Chaos Chaos

	// Seed decides whatever is random.
	Seed uint64

	// Part of Parts is ours: each has its share of the bots. Zero means all.
	Part, Parts int

	// StartAt is when the first bot comes. Zero means at once.
	StartAt time.Time

	// Loopback keeps to this machine. See [peer.Options].
	Loopback bool

	// Metrics is where the server tells its metrics. Empty means /metrics beside
	// the rooms, if there are any.
	Metrics string

	// HTTP reaches the server. Nil means a transport of the run's own.
	HTTP http.RoundTripper

	// Net makes a bot's network. Nil means the machine's.
	Net func() transport.Net

	// OnFailure hears of everything that goes wrong, from any goroutine. The bot
	// waits meanwhile.
	OnFailure func(Failure)
}

// Chaos is how often something is broken while bots draw, in times a second: a
// bot is killed, an event stream cut, a link dropped.
type Chaos = fault.Rates

// settleTime bounds how long drawing waits for every link to open, after the
// last bot has begun to join.
const settleTime = 30 * time.Second

// maxScenarios is how many a run may have.
const maxScenarios = 100

// Check says what is wrong with a config, as a [*ConfigError].
func (c Config) Check() error {
	rooms := len(c.Rooms)
	if rooms == 0 {
		return configError("Rooms", "missing: at least one")
	}
	if err := c.checkScenarios(); err != nil {
		return err
	}
	c = c.withDefaults()
	_, bots := castsOf(c.Scenarios, rooms)
	arrive := slices.ContainsFunc(c.Scenarios, func(s Scenario) bool { return s.Arrival > 0 })
	switch {
	case c.Duration <= 0:
		return configError("Duration", "%v: above zero", c.Duration)
	case rooms > bots && !arrive:
		return configError("Rooms", "%d: there are %d bots for them", rooms, bots)
	case c.Metrics != "" && !strings.HasPrefix(c.Metrics, "http://") && !strings.HasPrefix(c.Metrics, "https://"):
		return configError("Metrics", "%s: an address such as http://localhost:9090/metrics", c.Metrics)
	case c.Part < 1 || c.Part > c.Parts || c.Parts > bots && !arrive:
		return configError("Part", "%d/%d: from 1/%d to %d/%d, and no more parts than bots", c.Part, c.Parts, c.Parts, c.Parts, c.Parts)
	}
	segments := 0.0
	for _, s := range c.Scenarios {
		segments += s.segments(rooms, c.Duration)
	}
	if segments > canvas.MaxLive {
		return configError("Rate", "too high: %.0f segments would be drawn in a room, and it holds %d; fewer writers or a shorter duration help, too", segments, canvas.MaxLive)
	}
	return c.checkThresholds()
}

func (c Config) checkScenarios() error {
	if n := len(c.Scenarios); n == 0 || n > maxScenarios {
		return configError("Scenarios", "%d of them: 1 to %d", n, maxScenarios)
	}
	names := make(map[string]bool)
	for _, s := range c.Scenarios {
		if err := s.check(len(c.Rooms)); err != nil {
			return err
		}
		if name := s.withDefaults(1).Name; names[name] {
			return configError("Scenarios", "%q is there twice: each needs a name of its own", name)
		}
		names[s.withDefaults(1).Name] = true
	}
	return nil
}

// checkThresholds refuses those that the run can not tell of.
func (c Config) checkThresholds() error {
	for i, own := range c.Own {
		if err := own.check(); err != nil {
			return configError("Own", "%v", err)
		}
		if slices.ContainsFunc(c.Own[:i], func(o OwnMetric) bool { return o.Name == own.Name }) {
			return configError("Own", "%s is there twice", own.Name)
		}
	}
	for _, t := range c.Thresholds {
		if err := t.suits(c.Own, c.Scenarios, len(c.Rooms)); err != nil {
			return configError("Threshold", "%v", err)
		}
	}
	return nil
}

// withDefaults fills in what was left out, and puts stages in terms of the rest.
func (c Config) withDefaults() Config {
	if c.Parts == 0 && c.Part == 0 {
		c.Part, c.Parts = 1, 1
	}
	for _, s := range c.Scenarios {
		c.Duration = max(c.Duration, s.Stages.took())
	}
	if c.OnFailure == nil {
		c.OnFailure = func(Failure) {}
	}
	return c
}

func (c Config) settings() Settings {
	s := Settings{
		Rooms: len(c.Rooms), DurationMS: ms(c.Duration), Gentle: c.Gentle, Chaos: c.Chaos.String(), Seed: c.Seed,
		AllowMissing: c.AllowMissing.String(),
	}
	casts, bots := castsOf(c.Scenarios, len(c.Rooms))
	s.Bots = bots
	for _, c := range casts {
		s.Scenarios = append(s.Scenarios, ScenarioSettings{
			Name: c.Name, Bots: c.Bots, Rooms: c.Rooms, RampMS: ms(c.Ramp), Stages: c.Stages.String(), Writers: c.Writers,
			OwnBots: c.Bot != nil, Rate: c.Rate, Rates: c.Rates.String(), Arrival: c.Arrival, StayMS: ms(c.Stay), Reconnect: c.Reconnect,
		})
	}
	return s
}

// Bots is how many bots there are, in all parts and scenarios, but for those that
// arrive.
func (c Config) Bots() int {
	_, bots := castsOf(c.Scenarios, len(c.Rooms))
	return bots
}

// longestRamp is until the last bot of the beginning sets out.
func (c Config) longestRamp() (d time.Duration) {
	for _, s := range c.Scenarios {
		d = max(d, s.Ramp)
	}
	return d
}
