package exchange

import (
	"fmt"
	"testing"
	"time"

	"drawmesh/signaling"
)

// A ping is answered by our own, unless that was sent a moment ago; and if
// nothing was heard, it goes after 5 to 6 s. Who takes acknowledgments for a sign
// of life gets none before it has been silent for a minute or a fifth more.
func TestPing(t *testing.T) {
	now := time.Now()
	r, w := outboxExchange(t, now)
	ping := string(AppendMessage(nil, Ping{Sum: r.log.Digest()}))
	r.Opened("acks", fmt.Appendf(nil, `{"v":2,"key":"%s","acks":true}`, newAuthor(t, "acks").log.PublicKey()), nil, now)
	clear(w)
	pings := func(id signaling.ID) (n int) {
		for _, text := range w.takes(id) {
			if text == ping {
				n++
			}
		}
		return n
	}
	hear := func() {
		for _, id := range []signaling.ID{"lines", "acks"} {
			r.Heard(id, []byte(ping), true, now)
		}
	}
	ticks := func(d time.Duration) {
		for end := now.Add(d); now.Before(end); now = now.Add(tickTime) {
			r.Tick(now)
		}
	}
	for _, step := range []struct {
		name        string
		do          func()
		lines, acks int // pings; a negative number is any
	}{
		{"heard at once", hear, 0, 0},
		{"heard after 4 s", func() { ticks(4 * time.Second); hear() }, 1, 0},
		{"heard once more", hear, 0, 0},
		{"4 s later", func() { ticks(4 * time.Second) }, 0, 0},
		{"6 s later", func() { ticks(2*time.Second + tickTime) }, 1, 0},
		{"60 s later", func() { ticks(53 * time.Second) }, -1, 0},
		{"72 s later", func() { ticks(13 * time.Second) }, -1, 1},
	} {
		step.do()
		if n := pings("lines"); step.lines >= 0 && n != step.lines {
			t.Errorf("%s: %d pings, want %d", step.name, n, step.lines)
		}
		if n := pings("acks"); n != step.acks {
			t.Errorf("%s: %d pings to who need not be pinged, want %d", step.name, n, step.acks)
		}
	}
}
