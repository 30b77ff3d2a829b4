package script

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"go.starlark.net/starlark"

	"drawmesh/canvas"
)

// BenchmarkEvent is what a bot does with a stroke of 20 points that it heard: a
// loop over them, and one call.
func BenchmarkEvent(b *testing.B) {
	p := load(b, "def bot(bot): pass\ndef answer(e):\n  n = 0\n  for x, y in e.points: n += x * y\n  return check('n', n > 0)")
	run := p.Run(RunOptions{})
	bt := &bot{run: run, measures: new(Tally), queue: newQueue(), ctx: context.Background()}
	t := newThread("b", &host{log: func(string) {}, random: newRandom(1, 1), bot: bt})
	e := &event{kind: "stroke", points: make([]canvas.Point, 20)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := starlark.Call(t.Thread, p.globals["answer"], starlark.Tuple{e}, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMemory is what memory a bot takes besides its peer, while it waits in a
// call.
func BenchmarkMemory(b *testing.B) {
	const bots = 1000
	p := load(b, "def bot(bot):\n  a = [i for i in range(10)]\n  bot.sleep(1000)")
	run := p.Run(RunOptions{})
	for b.Loop() {
		before := inUse()
		ctx, stop := context.WithCancel(context.Background())
		var all sync.WaitGroup
		for i := range bots {
			bt := &bot{run: run, measures: new(Tally), queue: newQueue(), ctx: ctx}
			bt.thread = newThread("b", &host{log: func(string) {}, random: newRandom(1, uint64(i)), bot: bt})
			all.Go(func() {
				_ = bt.thread.run(func() error { // which ends in the middle of its sleep
					_, err := starlark.Call(bt.thread.Thread, p.globals[Entry], starlark.Tuple{bt}, nil)
					return err
				})
			})
		}
		time.Sleep(time.Second) // until all sleep
		b.ReportMetric(float64(inUse()-before)/bots, "B/bot")
		stop()
		all.Wait()
	}
}

func inUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse)
}
