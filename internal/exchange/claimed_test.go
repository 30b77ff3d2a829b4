package exchange

import (
	"slices"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
)

// Somebody says that ana's site is his own, and draws there. While ana is near as
// well, nothing of it shows, for even a moment; before she came, it is taken back. Her
// link is made anew in neither case.
func TestClaimedSite(t *testing.T) {
	for name, first := range map[string]bool{"ana is there": false, "ana comes": true} {
		t.Run(name, func(t *testing.T) {
			now := time.Now()
			wire := fakeWire{}
			x := New(Options{Wire: wire})
			ana, again := newAuthor(t, "ana"), newAuthor(t, "ana")
			text := ana.draws(now, 1)
			again.draws(now, 1)
			forged := again.draws(now, 2)
			forged = forged[:len(forged)-10] + strings.Repeat("A", 8) + `"}`
			if !first {
				x.Opened("ana", ana.says(), nil, now)
				x.Heard("ana", []byte(text), true, now)
			}
			x.Opened("eve", ana.says(), nil, now)
			x.Heard("eve", []byte(text), true, now)
			x.Heard("eve", []byte(forged), true, now)
			shows := 1
			if first {
				shows = 2
			}
			if x.Log().Len() != shows {
				t.Errorf("%d entries show at once, want %d", x.Log().Len(), shows)
			}
			if first {
				x.Opened("ana", ana.says(), nil, now)
			}
			for range 20 {
				now = now.Add(100 * time.Millisecond)
				x.Tick(now)
			}
			x.Heard("ana", []byte(ana.draws(now, 3)), true, now)
			x.Sum()
			if e, _ := x.Log().Entry(ana.log.Site(), 2); x.Log().Len() != 2 || e.Op != canvas.Round(segment(3)) {
				t.Errorf("%d entries in the end, the last is %+v, want what ana drew", x.Log().Len(), e)
			}
			if slices.Contains(wire["ana"], "reset") {
				t.Error("ana's link was made anew")
			}
			if first && !slices.Contains(wire["eve"], "reset") {
				t.Error("eve was not found out")
			}
		})
	}
}
