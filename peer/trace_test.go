package peer

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// A trace misses nothing although nobody reads the events, and hears of what the
// peer writes itself.
func TestTrace(t *testing.T) {
	inRoom(t, 1, func(t *testing.T, r *testRoom, p []*testPeer) {
		var mu sync.Mutex
		var events []Event
		traced, err := Join(t.Context(), "http://server/studio", Options{
			Name: "traced", HTTPClient: r.http.Client, Net: r.wan.Host(), feed: feedLimits{waiting: 4, unread: 4},
			Trace: func(ev Event) {
				mu.Lock()
				defer mu.Unlock()
				events = append(events, ev)
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer traced.Close(context.Background())
		time.Sleep(time.Second)
		for i := range 100 {
			if _, err := p[0].Draw(segment(float64(i))); err != nil {
				t.Fatal(err)
			}
		}
		stroke, err := traced.Draw(segment(7))
		if err != nil {
			t.Fatal(err)
		}
		if err := traced.Undo(stroke); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)

		mu.Lock()
		defer mu.Unlock()
		drawn := make(map[signaling.ID][]canvas.Op)
		open := false
		for _, ev := range events {
			switch ev := ev.(type) {
			case Link:
				open = open || ev.State == Open
			case Drawn:
				drawn[ev.From] = append(drawn[ev.From], ev.Op)
			}
		}
		if own := drawn[traced.ID()]; !open || !slices.Equal(own, []canvas.Op{canvas.Round(segment(7)), canvas.Undo{}}) {
			t.Errorf("got %v of our own, and that a link opened: %t, want the segment and its undo, and a link", own, open)
		}
		if got := len(drawn[p[0].ID()]); got != 100 {
			t.Errorf("got %d of the other's operations, want 100", got)
		}
	})
}
