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
		"Scenarios 0 of them":             func(c *Config) { c.Scenarios = nil },
		`Scenarios "bots" is there twice`: func(c *Config) { c.Scenarios = append(c.Scenarios, c.Scenarios[0]) },
		`Scenarios "a b": a name has 1`:   func(c *Config) { c.Scenarios[0].Name = "a b" },
		`Scenarios "other": that is`:      func(c *Config) { c.Scenarios[0].Name = "other" },
		"Bots 10003 in all": func(c *Config) {
			c.Scenarios = append(c.Scenarios, Scenario{Name: "b", Bots: 9993})
		},
		"Part 1/20000: from":                func(c *Config) { c.Part, c.Parts, c.Scenarios[0].Arrival = 1, 20_000, 1 },
		"Rooms 3: 0 (all) to the 2":         func(c *Config) { c.Scenarios[0].Rooms = 3 },
		"Stages 1s:-1: a time":              func(c *Config) { c.Scenarios[0].Bots, c.Scenarios[0].Stages = 0, Stages{{time.Second, -1}} },
		"Stages 1s:0: nobody would come":    func(c *Config) { c.Scenarios[0].Bots, c.Scenarios[0].Stages = 0, Stages{{time.Second, 0}} },
		"Stages 101 of them":                func(c *Config) { c.Scenarios[0].Bots, c.Scenarios[0].Stages = 0, make(Stages, 101) },
		"Bots 10: the most in Stages are 5": func(c *Config) { c.Scenarios[0].Stages = Stages{{time.Second, 5}} },
		"Ramp 1s: Stages say when":          func(c *Config) { c.Scenarios[0].Ramp, c.Scenarios[0].Stages = time.Second, Stages{{time.Second, 10}} },
		"Rates 1s:5: either these":          func(c *Config) { c.Scenarios[0].Rates = Rates{{time.Second, 5}} },
		"Rates 1s:-5: a time":               func(c *Config) { c.Scenarios[0].Rate, c.Scenarios[0].Rates = 0, Rates{{time.Second, -5}} },
		"Part 1/11: from":                   func(c *Config) { c.Part, c.Parts = 1, 11 },
		"1100000 segments would be drawn":   func(c *Config) { c.Scenarios[0].Rate, c.Scenarios[0].Writers, c.Duration = 1000, 1, 1100*time.Second },
	} {
		c := good
		c.Scenarios = slices.Clone(good.Scenarios)
		change(&c)
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// Each bot of each scenario belongs to one part and one room, each part has its
// share, and a scenario's rooms differ by one bot at most.
func TestShares(t *testing.T) {
	for _, tt := range []struct {
		bots         []int // by scenario
		parts, rooms int
	}{
		{[]int{1}, 1, 1}, {[]int{10}, 3, 1}, {[]int{7}, 3, 2}, {[]int{100}, 5, 8}, {[]int{12}, 12, 5}, {[]int{33}, 4, 4},
		{[]int{1, 1, 1}, 3, 1}, {[]int{5, 7, 0, 3}, 4, 2}, {[]int{1, 30, 2}, 7, 6},
	} {
		var scenarios []Scenario
		all := 0
		for _, n := range tt.bots {
			scenarios = append(scenarios, Scenario{Bots: n, Rate: 1, Writers: 1, Arrival: float64(n % 2)})
			all += n
		}
		casts, bots := castsOf(scenarios, tt.rooms)
		if bots != all {
			t.Errorf("%v: %d bots, want %d", tt, bots, all)
		}
		seen := make(map[int]bool)
		for part := 1; part <= tt.parts; part++ {
			share := 0
			for _, c := range casts {
				from, end := c.mine(part, tt.parts)
				for b := from; b < end; b++ {
					if seen[b] || castOf(casts, b) != c {
						t.Errorf("%v: bot %d of part %d is another's, too", tt, b, part)
					}
					seen[b] = true
				}
				share += end - from
			}
			if share < all/tt.parts || share > all/tt.parts+1 {
				t.Errorf("%v: part %d has %d bots, want some %d", tt, part, share, all/tt.parts)
			}
		}
		if len(seen) != all {
			t.Errorf("%v: %d bots have a part, want all %d", tt, len(seen), all)
		}
		for _, c := range casts {
			inRoom, writers, ranks := make([]int, tt.rooms), make([]int, tt.rooms), make(map[int]bool)
			for b := c.first; b < c.first+c.Bots; b++ {
				inRoom[c.room(b)]++
				if c.writes(b) {
					writers[c.room(b)]++
				}
			}
			for part := 1; part <= tt.parts; part++ {
				for nth := range c.share(part, tt.parts) {
					ranks[c.rank(nth, part, tt.parts)] = true
				}
			}
			for rank := range c.Bots {
				if !ranks[rank] || len(ranks) != c.Bots {
					t.Errorf("%v: of %d bots by stages, the parts have the places %v", tt, c.Bots, ranks)
				}
			}
			for room, n := range inRoom {
				if n < c.Bots/tt.rooms || n > c.Bots/tt.rooms+1 || writers[room] != min(n, 1) || n != c.in(room, c.Bots) {
					t.Errorf("%v: room %d has %d bots (%d), %d of whom draw, want some %d, and 1", tt, room, n, c.in(room, c.Bots), writers[room], c.Bots/tt.rooms)
				}
			}
			for nth := 0; c.Arrival > 0 && nth < 5; nth++ {
				for part := 1; part <= tt.parts; part++ {
					n := c.arrival(nth, part, tt.parts)
					if seen[n] || castOf(casts, n) != c || c.index(n) != c.Bots+nth*tt.parts+part-1 {
						t.Errorf("%v: %d arrives as number %d, of which the index is %d", tt, nth, n, c.index(n))
					}
					seen[n] = true
				}
			}
		}
		if castOf(casts, -1) != nil || castOf([]*cast{{Scenario: Scenario{Bots: 2}}}, 2) != nil {
			t.Errorf("%v: a number that nobody has is somebody's", tt)
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
