package main

import (
	"context"
	"flag"
	"math/rand/v2"
	"os/exec"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer"
	"drawmesh/signaling"
)

var soak = flag.Bool("soak", false, "kill servers and peers two hundred times")

// A survivor draws while others are killed.
type survivor struct {
	*peer.Peer
	drew uint32
	lost atomic.Int32 // links to the other survivor
	back chan time.Time
}

func newSurvivor(t *testing.T, room string, other func() signaling.ID) *survivor {
	t.Helper()
	s := &survivor{back: make(chan time.Time, 1000)}
	var err error
	s.Peer, err = peer.Join(t.Context(), room, peer.Options{Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for ev := range s.Events() {
			switch ev := ev.(type) {
			case peer.Link:
				if ev.Peer == other() && (ev.State == peer.Lost || ev.State == peer.Closed) {
					s.lost.Add(1)
				}
			case peer.Signaling:
				if ev.State == "connected" {
					s.back <- time.Now()
				}
			}
		}
	}()
	return s
}

func (s *survivor) draw(t *testing.T) {
	t.Helper()
	s.drew++
	y := float64(s.drew % 700)
	if _, err := s.Draw(canvas.Segment{From: canvas.Point{X: 1, Y: y}, To: canvas.Point{X: 90, Y: y}, Force: 1, Color: canvas.Color{A: 255}}); err != nil {
		t.Fatal(err)
	}
}

// Servers and peers are killed at random moments, in turn, while two others draw.
// Those keep their link, hold the same soon after, all of it, and are back 3 s
// after a new server listens.
func TestKilledAtRandom(t *testing.T) {
	t.Parallel()
	kills := 6
	if *soak {
		kills = 200
	}
	drawbot := buildDrawbot(t)
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	room := server.url + "/studio"
	var ids [2]atomic.Pointer[signaling.ID]
	var two [2]*survivor
	for i := range two {
		two[i] = newSurvivor(t, room, func() signaling.ID {
			if id := ids[1-i].Load(); id != nil {
				return *id
			}
			return ""
		})
		id := two[i].ID()
		ids[i].Store(&id)
		defer two[i].Close(context.Background())
	}
	drawFor := func(atMost time.Duration) {
		t.Helper()
		for end := time.Now().Add(rand.N(atMost)); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
			two[0].draw(t)
			two[1].draw(t)
		}
	}
	worstBack, worstSame := time.Duration(0), time.Duration(0)
	for i := range kills {
		victim := exec.CommandContext(t.Context(), drawbot, "draw", room, "--pattern=walk", "--for=1h", "--rate=100")
		if err := victim.Start(); err != nil {
			t.Fatal(err)
		}
		drawFor(1500 * time.Millisecond)
		if i%2 == 0 {
			server.end(syscall.SIGKILL)
			drawFor(500 * time.Millisecond)
			server = startProcess(t, "--port="+server.port(), "--token-secret", longSecret)
			listens := time.Now()
			for _, s := range two {
				select {
				case at := <-s.back:
					worstBack = max(worstBack, at.Sub(listens))
				case <-time.After(patience):
					t.Fatalf("kill %d: no stream", i)
				}
			}
		}
		victim.Process.Kill()
		victim.Wait()
		killed := time.Now()
		for two[0].Sum() != two[1].Sum() && time.Since(killed) < patience {
			time.Sleep(5 * time.Millisecond)
		}
		worstSame = max(worstSame, time.Since(killed))
	}
	t.Logf("%d kills: streams back %v after a server, the same %v after a kill, at most", kills, worstBack, worstSame)
	if worstBack > 3*time.Second || worstSame > 5*time.Second {
		t.Error("want at most 3 s and 5 s")
	}
	for i, s := range two {
		if got := s.lost.Load(); got != 0 {
			t.Errorf("survivor %d lost its link to the other %d times", i, got)
		}
		if !holds(two[1-i].Peer, s.Peer, s.drew) {
			t.Errorf("survivor %d has not all that the other drew", 1-i)
		}
	}
}

// holds reports whether p holds n entries that by wrote.
func holds(p, by *peer.Peer, n uint32) (all bool) {
	var site canvas.Site
	by.Look(func(log *canvas.Log) { site = log.Site() })
	p.Look(func(log *canvas.Log) { all = log.Have().Sites[site] == n })
	return all
}
