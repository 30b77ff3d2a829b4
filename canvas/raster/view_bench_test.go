package raster

import (
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
			e, err := log.Draw(op, 0)
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
	log := canvas.NewLog(canvas.NewSite())
	var entries []canvas.Entry
	for _, op := range handStrokes(newRand(1), n) {
		e, err := log.Draw(op, 0)
		if err != nil {
			b.Fatal(err)
		}
		entries = append(entries, e)
	}
	return log, entries
}
