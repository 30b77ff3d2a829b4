package exchange

import (
	"testing"
	"time"

	"drawmesh/canvas"
)

// Of a drawing that is too large a plain peer is shown the latest part, in order,
// and at first nothing that it drew itself.
func TestReplayIsOfTheLatest(t *testing.T) {
	rect := canvas.Rect{Width: 9, Height: 9, LineWidth: 2, Color: canvas.Color{A: 255}}
	tests := []struct {
		name        string
		again       bool
		rects, ops  int // that are drawn: rects first
		first, sent int // what is sent begins with the segment first, if not 0
	}{
		{"all of it", true, 3, 100, 0, 112},
		{"the latest", true, 3, replayOps + 50, 51, replayOps},
		{"not in the middle of a rectangle", true, 3, replayOps - 6, 0, replayOps - 6 + 4},
		{"without its own", false, 0, 100, 0, 100},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now, w := time.Now(), make(fakeWire)
			r := New(Options{Wire: w})
			r.Opened("plain", nil, nil, now)
			n := r.near.plain["plain"]
			for range tt.rects {
				r.log.Draw(rect, 0, 1)
			}
			for i := range tt.ops {
				r.log.Draw(segment(float64(i+1)), 0, 1)
			}
			if !tt.again {
				r.log.Adopt("plain", segment(1e5), 1)
			}
			n.replay = newReplay(r.log, "plain", tt.again)
			r.log.Draw(segment(2e5), 0, 1) // it is sent that as it is drawn
			r.sponsor.pumpTo(n)
			sent := w.takes("plain")
			if len(sent) != tt.sent || n.replay != nil {
				t.Fatalf("%d operations were sent, want %d and no more", len(sent), tt.sent)
			}
			last := canvas.AppendOp(nil, segment(float64(tt.ops)))
			if got := sent[len(sent)-1]; got != string(last) {
				t.Errorf("the last is %s, want %s", got, last)
			}
			if first := canvas.AppendOp(nil, segment(float64(tt.first))); tt.first > 0 && sent[0] != string(first) {
				t.Errorf("the first is %s, want %s", sent[0], first)
			}
		})
	}
}
