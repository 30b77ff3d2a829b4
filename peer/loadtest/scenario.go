package loadtest

import (
	"fmt"
	"iter"
	"time"

	"drawmesh/canvas"
)

// A Scenario is bots of one kind: how many there are, when they come and go, and
// what they do. Several may go on in one run, each of which has a name.
type Scenario struct {
	// Name is what the report calls it, and the tag of all that its bots do: 1 to
	// 64 of A-Z, a-z, 0-9, _, . and -. A single scenario needs none.
	Name string

	// Bots is how many there are from the beginning, in all parts and rooms
	// together. With Stages it may be left out, and else is their greatest.
	Bots int

	// Rooms is over how many of the run's rooms they are spread. Zero means all.
	Rooms int

	// Ramp is how long it takes until the last of them begins to join. Zero lets
	// all come at once.
	Ramp time.Duration

	// Stages let bots come and go while others draw, so that there are as many as
	// they say. Who came last leaves first. None means that all come before.
	Stages Stages

	// Writers is how many bots of each room draw; the others listen. Zero means
	// all.
	Writers int

	// Bot makes the one that goes by a number, each time that one of that number
	// joins. Numbers go on over all scenarios of the run, from 0. If it makes a
	// nil Bot, that one listens. A nil Bot, the function, means bots that draw
	// Segments at Rate.
	Bot func(number int) Bot

	// Rate is how many segments a second each writer draws, unless Bot says what
	// it does. Zero draws none.
	Rate float64

	// Rates are a Rate that changes, in its place.
	Rates Rates

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

// Bounds of what was mistyped.
const (
	maxBots   = 10_000
	maxRate   = 100_000 // segments a second
	maxStages = 100
)

// check says what is wrong with a scenario for so many rooms.
func (s *Scenario) check(rooms int) error {
	switch {
	case s.Name != "" && !validName(s.Name, true):
		return configError("Scenarios", "%q: a name has 1 to %d of A-Z, a-z, 0-9, _, . and -", s.Name, maxName)
	case s.Bots < 0 || s.Bots > maxBots || s.Bots == 0 && s.Arrival == 0 && len(s.Stages) == 0:
		return configError("Bots", "%d: 1 to %d", s.Bots, maxBots)
	case s.Rooms < 0 || s.Rooms > rooms:
		return configError("Rooms", "%d: 0 (all) to the %d of the run", s.Rooms, rooms)
	case s.Ramp < 0:
		return configError("Ramp", "%v: not below zero", s.Ramp)
	case s.Rate > 0 && s.Bot != nil:
		return configError("Rate", "%v: a Bot of one's own says itself what it draws", s.Rate)
	case s.draws() && s.Segments == nil && s.Bot == nil:
		return configError("Segments", "missing: there is a Rate to draw them at")
	case s.Writers < 0 || s.Writers > s.perRoom(rooms):
		return configError("Writers", "%d: 0 (all) to %d, for that many bots share a room", s.Writers, s.perRoom(rooms))
	case !(s.Arrival >= 0 && s.Arrival <= 1000):
		return configError("Arrival", "%v: 0 to 1000 bots a second", s.Arrival)
	case s.Stay < 0:
		return configError("Stay", "%v: not below zero", s.Stay)
	case s.Stay > 0 && s.Stay < 500*time.Millisecond:
		return configError("Stay", "%v: half a second at least", s.Stay)
	}
	if err := s.checkStages(); err != nil {
		return err
	}
	return s.checkRates()
}

func (s *Scenario) checkStages() error {
	if len(s.Stages) > maxStages {
		return configError("Stages", "%d of them: %d at most", len(s.Stages), maxStages)
	}
	for _, stage := range s.Stages {
		if stage.For < 0 || stage.Bots < 0 || stage.Bots > maxBots {
			return configError("Stages", "%v:%d: a time not below zero, and 0 to %d bots", stage.For, stage.Bots, maxBots)
		}
	}
	switch most := s.Stages.most(); {
	case len(s.Stages) == 0:
	case most == 0 || s.Stages.took() == 0:
		return configError("Stages", "%v: nobody would come", s.Stages)
	case s.Bots != 0 && s.Bots != most:
		return configError("Bots", "%d: the most in Stages are %d; one of the two is enough", s.Bots, most)
	case s.Ramp != 0:
		return configError("Ramp", "%v: Stages say when bots come", s.Ramp)
	}
	return nil
}

func (s *Scenario) checkRates() error {
	switch {
	case !(s.Rate >= 0 && s.Rate <= maxRate):
		return configError("Rate", "%v: 0 to %d segments a second", s.Rate, maxRate)
	case len(s.Rates) > maxStages:
		return configError("Rates", "%d of them: %d at most", len(s.Rates), maxStages)
	case len(s.Rates) > 0 && (s.Rate > 0 || s.Bot != nil):
		return configError("Rates", "%v: either these, or a Rate, or a Bot", s.Rates)
	}
	for _, stage := range s.Rates {
		if stage.For < 0 || !(stage.Rate >= 0 && stage.Rate <= maxRate) {
			return configError("Rates", "%v:%g: a time not below zero, and 0 to %d segments a second", stage.For, stage.Rate, maxRate)
		}
	}
	return nil
}

// withDefaults is s with what it says of itself in other words.
func (s Scenario) withDefaults(rooms int) Scenario {
	if s.Name == "" {
		s.Name = "bots"
	}
	if s.Rooms == 0 {
		s.Rooms = rooms
	}
	if len(s.Stages) > 0 {
		s.Bots = s.Stages.most()
	}
	return s
}

// first is how many of the bots come before drawing begins.
func (s *Scenario) early() int {
	if len(s.Stages) > 0 {
		return 0
	}
	return s.Bots
}

// perRoom is how many bots share a room at first, at most.
func (s *Scenario) perRoom(rooms int) int {
	d := s.withDefaults(rooms)
	return max((d.Bots+d.Rooms-1)/d.Rooms, 1)
}

// draws reports whether its bots draw segments at a rate.
func (s *Scenario) draws() bool { return s.Rate > 0 || len(s.Rates) > 0 }

// rhythm is how many segments a second a writer draws, over time.
func (s *Scenario) rhythm() line {
	if len(s.Rates) > 0 {
		return s.Rates.line()
	}
	return line{{0, s.Rate}}
}

// segments is how many its writers draw in one room, in so many seconds.
func (s *Scenario) segments(rooms int, duration time.Duration) float64 {
	writers := s.Writers
	if writers == 0 {
		writers = s.perRoom(rooms)
	}
	return s.rhythm().area(duration.Seconds()) * float64(writers)
}

// A ConfigError says what is wrong with one field of a [Config] or of a
// [Scenario] of it.
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
