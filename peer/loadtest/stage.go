package loadtest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Stages are how many bots of a scenario there are, while others draw: from
// nobody, evenly to the first one's Bots within its time, and so on. What is
// between two whole numbers is rounded.
type Stages []Stage

// A Stage is one of them.
type Stage struct {
	For  time.Duration // from the end of the stage before
	Bots int           // in the end, in all parts and rooms together
}

// Rates are how many segments a second each writer draws, in the same manner.
type Rates []RateStage

// A RateStage is one of them.
type RateStage struct {
	For  time.Duration
	Rate float64 // segments a second, in the end
}

// most is the greatest number of bots.
func (s Stages) most() (n int) {
	for _, stage := range s {
		n = max(n, stage.Bots)
	}
	return n
}

// took is how long all take.
func (s Stages) took() (d time.Duration) {
	for _, stage := range s {
		d += stage.For
	}
	return d
}

// at is the number, from 1, of the stage at so long after drawing began; 0 if
// there are none. After the last one it is the last.
func (s Stages) at(t time.Duration) (number int) {
	for i, stage := range s {
		if t -= stage.For; t < 0 {
			return i + 1
		}
	}
	return len(s)
}

func (s Stages) line() (l line) {
	for _, stage := range s {
		l = l.then(stage.For.Seconds(), float64(stage.Bots))
	}
	return l
}

func (r Rates) line() (l line) {
	for _, stage := range r {
		l = l.then(stage.For.Seconds(), stage.Rate)
	}
	return l
}

// UnmarshalText reads 10s:20,1m:20,5s:0.
func (s *Stages) UnmarshalText(text []byte) error {
	*s = nil
	return stages(string(text), func(d time.Duration, value string) error {
		bots, err := strconv.Atoi(value)
		*s = append(*s, Stage{d, bots})
		return err
	})
}

// UnmarshalText reads 10s:60,30s:120.
func (r *Rates) UnmarshalText(text []byte) error {
	*r = nil
	return stages(string(text), func(d time.Duration, value string) error {
		rate, err := strconv.ParseFloat(value, 64)
		*r = append(*r, RateStage{d, rate})
		return err
	})
}

// stages reads DURATION:VALUE, as often as they come.
func stages(text string, take func(time.Duration, string) error) error {
	for stage := range strings.SplitSeq(text, ",") {
		length, value, _ := strings.Cut(stage, ":")
		d, err := time.ParseDuration(length)
		if err == nil {
			err = take(d, value)
		}
		if err != nil {
			return fmt.Errorf("%q is no stage, such as 10s:20", stage)
		}
	}
	return nil
}

// String is what UnmarshalText reads.
func (s Stages) String() string {
	return join(s, func(stage Stage) string { return fmt.Sprintf("%v:%d", stage.For, stage.Bots) })
}

// String is what UnmarshalText reads.
func (r Rates) String() string {
	return join(r, func(stage RateStage) string { return fmt.Sprintf("%v:%g", stage.For, stage.Rate) })
}

func join[T any](all []T, text func(T) string) string {
	var texts []string
	for _, one := range all {
		texts = append(texts, text(one))
	}
	return strings.Join(texts, ",")
}
