package exchange

import (
	"slices"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// tickTime is about how often Tick is called.
const tickTime = 200 * time.Millisecond

// A deafWire acknowledges nothing.
type deafWire struct{ fakeWire }

func (w deafWire) Queued(signaling.ID) int { return 30 }

// A link is dead when its peer has neither said nor acknowledged anything for a
// while in which we listened.
func TestSilence(t *testing.T) {
	tests := []struct {
		name string
		wire func(fakeWire) Wire
		tick time.Duration
		want bool
	}{
		{"dead", func(w fakeWire) Wire { return deafWire{w} }, tickTime, true},
		{"does not read", func(w fakeWire) Wire { return w }, tickTime, false},
		{"we slept", func(w fakeWire) Wire { return deafWire{w} }, time.Minute, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := time.Now()
			w := make(fakeWire)
			r := New(Options{Wire: tt.wire(w)})
			r.Opened("lines", newAuthor(t, "ana").says(), nil, now)
			for end := now.Add(silentTime + time.Second); now.Before(end); now = now.Add(tt.tick) {
				r.Tick(now)
			}
			r.Tick(now)
			if got := slices.Contains(w["lines"], "reset"); got != tt.want {
				t.Errorf("the link was made anew: %t, want %t", got, tt.want)
			}
		})
	}
}

// Who has said goodbye is neither asked for anything more nor given up as dead.
func TestBye(t *testing.T) {
	now := time.Now()
	w := make(fakeWire)
	r := New(Options{Wire: deafWire{w}})
	ana := newAuthor(t, "ana")
	r.Opened("other", ana.says(), nil, now)
	r.Heard("other", []byte(`{"event":"bye"}`), true, now)
	r.Heard("other", AppendMessage(nil, Have{All: true, Have: canvas.Vector{ana.log.Site(): 5}}), true, now)
	w.takes("other")
	for end := now.Add(time.Minute); now.Before(end); now = now.Add(tickTime) {
		r.Tick(now)
	}
	for _, sent := range w.takes("other") {
		if sent == "reset" || strings.HasPrefix(sent, `{"event":"want"`) {
			t.Errorf("it was sent %s", sent)
		}
	}
	if !r.Complete() {
		t.Error("what it holds is waited for")
	}
}
