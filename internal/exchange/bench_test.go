package exchange

import (
	"fmt"
	"math"
	"slices"
	"syscall"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// A benchRoom is exchanges whose messages arrive at once, in virtual time: what is
// left of a room without its network.
type benchRoom struct {
	peers map[signaling.ID]*Exchange
	mail  []letter
}

type letter struct {
	from, to signaling.ID
	data     []byte
	text     bool
}

// A postbox is one peer's wire.
type postbox struct {
	room *benchRoom
	from signaling.ID
}

func (p postbox) Send(to signaling.ID, data []byte, text bool) bool {
	p.room.mail = append(p.room.mail, letter{p.from, to, data, text})
	return true
}

func (postbox) Queued(signaling.ID) int   { return 0 }
func (postbox) Reset(signaling.ID, error) {}

func newBenchRoom(n int, now time.Time) *benchRoom {
	r := &benchRoom{peers: make(map[signaling.ID]*Exchange)}
	for i := range n {
		id := signaling.ID(fmt.Sprint(i))
		r.peers[id] = New(Options{Wire: postbox{r, id}})
	}
	for id, x := range r.peers {
		for other, y := range r.peers {
			if other != id {
				x.Opened(other, y.Capability(), x.Capability(), now)
			}
		}
	}
	return r
}

// deliver delivers all that is under way, and counts the strokes that are told of.
func (r *benchRoom) deliver(now time.Time) (told int) {
	for len(r.mail) > 0 {
		mail := r.mail
		r.mail = nil
		for _, m := range mail {
			x := r.peers[m.to]
			x.Heard(m.from, m.data, m.text, now)
			x.Pump()
			x.Ship(now)
			for _, ev := range x.Events() {
				if _, ok := ev.(Drawn); ok {
					told++
				}
			}
		}
	}
	return told
}

// BenchmarkRoom has 30 peers draw 60 strokes a second for four, as a hand does. It
// reports CPU time for each stroke that another peer is told of: to draw and sign it,
// to write, read and check it, to log it and to tell of it. All but the network. The
// ratio is to reading and logging the same strokes where nobody signs.
func BenchmarkRoom(b *testing.B) {
	const peers, seconds, perSecond = 30, 4, 60
	told, used := 0, time.Duration(0)
	for b.Loop() {
		now := time.Now()
		r := newBenchRoom(peers, now)
		told = r.deliver(now)
		due := make(map[signaling.ID]time.Time)
		start := cpuTime()
		for ms := range seconds * 1000 {
			now = now.Add(time.Millisecond)
			i := 0
			for id, x := range r.peers {
				if n := ms * perSecond / 1000; n != (ms-1)*perSecond/1000 {
					if _, err := x.Draw(wobble(i, n), now); err != nil {
						b.Fatal(err)
					}
				}
				if !due[id].IsZero() && !now.Before(due[id]) {
					x.Due()
					due[id] = time.Time{}
				}
				if ms%200 == 0 {
					x.Tick(now)
				}
				if wait := x.Ship(now); wait > 0 {
					due[id] = now.Add(wait)
				}
				i++
			}
			told += r.deliver(now)
		}
		used += cpuTime() - start
		if want := peers * (peers - 1) * (seconds - 1) * perSecond; told < want {
			b.Fatalf("told of %d strokes, want at least %d", told, want)
		}
	}
	each := used.Seconds() / float64(told*b.N)
	b.ReportMetric(each*1e6, "cpu-µs/stroke")
	b.ReportMetric(each/readAndLog(b, told).Seconds(), "×unsigned")
}

// readAndLog is the CPU time that it takes to read a stroke that nobody signs, and to
// log it: the mean of so many.
func readAndLog(b *testing.B, strokes int) time.Duration {
	site := canvas.NewSigner().Site()
	l, start := canvas.NewUnsigned(site), canvas.Ticks(time.Now())
	texts := make([][]byte, strokes)
	for i := range texts {
		n := uint32(i + 1)
		texts[i] = canvas.AppendMessage(nil, canvas.Entry{N: n, T: start + uint64(n), K: n, Op: wobble(0, i)})
	}
	used := cpuTime()
	for _, text := range texts {
		m, err := canvas.ParseMessage(text)
		if err != nil {
			b.Fatal(err)
		}
		e := m.(canvas.Entry)
		e.Site = site
		if _, err := l.Add(e); err != nil {
			b.Fatal(err)
		}
	}
	return (cpuTime() - used) / time.Duration(strokes)
}

// wobble is the n-th segment of a peer's line.
func wobble(peer, n int) canvas.Shape {
	at := func(n int) canvas.Point {
		x, y := math.Sincos(float64(n) / 20)
		return canvas.Point{X: 500 + 400*x, Y: 400 + float64(peer) + 300*y}
	}
	return canvas.Segment{From: at(n), To: at(n + 1), Force: 1, Color: canvas.Color{R: uint8(peer), A: 255}}
}

// cpuTime is what the process has used.
func cpuTime() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// BenchmarkLateFrames takes in 100,000 segments that were drawn before, and tells
// of them.
func BenchmarkLateFrames(b *testing.B) {
	const segments, people = 100_000, 10
	now := time.Now()
	all := canvas.NewLog(nil)
	for i := range people {
		own := canvas.NewLog(canvas.NewSigner())
		for n := range segments / people {
			if _, err := own.Draw(wobble(i, n), 0, canvas.Ticks(now)); err != nil {
				b.Fatal(err)
			}
		}
		own.Sign()
		for f := range own.Frames(nil) {
			if _, err := all.Merge(f, canvas.Ticks(now)+canvas.Tolerance); err != nil {
				b.Fatal(err)
			}
		}
	}
	frames := slices.Collect(all.Frames(nil))
	start := cpuTime()
	for b.Loop() {
		r := newBenchRoom(2, now)
		for _, f := range frames {
			r.peers["1"].Heard("0", f, false, now)
		}
		if told := len(r.peers["1"].Events()); told != segments {
			b.Fatalf("told of %d segments, want %d", told, segments)
		}
	}
	b.ReportMetric((cpuTime()-start).Seconds()*1e3/float64(b.N), "cpu-ms")
}
