package canvas

import "time"

// Times in the log are sixteenths of a millisecond since 1970 in UTC, without
// leap seconds, as a hybrid logical clock counts them: a pen writes its clock's
// time, or else the least that is greater than any it has seen. (Kulkarni et al.,
// Logical Physical Clocks, 2014.)
const (
	// MaxTime is the last one: JavaScript counts no further.
	MaxTime = 1<<53 - 1

	// Tolerance is how far ahead of one's own clock what is taken in may be.
	Tolerance = 10 * 60 * 1000 * TicksPerMilli

	// TicksPerMilli is how many ticks there are in a millisecond.
	TicksPerMilli = 16
)

// Ticks is t in the log's measure; 0 for what is before 1970.
func Ticks(t time.Time) uint64 {
	micros := t.UnixMicro()
	if micros < 0 {
		return 0
	}
	return uint64(micros) * TicksPerMilli / 1000
}

// TimeOf is what the ticks of an entry say, to the microsecond.
func TimeOf(ticks uint64) time.Time {
	return time.UnixMicro(int64(ticks * 1000 / TicksPerMilli)).UTC()
}
