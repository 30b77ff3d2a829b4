package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"drawmesh/internal/fault"
	"drawmesh/peer/loadtest"
)

// rate is a flag: how often something happens a second.
type rate float64

// UnmarshalText reads 2, 2/s or 30/min.
func (r *rate) UnmarshalText(text []byte) error {
	v, err := fault.ParseRate(string(text))
	*r = rate(v)
	return err
}

// rateCurve is a flag: how many segments a second are drawn, always or over time.
type rateCurve struct {
	steady float64
	curve  loadtest.Rates
}

// UnmarshalText reads 60, or 10s:60,30s:120.
func (r *rateCurve) UnmarshalText(text []byte) (err error) {
	*r = rateCurve{}
	if strings.Contains(string(text), ":") {
		return r.curve.UnmarshalText(text)
	}
	if r.steady, err = strconv.ParseFloat(string(text), 64); err != nil {
		return fmt.Errorf("%q is no rate, such as 60 or 10s:60,30s:120", text)
	}
	return nil
}

// part is a flag: one of several machines. The zero value is the only one.
type part struct{ part, of int }

// UnmarshalText reads K/N.
func (p *part) UnmarshalText(text []byte) error {
	k, n, _ := strings.Cut(string(text), "/")
	part, err := strconv.Atoi(k)
	of, err2 := strconv.Atoi(n)
	if err != nil || err2 != nil || part < 1 || part > of {
		return fmt.Errorf("%q is no part, such as 2/5", text)
	}
	p.part, p.of = part, of
	return nil
}

// instant is a flag: a time of day, or of a certain day.
type instant struct{ time.Time }

// UnmarshalText reads 15:04, 15:04:05 or a time with its date and zone. A time
// of day is the next one, here.
func (i *instant) UnmarshalText(text []byte) error {
	s := string(text)
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		i.Time = t
		return nil
	}
	for _, layout := range []string{"15:04:05", "15:04"} {
		t, err := time.ParseInLocation(layout, s, time.Local)
		if err != nil {
			continue
		}
		now := time.Now()
		at := time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.Local)
		if at.Before(now) {
			at = at.AddDate(0, 0, 1)
		}
		i.Time = at
		return nil
	}
	return fmt.Errorf("%q is no time, such as 15:04, 15:04:05 or 2006-01-02T15:04:05Z", s)
}
