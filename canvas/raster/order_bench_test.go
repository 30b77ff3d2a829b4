package raster

import (
	"bytes"
	"fmt"
	"slices"
	"syscall"
	"testing"
	"time"

	"drawmesh/canvas"
)

// strangers are n segments by ten authors whose clocks never met, by author, in
// strokes of 20.
func strangers(b *testing.B, n int) [][]canvas.Entry {
	b.Helper()
	const authors, stroke = 10, 20
	written := make([][]canvas.Entry, authors)
	for i := range written {
		log := pen(fmt.Sprintf("Site000000%d", i))
		var k uint32
		for j, op := range handStrokes(newRand(uint64(i)), n/authors) {
			if j%stroke == 0 {
				k = 0
			}
			e, err := log.Draw(op.(canvas.Shape), k, 0)
			if err != nil {
				b.Fatal(err)
			}
			k = e.K
			written[i] = append(written[i], e)
		}
	}
	return written
}

// inTurn merges what was written: of each author so much at a time, of the last
// one first.
func inTurn(written [][]canvas.Entry, each int) []canvas.Entry {
	var all []canvas.Entry
	for rest := slices.Clone(written); len(rest[0]) > 0; {
		for i := len(rest) - 1; i >= 0; i-- {
			n := min(each, len(rest[i]))
			all = append(all, rest[i][:n]...)
			rest[i] = rest[i][n:]
		}
	}
	return all
}

// anyTurn merges what was written: the next entry is anybody's.
func anyTurn(written [][]canvas.Entry) []canvas.Entry {
	r, rest := newRand(1), slices.Clone(written)
	var all []canvas.Entry
	for len(rest) > 0 {
		i := r.IntN(len(rest))
		if all, rest[i] = append(all, rest[i][0]), rest[i][1:]; len(rest[i]) == 0 {
			rest = slices.Delete(rest, i, i+1)
		}
	}
	return all
}

// BenchmarkArrival makes a GIF of ten authors whose clocks never met, in the
// paint order and in others: how many times the CPU time these take.
func BenchmarkArrival(b *testing.B) {
	const segments = 200_000
	written := strangers(b, segments)
	sorted := slices.SortedFunc(slices.Values(slices.Concat(written...)), func(a, b canvas.Entry) int { return a.Key().Compare(b.Key()) })
	orders := []struct {
		unit    string
		entries []canvas.Entry
		watch   stopwatch
	}{
		{"s-in-order", sorted, stopwatch{}},
		{"x-segments-in-turn", inTurn(written, 1), stopwatch{}},
		{"x-strokes-in-turn", inTurn(written, 20), stopwatch{}},
		{"x-any-turn", anyTurn(written), stopwatch{}},
	}
	lapse := Timelapse{Viewport: Viewport{Width: workWidth, Height: workHeight}, Background: white, Length: 20 * time.Second}
	for b.Loop() {
		for i := range orders {
			start := cpuTime()
			playGIF(b, lapse, orders[i].entries)
			orders[i].watch.add(cpuTime() - start)
		}
	}
	ordered := orders[0].watch
	b.ReportMetric(ordered.best.Seconds(), orders[0].unit)
	for _, o := range orders[1:] {
		b.ReportMetric(o.watch.best.Seconds()/ordered.best.Seconds(), o.unit)
	}
	b.ReportMetric(0, "ns/op")
}

// cpuTime is what this process has taken, which others that are busy do not
// change.
func cpuTime() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// playGIF makes a GIF of entries that come a millisecond apart.
func playGIF(b *testing.B, lapse Timelapse, entries []canvas.Entry) {
	b.Helper()
	a, err := NewAnimation(b.Context(), new(bytes.Buffer), AnimationOptions{Format: "gif"})
	if err != nil {
		b.Fatal(err)
	}
	all := make([]arrival, len(entries))
	for i, e := range entries {
		all[i] = arrival{time.UnixMilli(int64(i)), canvas.Step{Entry: e}}
	}
	if err := lapse.Play(b.Context(), a, each(all)); err != nil {
		b.Fatal(err)
	}
	if err := a.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkLive follows ten authors who draw stroke by stroke, most of them a
// little too late, on top of so many segments: how long a stroke takes, and how
// long the log is lent for it.
// The first time, all that there is has to be taken and painted.
func BenchmarkLive(b *testing.B) {
	var fewest time.Duration // for a stroke, on top of the fewest segments
	for _, n := range []int{1000, 10_000, 100_000, canvas.MaxLive - 20_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			const strokes, stroke = 500, 20
			written := strangers(b, n+strokes*stroke)
			var before, fresh []canvas.Entry
			for i, of := range written {
				before, written[i] = append(before, of[:n/len(written)]...), of[n/len(written):]
			}
			fresh = inTurn(written, stroke)
			log := canvas.NewUnsigned(canvas.Site{})
			add := func(entries []canvas.Entry) (c canvas.Change) {
				for _, e := range entries {
					d, err := log.Add(e)
					if err != nil {
						b.Fatal(err)
					}
					c = c.Join(d)
				}
				return c
			}
			change := add(before)
			v, err := NewView(workWidth, workHeight, white)
			if err != nil {
				b.Fatal(err)
			}
			var first, firstPaint stopwatch
			first.time(func() { v.Take(log, change) })
			firstPaint.time(v.Paint)
			var lent []time.Duration
			var painted time.Duration
			for b.Loop() {
				if len(fresh) == 0 {
					continue // as many as there are
				}
				c := add(fresh[:stroke])
				fresh = fresh[stroke:]
				start := time.Now()
				v.Take(log, c)
				taken := time.Now()
				v.Paint()
				lent, painted = append(lent, taken.Sub(start)), painted+time.Since(taken)
			}
			us := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }
			b.ReportMetric(us(first.best), "µs-first-lent")
			b.ReportMetric(us(firstPaint.best)/1000, "ms-first-paint")
			b.ReportMetric(us(median(lent)), "µs-lent")
			each := painted / time.Duration(len(lent))
			if fewest == 0 {
				fewest = each
			}
			b.ReportMetric(us(each), "µs-paint")
			b.ReportMetric(float64(each)/float64(fewest), "x-paint-on-1000")
			b.ReportMetric(0, "ns/op")
		})
	}
}
