package loadtest

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCheck(t *testing.T) {
	good := Config{
		Rooms: []string{"a", "b"}, Duration: time.Second,
		Scenarios: []Scenario{{Bots: 10, Rate: 10, Segments: oneSegment}},
	}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Config){
		"Bots 0: 1 to 10000":              func(c *Config) { c.Scenarios[0].Bots = 0 },
		"Bots 10001":                      func(c *Config) { c.Scenarios[0].Bots = 10_001 },
		"Rooms 2: there are 1 bots":       func(c *Config) { c.Scenarios[0].Bots = 1 },
		"Rooms missing: at least":         func(c *Config) { c.Rooms = nil },
		"Ramp -1s":                        func(c *Config) { c.Scenarios[0].Ramp = -time.Second },
		"Duration 0s":                     func(c *Config) { c.Duration = 0 },
		"Rate -1":                         func(c *Config) { c.Scenarios[0].Rate = -1 },
		"Writers 6: 0 (all) to 5":         func(c *Config) { c.Scenarios[0].Writers = 6 },
		"Arrival -1":                      func(c *Config) { c.Scenarios[0].Arrival = -1 },
		"Stay 1ms":                        func(c *Config) { c.Scenarios[0].Stay = time.Millisecond },
		"Part 3/2":                        func(c *Config) { c.Part, c.Parts = 3, 2 },
		"Part 0/2":                        func(c *Config) { c.Parts = 2 },
		"Part 1/11":                       func(c *Config) { c.Part, c.Parts = 1, 11 },
		"Segments missing":                func(c *Config) { c.Scenarios[0].Segments = nil },
		"Rate 10: a Bot of one's own":     func(c *Config) { c.Scenarios[0].Bot = func(int) Bot { return nil } },
		"1100000 segments would be drawn": func(c *Config) { c.Scenarios[0].Rate, c.Scenarios[0].Writers, c.Duration = 1000, 1, 1100*time.Second },
	} {
		c := good
		c.Scenarios = slices.Clone(good.Scenarios)
		change(&c)
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// Each bot belongs to one part and one room, each part has its share, and rooms
// differ by one bot at most.
func TestShares(t *testing.T) {
	for _, size := range [][3]int{{1, 1, 1}, {10, 3, 1}, {7, 3, 2}, {100, 5, 8}, {12, 12, 5}, {33, 4, 4}} {
		bots, parts, rooms := size[0], size[1], size[2]
		inRoom := make([]int, rooms)
		writers := make([]int, rooms)
		next := 0
		for part := 1; part <= parts; part++ {
			c := Config{Scenarios: []Scenario{{Bots: bots, Rate: 1, Writers: 1}}}
			casts, _ := castsOf(c.Scenarios, rooms)
			from, end := casts[0].mine(part, parts)
			if from != next || end-from < bots/parts || end-from > bots/parts+1 {
				t.Errorf("%v: part %d has bots %d to %d, want some %d from %d on", size, part, from, end, bots/parts, next)
			}
			next = end
			for b := from; b < end; b++ {
				inRoom[casts[0].room(b)]++
				if casts[0].writes(b) {
					writers[casts[0].room(b)]++
				}
			}
		}
		for room, n := range inRoom {
			if n < bots/rooms || n > bots/rooms+1 || writers[room] != 1 {
				t.Errorf("%v: room %d has %d bots, %d of whom draw, want some %d, and 1", size, room, n, writers[room], bots/rooms)
			}
		}
		if next != bots {
			t.Errorf("%v: %d bots have a part, want all %d", size, next, bots)
		}
	}
}

func TestNames(t *testing.T) {
	for _, tt := range []struct {
		name string
		want sender
		ok   bool
	}{
		{namePrefix + botName(2, 17, 0), sender{"2-17", 2, false}, true},
		{namePrefix + botName(1, 3, 4), sender{"1-3-4", 1, false}, true},
		{ownNamePrefix + botName(5, 3, 0), sender{"5-3", 5, true}, true},
		{namePrefix + botName(6, 3, 4), sender{}, false}, // of five
		{"Ana", sender{}, false},
		{"load-x-1", sender{}, false},
		{"", sender{}, false},
	} {
		got, ok := senderOf(tt.name, 5)
		if ok != tt.ok || ok && (got != tt.want || got.peerName() != tt.name) {
			t.Errorf("%q: got %v, %t, want %v, %t", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}
