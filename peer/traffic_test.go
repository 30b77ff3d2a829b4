package peer

import (
	"encoding/binary"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/datachannel"

	"drawmesh/canvas"
)

const (
	warmUp     = 500 * time.Millisecond
	drawTime   = 3 * time.Second
	strokeSize = 120 // bytes of a bare stroke

	lostTime = 3 * time.Second // in which nothing arrives: the rest is lost
)

// A traffic is what a room's drawing took.
type traffic struct {
	cost
	sent, delivered int64
	latency         histogram
}

func (t *traffic) perStroke() float64 { return t.cpu.Seconds() * 1e6 / float64(t.delivered) } // µs
func (t *traffic) rate() float64      { return float64(t.delivered) / t.wall.Seconds() }

// A histogram counts times in steps of a twentieth.
type histogram [400]atomic.Int64

func (h *histogram) add(d time.Duration) {
	i := int(math.Log(max(d.Seconds()*1e6, 1)) / math.Log(1.05))
	h[min(i, len(h)-1)].Add(1)
}

// ms is the time within which that part of all was.
func (h *histogram) ms(part float64) float64 {
	var all, sum int64
	for i := range h {
		all += h[i].Load()
	}
	for i := range h {
		if sum += h[i].Load(); float64(sum) >= part*float64(all) {
			return math.Pow(1.05, float64(i+1)) / 1e3
		}
	}
	return 0
}

// BenchmarkStrokes has everybody draw 60 strokes a second, as a hand does. The
// bare peers send one, or four, in a message.
func BenchmarkStrokes(b *testing.B) {
	for _, tt := range []struct{ peers, together int }{{10, 1}, {30, 4}} {
		b.Run(fmt.Sprint(tt.peers), func(b *testing.B) {
			for b.Loop() {
				bare := bareTraffic(b, tt.peers, tt.together)
				ours := ourTraffic(b, tt.peers)
				b.ReportMetric(bare.perStroke(), "bare-µs/stroke")
				b.ReportMetric(ours.perStroke()/bare.perStroke(), "×bare-cpu")
				b.ReportMetric(bare.latency.ms(.99), "bare-p99-ms")
				b.ReportMetric(ours.latency.ms(.5), "p50-ms")
				b.ReportMetric(ours.latency.ms(.99), "p99-ms")
				b.ReportMetric(float64(ours.sent-ours.delivered), "lost")
			}
		})
	}
}

// paced calls draw for each stroke of a peer that is due, until all are drawn.
func paced(peer int, start time.Time, draw func(due time.Time)) {
	const every = time.Second / 60
	start = start.Add(every * time.Duration(peer%7) / 7) // not all at the same instant
	for due := start; due.Before(start.Add(drawTime)); due = due.Add(every) {
		time.Sleep(time.Until(due))
		draw(due)
	}
}

func bareTraffic(b *testing.B, n, together int) *traffic {
	r := newBareRoom(b, n)
	defer r.close()
	t := new(traffic)
	var reading sync.WaitGroup
	for _, p := range r.peers {
		for _, e := range p.ends {
			reading.Go(func() { t.read(e.raw, 1<<16) })
		}
	}
	time.Sleep(warmUp)
	t.measure(func(start time.Time) {
		var drawing sync.WaitGroup
		for i, p := range r.peers {
			drawing.Go(func() {
				count, msg := 0, make([]byte, together*strokeSize)
				paced(i, start, func(time.Time) {
					if count++; count%together != 0 {
						return
					}
					binary.LittleEndian.PutUint64(msg, uint64(time.Now().UnixNano()))
					for _, e := range p.ends {
						e.raw.Write(msg)
					}
					atomic.AddInt64(&t.sent, int64(together*len(p.ends)))
				})
			})
		}
		drawing.Wait()
	})
	return t
}

// measure lets draw draw, and waits until all has arrived or nothing more does.
func (t *traffic) measure(draw func(start time.Time)) {
	start, used := time.Now(), cpuTime()
	draw(start)
	last, since := int64(-1), time.Now()
	for atomic.LoadInt64(&t.delivered) < atomic.LoadInt64(&t.sent) && time.Since(since) < lostTime {
		if n := atomic.LoadInt64(&t.delivered); n != last {
			last, since = n, time.Now()
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.cost = cost{time.Since(start), cpuTime() - used}
}

func (t *traffic) read(raw datachannel.ReadWriteCloser, longest int) {
	buf := make([]byte, longest)
	for {
		n, err := raw.Read(buf)
		if err != nil {
			return
		}
		now := time.Now()
		sent := time.Unix(0, int64(binary.LittleEndian.Uint64(buf)))
		for range n / strokeSize {
			t.latency.add(now.Sub(sent))
		}
		atomic.AddInt64(&t.delivered, int64(n/strokeSize))
	}
}

// ourTraffic measures latency from when a stroke was due to when it is told of.
func ourTraffic(b *testing.B, n int) *traffic {
	r := newBenchRoom(b, n)
	defer r.close()
	t := new(traffic)
	time.Sleep(warmUp)
	dues := make(map[canvas.Site][]atomic.Int64, n) // by number
	for _, p := range r.peers {
		dues[p.drawing.Log().Site()] = make([]atomic.Int64, 1+int(drawTime.Seconds()*60)+60)
	}
	r.listen(func(_ int, ev Event) {
		if d, ok := ev.(Drawn); ok {
			t.latency.add(time.Since(time.Unix(0, dues[d.Entry.Site][d.Entry.N].Load())))
			atomic.AddInt64(&t.delivered, 1)
		}
	})
	t.measure(func(start time.Time) {
		var drawing sync.WaitGroup
		for i, p := range r.peers {
			drawing.Go(func() {
				number, dues := 0, dues[p.drawing.Log().Site()]
				paced(i, start, func(due time.Time) {
					number++
					dues[number].Store(due.UnixNano())
					p.Draw(stroke(i, number))
					atomic.AddInt64(&t.sent, int64(n-1))
				})
			})
		}
		drawing.Wait()
	})
	return t
}

// stroke is the n-th segment of a peer's line.
func stroke(peer, n int) canvas.PlainOp {
	at := func(n int) canvas.Point {
		x, y := math.Sincos(float64(n) / 20)
		return canvas.Point{X: 500 + 400*x, Y: 400 + float64(peer) + 300*y}
	}
	return canvas.Segment{From: at(n), To: at(n + 1), Force: 1, Color: canvas.Color{R: uint8(peer), A: 255}}
}
