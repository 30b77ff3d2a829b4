package raster

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"drawmesh/canvas"
)

// BenchmarkView keeps the picture of a log of 100,000 segments in step with it.
// Late operations land so many entries before the end; the undone stroke is the
// last of a pen.
func BenchmarkView(b *testing.B) {
	log, entries := drawnLog(b, 100_000)
	v, err := NewView(workWidth, workHeight, white)
	if err != nil {
		b.Fatal(err)
	}
	var reset, late100, late5k, late90k stopwatch
	var appended, applied []time.Duration
	board := newBoard(b, workWidth, workHeight, white)
	for b.Loop() {
		reset.time(func() { v.Reset(log) })
		for _, op := range handStrokes(newRand(2), 1000) {
			e, err := log.Draw(op.(canvas.Shape), 0, 0)
			if err != nil {
				b.Fatal(err)
			}
			start := time.Now()
			v.Update(log, canvas.Change{Kind: canvas.Appended, From: e.Key()})
			appended = append(appended, time.Since(start))
			start = time.Now()
			board.Apply(e.Op)
			applied = append(applied, time.Since(start))
		}
		for _, late := range []struct {
			ago   int
			watch *stopwatch
		}{{100, &late100}, {5000, &late5k}, {90_000, &late90k}} {
			e := entries[len(entries)-late.ago]
			c := canvas.Change{Kind: canvas.Region, From: e.Key(), Box: canvas.Bounds(e.Op)}
			late.watch.time(func() { v.Update(log, c) })
		}
	}
	ms := func(s stopwatch) float64 { return float64(s.best.Microseconds()) / 1000 }
	b.ReportMetric(ms(reset), "ms-all")
	b.ReportMetric(float64(median(appended))/float64(median(applied)), "append-of-apply")
	b.ReportMetric(ms(late100), "ms-100-late")
	b.ReportMetric(ms(late5k), "ms-5000-late")
	b.ReportMetric(ms(late90k), "ms-90000-late")
	b.ReportMetric(0, "ns/op")
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// drawnLog is a log of n segments by one hand.
func drawnLog(b *testing.B, n int) (*canvas.Log, []canvas.Entry) {
	b.Helper()
	log := pen("Ana00000000")
	var entries []canvas.Entry
	for _, op := range handStrokes(newRand(1), n) {
		e, err := log.Draw(op.(canvas.Shape), 0, 0)
		if err != nil {
			b.Fatal(err)
		}
		entries = append(entries, e)
	}
	return log, entries
}

// BenchmarkMillion keeps the picture of the most segments that a log takes: how
// long it takes as a PNG, and how much memory, without the picture and its
// checkpoints.
func BenchmarkMillion(b *testing.B) {
	before := heap()
	log := pen("Ana00000000")
	for _, op := range handStrokes(newRand(1), canvas.MaxLive) {
		if _, err := log.Draw(op.(canvas.Shape), 0, 0); err != nil {
			b.Fatal(err)
		}
	}
	var whole stopwatch
	var v *View
	for b.Loop() {
		whole.time(func() {
			var err error
			if v, err = NewView(workWidth, workHeight, white); err != nil {
				b.Fatal(err)
			}
			v.Reset(log)
			if err := v.EncodePNG(new(bytes.Buffer)); err != nil {
				b.Fatal(err)
			}
		})
	}
	pictures := len(v.board.im.Pix) * (1 + v.kept.most)
	b.ReportMetric(float64(heap()-before-pictures)/canvas.MaxLive, "B/segment")
	b.ReportMetric(float64(whole.best.Microseconds())/1000, "ms")
	b.ReportMetric(0, "ns/op")
	runtime.KeepAlive(v)
	runtime.KeepAlive(log)
}

// heap is the bytes that are in use.
func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// BenchmarkOldBox paints a box of 20×20 pixels again from any place in the log
// on, as an undo does.
func BenchmarkOldBox(b *testing.B) {
	for _, n := range []int{100_000, canvas.MaxLive} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			log, entries := drawnLog(b, n)
			v, err := NewView(workWidth, workHeight, white)
			if err != nil {
				b.Fatal(err)
			}
			v.Reset(log)
			const places = 16
			best := make([]stopwatch, places)
			for b.Loop() {
				for i := range best {
					e := entries[i*len(entries)/places]
					p := e.Op.(canvas.Segment).From
					box := canvas.Box{Min: p, Max: canvas.Point{X: p.X + 20, Y: p.Y + 20}}
					best[i].time(func() { v.Update(log, canvas.Change{Kind: canvas.Region, From: e.Key(), Box: box}) })
				}
			}
			var worst time.Duration
			for _, s := range best {
				worst = max(worst, s.best)
			}
			b.ReportMetric(float64(worst.Microseconds())/1000, "ms-worst")
			b.ReportMetric(0, "ns/op")
		})
	}
}
