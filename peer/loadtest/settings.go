package loadtest

// Settings are what was asked for.
type Settings struct {
	Bots         int                `json:"bots"` // of all parts and scenarios, but for those that arrive
	Rooms        int                `json:"rooms"`
	DurationMS   float64            `json:"duration_ms"`
	Gentle       bool               `json:"gentle,omitempty"`
	Chaos        string             `json:"chaos,omitempty"`
	Seed         uint64             `json:"seed"`
	AllowMissing string             `json:"allow_missing,omitempty"` // such as 3 or 5%
	Scenarios    []ScenarioSettings `json:"scenarios"`
}

// ScenarioSettings are what was asked for of one scenario.
type ScenarioSettings struct {
	Name      string  `json:"name"`
	Bots      int     `json:"bots"` // of all parts
	Rooms     int     `json:"rooms"`
	Writers   int     `json:"writers"` // in each room; 0 is all
	Rate      float64 `json:"rate_per_s"`
	Rates     string  `json:"rates_per_s,omitempty"` // such as 10s:60,30s:120
	RampMS    float64 `json:"ramp_ms"`
	Stages    string  `json:"stages,omitempty"` // such as 10s:20,1m:20
	Arrival   float64 `json:"arrival_per_s,omitempty"`
	StayMS    float64 `json:"stay_ms,omitempty"`
	Reconnect bool    `json:"reconnect,omitempty"`
	OwnBots   bool    `json:"own_bots,omitempty"` // of a program, which draw as they like
}

// settings are what a config asks for.
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
