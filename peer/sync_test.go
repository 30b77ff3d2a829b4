package peer

import (
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/nettest"
)

// wantAgreement checks that all peers hold the same drawing, of n entries.
func (r *testRoom) wantAgreement(n int) {
	r.t.Helper()
	if !r.lies {
		for _, p := range r.peers {
			for _, d := range p.disagreements() {
				r.t.Errorf("%s: %v", p.opts.Name, d)
			}
		}
	}
	want := r.peers[0].Sum()
	for _, p := range r.peers {
		p.Look(func(log *canvas.Log) {
			if log.Digest() != want {
				r.t.Errorf("%s has sum %v, want %v as %s", p.opts.Name, log.Digest(), want, r.peers[0].opts.Name)
			}
			if log.Len() != n && n >= 0 {
				r.t.Errorf("%s holds %d entries, want %d", p.opts.Name, log.Len(), n)
			}
		})
	}
}

// same reports whether all hold the same.
func (r *testRoom) same() bool {
	return !slices.ContainsFunc(r.peers, func(p *testPeer) bool { return p.Sum() != r.peers[0].Sum() })
}

func (p *testPeer) entries() (n int) {
	p.Look(func(log *canvas.Log) { n = log.Len() })
	return n
}

// scribble draws n segments, each a stroke of its own.
func scribble(t *testing.T, p *testPeer, rng *rand.Rand, n int) {
	t.Helper()
	for range n {
		at := func() canvas.Point { return canvas.Point{X: rng.Float64() * 1000, Y: rng.Float64() * 1000} }
		op := canvas.Segment{From: at(), To: at(), Force: 1, Color: canvas.Color{R: uint8(rng.Uint32()), A: 255}}
		if _, err := p.Draw(op); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLateJoiner(t *testing.T) {
	inRoom(t, 3, func(t *testing.T, r *testRoom, p []*testPeer) {
		rng := rand.New(rand.NewPCG(1, 2))
		scribble(t, p[0], rng, 3000)
		scribble(t, p[1], rng, 2000)
		p[1].Undo(p[1].Undoable())
		time.Sleep(5 * time.Second)
		late := r.join(1)[0]
		start := time.Now()
		if err := late.WaitSynced(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("synced after %v, want at most 2s", took)
		}
		r.wantAgreement(5001)
		time.Sleep(6 * time.Second) // until everybody has said so
		if n, all := late.Agree(); n != 3 || !all {
			t.Errorf("it agrees with %d peers, all %t, want 3, all", n, all)
		}
		if got := len(late.drawn()); got != 5000 {
			t.Errorf("it was told of %d segments, want 5000", got)
		}
		wantDrawn(t, 7, late, p[0], p[1], p[2])
	})
}

func TestJoinerAmidDrawing(t *testing.T) {
	inRoom(t, 5, func(t *testing.T, r *testRoom, p []*testPeer) {
		rng := rand.New(rand.NewPCG(3, 4))
		drawn := 0
		draw := func(rounds int) {
			for range rounds {
				for _, p := range p {
					scribble(t, p, rng, 2)
					drawn += 2
				}
				time.Sleep(20 * time.Millisecond)
			}
		}
		draw(100)
		r.join(2)
		draw(100)
		time.Sleep(2 * time.Second)
		r.wantAgreement(drawn)
	})
}

func TestUndoAndClear(t *testing.T) {
	inRoom(t, 3, func(t *testing.T, r *testRoom, p []*testPeer) {
		painted := func(p *testPeer) (n int) {
			p.Look(func(log *canvas.Log) {
				for range log.Paint(canvas.Key{}) {
					n++
				}
			})
			return n
		}
		wants := func(what string, n int) {
			t.Helper()
			time.Sleep(time.Second)
			for _, p := range r.peers {
				if got := painted(p); got != n {
					t.Errorf("%s: %s shows %d segments, want %d", what, p.opts.Name, got, n)
				}
			}
		}
		stroke := func(p *testPeer, y float64) {
			for x := range 4 { // one stroke, for each begins where the last ended
				p.Draw(canvas.Segment{From: canvas.Point{X: float64(x), Y: y}, To: canvas.Point{X: float64(x + 1), Y: y}, Force: 1, Color: canvas.Color{A: 255}})
			}
		}
		stroke(p[0], 1)
		stroke(p[0], 2)
		stroke(p[1], 3)
		wants("three strokes", 12)
		if err := p[0].Undo(p[0].Undoable()); err != nil {
			t.Errorf("undo: %v", err)
		}
		wants("undo", 8)
		p[0].Redo(p[0].Redoable())
		wants("redo", 12)
		if p[2].Undoable() != (canvas.Stroke{}) {
			t.Error("somebody undid without having drawn")
		}
		p[2].Draw(canvas.Clear{})
		wants("clear", 0)
		r.wantAgreement(0)
	})
}

// Fault 18: one pair can never connect. Its strokes go by way of a third peer.
func TestFault18PairApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		a, b := nettest.HostIP(1), nettest.HostIP(2)
		r.wan.Drop(func(from, to string) bool { return from == a && to == b || from == b && to == a })
		p := r.join(3)
		time.Sleep(5 * time.Second)
		for range 5 {
			p[0].Draw(segment(42))
			t.Logf("there after %v", until(2*time.Second, func() bool { return p[1].Sum() == p[0].Sum() }))
			r.wantAgreement(-1)
		}
	})
}
