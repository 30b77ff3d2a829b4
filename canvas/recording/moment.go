package recording

import (
	"fmt"
	"time"
)

// A Moment is one of recordings that are merged: the end if it is zero.
type Moment struct {
	Ops   int           // after so many operations, if not zero
	Time  time.Time     // or at this time, if not zero
	Since time.Duration // or so long after the start of the first recording

	text string
}

// UnmarshalText reads a duration, a time (RFC 3339) or a number of operations.
func (m *Moment) UnmarshalText(text []byte) error {
	*m = Moment{text: string(text)}
	var err error
	if _, e := fmt.Sscanf(m.text, "%d", &m.Ops); e == nil && fmt.Sprint(m.Ops) == m.text && m.Ops > 0 {
		return nil
	}
	m.Ops = 0
	if m.Since, err = time.ParseDuration(m.text); err == nil && m.Since >= 0 {
		return nil
	}
	m.Since = 0
	if m.Time, err = time.Parse(time.RFC3339, m.text); err == nil {
		return nil
	}
	return fmt.Errorf("%q is no moment, such as 90s, 2026-05-17T12:00:00Z or 1000 (operations)", text)
}

// String is what UnmarshalText reads: as it was read, if it was.
func (m Moment) String() string {
	switch {
	case m.text != "" || m == (Moment{}):
		return m.text
	case m.Ops > 0:
		return fmt.Sprint(m.Ops)
	case !m.Time.IsZero():
		return m.Time.Format(time.RFC3339Nano)
	}
	return m.Since.String()
}

// MarshalText writes what String returns.
func (m Moment) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// Past returns a function that is told each record in turn, and reports whether
// it comes after the moment.
func (m Moment) Past() func(Timed) bool {
	var start time.Time // of the first recording
	ops, past := 0, false
	return func(t Timed) bool {
		switch rec := t.Record.(type) {
		case Header:
			if start.IsZero() || rec.Started.Before(start) {
				start = rec.Started
			}
		case Op, Clear:
			ops++
		}
		switch {
		case m == (Moment{}):
		case m.Ops > 0:
			past = past || ops > m.Ops
		case !m.Time.IsZero():
			past = past || t.At.After(m.Time)
		default:
			past = past || t.At.After(start.Add(m.Since))
		}
		return past
	}
}
