package peer

import (
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
)

// A peer that begins with a drawing gives it to whoever comes, and takes from
// them what it lacks.
func TestBeginsWithADrawing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		before, now := canvas.NewLog(canvas.NewSigner()), canvas.Ticks(time.Now())
		for x := range 3000 {
			if _, err := before.Draw(canvas.Round(segment(float64(x))), 0, now); err != nil {
				t.Fatal(err)
			}
		}
		before.Sign()
		stored := canvas.NewLog(canvas.NewSigner())
		for frame := range before.Frames(nil) {
			if _, err := stored.Merge(frame, now+canvas.Tolerance); err != nil {
				t.Fatal(err)
			}
		}
		site := stored.Site()
		others := r.join(1)
		if _, err := others[0].Draw(segment(5000)); err != nil {
			t.Fatal(err)
		}
		keeper, err := Join(t.Context(), "http://server/studio", Options{HTTPClient: r.http.Client, Net: r.wan.Host(), Log: stored})
		if err != nil {
			t.Fatal(err)
		}
		r.peers = append(r.peers, &testPeer{Peer: keeper})
		keeper.View().Look(func(log *canvas.Log, since canvas.Change) {
			if since.Kind != canvas.Everything || log.Site() != site {
				t.Errorf("got a change of kind %d and site %s, want %d and %s", since.Kind, log.Site(), canvas.Everything, site)
			}
		})
		time.Sleep(10 * time.Second)
		late := r.join(1)[0]
		time.Sleep(10 * time.Second)
		for name, p := range map[string]*Peer{"who was there": others[0].Peer, "who began with it": keeper, "who came late": late.Peer} {
			p.Look(func(log *canvas.Log) {
				if got, want := log.Len(), 3001; got != want {
					t.Errorf("%s holds %d operations, want %d", name, got, want)
				}
			})
			if got, want := p.Sum(), keeper.Sum(); got != want {
				t.Errorf("%s has sum %v, want %v", name, got, want)
			}
		}
	})
}
