package loadtest

import (
	"context"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/transport/v5/stdnet"

	"drawmesh/canvas"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// BenchmarkMeasuring lets peers draw, bare and in a load test, and reports what
// the load test's processor time is to the bare peers': for what it measures
// itself a twentieth or so should remain.
func BenchmarkMeasuring(b *testing.B) {
	const bots, rate, duration = 10, 60, 3 * time.Second
	var bare, ours time.Duration
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			bare = least(bare, bareDrawing(b, bots, rate, duration))
		}
		b.ReportMetric(ms(bare), "cpu-ms")
	})
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			r, err := New(Config{
				Rooms: []string{benchServer(b) + "/bench"}, Duration: duration, Loopback: true,
				Scenarios: []Scenario{{Bots: bots, Rate: rate, Segments: oneSegment}},
			})
			if err != nil {
				b.Fatal(err)
			}
			rep, err := r.Do(context.Background())
			if err != nil {
				b.Fatal(err)
			}
			ours = least(ours, micros(int64(1000*rep.Parts[0].Usage.DrawMS)))
		}
		b.ReportMetric(ms(ours), "cpu-ms")
		b.ReportMetric(ours.Seconds()/bare.Seconds(), "×bare")
	})
}

func least(a, b time.Duration) time.Duration {
	if a == 0 {
		return b
	}
	return min(a, b)
}

func benchServer(b *testing.B) (url string) {
	server, err := signaling.NewServer(signaling.ServerOptions{
		Secrets: [][]byte{signaling.NewSecret()}, MaxStreams: -1, AccessRate: -1, RelayRate: -1,
	})
	if err != nil {
		b.Fatal(err)
	}
	s := httptest.NewServer(server)
	b.Cleanup(func() {
		server.Close()
		s.Close()
	})
	return s.URL
}

// bareDrawing is the processor time of peers that draw, and of nothing else.
func bareDrawing(b *testing.B, bots int, rate float64, duration time.Duration) time.Duration {
	room := benchServer(b) + "/bench"
	network, err := stdnet.NewNet()
	if err != nil {
		b.Fatal(err)
	}
	var open, heard atomic.Int64
	peers := make([]*peer.Peer, bots)
	var all sync.WaitGroup
	for i := range peers {
		all.Go(func() {
			p, err := peer.Join(context.Background(), room, peer.Options{Loopback: true, Net: network})
			if err != nil {
				b.Error(err)
				return
			}
			go func() {
				for ev := range p.Events() {
					switch ev := ev.(type) {
					case peer.Link:
						if ev.State == peer.Open {
							open.Add(1)
						}
					case peer.Drawn:
						heard.Add(1)
					}
				}
			}()
			peers[i] = p
		})
	}
	all.Wait()
	for open.Load() < int64(bots*(bots-1)) {
		time.Sleep(time.Millisecond)
	}
	ctx, cancel := context.WithTimeout(context.Background(), duration)
	defer cancel()
	start, used := time.Now(), cpuTime()
	for i, p := range peers {
		every := time.Duration(float64(time.Second) / rate)
		all.Go(func() {
			clock := clock{start: start}
			pace(ctx, steadily(start.Add(every*time.Duration(i)/time.Duration(bots)), every), func(_ int, due time.Time) {
				_, _ = p.Draw(watermark{clock.at(due)}.stamp(canvas.Segment{To: canvas.Point{X: 5}}))
			})
		})
	}
	all.Wait()
	used = cpuTime() - used
	for _, p := range peers {
		all.Go(func() { p.Close(context.Background()) })
	}
	all.Wait()
	return used
}
