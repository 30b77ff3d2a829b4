package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"syscall"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// A watched link's states come out of it.
type watched chan peer.LinkState

// withBot is a room of Ana, who watches her links, and of a process. What she draws
// is sent at once, however much.
func withBot(t *testing.T) (room string, ana *peer.Peer, link watched, bot *process) {
	t.Helper()
	room = serve(t, signaling.ServerOptions{}).URL + "/studio"
	link = make(watched, 100)
	ana, err := peer.Join(t.Context(), room, peer.Options{Name: "Ana", Loopback: true, LiveRate: -1})
	if err != nil {
		t.Fatal(err)
	}
	go hear(ana, func(ev peer.Event) {
		if l, ok := ev.(peer.Link); ok {
			link <- l.State
		}
	})
	t.Cleanup(func() { ana.Close(context.Background()) })
	bot = spawn(t, "", "join", room)
	link.await(t, peer.Open)
	return room, ana, link, bot
}

// await waits until the link comes to a state.
func (w watched) await(t *testing.T, state peer.LinkState) {
	t.Helper()
	late := time.After(time.Minute)
	for {
		select {
		case got := <-w:
			if got == state {
				return
			}
		case <-late:
			t.Fatalf("the link is never %s", state)
		}
	}
}

// Fault 7: a process is killed. Its link is unsteady within 6 s, and gone within a
// minute; what it drew stays.
func TestFault07Killed(t *testing.T) {
	t.Parallel()
	_, ana, link, bot := withBot(t)
	fmt.Fprintln(bot.in, `{"lastPoint":{"x":1,"y":0},"x":9,"y":9,"force":1,"color":"#f00"}`)
	bot.out.await(t, `"agree":true,"everybody":true,"entries":1`)
	before := ana.Sum()
	killed := time.Now()
	bot.Process.Kill()
	link.await(t, peer.Unsteady)
	unsteady := time.Since(killed)
	link.await(t, peer.Closed)
	t.Logf("unsteady after %v, gone after %v", unsteady, time.Since(killed))
	if unsteady > 8*time.Second || time.Since(killed) > time.Minute {
		t.Error("want at most 6 s, and two more on a busy machine, and a minute")
	}
	if n := len(ana.Members()); n != 0 || before == canvas.NewLog(nil).Digest() || ana.Sum() != before {
		t.Errorf("%d others and sum %v are left, want none and %v", n, ana.Sum(), before)
	}
}

// Fault 8: a process is stopped (SIGSTOP) while somebody else draws. Five seconds
// after it goes on it holds the same drawing, and draws on as who it was.
func TestFault08Stopped(t *testing.T) {
	t.Parallel()
	stopped := 12 * time.Second // its links are given up meanwhile, or are about to be
	if *soak {
		stopped = 2 * time.Minute
	}
	_, ana, link, bot := withBot(t)
	draws := func(x int) {
		t.Helper()
		if _, err := fmt.Fprintf(bot.in, `{"lastPoint":{"x":%d,"y":0},"x":9,"y":9,"force":1,"color":"#f00"}`+"\n", x); err != nil {
			t.Fatal(err)
		}
	}
	drawn := func() (sites int, sum string) {
		ana.Look(func(log *canvas.Log) {
			sites, sum = len(log.Have().Sites), fmt.Sprintf(`"sum":"%v"`, log.Digest())
		})
		return sites, sum
	}
	wantSites := func(want, entries int) {
		t.Helper()
		holds := func() (n int) {
			ana.Look(func(log *canvas.Log) { n = log.Len() })
			return n
		}
		for end := time.Now().Add(5 * time.Second); holds() < entries && time.Now().Before(end); {
			time.Sleep(10 * time.Millisecond)
		}
		if got, _ := drawn(); got != want || holds() != entries {
			t.Fatalf("Ana holds %d entries of %d sites, want %d of %d", holds(), got, entries, want)
		}
	}

	bot.out.await(t, `"state":"open"`)
	draws(1)
	wantSites(1, 1)

	if err := bot.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	entries := 1
	for end := time.Now().Add(stopped); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		draw(t, ana, canvas.Segment{To: canvas.Point{X: float64(entries)}, Force: 1})
		entries++
	}
	link.await(t, peer.Unsteady)

	_, sum := drawn()
	went := time.Now()
	if err := bot.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	bot.out.await(t, sum)
	took := time.Since(went)
	t.Logf("stopped for %v, it held the same %v after it went on", stopped, took)
	if took > 5*time.Second {
		t.Error("want at most 5 s")
	}
	draws(2)
	wantSites(2, entries+1)
}

// Fault 22: nobody reads what a process says, and so it reads nothing either. Its
// link stands, somebody else sees 3 MB at once, and it has all when it reads again.
func TestFault22StopsReading(t *testing.T) {
	t.Parallel()
	room, ana, links, bot := withBot(t)
	bo := enter(t, room)
	links.await(t, peer.Open)

	bot.out.mu.Lock() // so that its pipe fills
	read := sync.OnceFunc(bot.out.mu.Unlock)
	defer read() // its end waits for that, also when the test fails
	random := rand.New(rand.NewPCG(5, 6))
	for range 60 { // more than all buffers on the way hold
		draw(t, ana, noise(random, 500)...)
		time.Sleep(50 * time.Millisecond)
	}
	drawn := time.Now()
	for bo.Sum() != ana.Sum() && time.Since(drawn) < 10*time.Second {
		time.Sleep(10 * time.Millisecond)
	}
	t.Logf("somebody else had all %v after", time.Since(drawn))
	if time.Since(drawn) > 5*time.Second {
		t.Error("want at most 5 s")
	}
	read()
	again := time.Now()
	bot.out.await(t, fmt.Sprintf(`"sum":"%v"`, ana.Sum()))
	t.Logf("it had all %v after it read again", time.Since(again))
	for len(links) > 0 {
		t.Errorf("a link became %s", <-links)
	}
}
