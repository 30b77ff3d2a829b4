package peer

import (
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
)

// A ping is answered by our own, unless that was sent a moment ago; and if
// nothing was heard, it goes after 5 to 6 s.
func TestPing(t *testing.T) {
	now := time.Now()
	r, w := outboxReplica(now)
	ping := string(canvas.AppendMessage(nil, canvas.Ping{Sum: r.log.Sum()}))
	pings := func() (n int) {
		for _, text := range w.takes("lines") {
			if text == ping {
				n++
			}
		}
		return n
	}
	hear := func() { r.heard("lines", mesh.Message{Data: []byte(ping), Text: true}, now) }
	ticks := func(d time.Duration) {
		for end := now.Add(d); now.Before(end); now = now.Add(tickTime) {
			r.tick(now)
		}
	}
	for _, step := range []struct {
		name string
		do   func()
		want int
	}{
		{"heard at once", hear, 0},
		{"heard after 4 s", func() { ticks(4 * time.Second); hear() }, 1},
		{"heard once more", hear, 0},
		{"4 s later", func() { ticks(4 * time.Second) }, 0},
		{"6 s later", func() { ticks(2*time.Second + tickTime) }, 1},
	} {
		if step.do(); pings() != step.want {
			t.Errorf("%s: want %d pings", step.name, step.want)
		}
	}
}
