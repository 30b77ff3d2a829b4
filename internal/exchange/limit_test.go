package exchange

import (
	"testing"
	"time"

	"drawmesh/canvas"
)

func TestLimits(t *testing.T) {
	now := time.Now()
	l := newLimits(0)
	taken := 0
	for range 10_000 {
		if l.admits(now) {
			taken++
		}
	}
	if taken != 5000 {
		t.Errorf("%d operations at once, want 5000", taken)
	}
	for i := range 1000 {
		if l.admits(now.Add(time.Duration(i) * time.Millisecond)) {
			taken++
		}
	}
	if taken < 5495 || taken > 5505 {
		t.Errorf("%d operations in a second, want 500 more than 5000", taken)
	}
	if !l.hurried(now.Add(time.Second)) || l.hurried(now.Add(2*time.Second)) {
		t.Error("it is over a moment later, not before")
	}
	frames := 0
	for l.admitsFrame(now) && frames < 1e6 {
		l.merged(8192, now)
		frames++
	}
	if entries := frames * 8192; entries < canvas.MaxLive || entries > bulkBurst+8192 {
		t.Errorf("%d entries in frames at once, want a room full, and not %d", entries, entries)
	}
}
