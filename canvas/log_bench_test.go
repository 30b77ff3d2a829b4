package canvas

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
)

// hands draws n segments as ten noisy hands do, in the order of time: smooth
// curves with pressure, in parts of a pixel, each hand a segment in some 8 ms.
func hands(n int, seed uint64, parts float64) []*author {
	rnd := rand.New(rand.NewPCG(seed, 0))
	type hand struct {
		*author
		x, y, angle, turn, speed, force float64
		left                            int
		k                               uint32
		color                           Color
	}
	list := make([]hand, 10)
	authors := make([]*author, len(list))
	for i := range list {
		authors[i] = newAuthor(fmt.Sprint("hand ", seed, i))
		list[i].author = authors[i]
	}
	cents := func(v float64) float64 { return math.Round(v*parts) / parts }
	for t, left := t0-uint64(n)*20, n; left > 0; left-- {
		t += 1 + rnd.Uint64N(25)
		h := &list[rnd.IntN(len(list))]
		if h.left == 0 {
			h.x, h.y, h.angle, h.turn = rnd.Float64()*1920, rnd.Float64()*1080, rnd.Float64()*2*math.Pi, 0
			h.speed, h.force, h.left = 1+rnd.Float64()*19, 0.5+1.5*math.Pow(rnd.Float64(), 1.6), 20+rnd.IntN(180)
			h.k, h.color = h.have()+1, Color{uint8(rnd.IntN(30) * 8), 0x45, 0x81, 255}
		}
		h.left--
		h.turn = h.turn*0.85 + rnd.NormFloat64()*0.12
		h.angle += h.turn
		h.speed = min(20, max(1, h.speed+rnd.NormFloat64()*1.5))
		from := Point{cents(h.x), cents(h.y)}
		h.x += math.Cos(h.angle) * h.speed
		h.y += math.Sin(h.angle) * h.speed
		h.write(Segment{from, Point{cents(h.x), cents(h.y)}, math.Round(h.force*10*parts) / 10 / parts, h.color}, t, h.k)
		h.force = min(2, max(0.5, h.force+rnd.NormFloat64()*0.03))
	}
	return authors
}

// filled is a log with all that the authors wrote.
func filled(tb testing.TB, authors []*author) *Log {
	l := NewLog(NewSigner())
	for _, a := range authors {
		for _, r := range a.runs(1) {
			if v, _, _ := l.Take(r, vectorNow); v != Taken {
				tb.Fatal(v)
			}
		}
	}
	return l
}

const benched = 100_000 // segments

func perSecond(b *testing.B, n int) {
	b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "entries/s")
}

// BenchmarkLive is what a text message costs whose run has five segments, from the
// wire on: verified at once, and lazily, with all that is left at the end.
func BenchmarkLive(b *testing.B) {
	a := hands(benched, 1, 10)[0]
	const each = 5
	var messages [][]byte
	for n := uint32(1); n+each <= a.have(); n += each {
		messages = append(messages, []byte(live(a.upTo(n+each-1), n)))
	}
	for _, lazily := range []bool{false, true} {
		b.Run(fmt.Sprintf("lazily=%v", lazily), func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				l := NewLog(nil)
				for i, text := range messages[:200] {
					if i%25 == 24 { // a second has passed
						l.Verify()
					}
					n += each
					if got := receiveText(l, delivery{From: a.Key().String(), Text: string(text), Lazily: lazily}, vectorNow); got[:5] != "taken" {
						b.Fatal(got)
					}
				}
				if bad, _ := l.Verify(); len(bad) > 0 {
					b.Fatal(bad)
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}

// BenchmarkDraw draws on a log of 100,000 entries, paints what is new, and signs
// five at a time.
func BenchmarkDraw(b *testing.B) {
	l := filled(b, hands(benched, 1, 10))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if n++; n%5 == 0 {
			l.Sign()
		}
		if l.Len() == MaxLive {
			l.Clear(vectorNow)
		}
		e, err := l.Draw(line, 0, vectorNow)
		if err != nil {
			b.Fatal(err)
		}
		for range l.Paint(e.Key()) {
		}
	}
}

func BenchmarkMemory(b *testing.B) {
	authors := hands(benched, 1, 10)
	var bytes int64
	for b.Loop() {
		before := inUse()
		l := filled(b, authors)
		bytes = inUse() - before
		runtime.KeepAlive(l)
	}
	b.ReportMetric(float64(bytes)/benched, "B/segment")
}

func BenchmarkFrames(b *testing.B) {
	for _, parts := range []float64{1, 10, 100} {
		b.Run(fmt.Sprintf("pixel/%v", parts), func(b *testing.B) {
			l := filled(b, hands(benched, 1, parts))
			size, frames := 0, 0
			for b.Loop() {
				size, frames = 0, 0
				for f := range l.Frames(nil) {
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
	l := filled(b, hands(benched, 1, 10))
	var frames [][]byte
	for f := range l.Frames(nil) {
		frames = append(frames, f)
	}
	b.ReportAllocs()
	for b.Loop() {
		m := NewLog(nil)
		for _, f := range frames {
			if _, err := m.Merge(f, vectorNow); err != nil {
				b.Fatal(err)
			}
		}
		if m.Digest() != l.Digest() {
			b.Fatal("digests differ")
		}
	}
	perSecond(b, benched)
}

func BenchmarkPaint(b *testing.B) {
	l := filled(b, hands(benched, 1, 10))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for range l.Paint(Key{}) {
			n++
		}
		if n != benched {
			b.Fatal(n)
		}
	}
	perSecond(b, benched)
}
