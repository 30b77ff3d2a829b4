package peer

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/nettest"
	"drawmesh/signaling"
)

// told is what p was told of the drawing, in order: each segment by its x, a
// minus before it if it is old, and 0 for Synced.
func (p *testPeer) told() (list []float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, ev := range p.events {
		switch ev := ev.(type) {
		case Synced:
			list = append(list, 0)
		case Drawn:
			s, ok := ev.Op.(canvas.Segment)
			switch {
			case ok && ev.Old:
				list = append(list, -s.From.X)
			case ok:
				list = append(list, s.From.X)
			}
		}
	}
	return list
}

// Synced parts what is old from what is live, and comes soon also to who finds
// nobody, or nothing.
func TestSyncedPartsOldFromLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		p := r.join(2)
		time.Sleep(time.Second)
		if got := p[0].told(); !slices.Equal(got, []float64{0}) {
			t.Errorf("nothing drawn: told of %v, want Synced alone", got)
		}
		p[0].Draw(segment(1), segment(2))
		p[1].Draw(segment(3))
		time.Sleep(5 * time.Second)
		late := r.join(1)[0]
		time.Sleep(time.Second)
		p[1].Draw(segment(4))
		time.Sleep(5 * time.Second)
		got := late.told()
		if len(got) == 5 {
			slices.Sort(got[:3])
		}
		if want := []float64{-3, -2, -1, 0, 4}; !slices.Equal(got, want) {
			t.Errorf("told of %v, want %v", got, want)
		}
	})
}

// What was drawn before is known by name, though all of it comes from one peer,
// before the links to the others open. Of who has left nobody can tell, and nobody
// waits for that until somebody who is silent is given up.
func TestOldIsKnownByName(t *testing.T) {
	for name, silent := range map[string]bool{"all_answer": false, "one_is_silent": true} {
		t.Run(name, func(t *testing.T) {
			inRoom(t, 5, func(t *testing.T, r *testRoom, p []*testPeer) {
				for x, p := range p {
					p.Draw(segment(float64(x + 1)))
				}
				time.Sleep(time.Second)
				want := []string{"p0", "p1", "p2", "p3", "p4"}
				if silent {
					p[4].Close(context.Background())
					want = []string{"", "p0", "p1", "p2", "p3"}
					mute, err := signaling.Dial(t.Context(), "http://server", signaling.ClientOptions{Name: "mute", HTTPClient: r.http.Client})
					if err != nil {
						t.Fatal(err)
					}
					defer mute.Close()
					if err := mute.Join(t.Context(), "studio"); err != nil {
						t.Fatal(err)
					}
				}
				start, slow, newcomer := time.Now(), nettest.HostIP(2), nettest.HostIP(6)
				r.wan.Drop(func(from, to string) bool { // so that one link opens late
					return time.Since(start) < 500*time.Millisecond && (from == slow && to == newcomer || from == newcomer && to == slow)
				})
				late := r.join(1)[0]
				time.Sleep(nameTime + time.Second)
				late.mu.Lock()
				defer late.mu.Unlock()
				names := make(map[string]bool)
				for _, ev := range late.events {
					if d, ok := ev.(Drawn); ok {
						names[d.Name] = true
					}
				}
				if got := slices.Sorted(maps.Keys(names)); !slices.Equal(got, want) {
					t.Errorf("got names %q, want %q", got, want)
				}
			})
		})
	}
}

// A reader that comes too late for all that was drawn before misses some of it,
// and not that this was all.
func TestSyncedIsNeverMissed(t *testing.T) {
	inRoom(t, 1, func(t *testing.T, r *testRoom, p []*testPeer) {
		for x := range 500 {
			p[0].Draw(segment(float64(x + 1)))
		}
		late, err := Join(t.Context(), "http://server/studio", Options{
			HTTPClient: r.http.Client, Net: r.wan.Host(), feed: feedLimits{unread: 100},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer late.Close(context.Background())
		time.Sleep(10 * time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		for missed := false; ; {
			ev, err := late.Next(ctx)
			if err != nil {
				t.Fatalf("%v, want Synced", err)
			}
			switch ev.(type) {
			case Missed:
				missed = true
			case Synced:
				if !missed {
					t.Error("nothing was missed before Synced")
				}
				return
			}
		}
	})
}

// Continue keeps strokes apart that are drawn at a time, and Draw's own.
func TestContinue(t *testing.T) {
	inRoom(t, 2, func(t *testing.T, _ *testRoom, p []*testPeer) {
		line := func(from, to float64) canvas.PlainOp {
			return canvas.Segment{From: canvas.Point{X: from}, To: canvas.Point{X: to}, Force: 1}
		}
		draw := func(s canvas.Stroke, err error) canvas.Stroke {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		own := draw(p[0].Draw(line(1, 10)))
		a := draw(p[0].Continue(canvas.Stroke{}, line(10, 20))) // where own ended
		b := draw(p[0].Continue(canvas.Stroke{}, line(20, 30))) // where a ended
		if again := draw(p[0].Continue(a, line(20, 40))); again != a {
			t.Errorf("continued %v: got %v", a, again)
		}
		if again := draw(p[0].Draw(line(10, 50))); again != own {
			t.Errorf("Draw went on with %v, want %v", again, own)
		}
		if a == b || a == own || b == own {
			t.Fatalf("got strokes %v, %v and %v, want three", own, a, b)
		}
		want := func(when string, ends ...float64) {
			t.Helper()
			time.Sleep(time.Second)
			for _, p := range p {
				var got []float64
				p.Look(func(log *canvas.Log) {
					for e := range log.Paint(canvas.Key{}) {
						got = append(got, e.Op.(canvas.Segment).To.X)
					}
				})
				if !slices.Equal(got, ends) {
					t.Errorf("%s: %s sees lines to %v, want %v", when, p.opts.Name, got, ends)
				}
			}
		}
		want("drawn", 10, 20, 30, 40, 50)
		p[0].Undo(a)
		want("one undone", 10, 30, 50)
		p[0].Redo(a)
		want("redone", 10, 20, 30, 40, 50)

		for name, s := range map[string]canvas.Stroke{
			"nobody's": {Site: canvas.NewSigner().Site(), K: a.K}, "never drawn": {Site: a.Site, K: a.K + 100},
		} {
			if _, err := p[0].Continue(s, line(1, 2)); !errors.Is(err, ErrNoStroke) {
				t.Errorf("%s: got %v, want ErrNoStroke", name, err)
			}
		}
		p[1].Draw(canvas.Clear{})
		time.Sleep(time.Second)
		if _, err := p[0].Continue(a, line(1, 2)); !errors.Is(err, ErrNoStroke) {
			t.Errorf("cleared: got %v, want ErrNoStroke", err)
		}
		want("cleared")
	})
}
