package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"drawmesh/canvas"
	"drawmesh/peer"
)

// A server is killed and comes back: peers draw on meanwhile, no link is
// dropped, and their streams return.
func TestFault01ServerKilled(t *testing.T) {
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	var lost atomic.Int32 // links
	type watched struct {
		*peer.Peer
		drawn, back chan struct{}
	}
	enter := func(name string) watched {
		w := watched{drawn: make(chan struct{}, 1000), back: make(chan struct{}, 10)}
		p, err := peer.Join(t.Context(), server.url+"/studio", peer.Options{Name: name, Loopback: true})
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for ev := range p.Events() {
				switch ev := ev.(type) {
				case peer.Drawn:
					w.drawn <- struct{}{}
				case peer.Link:
					if ev.State == peer.Lost || ev.State == peer.Closed {
						lost.Add(1)
					}
				case peer.Signaling:
					if ev.State == "connected" {
						w.back <- struct{}{}
					}
				}
			}
		}()
		w.Peer = p
		return w
	}
	ana, bo := enter("Ana"), enter("Bo")
	defer bo.Close(context.Background())
	defer ana.Close(context.Background())
	receive := func(what string, from <-chan struct{}) {
		t.Helper()
		select {
		case <-from:
		case <-time.After(patience):
			t.Fatalf("no %s", what)
		}
	}
	n := 0
	draw := func() {
		t.Helper()
		n++
		y := float64(n % 700)
		op := canvas.Segment{From: canvas.Point{X: 1, Y: y}, To: canvas.Point{X: 90, Y: y}, Force: 1, Color: canvas.Color{A: 255}}
		if _, err := ana.Draw(op); err != nil {
			t.Fatal(err)
		}
		receive("stroke", bo.drawn)
	}
	if err := ana.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	draw()
	server.end(syscall.SIGKILL)
	killed := time.Now()
	for time.Since(killed) < 5*time.Second {
		draw()
	}
	again := startProcess(t, "--port="+server.port(), "--token-secret", longSecret)
	listens := time.Now()
	receive("stream of ana's", ana.back)
	receive("stream of bo's", bo.back)
	back, gone := time.Since(listens), listens.Sub(killed)
	t.Logf("both streams back %v after the server, which was gone for %v; %d strokes meanwhile", back, gone, n)
	if back > gone*3/5+time.Second { // one for a busy machine; in virtual time there is none
		t.Error("want at most 3 s for each 5 s that it was gone")
	}
	draw()
	if got := lost.Load(); got != 0 {
		t.Errorf("%d links were dropped, want none", got)
	}
	for _, w := range []watched{ana, bo} {
		if got := len(w.Members()); got != 1 {
			t.Errorf("%d others in the room, want 1", got)
		}
	}
	again.end(syscall.SIGTERM)
}

// A server that is told to stop ends its streams one after another and, as long
// as anybody reaches it, refuses no stream: a browser would never come back.
func TestFault28Terminated(t *testing.T) {
	const n = 60
	server := startProcess(t, "--port=0", "--token-secret", longSecret, "--metrics=localhost:0")
	metrics := server.said.after(t, "drawmesh: metrics at ")
	h := newStranger(t, server.url)
	var streams sync.WaitGroup
	var mu sync.Mutex
	var ends []time.Time
	connect := func(ctx context.Context, i int) (opened bool) {
		r, err := http.NewRequestWithContext(ctx, "GET", h.url+"/connect?token="+tokenOf(t, jwt.SigningMethodHS256, []byte(longSecret), fmt.Sprint(i)), nil)
		if err != nil {
			t.Error(err)
			return false
		}
		r.Header.Set("Accept", "text/event-stream")
		resp, err := h.client.Do(r)
		if err != nil {
			return false // nothing listens any more
		}
		if resp.StatusCode != 200 {
			t.Errorf("stream %d was refused: %s", i, resp.Status)
		}
		streams.Go(func() {
			defer resp.Body.Close()
			if _, err := io.Copy(io.Discard, resp.Body); err != nil {
				t.Errorf("stream %d was cut, not ended: %v", i, err)
			}
			mu.Lock()
			defer mu.Unlock()
			ends = append(ends, time.Now())
		})
		return true
	}
	for i := range n {
		if !connect(t.Context(), i) {
			t.Fatal("no stream")
		}
	}
	unready := make(chan bool)
	go func() { // asks until nobody answers
		saw := make(map[string]int)
		for {
			for path, code := range map[string]int{"readyz": 503, "healthz": 503, "livez": 200} {
				resp, err := h.client.Get(strings.TrimSuffix(metrics, "metrics") + path)
				if err != nil {
					unready <- saw["readyz"] > 0 && saw["healthz"] > 0
					return
				}
				if resp.Body.Close(); resp.StatusCode == code {
					saw[path]++
				} else if path == "livez" {
					t.Errorf("got %s from /livez", resp.Status)
				}
			}
			time.Sleep(2 * time.Millisecond)
		}
	}()
	told := time.Now()
	if err := server.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for i := n; connect(t.Context(), i); i++ { // it may take a moment to be told
		if time.Sleep(5 * time.Millisecond); i == 2*n {
			t.Fatal("the port is still open")
		}
	}
	if !<-unready {
		t.Error("it was ready to the end, want it not to be once it was told")
	}
	if got := server.wait(); got != exitDone {
		t.Errorf("got exit status %d, want %d", got, exitDone)
	}
	streams.Wait()
	first, last := ends[0], ends[len(ends)-1]
	t.Logf("%d streams ended between %v and %v", len(ends), first.Sub(told), last.Sub(told))
	if last.Sub(first) < 100*time.Millisecond || last.Sub(told) > 10*time.Second {
		t.Error("want them spread, over 10 s at most")
	}
}
