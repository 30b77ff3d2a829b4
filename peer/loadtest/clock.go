package loadtest

import "time"

// A clock tells the time in microseconds since 1970. It does not jump when
// somebody sets the machine's.
type clock struct {
	start time.Time
	skew  time.Duration // by how much it is ahead: of use in tests
}

func (c clock) at(t time.Time) int64 {
	return c.start.Add(c.skew).UnixMicro() + t.Sub(c.start).Microseconds()
}

// ms is a time in milliseconds since the clock's start.
func (c clock) ms(us int64) float64 { return float64(us-c.at(c.start)) / 1000 }
