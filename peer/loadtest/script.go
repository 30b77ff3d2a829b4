package loadtest

import "time"

// A scriptWatch is for how long a Bot of one's own runs, and for how long the
// script that it follows, if it does, was busy meanwhile. The bot's mutex guards
// it.
type scriptWatch struct {
	start, end time.Time            // of the Bot; zero: not yet
	busy       func() time.Duration // nil: it follows none, or has not said so
}

// A scripted Bot tells for how long its script was busy so far, at any time.
type scripted interface{ Busy() time.Duration }

// begin notes that a bot runs, and returns what notes that it has returned.
func (b *participant) begin(bot Bot) (end func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.script.start = time.Now()
	if s, ok := bot.(scripted); ok {
		b.script.busy = s.Busy
	}
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.script.end = time.Now()
	}
}

// watch is how its script does. What that says is asked for without the bot's
// mutex, for its program may have one of its own.
func (b *participant) watch() scriptWatch {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.script
}

// read is how long the bot ran and its script was busy, so far.
func (s scriptWatch) read() (ran, busy time.Duration) {
	switch {
	case s.start.IsZero():
	case s.end.IsZero():
		ran = time.Since(s.start)
	default:
		ran = s.end.Sub(s.start)
	}
	if s.busy != nil {
		busy = s.busy()
	}
	return ran, busy
}
