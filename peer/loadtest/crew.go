package loadtest

import (
	"fmt"
	"iter"
	"time"

	"drawmesh/canvas"
)

// A Crew is bots of one kind: how many there are, when they come and go, and
// what they do.
type Crew struct {
	// Name is what the report calls what they do, such as the name of a pattern.
	Name string

	// Bots is how many there are from the beginning, in all parts and rooms
	// together.
	Bots int

	// Ramp is how long it takes until the last of them begins to join. Zero lets
	// all come at once.
	Ramp time.Duration

	// Writers is how many bots of each room draw; the others listen. Zero means
	// all.
	Writers int

	// Bot makes the one that goes by a number, from 0 on, each time that one of
	// that number joins. If it makes a nil Bot, that one listens. A nil Bot, the
	// function, means bots that draw Segments at Rate.
	Bot func(number int) Bot

	// Rate is how many segments a second each writer draws, unless Bot says what
	// it does. Zero draws none.
	Rate float64

	// Segments is what the writer of that number draws, over and over.
	Segments func(number int) iter.Seq[canvas.Segment]

	// Arrival is how many more bots come each second while others draw, in all
	// parts together. Zero means none.
	Arrival float64

	// Stay is how long each bot stays once drawing has begun. Those who leave are
	// followed by others, unless Arrival says who comes. Zero means to the end.
	Stay time.Duration

	// Reconnect lets bots that were killed or turned away come again.
	Reconnect bool
}

// maxBots bounds a mistyped number.
const maxBots = 10_000

// check says what is wrong with a crew for so many rooms.
func (c *Crew) check(rooms int) error {
	perRoom := c.perRoom(rooms)
	switch {
	case c.Bots < 1 || c.Bots > maxBots:
		return configError("Bots", "%d: 1 to %d", c.Bots, maxBots)
	case rooms > c.Bots:
		return configError("Rooms", "%d: there are %d bots for them", rooms, c.Bots)
	case c.Ramp < 0:
		return configError("Ramp", "%v: not below zero", c.Ramp)
	case !(c.Rate >= 0 && c.Rate <= 100_000):
		return configError("Rate", "%v: 0 to 100000 segments a second", c.Rate)
	case c.Rate > 0 && c.Bot != nil:
		return configError("Rate", "%v: a Bot of one's own says itself what it draws", c.Rate)
	case c.Rate > 0 && c.Segments == nil:
		return configError("Segments", "missing: there is a Rate to draw them at")
	case c.Writers < 0 || c.Writers > perRoom:
		return configError("Writers", "%d: 0 (all) to %d, for that many bots share a room", c.Writers, perRoom)
	case !(c.Arrival >= 0 && c.Arrival <= 1000):
		return configError("Arrival", "%v: 0 to 1000 bots a second", c.Arrival)
	case c.Stay < 0:
		return configError("Stay", "%v: not below zero", c.Stay)
	case c.Stay > 0 && c.Stay < 500*time.Millisecond:
		return configError("Stay", "%v: half a second at least", c.Stay)
	}
	return nil
}

// perRoom is how many bots share a room at first, at most.
func (c *Crew) perRoom(rooms int) int { return (c.Bots + rooms - 1) / rooms }

// segments is how many its writers draw in one room.
func (c *Crew) segments(rooms int, duration time.Duration) float64 {
	writers := c.Writers
	if writers == 0 {
		writers = c.perRoom(rooms)
	}
	return c.Rate * duration.Seconds() * float64(writers)
}

// writes reports whether the bot of that number draws.
func (c *Crew) writes(bot, rooms int) bool {
	return (c.Rate > 0 || c.Bot != nil) && (c.Writers == 0 || bot/rooms%c.perRoom(rooms) < c.Writers)
}

// A ConfigError says what is wrong with one field of a [Config] or its [Crew].
type ConfigError struct {
	Field   string // such as "Bots"
	Problem string // such as "0: 1 to 10000"
}

func (e *ConfigError) Error() string {
	return fmt.Sprintf("load test: %s %s", e.Field, e.Problem)
}

func configError(field, format string, args ...any) error {
	return &ConfigError{field, fmt.Sprintf(format, args...)}
}
