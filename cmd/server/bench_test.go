package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"drawmesh/canvas"
	"drawmesh/peer"
)

// share is which part of a list is beyond a bound.
func share(list []float64, bound float64) float64 {
	n := 0
	for _, v := range list {
		if v > bound {
			n++
		}
	}
	return float64(n) / float64(len(list))
}

// quantile is the value that a part of a list does not exceed.
func quantile(list []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[min(len(sorted)-1, int(math.Ceil(q*float64(len(sorted))))-1)]
}

// Figures are what the runs of a benchmark came to, by name.
type figures map[string][]float64

func (f figures) add(name string, v float64) { f[name] = append(f[name], v) }

// report reports their medians: of runs on a machine that does other things, too, the last
// one says little.
func (f figures) report(b *testing.B) {
	for name, list := range f {
		b.ReportMetric(quantile(list, 0.5), name)
	}
	b.ReportMetric(0, "ns/op") // it says nothing
}

// A watched is how long frames took, and tasks over 50, in ms.
type watched struct{ Frames, Tasks []float64 }

// BenchmarkPage measures a page on which 100,000 segments are, against one on
// which nothing is and against bare calls of a canvas.
func BenchmarkPage(b *testing.B) {
	const frames = 5000 // ms
	f := make(figures)
	for b.Loop() {
		p := logPage(b)
		count(p)
		call := func(what string) string { return `import("/testdata/bench.js").then((bench) => bench.` + what + `)` }
		watch := func(name string, live bool) watched {
			before, _ := cpuTime(p)
			w := eval[watched](p, call(`frames(%s, %s)`), frames, live)
			after, _ := cpuTime(p)
			f.add(name+"-frame-p50-ms", quantile(w.Frames, 0.5))
			f.add(name+"-frame-p95-ms", quantile(w.Frames, 0.95))
			f.add(name+"-frames-over-16.7ms-%", 100*share(w.Frames, 16.7))
			f.add(name+"-longest-task-ms", quantile(append(w.Tasks, 0), 1))
			f.add(name+"-cpu-%", 100*1000*(after-before)/frames)
			return w
		}
		empty := watch("empty", false)
		eval[int](p, call(`prepare()`))
		f.add("heap-MB", heap(p))
		eval[int](p, call(`rehearse(%s)`), frames)
		live := watch("live", true)
		f.add("live-p50/empty", quantile(live.Frames, 0.5)/quantile(empty.Frames, 0.5))
		f.add("live-p95/empty", quantile(live.Frames, 0.95)/quantile(empty.Frames, 0.95))
		// Each hand's first stroke is small, and its second crosses the picture.
		for name, k := range map[string]int{"small": 1, "large": 61} {
			times := eval[[]float64](p, call(`undo(%s)`), k)
			f.add(name+"-undo-p50-ms", quantile(times, 0.5))
			f.add(name+"-undo-max-ms", quantile(times, 1))
		}
		all := eval[struct{ Whole, Bare float64 }](p, call(`repaint()`))
		f.add("repaint-all-ms", all.Whole)
		f.add("bare-canvas-ms", all.Bare)
		f.add("repaint/bare", all.Whole/all.Bare)
	}
	f.report(b)
}

// BenchmarkPageStrokes measures what a message of a segment takes of the page's own
// thread, drawn for ten neighbours or heard from one of them: all but the painting, the
// signatures included. Without WebCrypto, as on a page without TLS, the page signs by
// itself.
func BenchmarkPageStrokes(b *testing.B) {
	const messages = 2000
	for b.Loop() {
		for name, hasCrypto := range map[string]bool{"webcrypto": true, "plain": false} {
			p := logPage(b)
			count(p)
			eval[int](p, `import("/testdata/bench.js").then((bench) => bench.strokes(%s, %s))`, messages, hasCrypto)
			for i, what := range []string{"drawn", "heard"} {
				before, _ := cpuTime(p)
				if n := eval[int](p, `import("/testdata/bench.js").then((bench) => bench[%s]())`, what); n != (i+1)*messages {
					b.Fatalf("%d entries are there", n)
				}
				after, _ := cpuTime(p)
				b.ReportMetric(1000*(after-before)/messages, name+"-"+what+"-ms")
			}
		}
	}
	b.ReportMetric(0, "ns/op")
}

// longTasks is how many ms those tasks of a page took that took more than 50.
const longTasks = `new Promise((resolve) => {
	new PerformanceObserver((list) => resolve(list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask", buffered: true });
	setTimeout(() => resolve([]), 500);
})`

// count has a page count what cpuTime tells.
func count(p *page) {
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks})
		return err
	}))
}

// cpuTime is how many seconds of processor a page has taken on its own thread since it
// counts, and on all threads of its process, its workers' as well, since ever.
func cpuTime(p *page) (thread, process float64) {
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		r, err := cdp.Call(ctx, t, performance.GetMetrics, cdp.Empty{})
		for _, m := range r.Metrics {
			switch m.Name {
			case "ThreadTime":
				thread = m.Value
			case "ProcessTime":
				process = m.Value
			}
		}
		return err
	}))
	return thread, process
}

// quiet waits until a page has had nothing to do for 0.3 s, and says when that began and
// what cpuTime tells.
func quiet(p *page) (since time.Time, thread, process float64) {
	for since = time.Now(); time.Since(since) < 300*time.Millisecond; time.Sleep(50 * time.Millisecond) {
		last := thread
		if thread, process = cpuTime(p); thread > last+0.003 {
			since = time.Now()
		}
	}
	return since, thread, process
}

// heap is how many MB a page holds for its scripts, once the garbage is gone.
func heap(p *page) float64 {
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, heapprofiler.CollectGarbage, cdp.Empty{})
		return err
	}))
	var used runtime.GetHeapUsageResult
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) (err error) {
		used, err = cdp.Call(ctx, t, runtime.GetHeapUsage, cdp.Empty{})
		return err
	}))
	return (used.UsedSize + used.BackingStorageSize) / 1e6
}

// BenchmarkPageJoinsLate measures how long a page takes from being opened to
// showing 100,000 segments, against how long one takes to open in an empty room,
// and against reading and painting the same frames with nothing around it.
func BenchmarkPageJoinsLate(b *testing.B) {
	const segments = 100_000
	server := startProcess(b, "--port=0", "--token-secret", longSecret)
	alone, room := enter(b, server.url+"/empty"), enter(b, server.url+"/full")
	spiral(b, room, segments)
	author := canvas.NewLog(canvas.NewSigner())
	for i := range segments {
		if _, err := author.Draw(spiralSegment(i), 0, 0); err != nil {
			b.Fatal(err)
		}
	}
	author.Sign()
	frames := slices.Collect(author.Frames(nil))
	bare := logPage(b)
	browser := newBrowser(b)
	f := make(figures)
	for b.Loop() {
		least := eval[float64](bare, `import("/testdata/bench.js").then((bench) => bench.bare(%s))`, frames) / 1000
		var took [2]float64
		for i, to := range []string{"/empty", "/full"} {
			begin := time.Now()
			p := browser.open(server.url + to)
			count(p)
			_, boot := cpuTime(p)
			p.wait(`document.documentElement.dataset.synced === "1" && document.documentElement.dataset.agree === "true"`)
			took[i] = time.Since(begin).Seconds()
			painted, thread, process := quiet(p)
			f.add(to[1:]+"-painted-s", painted.Sub(begin).Seconds())
			f.add(to[1:]+"-thread-cpu-ms", 1000*thread)
			f.add(to[1:]+"-cpu-ms", 1000*(process-boot))
			f.add(to[1:]+"-heap-MB", heap(p))
			tasks := eval[[]float64](p, longTasks)
			f.add(to[1:]+"-tasks-over-50ms", float64(len(tasks)))
			f.add(to[1:]+"-longest-task-ms", quantile(append(tasks, 0), 1))
			p.close()
		}
		f.add("join-s", took[1])
		f.add("empty-join-s", took[0])
		f.add("join/empty", took[1]/took[0])
		f.add("bare-s", least)
		f.add("(join-empty)/bare", (took[1]-took[0])/least)
	}
	if alone.Sum() == room.Sum() {
		b.Error(fmt.Errorf("both rooms have the sum %v", room.Sum()))
	}
	f.report(b)
}

// spiral draws that many segments.
func spiral(t testing.TB, room *peer.Peer, segments int) {
	t.Helper()
	for i := range segments {
		if _, err := room.Draw(spiralSegment(i)); err != nil {
			t.Fatal(err)
		}
	}
}

func spiralSegment(i int) canvas.Segment {
	at := func(angle float64) canvas.Point {
		far := math.Mod(angle, 100)
		return canvas.Point{X: math.Round(6400+50*far*math.Cos(angle)) / 10, Y: math.Round(4000+30*far*math.Sin(angle)) / 10}
	}
	angle := float64(i) / 40
	return canvas.Segment{From: at(angle), To: at(angle + 1./40), Force: 1.2, Color: canvas.Color{R: uint8(i / 400), A: 255}}
}
