package raster

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/fogleman/gg"

	"drawmesh/canvas"
)

// The benchmarks compare with something else in the same run, and print the
// ratio: machines drift too much to compare runs. Each pass times one of
// either; the fastest passes count.

// BenchmarkPaint paints each workload by plain gg, by a board on one processor
// and by a board on all.
func BenchmarkPaint(b *testing.B) {
	for _, w := range workloads {
		b.Run(w.name, func(b *testing.B) {
			ops := w.draw(newRand(1), w.n)
			one, all := newBoard(b, workWidth, workHeight, white), newBoard(b, workWidth, workHeight, white)
			var plain, single, banded stopwatch
			for b.Loop() {
				plain.time(func() { plainGG(ops) })
				single.time(func() {
					for _, op := range ops {
						one.Apply(op)
					}
				})
				banded.time(func() { all.ApplyAll(ops) })
			}
			b.ReportMetric(plain.ratio(single), "x-gg")
			b.ReportMetric(plain.ratio(banded), "x-gg-all-cores")
			b.ReportMetric(float64(w.n)/single.best.Seconds(), "segments/s")
			b.ReportMetric(testing.AllocsPerRun(10, func() { one.Apply(ops[0]) }), "allocs/segment")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// plainGG paints as one does who has read gg's examples.
func plainGG(ops []canvas.Op) image.Image {
	dc := gg.NewContext(workWidth, workHeight)
	dc.SetColor(color.White)
	dc.Clear()
	dc.SetLineCapRound()
	for _, op := range ops {
		s := op.(canvas.Segment)
		dc.SetColor(color.NRGBA(s.Color))
		dc.SetLineWidth(s.Width())
		dc.MoveTo(s.From.X, s.From.Y)
		dc.LineTo(s.To.X, s.To.Y)
		dc.Stroke()
	}
	return dc.Image()
}

// BenchmarkChromium paints each workload by Chromium's software canvas, its
// JavaScript included, and by a board on one processor.
func BenchmarkChromium(b *testing.B) {
	browser := newBrowser(b)
	for _, w := range workloads {
		b.Run(w.name, func(b *testing.B) {
			ops := w.draw(newRand(1), w.n)
			script := fmt.Sprintf(`globalThis.c = board(%d, %d); globalThis.ops = %s; true`, workWidth, workHeight, browserOps(ops))
			if _, err := chromedp.Run(browser, chromedp.Evaluate[bool](script)); err != nil {
				b.Fatal(err)
			}
			board := newBoard(b, workWidth, workHeight, white)
			var theirs, ours stopwatch
			for b.Loop() {
				// Reading a pixel makes the canvas finish what it has put off.
				ms, err := chromedp.Run(browser, chromedp.Evaluate[float64](
					`{const t = performance.now(); paint(c, ops); c.getImageData(0, 0, 1, 1); performance.now() - t}`))
				if err != nil {
					b.Fatal(err)
				}
				theirs.add(time.Duration(ms * float64(time.Millisecond)))
				ours.time(func() {
					for _, op := range ops {
						board.Apply(op)
					}
				})
			}
			b.ReportMetric(ours.ratio(theirs), "of-chromium's-time")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkHostile paints the dearest single operation there is for a board of
// 1920×1080.
func BenchmarkHostile(b *testing.B) {
	var ops []canvas.Op
	for _, v := range extremes {
		for _, w := range extremes {
			for _, force := range []float64{1.5, 4, 100} {
				s := canvas.Segment{From: at(v, w), To: at(960, 540), Force: force, Color: glass}
				ops = append(ops, s, canvas.Rect{Origin: s.From, Width: w, Height: v, LineWidth: s.Width(), Color: glass})
				s.From, s.To = at(-v, -w), at(w+1920, v)
				ops = append(ops, s)
			}
		}
	}
	board := newBoard(b, workWidth, workHeight, white)
	best := make([]stopwatch, len(ops))
	for b.Loop() {
		for i, op := range ops {
			best[i].time(func() { board.Apply(op) })
		}
	}
	worst := stopwatch{}
	for i := range best {
		if best[i].best > worst.best {
			worst = best[i]
		}
	}
	b.ReportMetric(float64(worst.best.Microseconds())/1000, "ms-worst")
	b.ReportMetric(0, "ns/op")
}

// A stopwatch keeps the shortest of several times.
type stopwatch struct{ best time.Duration }

func (s *stopwatch) time(work func()) {
	start := time.Now()
	work()
	s.add(time.Since(start))
}

func (s *stopwatch) add(d time.Duration) {
	if s.best == 0 || d < s.best {
		s.best = d
	}
}

// ratio is how many times as long as o the stopwatch took.
func (s *stopwatch) ratio(o stopwatch) float64 {
	if o.best == 0 {
		return math.NaN()
	}
	return s.best.Seconds() / o.best.Seconds()
}

// BenchmarkPNG encodes the picture of each workload, and flat ones, by image/png; by a board
// for the first time, with all processors; with one band of rows painted on
// since; with nothing painted since.
func BenchmarkPNG(b *testing.B) {
	hand := workloads[0]
	for _, w := range append(slices.Clone(workloads[:3]), workload{"blank", 0, hand.draw}, workload{"few", 200, hand.draw}) {
		b.Run(w.name, func(b *testing.B) {
			board := newBoard(b, workWidth, workHeight, white)
			board.ApplyAll(w.draw(newRand(1), w.n))
			std := png.Encoder{BufferPool: &onePNGBuffer{}}
			var theirs, all, one, none stopwatch
			var size, stdSize int
			var out bytes.Buffer
			count(b, &out, board.EncodePNG)
			for b.Loop() {
				theirs.time(func() { stdSize = count(b, &out, func(w io.Writer) error { return std.Encode(w, board.im) }) })
				board.png.touch(board.im.Rect)
				all.time(func() { size = count(b, &out, board.EncodePNG) })
				board.png.touch(image.Rect(900, 540, 950, 545))
				one.time(func() { count(b, &out, board.EncodePNG) })
				none.time(func() { count(b, &out, board.EncodePNG) })
			}
			b.ReportMetric(theirs.ratio(all), "x-image/png")
			b.ReportMetric(float64(size)/float64(stdSize), "of-its-size")
			b.ReportMetric(one.ratio(all), "one-band-of-all")
			b.ReportMetric(float64(none.best.Microseconds())/1000, "ms-unchanged")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// count runs encode and returns how many bytes it writes.
func count(b *testing.B, out *bytes.Buffer, encode func(io.Writer) error) int {
	out.Reset()
	if err := encode(out); err != nil {
		b.Fatal(err)
	}
	return out.Len()
}

// A onePNGBuffer lets image/png keep its buffers too.
type onePNGBuffer struct{ buffer *png.EncoderBuffer }

func (p *onePNGBuffer) Get() *png.EncoderBuffer  { return p.buffer }
func (p *onePNGBuffer) Put(b *png.EncoderBuffer) { p.buffer = b }
