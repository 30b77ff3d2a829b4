package recording

import "time"

// longestPause is the longest one that a rhythm has where only those who drew say
// when they did.
const longestPause = time.Minute

// A rhythm is the time of a drawing: see [Timed].
type rhythm struct {
	begun time.Time // the first recording; zero: none so far
	last  time.Time
	now   time.Duration
}

// pass is told all records, one after another, and returns the time of each.
func (r *rhythm) pass(t *Timed) time.Duration {
	if h, ok := t.Record.(Header); ok {
		switch {
		case r.begun.IsZero():
			r.begun, r.last = h.Started, t.At
		case h.Started.Before(r.begun):
			r.begun = h.Started
		}
	}
	if r.last.Before(r.begun) && !t.At.Before(r.begun) {
		r.now += min(r.begun.Sub(r.last), longestPause)
		r.last = r.begun
	}
	pause := t.At.Sub(r.last)
	if t.At.Before(r.begun) {
		pause = min(pause, longestPause)
	}
	r.now += pause
	r.last = t.At
	return r.now
}
