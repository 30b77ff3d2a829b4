package peer

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkSteady is what a link costs that carries nothing: memory, goroutines
// and CPU time, for each end.
func BenchmarkSteady(b *testing.B) {
	const peers, idle = 20, 75 * time.Second // a ping for each pair
	ends := float64(peers * (peers - 1))
	measure := func(room func() (cleanup func())) (bytes, goroutines, cpu float64) {
		before, n := memory(), runtime.NumGoroutine()
		cleanup := room()
		defer cleanup()
		time.Sleep(time.Second) // for set-up's leftovers to end
		bytes, goroutines = float64(memory()-before)/ends, float64(runtime.NumGoroutine()-n)/ends
		used := cpuTime()
		time.Sleep(idle)
		return bytes, goroutines, (cpuTime() - used).Seconds() * 1e6 / idle.Seconds() / ends
	}
	for b.Loop() {
		bytes, goroutines, cpu := measure(func() func() {
			r := newBareRoom(b, peers)
			t := new(traffic)
			for _, p := range r.peers {
				for _, e := range p.ends {
					go t.read(e.raw, 1<<10)
				}
			}
			return r.close
		})
		ourBytes, ourGoroutines, ourCPU := measure(func() func() {
			r := newBenchRoom(b, peers)
			r.client.CloseIdleConnections() // but the streams
			return r.close
		})
		b.ReportMetric(bytes/1024, "bare-KB/end")
		b.ReportMetric(ourBytes/bytes, "×bare-memory")
		b.ReportMetric(goroutines, "bare-goroutines")
		b.ReportMetric(ourGoroutines-goroutines, "+goroutines")
		b.ReportMetric(cpu, "bare-µs/s")
		b.ReportMetric(ourCPU/cpu, "×bare-idle-cpu")
	}
}

// memory is what heap and stacks take.
func memory() uint64 {
	runtime.GC()
	runtime.GC() // what finalizers let go of
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

// BenchmarkPair is one link with nothing else going on, from the introduction
// to its being open.
func BenchmarkPair(b *testing.B) {
	const rounds = 50
	for b.Loop() {
		room := newBareRoom(b, 0)
		x, y := room.newPeer(), room.newPeer()
		var bare, ours []time.Duration
		for range rounds {
			start := time.Now()
			room.link(x, y)
			bare = append(bare, time.Since(start))
			x.close()
			y.close()
		}
		r := newBenchRoom(b, 1)
		took := make(chan time.Duration, 1)
		r.listen(func(peer int, ev Event) {
			if l, ok := ev.(Link); ok && peer == 1 && l.State == Open {
				took <- l.Took
			}
		})
		for range rounds {
			r.join(1)
			ours = append(ours, <-took)
			r.leave()
		}
		r.close()
		b.ReportMetric(median(bare).Seconds()*1e3, "bare-ms")
		b.ReportMetric(median(ours).Seconds()/median(bare).Seconds(), "×bare")
	}
}

// BenchmarkJoiner is how long somebody takes who comes into a room of 30, from
// nothing to all links open. Ours asks for a token and a stream first.
func BenchmarkJoiner(b *testing.B) {
	const peers, rounds = 30, 5
	for b.Loop() {
		var bare, ours []time.Duration
		room := newBareRoom(b, peers)
		for range rounds {
			start := time.Now()
			room.join()
			bare = append(bare, time.Since(start))
			room.leave()
		}
		room.close()
		r := newBenchRoom(b, peers)
		for range rounds {
			start := time.Now()
			r.join(1)
			ours = append(ours, time.Since(start))
			r.leave()
		}
		r.close()
		b.ReportMetric(median(bare).Seconds()*1e3, "bare-ms")
		b.ReportMetric(median(ours).Seconds()/median(bare).Seconds(), "×bare")
	}
}

// BenchmarkLeave is how long after a peer begins to leave another one knows.
func BenchmarkLeave(b *testing.B) {
	const rounds = 20
	for b.Loop() {
		var bare, ours []time.Duration
		room := newBareRoom(b, 0)
		x, y := room.newPeer(), room.newPeer()
		for range rounds {
			room.link(x, y)
			ended := make(chan time.Time, 1)
			go func() {
				y.ends[0].raw.Read(make([]byte, 1))
				ended <- time.Now()
			}()
			start := time.Now()
			x.close()
			bare = append(bare, (<-ended).Sub(start))
			y.close()
		}
		r := newBenchRoom(b, 1)
		ended := make(chan time.Time, 1)
		r.listen(func(peer int, ev Event) {
			if l, ok := ev.(Link); ok && peer == 0 && (l.State == Closed || l.State == Lost) {
				select {
				case ended <- time.Now():
				default: // lost and then closed
				}
			}
		})
		for range rounds {
			r.join(1)
			select {
			case <-ended:
			default:
			}
			start := time.Now()
			r.leave()
			ours = append(ours, (<-ended).Sub(start))
		}
		r.close()
		b.ReportMetric(median(bare).Seconds()*1e3, "bare-ms")
		b.ReportMetric(median(ours).Seconds()/median(bare).Seconds(), "×bare")
	}
}

// BenchmarkFlood has everybody draw as much as the others can take. The bare
// peers send one stroke in a message.
func BenchmarkFlood(b *testing.B) {
	for _, peers := range []int{10, 30} {
		b.Run(fmt.Sprint(peers), func(b *testing.B) {
			for b.Loop() {
				bare := bareFlood(b, peers)
				ours := ourFlood(b, peers)
				b.ReportMetric(bare.rate(), "bare-strokes/s")
				b.ReportMetric(ours.rate()/bare.rate(), "×bare-rate")
				b.ReportMetric(ours.perStroke(), "µs/stroke")
				b.ReportMetric(float64(ours.sent-ours.delivered), "lost")
			}
		})
	}
}

const (
	bareMark = 16 << 10 // bytes that may wait in SCTP: more is slower
	ourMark  = 32 << 10 // bytes that may wait for a peer, in SCTP and before
)

func bareFlood(b *testing.B, n int) *traffic {
	r := newBareRoom(b, n)
	defer r.close()
	t := new(traffic)
	var reading sync.WaitGroup
	for _, p := range r.peers {
		for _, e := range p.ends {
			reading.Go(func() { t.read(e.raw, 1<<16) })
		}
	}
	t.measure(func(start time.Time) {
		var drawing sync.WaitGroup
		for _, p := range r.peers {
			for _, e := range p.ends {
				low := make(chan struct{}, 1)
				e.dc.SetBufferedAmountLowThreshold(bareMark / 2)
				e.dc.OnBufferedAmountLow(func() {
					select {
					case low <- struct{}{}:
					default:
					}
				})
				drawing.Go(func() {
					msg := make([]byte, strokeSize)
					for time.Since(start) < drawTime {
						if e.dc.BufferedAmount() >= bareMark {
							<-low
							continue
						}
						e.raw.Write(msg)
						atomic.AddInt64(&t.sent, 1)
					}
				})
			}
		}
		drawing.Wait()
	})
	return t
}

func ourFlood(b *testing.B, n int) *traffic {
	r := newBenchRoom(b, n)
	defer r.close()
	t := new(traffic)
	r.listen(func(_ int, ev Event) {
		if _, ok := ev.(Drawn); ok {
			atomic.AddInt64(&t.delivered, 1)
		}
	})
	t.measure(func(start time.Time) {
		var drawing sync.WaitGroup
		for i, p := range r.peers {
			drawing.Go(func() {
				for number := 1; time.Since(start) < drawTime; number++ {
					for number%32 == 0 && p.waiting() >= ourMark {
						time.Sleep(time.Millisecond)
					}
					p.Draw(stroke(i, number))
					atomic.AddInt64(&t.sent, int64(n-1))
				}
			})
		}
		drawing.Wait()
	})
	return t
}

// waiting is how many bytes the slowest neighbour is behind.
func (p *Peer) waiting() (most int) {
	for _, m := range p.Members() {
		most = max(most, p.mesh.Queued(m.ID))
	}
	return most
}
