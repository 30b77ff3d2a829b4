package loadtest

import (
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
)

func TestCheck(t *testing.T) {
	good := Config{
		Rooms: []string{"a", "b"}, Bots: 10, Duration: time.Second, Rate: 10,
		Strokes: func(int) []canvas.Segment { return nil },
	}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Config){
		"--bots 0":                       func(c *Config) { c.Bots = 0 },
		"--bots 10001":                   func(c *Config) { c.Bots = 10_001 },
		"--rooms 2: there are 1 bots":    func(c *Config) { c.Bots = 1 },
		"--rooms: at least":              func(c *Config) { c.Rooms = nil },
		"--ramp -1s":                     func(c *Config) { c.Ramp = -time.Second },
		"--duration 0s":                  func(c *Config) { c.Duration = 0 },
		"--rate -1":                      func(c *Config) { c.Rate = -1 },
		"--writers 6: 0 (all) to 5":      func(c *Config) { c.Writers = 6 },
		"--arrival -1":                   func(c *Config) { c.Arrival = -1 },
		"--stay 1ms":                     func(c *Config) { c.Stay = time.Millisecond },
		"--part 3/2":                     func(c *Config) { c.Part, c.Parts = 3, 2 },
		"--part 0/2":                     func(c *Config) { c.Parts = 2 },
		"--part 1/11":                    func(c *Config) { c.Part, c.Parts = 1, 11 },
		"1100000 strokes would be drawn": func(c *Config) { c.Rate, c.Writers, c.Duration = 1000, 1, 1100*time.Second },
	} {
		c := good
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
			c := Config{Bots: bots, Part: part, Parts: parts, Rooms: make([]string, rooms), Rate: 1, Writers: 1}
			from, end := c.mine()
			if from != next || end-from < bots/parts || end-from > bots/parts+1 {
				t.Errorf("%v: part %d has bots %d to %d, want some %d from %d on", size, part, from, end, bots/parts, next)
			}
			next = end
			for b := from; b < end; b++ {
				inRoom[c.room(b)]++
				if c.writes(b) {
					writers[c.room(b)]++
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
		{namePrefix + botName(2, 17, 0), sender{"2-17", 2}, true},
		{namePrefix + botName(1, 3, 4), sender{"1-3-4", 1}, true},
		{namePrefix + botName(6, 3, 4), sender{}, false}, // of five
		{"Ana", sender{}, false},
		{"load-x-1", sender{}, false},
		{"", sender{}, false},
	} {
		got, ok := senderOf(tt.name, 5)
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("%q: got %v, %t, want %v, %t", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}
