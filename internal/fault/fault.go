// Package fault says how often things break, and when: to the load test, which
// breaks real ones, and to tests of whole rooms in virtual time.
package fault

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// Rates are how often something is broken, in times a second.
type Rates struct {
	Kill float64 // a peer dies without a word, like one whose machine loses its power
	Cut  float64 // an event stream ends
	Drop float64 // a link ends
}

// UnmarshalText reads kill=RATE,cut=RATE,drop=RATE, with any of the three.
func (r *Rates) UnmarshalText(text []byte) error {
	*r = Rates{}
	for _, item := range strings.Split(string(text), ",") {
		name, value, _ := strings.Cut(item, "=")
		rate, err := ParseRate(value)
		if err != nil {
			return fmt.Errorf("%q: %w", item, err)
		}
		switch name {
		case "kill":
			r.Kill = rate
		case "cut":
			r.Cut = rate
		case "drop":
			r.Drop = rate
		default:
			return fmt.Errorf("%q: there are kill, cut and drop, as in kill=6/min,cut=1/s,drop=2/s", item)
		}
	}
	return nil
}

// String is what UnmarshalText reads; empty for the zero value.
func (r Rates) String() string {
	var items []string
	for _, i := range []struct {
		name string
		rate float64
	}{{"kill", r.Kill}, {"cut", r.Cut}, {"drop", r.Drop}} {
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

// Times are when something happens that comes so many times a second, at random
// as independent events do, counted from now. They never end, unless the rate is
// zero.
func Times(perSecond float64, random *rand.Rand) iter.Seq[time.Duration] {
	return func(yield func(time.Duration) bool) {
		for at := time.Duration(0); perSecond > 0; {
			at += time.Duration(random.ExpFloat64() / perSecond * float64(time.Second))
			if !yield(at) {
				return
			}
		}
	}
}
