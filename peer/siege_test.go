package peer

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/hostile"
)

// A siege is two honest peers and a hostile member, over the real server and real
// links. These are on a virtual network and in virtual time: so the attack lasts as
// long as it takes to bear, nothing depends on how fast the machine is, and what
// waits a minute is not skipped.
type siege struct {
	*testRoom
	eve   *hostile.Member
	drawn []drawnThere // by honest peers
	deaf  bool         // nobody notes what a liar draws: that would fill the memory
}

// A drawnThere is what an honest peer drew, and when by its own clock.
type drawnThere struct {
	op canvas.Segment
	t  uint64
}

func inSiege(t *testing.T, test func(t *testing.T, s *siege)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &siege{testRoom: newRoom(t)}
		s.lies, s.forgets = true, func(ev Event) bool { return s.deaf && !isHonest(ev) }
		s.join(2)
		eve, err := hostile.Enter(t.Context(), "http://server/studio", hostile.Options{HTTPClient: s.http.Client, Net: s.wan.Host(), Seed: 5})
		if err != nil {
			t.Fatal(err)
		}
		s.eve = eve
		t.Cleanup(eve.Close)
		if err := eve.WaitLinked(t.Context(), 2); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		for range 10 {
			s.drawBoth()
		}
		time.Sleep(time.Second)
		test(t, s)
	})
}

// isHonest reports whether an event may be about what an honest peer drew.
func isHonest(ev Event) bool {
	d, drawn := ev.(Drawn)
	s, is := d.Op.(canvas.Segment)
	return !drawn || is && s.Color != hostile.Ink
}

// drawBoth lets both honest peers draw, each a segment of its own.
func (s *siege) drawBoth() {
	s.t.Helper()
	for _, p := range s.peers {
		op := segment(float64(len(s.drawn) + 1)).(canvas.Segment)
		if _, err := p.Draw(op); err != nil {
			s.t.Fatalf("%s cannot draw: %v", p.opts.Name, err)
		}
		d := drawnThere{op: op}
		p.Look(func(log *canvas.Log) {
			n, _ := log.Holds(log.Site())
			e, _ := log.Entry(log.Site(), n)
			d.t = e.T // 0 if it has been wiped since
		})
		s.drawn = append(s.drawn, d)
	}
}

// bears lets the member make its moves for so long, while both draw.
func (s *siege) bears(lasts time.Duration, moves ...hostile.Move) {
	s.t.Helper()
	if testing.Short() {
		lasts /= 5 // the race detector is slow
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), lasts)
	defer cancel()
	over := make(chan struct{})
	go func() {
		defer close(over)
		s.eve.Attack(ctx, 20*time.Millisecond, moves...)
	}()
	for ctx.Err() == nil {
		s.drawBoth()
		time.Sleep(40 * time.Millisecond)
	}
	<-over
	time.Sleep(5 * time.Second)
}

// wantUnharmed checks that both can draw and hear each other at once, that both hold
// the same, that nothing honest is lost, nothing forged, and the time has not run
// away. The member is still there.
func (s *siege) wantUnharmed() {
	s.t.Helper()
	heard := make([]int, 2)
	for i, p := range s.peers {
		heard[i] = len(p.honest())
	}
	for range 5 {
		s.drawBoth()
		time.Sleep(100 * time.Millisecond)
	}
	for i, p := range s.peers {
		if got := len(p.honest()) - heard[i]; got != 5 {
			s.t.Errorf("%s heard of %d strokes of 5 that were drawn afterwards", p.opts.Name, got)
		}
		if other := s.peers[1-i]; p.lostTo(other.ID()) > 0 {
			s.t.Errorf("%s lost the honest link", p.opts.Name)
		}
	}
	time.Sleep(2 * time.Second)
	s.wantAgreement(-1)
	for _, p := range s.peers {
		s.judge(p)
	}
}

// honest is the x at which each segment begins that p heard from the other one.
func (p *testPeer) honest() []float64 {
	return slices.DeleteFunc(p.drawn(), func(x float64) bool { return x == 0 })
}

// judge holds what a peer shows against what was drawn.
func (s *siege) judge(p *testPeer) {
	s.t.Helper()
	p.Look(func(log *canvas.Log) {
		shows := make(map[canvas.Op]int)
		for e := range log.Paint(canvas.Key{}) {
			op, _ := e.Op.(canvas.Segment)
			shows[op]++
			for _, honest := range s.peers {
				if e.Site == honest.site() && op.Color == hostile.Ink {
					s.t.Errorf("%s shows %+v in the name of %s", p.opts.Name, op, honest.opts.Name)
				}
			}
			if e.T > canvas.Ticks(time.Now())+canvas.Tolerance {
				s.t.Errorf("%s shows what is drawn in %v", p.opts.Name, time.Until(canvas.TimeOf(e.T)))
			}
		}
		lost, back := 0, 0
		for _, d := range s.drawn {
			switch lives := d.t > log.LastClear().T; {
			case lives && shows[d.op] != 1:
				lost++
			case !lives && d.t > 0 && shows[d.op] > 0:
				back++
			}
		}
		if lost > 0 || back > 0 {
			s.t.Errorf("%s: of %d honest strokes %d are lost or there twice, and %d came back after a clear", p.opts.Name, len(s.drawn), lost, back)
		}
		for _, honest := range s.peers {
			if log.Void(honest.site()) != nil {
				s.t.Errorf("%s holds %s to be a liar", p.opts.Name, honest.opts.Name)
			}
		}
	})
}

// A member clears, again and again, what is and what is to come, in its own name
// and in others'. Every pen writes on.
func TestHostileClear(t *testing.T) {
	inSiege(t, func(t *testing.T, s *siege) {
		s.bears(10*time.Second, hostile.Clears()...)
		s.wantUnharmed()
	})
}

// A member draws, undoes and redoes in the names of others, as their neighbour, as
// their own peer, and says that what it drew is theirs.
func TestHostileForgery(t *testing.T) {
	inSiege(t, func(t *testing.T, s *siege) {
		s.bears(30*time.Second, append(hostile.Forgeries(), hostile.Rewrites()...)...)
		s.wantUnharmed()
		for i, p := range s.peers {
			p.mu.Lock()
			for _, ev := range p.events {
				d, ok := ev.(Drawn)
				if op, _ := d.Op.(canvas.Segment); ok && op.Color == hostile.Ink && d.From == s.peers[1-i].ID() {
					t.Errorf("%s was told that %s drew %+v", p.opts.Name, d.Name, d)
				}
			}
			p.mu.Unlock()
		}
	})
}

// A member tells ana one story and bo another, under one key. Both pictures become
// one, without what it drew, and both know who it was.
func TestHostileFork(t *testing.T) {
	inSiege(t, func(t *testing.T, s *siege) {
		s.bears(30*time.Second, hostile.Forks()...)
		s.wantUnharmed()
		for _, p := range s.peers {
			named := 0
			for _, lie := range p.lies() {
				if !lie.Proof.Holds() || lie.From != s.eve.ID() && lie.From != "" {
					t.Errorf("%s was told that %q lies, with a proof that holds: %v", p.opts.Name, lie.Name, lie.Proof.Holds())
				}
				if lie.From == s.eve.ID() && lie.Name == "eve" {
					named++
				}
			}
			if named == 0 {
				t.Errorf("%s was told of %d lies, and not whose they were", p.opts.Name, len(p.lies()))
			}
		}
	})
}

// A member draws at the end of time, tomorrow, long ago and backwards.
func TestHostileClock(t *testing.T) {
	inSiege(t, func(t *testing.T, s *siege) {
		s.bears(30*time.Second, hostile.Clocks()...)
		s.wantUnharmed()
	})
}

// However much a member says of whatever there is, nobody's memory fills. What it
// has itself counts with what the two others have: so each has less than that.
func TestHostileMemory(t *testing.T) {
	for _, move := range append(hostile.Floods(), hostile.Sites()...) {
		t.Run(move.Name, func(t *testing.T) {
			inSiege(t, func(t *testing.T, s *siege) {
				s.deaf = true
				before := inUse()
				lasts := time.Second
				if move.Name == "claims" || move.Name == "wants without end" { // a link carries no more of them in less
					lasts = 15 * time.Second
				}
				s.bears(lasts, move)
				grown := inUse() - before
				t.Logf("grown by %d KiB", grown>>10)
				if grown > 64<<20 {
					t.Errorf("memory has grown by %d MiB, want 64 at most", grown>>20)
				}
				s.wantUnharmed()
			})
		})
	}
}
