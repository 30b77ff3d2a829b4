package loadtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// A Chaos is how often something is broken, in times a second.
type Chaos struct {
	Kill float64 // a bot dies without a word, like one whose machine loses its power
	Cut  float64 // an event stream ends
	Drop float64 // a link ends
}

// UnmarshalText reads kill=RATE,cut=RATE,drop=RATE, with any of the three.
func (c *Chaos) UnmarshalText(text []byte) error {
	*c = Chaos{}
	for _, item := range strings.Split(string(text), ",") {
		name, value, _ := strings.Cut(item, "=")
		rate, err := ParseRate(value)
		if err != nil {
			return fmt.Errorf("%q: %w", item, err)
		}
		switch name {
		case "kill":
			c.Kill = rate
		case "cut":
			c.Cut = rate
		case "drop":
			c.Drop = rate
		default:
			return fmt.Errorf("%q: there are kill, cut and drop, as in kill=6/min,cut=1/s,drop=2/s", item)
		}
	}
	return nil
}

// String is what UnmarshalText reads; empty for the zero value.
func (c Chaos) String() string {
	var items []string
	for _, i := range []struct {
		name string
		rate float64
	}{{"kill", c.Kill}, {"cut", c.Cut}, {"drop", c.Drop}} {
		if i.rate > 0 {
			items = append(items, fmt.Sprintf("%s=%g/s", i.name, i.rate))
		}
	}
	return strings.Join(items, ",")
}

// ParseRate reads how often something happens: 2, 2/s or 30/min.
func ParseRate(text string) (perSecond float64, err error) {
	number, unit, given := strings.Cut(text, "/")
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || !(v >= 0 && v <= 1e6) {
		return 0, fmt.Errorf("%q is no rate, such as 2/s or 30/min", text)
	}
	switch {
	case !given, unit == "s":
		return v, nil
	case unit == "min":
		return v / 60, nil
	}
	return 0, fmt.Errorf("%q is no rate: it is /s or /min", text)
}

// atRate calls do so many times a second, at random times as independent events
// come, until ctx is done.
func atRate(ctx context.Context, perSecond float64, random *rand.Rand, do func()) {
	if perSecond == 0 {
		return
	}
	for due := time.Now(); ; {
		due = due.Add(time.Duration(random.ExpFloat64() / perSecond * float64(time.Second)))
		select {
		case <-time.After(time.Until(due)):
			do()
		case <-ctx.Done():
			return
		}
	}
}
