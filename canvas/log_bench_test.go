package canvas

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
)

// hands draws n segments as ten noisy hands do, in the order of time: smooth
// curves with pressure, in parts of a pixel.
func hands(n int, seed uint64, parts float64) []Entry {
	rnd := rand.New(rand.NewPCG(seed, 0))
	type hand struct {
		x, y, angle, turn, speed, force float64
		left                            int
		k, n                            uint32
		color                           Color
		site                            Site
	}
	list := make([]hand, 10)
	for i := range list {
		copy(list[i].site[:], fmt.Sprintf("site%07d", rnd.IntN(1e7)))
	}
	cents := func(v float64) float64 { return math.Round(v*parts) / parts }
	entries := make([]Entry, 0, n)
	for t := uint64(1); len(entries) < n; t++ {
		h := &list[rnd.IntN(len(list))]
		if h.left == 0 {
			h.x, h.y, h.angle, h.turn = rnd.Float64()*1920, rnd.Float64()*1080, rnd.Float64()*2*math.Pi, 0
			h.speed, h.force, h.left = 1+rnd.Float64()*19, 0.5+1.5*math.Pow(rnd.Float64(), 1.6), 20+rnd.IntN(180)
			h.k, h.color = h.n+1, Color{uint8(rnd.IntN(30) * 8), 0x45, 0x81, 255}
		}
		h.left--
		h.n++
		h.turn = h.turn*0.85 + rnd.NormFloat64()*0.12
		h.angle += h.turn
		h.speed = min(20, max(1, h.speed+rnd.NormFloat64()*1.5))
		from := Point{cents(h.x), cents(h.y)}
		h.x += math.Cos(h.angle) * h.speed
		h.y += math.Sin(h.angle) * h.speed
		op := Segment{from, Point{cents(h.x), cents(h.y)}, math.Round(h.force*10*parts) / 10 / parts, h.color}
		h.force = min(2, max(0.5, h.force+rnd.NormFloat64()*0.03))
		entries = append(entries, Entry{Site: h.site, N: h.n, T: t, K: h.k, Op: op})
	}
	return entries
}

func filled(tb testing.TB, entries []Entry) *Log {
	l := NewLog(Site{})
	for _, e := range entries {
		if _, err := l.Add(e); err != nil {
			tb.Fatal(err)
		}
	}
	return l
}

func BenchmarkAdd(b *testing.B) {
	entries := hands(100_000, 1, 10)
	b.ReportAllocs()
	for b.Loop() {
		filled(b, entries)
	}
	b.ReportMetric(float64(b.N*len(entries))/b.Elapsed().Seconds(), "entries/s")
}

// BenchmarkReceive is Add from the wire on.
func BenchmarkReceive(b *testing.B) {
	var wires [][]byte
	plain, stamped := 0, 0
	for _, e := range hands(100_000, 1, 10) {
		stamped += len(AppendMessage(nil, Entry{N: e.N, T: e.T, K: e.K, Op: e.Op}))
		plain += len(AppendOp(nil, e.Op.(PlainOp)))
		wires = append(wires, AppendMessage(nil, e))
	}
	b.ReportAllocs()
	for b.Loop() {
		l := NewLog(Site{})
		for _, wire := range wires {
			m, err := ParseMessage(wire)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := l.Add(m.(Entry)); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N*len(wires))/b.Elapsed().Seconds(), "entries/s")
	b.ReportMetric(float64(stamped-plain)/float64(len(wires)), "overhead-B/message")
}

// BenchmarkAppend draws on a log of 100,000 entries and paints what is new.
func BenchmarkAppend(b *testing.B) {
	l := filled(b, hands(100_000, 1, 10))
	l.own = NewSite()
	b.ReportAllocs()
	for b.Loop() {
		_, c, err := l.writeChange(Entry{Op: Segment{Force: 1}})
		if err != nil || c.Kind != Appended {
			b.Fatal(c, err)
		}
		for range l.Paint(c.From) {
		}
	}
}

func BenchmarkMemory(b *testing.B) {
	entries := hands(100_000, 1, 10)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var bytes uint64
	for b.Loop() {
		before := heap()
		l := filled(b, entries)
		bytes = heap() - before
		runtime.KeepAlive(l)
	}
	b.ReportMetric(float64(bytes)/float64(len(entries)), "B/segment")
}

func BenchmarkFrames(b *testing.B) {
	for _, parts := range []float64{1, 10, 100} {
		b.Run(fmt.Sprintf("pixel/%v", parts), func(b *testing.B) {
			l := filled(b, hands(100_000, 1, parts))
			size, frames := 0, 0
			for b.Loop() {
				size, frames = 0, 0
				for f := range l.Frames(nil, nil) {
					size += len(f)
					frames++
				}
			}
			b.ReportMetric(float64(size), "bytes")
			b.ReportMetric(float64(frames), "frames")
		})
	}
}

func BenchmarkMerge(b *testing.B) {
	l := filled(b, hands(100_000, 1, 10))
	var frames [][]byte
	for f := range l.Frames(nil, nil) {
		frames = append(frames, f)
	}
	b.ReportAllocs()
	for b.Loop() {
		m := NewLog(Site{})
		for _, f := range frames {
			if _, err := m.Merge(f); err != nil {
				b.Fatal(err)
			}
		}
		if m.Sum() != l.Sum() {
			b.Fatal("sums differ")
		}
	}
	b.ReportMetric(float64(b.N)*100_000/b.Elapsed().Seconds(), "entries/s")
}

func BenchmarkPaint(b *testing.B) {
	l := filled(b, hands(100_000, 1, 10))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for range l.Paint(Key{}) {
			n++
		}
		if n != 100_000 {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(b.N)*100_000/b.Elapsed().Seconds(), "entries/s")
}
