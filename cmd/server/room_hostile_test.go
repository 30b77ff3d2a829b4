package main

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/hostile"
	"drawmesh/peer"
)

// What peer's tests of these names try on programs, in virtual time, a page and a
// program bear here in real time.

// pageBears lets a page and a program bear the moves for some seconds.
func pageBears(t *testing.T, moves ...hostile.Move) *siege {
	t.Helper()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	s := besiege(t, newBrowser(t), server.url+"/studio")
	before := s.page.heap()
	s.bears(4*time.Second, moves...)
	s.wantUnharmed()
	grown := s.page.heap() - before
	t.Logf("the page's memory has grown by %.1f MiB", grown/(1<<20))
	if grown > 64<<20 {
		t.Errorf("the page's memory has grown by %.0f MiB, want 64 at most", grown/(1<<20))
	}
	return s
}

func TestHostileClear(t *testing.T) { pageBears(t, hostile.Clears()...) }

func TestHostileForgery(t *testing.T) {
	pageBears(t, append(hostile.Forgeries(), hostile.Rewrites()...)...)
}

func TestHostileClock(t *testing.T) { pageBears(t, hostile.Clocks()...) }

func TestHostileMemory(t *testing.T) { pageBears(t, hostile.Floods()...) }

// The page says who lied.
func TestHostileFork(t *testing.T) {
	s := pageBears(t, hostile.Forks()...)
	s.page.wait(`document.querySelector("#fault").textContent.includes("eve told two stories")`)
}

func TestHostileSites(t *testing.T) {
	t.Run("page", func(t *testing.T) { pageBears(t, hostile.Sites()...) })
	t.Run("kept room", keptRoomBearsSites)
}

// A kept room is filled with thousands of sites, and its keeper restarted. Who comes
// then draws at once, and after a clear nothing of them is left, nor in the store.
func keptRoomBearsSites(t *testing.T) {
	dir := t.TempDir()
	keep := func(port string) *process {
		return startProcess(t, "--port", port, "--no-stun", "--token-secret", longSecret, "--keep", dir)
	}
	server := keep("0")
	room := server.url + "/studio"
	ana, bo := enter(t, room), enter(t, room)
	draw := func(p *peer.Peer) {
		t.Helper()
		if _, err := p.Draw(wideLine(100, canvas.Color{R: 255, A: 255})); err != nil {
			t.Fatalf("%v cannot draw: %v", p.ID(), err)
		}
	}
	draw(ana)
	eve := enterHostile(t, room, 3)
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		eve.Attack(ctx, time.Millisecond, hostile.Sites()...)
	}()
	sites := func(p *peer.Peer) (n int) {
		p.Look(func(log *canvas.Log) { n = log.Sites() })
		return n
	}
	until(t, "there are more sites than a room had before", func() bool { return sites(bo) > 4096 })
	cancel()
	<-over
	server.end(syscall.SIGTERM)
	server = keep(server.port())
	late := enter(t, room)
	draw(late)
	until(t, "bo hears who came after the attack", func() bool { return entriesOf(bo, late) == 1 })
	if _, err := bo.Draw(canvas.Clear{}); err != nil {
		t.Fatal(err)
	}
	until(t, "all is wiped", func() bool { return sites(ana) < 4 && sites(late) < 4 })
	cleared := time.Now()
	latest := enter(t, room)
	draw(latest)
	draw(ana)
	until(t, "all hear each other", func() bool { return entriesOf(bo, latest) == 1 && entriesOf(latest, ana) == 2 })
	t.Logf("drawn and heard %v after the clear", time.Since(cleared))
	until(t, "all hold the same", func() bool { return ana.Sum() == bo.Sum() && bo.Sum() == latest.Sum() && late.Sum() == bo.Sum() })
	eve.Close()
	waitKept(t, dir, "studio", 2)
	if got := server.end(syscall.SIGTERM); got != exitDone {
		t.Errorf("got exit status %d, want %d", got, exitDone)
	}
	if info, err := os.Stat(filepath.Join(dir, "studio.room")); err != nil || info.Size() > 64<<10 {
		t.Errorf("the store has %d bytes after a clear, %v", info.Size(), err)
	}
}

// entriesOf is how many entries of somebody a peer holds.
func entriesOf(p, of *peer.Peer) (n uint32) {
	var site canvas.Site
	of.Look(func(log *canvas.Log) { site = log.Site() })
	p.Look(func(log *canvas.Log) { n, _ = log.Holds(site) })
	return n
}
