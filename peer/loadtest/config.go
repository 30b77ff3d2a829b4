// Package loadtest puts many peers into rooms, lets them draw at a given pace,
// and measures what becomes of it: how long links take to open, and how long
// strokes are on their way.
//
//	Run     a crew of bots, each a whole [peer.Peer], in one process
//	Report  what one or several runs measured, as data
//	Merge   reports of processes that shared a room, into one
//	Limit   runs, each harder than the last, until something breaks
//
// The subpackage render makes reports fit to be read.
package loadtest

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/pion/transport/v5"

	"drawmesh/canvas"
	"drawmesh/internal/fault"
)

// Config is what a [Run] does. Rooms and Strokes are required, and of the zero
// values only those that say so mean something.
type Config struct {
	// Rooms are the rooms' URLs.
	Rooms []string

	// Bots is how many there are from the beginning, in all parts and rooms
	// together.
	Bots int

	// Ramp is how long it takes until the last of them begins to join. Zero lets
	// all come at once.
	Ramp time.Duration

	// Duration is how long is drawn.
	Duration time.Duration

	// Rate is how many strokes a second each writer draws. Zero draws none.
	Rate float64

	// Writers is how many bots of each room draw. Zero means all.
	Writers int

	// Arrival is how many more bots come each second while others draw, in all
	// parts together. Zero means none.
	Arrival float64

	// Stay is how long each bot stays once drawing has begun. Those who leave are
	// followed by others, unless Arrival says who comes. Zero means to the end.
	Stay time.Duration

	// Reconnect lets bots that were killed or turned away come again.
	Reconnect bool

	// Gentle lets one bot of our part join after another, for servers that
	// introduce peers badly when several join at once.
	Gentle bool

	// Chaos does harm while bots draw. The zero value does none.
	Chaos fault.Rates

	// Seed decides whatever is random.
	Seed uint64

	// Strokes is what a bot draws, over and over.
	Strokes func(bot int) []canvas.Segment

	// Pattern is what that is called, for the report.
	Pattern string

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

	// OnFailure hears of everything that goes wrong, from any goroutine.
	OnFailure func(Failure)
}

// settleTime bounds how long drawing waits for every link to open, after the
// last bot has begun to join.
const settleTime = 30 * time.Second

// maxBots bounds a mistyped number.
const maxBots = 10_000

// Check says what is wrong with a config, in terms of flags.
func (c Config) Check() error {
	rooms := len(c.Rooms)
	perRoom := 0
	if rooms > 0 {
		perRoom = (c.Bots + rooms - 1) / rooms
	}
	switch {
	case rooms == 0:
		return errors.New("--rooms: at least one")
	case c.Bots < 1 || c.Bots > maxBots:
		return fmt.Errorf("--bots %d: 1 to %d", c.Bots, maxBots)
	case rooms > c.Bots:
		return fmt.Errorf("--rooms %d: there are %d bots for them", rooms, c.Bots)
	case c.Ramp < 0:
		return fmt.Errorf("--ramp %v: not below zero", c.Ramp)
	case c.Duration <= 0:
		return fmt.Errorf("--duration %v: above zero", c.Duration)
	case !(c.Rate >= 0 && c.Rate <= 100_000):
		return fmt.Errorf("--rate %v: 0 to 100000 strokes a second", c.Rate)
	case c.Writers < 0 || c.Writers > perRoom:
		return fmt.Errorf("--writers %d: 0 (all) to %d, for that many bots share a room", c.Writers, perRoom)
	case !(c.Arrival >= 0 && c.Arrival <= 1000):
		return fmt.Errorf("--arrival %v: 0 to 1000 bots a second", c.Arrival)
	case c.Stay < 0:
		return fmt.Errorf("--stay %v: not below zero", c.Stay)
	case c.Stay > 0 && c.Stay < 500*time.Millisecond:
		return fmt.Errorf("--stay %v: half a second at least", c.Stay)
	case c.Metrics != "" && !strings.HasPrefix(c.Metrics, "http://") && !strings.HasPrefix(c.Metrics, "https://"):
		return fmt.Errorf("--metrics %s: an address such as http://localhost:9090/metrics", c.Metrics)
	case c.Parts < 0 || c.Part < 0 || c.Part > c.Parts || c.Parts > c.Bots || c.Parts > 0 && c.Part == 0:
		return fmt.Errorf("--part %d/%d: from 1/%d to %d/%d, and no more parts than bots", c.Part, c.Parts, c.Parts, c.Parts, c.Parts)
	}
	return c.checkRoom(perRoom)
}

// checkRoom checks that the drawing fits into a room.
func (c Config) checkRoom(perRoom int) error {
	writers := perRoom
	if c.Writers > 0 {
		writers = c.Writers
	}
	strokes := c.Rate * c.Duration.Seconds() * float64(writers)
	if strokes > canvas.MaxLive {
		return fmt.Errorf("%.0f strokes would be drawn in a room, and it holds %d: lower --rate, --writers or --duration", strokes, canvas.MaxLive)
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
		Reconnect: c.Reconnect, Gentle: c.Gentle, Chaos: c.Chaos.String(), Pattern: c.Pattern, Seed: c.Seed,
	}
}

// mine is the numbers of our part's bots, from the first to before the end.
func (c Config) mine() (from, end int) {
	return (c.Part - 1) * c.Bots / c.Parts, c.Part * c.Bots / c.Parts
}

// room and writes say where the bot of that number goes, and whether it draws.
func (c Config) room(bot int) int { return bot % len(c.Rooms) }

func (c Config) writes(bot int) bool {
	perRoom := (c.Bots + len(c.Rooms) - 1) / len(c.Rooms)
	return c.Rate > 0 && (c.Writers == 0 || bot/len(c.Rooms)%perRoom < c.Writers)
}
