package loadtest

import "time"

// A busyBot tells for how long the script that it follows was busy so far.
type busyBot interface{ Busy() time.Duration }

// weighScript notes for how long a bot ran that has returned, and how long its
// script was busy for it, if it follows one.
func (b *participant) weighScript(bot Bot, start time.Time) {
	told, scripted := bot.(busyBot)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ran = time.Since(start)
	if scripted {
		b.script, b.scriptTime = true, told.Busy()
	}
}
