package peer

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/transport/v5"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/internal/nettest"
)

// Fault 16: packets come late, twice and damaged. What is drawn is told of once.
func TestFault16UnrulyNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		var hosts []*nettest.Unruly
		r.host = func() transport.Net {
			h := r.wan.Unruly(nettest.Rates{Reorder: 0.25, Duplicate: 0.1, Corrupt: 0.01}, uint64(len(hosts)))
			hosts = append(hosts, h)
			return h
		}
		p := r.join(3)
		time.Sleep(10 * time.Second)
		r.wantMesh()
		for x := range 300 {
			for i, p := range p {
				p.Draw(segment(float64(x*3 + i)))
			}
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(5 * time.Second)
		r.wantAgreement(900)
		for i, p := range p {
			got := p.drawn()
			slices.Sort(got)
			if want := len(slices.Compact(slices.Clone(got))); len(got) != 600 || want != 600 {
				t.Errorf("%s was told of %d strokes, %d different ones, want 600", p.opts.Name, len(got), want)
			}
			if late, twice, damaged := hosts[i].Done(); late == 0 || twice == 0 || damaged == 0 {
				t.Errorf("packets of %s were %d times late, %d twice, %d damaged, want some of each", p.opts.Name, late, twice, damaged)
			}
		}
	})
}

// apart parts the room in two halves.
func (r *testRoom) apart() {
	side := make(map[string]bool)
	for i := range r.peers {
		side[nettest.HostIP(i+1)] = i < len(r.peers)/2
	}
	r.wan.Drop(func(from, to string) bool { return side[from] != side[to] })
}

// together heals that, and returns how long it takes until all hold the same.
func (r *testRoom) together() time.Duration {
	r.t.Helper()
	if r.peers[0].Sum() == r.peers[len(r.peers)-1].Sum() {
		r.t.Error("the halves of the room hold the same: nothing parted them")
	}
	r.wan.Drop(nil)
	return until(10*time.Second, r.same)
}

// Fault 17: a partition in which all draw, and both sides clear and undo.
func TestFault17PartitionHeals(t *testing.T) {
	lasts := []int{2, 5, 9, 14, 20, 31, 45, 60, 90, 120}
	if testing.Short() {
		lasts = []int{2, 20, 60}
	}
	var took []time.Duration
	for _, seconds := range lasts {
		inRoom(t, 4, func(t *testing.T, r *testRoom, p []*testPeer) {
			rng := rand.New(rand.NewPCG(5, uint64(seconds)))
			scribble(t, p[0], rng, 20)
			time.Sleep(time.Second)
			r.apart()
			for range 2 {
				for i, p := range p {
					scribble(t, p, rng, 20)
					if i%2 == 0 {
						p.Draw(canvas.Clear{})
						scribble(t, p, rng, 20)
					}
					p.Undo(p.Undoable())
				}
				time.Sleep(time.Duration(seconds) * time.Second / 2)
			}
			d := r.together()
			took = append(took, d)
			if d > 5*time.Second {
				t.Errorf("after %d s apart, together in %v, want at most 5s", seconds, d)
			}
			r.wantAgreement(-1)
		})
	}
	slices.Sort(took)
	if median := took[len(took)/2]; median > 2*time.Second {
		t.Errorf("together in %v, by the median, of %v: want at most 2s", median, took)
	}
	t.Log("together in", took)
}

// Ten peers that were apart hold the same picture in the end, byte by byte.
func TestSamePixelsAfterPartition(t *testing.T) {
	inRoom(t, 10, func(t *testing.T, r *testRoom, p []*testPeer) {
		rng := rand.New(rand.NewPCG(7, 8))
		r.apart()
		for i, p := range p {
			scribble(t, p, rng, 20)
			if i%4 == 1 {
				p.Draw(canvas.Clear{})
			}
			scribble(t, p, rng, 10)
			p.Undo(p.Undoable())
		}
		time.Sleep(10 * time.Second)
		r.together()
		r.wantAgreement(-1)
		var first []byte
		for _, p := range p {
			board, err := raster.NewBoard(300, 200, canvas.Color{R: 255, G: 255, B: 255, A: 255})
			if err != nil {
				t.Fatal(err)
			}
			p.Look(func(log *canvas.Log) {
				for e := range log.Paint(canvas.Key{}) {
					board.Apply(e.Op)
				}
			})
			var png bytes.Buffer
			if err := board.EncodePNG(&png); err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = png.Bytes()
			}
			if !bytes.Equal(png.Bytes(), first) {
				t.Errorf("%s holds another picture", p.opts.Name)
			}
		}
	})
}

// Fault 20: somebody comes late to 100,000 segments while ten draw.
func TestFault20LateJoiner(t *testing.T) {
	segments, others := 100_000, 10
	if testing.Short() {
		segments, others = 20_000, 4
	}
	inRoom(t, others, func(t *testing.T, r *testRoom, p []*testPeer) {
		snapshot, frames := 0, drawnBefore(t, segments, 10)
		for _, frame := range frames {
			snapshot += len(frame)
			for _, p := range p {
				p.Peer.mu.Lock()
				if _, err := p.drawing.Log().Merge(frame, canvas.Ticks(time.Now())); err != nil {
					t.Fatal(err)
				}
				p.Peer.mu.Unlock()
			}
		}
		start := time.Now()
		draw := func(seconds int) {
			for range seconds * 60 {
				for _, p := range p {
					p.Draw(segment(float64(time.Since(start).Milliseconds())))
				}
				time.Sleep(time.Second / 60)
			}
		}
		p[0].latencies(start)
		draw(5)
		before := p[0].latencies(start)
		done := make(chan struct{})
		go func() {
			defer close(done)
			draw(5)
		}()
		late := r.join(1)[0]
		joined := time.Now()
		if err := late.WaitSynced(t.Context()); err != nil {
			t.Fatal(err)
		}
		took := time.Since(joined)
		if took > 2*time.Second {
			t.Errorf("it was synced after %v, want at most 2s", took)
		}
		<-done
		amid := p[0].latencies(start)
		if amid > before+50*time.Millisecond {
			t.Errorf("meanwhile others' strokes took %v, by the p95, want at most 50ms more than %v", amid, before)
		}
		time.Sleep(2 * time.Second)
		r.wantAgreement(segments + others*600)
		got, from := late.pulled()
		t.Logf("synced after %v by %d bytes from %d; others' p95 %v, before %v", took, got, from, amid, before)
		if from != 1 || got*10 > snapshot*13 || got > 400_000 {
			t.Errorf("%d bytes came from %d peers, want one, at most 400 KB and 1.3 times the %d of the drawing", got, from, snapshot)
		}
	})
}

// latencies is the p95 of how long strokes took that begin where they were sent,
// in milliseconds since start, and forgets them.
func (p *testPeer) latencies(start time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	var took []time.Duration
	for i, ev := range p.events {
		if d, ok := ev.(Drawn); ok {
			if s, ok := d.Op.(canvas.Segment); ok {
				took = append(took, p.at[i].Sub(start)-time.Duration(s.From.X)*time.Millisecond)
			}
		}
	}
	p.events, p.at = nil, nil
	slices.Sort(took)
	if len(took) == 0 {
		return 0
	}
	return took[len(took)*95/100]
}

// Somebody crashes, forgets everything, and comes back: as another site, with
// all that it drew before, and what it draws then is its own.
func TestCrashAndReturn(t *testing.T) {
	inRoom(t, 3, func(t *testing.T, r *testRoom, p []*testPeer) {
		rng := rand.New(rand.NewPCG(9, 9))
		scribble(t, p[2], rng, 50)
		time.Sleep(time.Second)
		ip := nettest.HostIP(3)
		r.wan.Drop(func(from, to string) bool { return from == ip || to == ip })
		scribble(t, p[2], rng, 7) // nobody hears of it
		p[2].server.Close()       // without a word
		r.peers = r.peers[:2]
		back := r.join(1)[0]
		scribble(t, back, rng, 10)
		time.Sleep(5 * time.Second)
		if back.site() == p[2].site() {
			t.Error("it came back as the site that it was")
		}
		r.wantAgreement(60)
		if err := back.Undo(back.Undoable()); err != nil {
			t.Errorf("undo of what it drew since: %v", err)
		}
		time.Sleep(time.Second)
		r.wantAgreement(61)
		p[2].Close(context.Background())
		time.Sleep(30 * time.Second)
		r.wantMesh()
	})
}
