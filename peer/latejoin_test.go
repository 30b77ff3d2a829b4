package peer

import (
	"context"
	"math"
	"net/http/httptest"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// BenchmarkLateJoin joins a room in which 100,000 segments have been drawn, and
// ten peers go on drawing 60 a second each. It reports how long it takes to
// hold all that the others do, how much was sent for it, and by how many.
func BenchmarkLateJoin(b *testing.B) {
	const segments, others = 100_000, 10
	server, err := signaling.NewServer(signaling.ServerOptions{
		Secrets: [][]byte{signaling.NewSecret()}, MaxStreams: -1, AccessRate: -1, RelayRate: -1,
	})
	if err != nil {
		b.Fatal(err)
	}
	ts := httptest.NewServer(server)
	defer ts.Close()
	defer server.Close()
	join := func() *Peer {
		p, err := Join(context.Background(), ts.URL+"/bench", Options{Loopback: true})
		if err != nil {
			b.Fatal(err)
		}
		return p
	}
	peers := make([]*Peer, others)
	for i := range peers {
		peers[i] = join()
		defer peers[i].Close(context.Background())
	}
	before := drawnBefore(b, segments, others)
	for _, p := range peers {
		p.mu.Lock()
		for _, frame := range before {
			if _, err := p.drawing.Log().Merge(frame, canvas.Ticks(time.Now())); err != nil {
				b.Fatal(err)
			}
		}
		p.mu.Unlock()
	}
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	for i, p := range peers {
		go func() {
			tick := time.NewTicker(time.Second / 60)
			defer tick.Stop()
			for n := segments / others; ctx.Err() == nil; n++ {
				<-tick.C
				p.Draw(handSegment(i, n))
			}
		}()
	}
	var took time.Duration
	var bytes, from, rounds int
	for b.Loop() {
		start := time.Now()
		late := join()
		if err := late.WaitSynced(b.Context()); err != nil {
			b.Fatal(err)
		}
		took += time.Since(start)
		got, senders := late.pulled()
		bytes, from = max(bytes, got), max(from, senders)
		late.Look(func(log *canvas.Log) {
			if log.Len() < segments {
				b.Fatalf("it holds %d entries, want at least %d", log.Len(), segments)
			}
		})
		late.Close(context.Background())
		rounds++
	}
	b.ReportMetric(took.Seconds()/float64(rounds), "s/join")
	b.ReportMetric(float64(bytes)/1000, "KB/join")
	b.ReportMetric(float64(from), "senders")
}

// drawnBefore is what some people have drawn who are gone.
func drawnBefore(b testing.TB, segments, people int) (frames [][]byte) {
	now := canvas.Ticks(time.Now())
	all := canvas.NewLog(nil)
	for i := range people {
		own := canvas.NewLog(canvas.NewSigner())
		stroke := uint32(0)
		for n := range segments / people {
			if n%100 == 0 {
				stroke = 0
			}
			e, err := own.Draw(handSegment(i, n), stroke, now)
			if err != nil {
				b.Fatal(err)
			}
			stroke = e.K
		}
		own.Sign()
		for f := range own.Frames(nil) {
			if _, err := all.Merge(f, now+canvas.Tolerance); err != nil {
				b.Fatal(err)
			}
		}
	}
	for f := range all.Frames(nil) {
		frames = append(frames, f)
	}
	return frames
}

// handSegment is the n-th piece of a curve with the wobble of a hand.
func handSegment(i, n int) canvas.Shape {
	at := func(n int) canvas.Point {
		t := float64(n) / 40
		return canvas.Point{
			X: 960 + 700*math.Sin(t*0.31+float64(i)) + 9*math.Sin(t*7.3),
			Y: 540 + 400*math.Cos(t*0.23+2*float64(i)) + 9*math.Cos(t*5.9),
		}
	}
	return canvas.Segment{From: at(n), To: at(n + 1), Force: 1 + 0.2*math.Sin(float64(n)/15), Color: canvas.Color{R: uint8(i * 25), B: 200, A: 255}}
}
