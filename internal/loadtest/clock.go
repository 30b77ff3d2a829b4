package loadtest

import "time"

// A clock tells the time in microseconds since 1970. It does not jump when
// somebody sets the machine's.
type clock struct{ start time.Time }

func newClock() clock { return clock{time.Now()} }

func (c clock) at(t time.Time) int64 {
	return c.start.UnixMicro() + t.Sub(c.start).Microseconds()
}
