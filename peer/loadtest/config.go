package loadtest

import (
	"net/http"
	"strings"
	"time"

	"github.com/pion/transport/v5"

	"drawmesh/canvas"
	"drawmesh/internal/fault"
)

// Config is what a [Run] does. Rooms, Duration and the Crew's Bots are required;
// every other zero value is a working default.
type Config struct {
	// Rooms are the rooms' URLs, among which the bots are shared out.
	Rooms []string

	// Crew is who comes.
	Crew

	// Duration is how long is drawn.
	Duration time.Duration

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

// Check says what is wrong with a config, as a [*ConfigError].
func (c Config) Check() error {
	rooms := len(c.Rooms)
	if rooms == 0 {
		return configError("Rooms", "missing: at least one")
	}
	if err := c.Crew.check(rooms); err != nil {
		return err
	}
	switch {
	case c.Duration <= 0:
		return configError("Duration", "%v: above zero", c.Duration)
	case c.Metrics != "" && !strings.HasPrefix(c.Metrics, "http://") && !strings.HasPrefix(c.Metrics, "https://"):
		return configError("Metrics", "%s: an address such as http://localhost:9090/metrics", c.Metrics)
	case c.Parts < 0 || c.Part < 0 || c.Part > c.Parts || c.Parts > c.Bots || c.Parts > 0 && c.Part == 0:
		return configError("Part", "%d/%d: from 1/%d to %d/%d, and no more parts than bots", c.Part, c.Parts, c.Parts, c.Parts, c.Parts)
	}
	if n := c.Crew.segments(rooms, c.Duration); n > canvas.MaxLive {
		return configError("Rate", "%v: %.0f segments would be drawn in a room, and it holds %d; fewer writers or a shorter duration help, too", c.Rate, n, canvas.MaxLive)
	}
	return nil
}

func (c Config) withDefaults() Config {
	if c.Parts == 0 {
		c.Part, c.Parts = 1, 1
	}
	if c.OnFailure == nil {
		c.OnFailure = func(Failure) {}
	}
	return c
}

func (c Config) settings() Settings {
	return Settings{
		Bots: c.Bots, Rooms: len(c.Rooms), Writers: c.Writers, Rate: c.Rate,
		RampMS: ms(c.Ramp), DurationMS: ms(c.Duration), Arrival: c.Arrival, StayMS: ms(c.Stay),
		Reconnect: c.Reconnect, Gentle: c.Gentle, Chaos: c.Chaos.String(), Pattern: c.Name, OwnBots: c.Bot != nil, Seed: c.Seed,
	}
}

// mine is the numbers of our part's bots, from the first to before the end.
func (c Config) mine() (from, end int) {
	return (c.Part - 1) * c.Bots / c.Parts, c.Part * c.Bots / c.Parts
}

// room is where the bot of that number goes.
func (c Config) room(bot int) int { return bot % len(c.Rooms) }
