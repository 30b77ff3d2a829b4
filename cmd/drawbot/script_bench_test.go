package main

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer/loadtest"
	"drawmesh/peer/script"
	"drawmesh/signaling"
)

// scripted is a scenario of bots that run a program.
func scripted(b *testing.B, bots int, text string) loadtest.Scenario {
	b.Helper()
	p, err := script.Load(context.Background(), "bench.star", strings.NewReader(text), script.Options{})
	if err != nil {
		b.Fatal(err)
	}
	s, err := p.Scenario(script.Entry)
	if err != nil {
		b.Fatal(err)
	}
	return loadtest.Scenario{Name: "scripted", Bots: bots, Bot: actors(p.Run(script.RunOptions{}), s)}
}

// patterned is a scenario of bots that draw a pattern.
func patterned(bots int, rate float64) loadtest.Scenario {
	return loadtest.Scenario{Name: "drawing", Bots: bots, Rate: rate, Segments: func(int) iter.Seq[canvas.Segment] {
		return func(yield func(canvas.Segment) bool) {
			yield(canvas.Segment{To: canvas.Point{X: 5}, Force: 1, Color: canvas.Color{A: 255}})
		}
	}}
}

// measured runs a load test over a real server.
func measured(b *testing.B, rooms int, duration time.Duration, scenarios ...loadtest.Scenario) *loadtest.Report {
	b.Helper()
	server := serve(b, signaling.ServerOptions{MaxStreams: -1, AccessRate: -1, RelayRate: -1})
	cfg := loadtest.Config{Duration: duration, Loopback: true, Scenarios: scenarios}
	for i := range rooms {
		cfg.Rooms = append(cfg.Rooms, fmt.Sprintf("%s/bench-%d", server.URL, i))
	}
	run, err := loadtest.New(cfg)
	if err != nil {
		b.Fatal(err)
	}
	rep, err := run.Do(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	return rep
}

// figureOf is a figure of a report.
func figureOf(b *testing.B, rep *loadtest.Report, name string) float64 {
	b.Helper()
	v, ok := rep.Metric(name)
	if !ok {
		b.Fatalf("there is no %s", name)
	}
	return v.Value
}

// BenchmarkScriptedWriters reports what a stroke costs that one of ten scripted
// bots draws, 60 a second each, to the same of bots that draw a pattern: processor
// time for each operation delivered.
func BenchmarkScriptedWriters(b *testing.B) {
	const program = `
def bot(bot):
    x = 0
    bot.sleep(rand.float(high = 1 / 60)) # hands do not move in step
    while bot.running():
        bot.stroke([(x, 20), (x + 5, 20)])
        x = (x + 5) % 900
        bot.pace(60)
`
	ours, theirs := 1e9, 1e9
	for b.Loop() {
		theirs = min(theirs, figureOf(b, measured(b, 1, 3*time.Second, patterned(10, 60)), "cpu.op"))
		ours = min(ours, figureOf(b, measured(b, 1, 3*time.Second, scripted(b, 10, program)), "cpu.op"))
	}
	b.ReportMetric(1000*ours, "µs/op")
	b.ReportMetric(ours/theirs, "×pattern")
}

// BenchmarkScriptedStart reports what it takes until 100 scripted bots are linked,
// in four rooms, to the same of bots that draw a pattern.
func BenchmarkScriptedStart(b *testing.B) {
	const program = "def bot(bot): bot.sleep(100)"
	ours, theirs, ourCPU, theirCPU := 1e9, 1e9, 1e9, 1e9
	for b.Loop() {
		rep := measured(b, 4, 100*time.Millisecond, patterned(100, 1))
		theirs, theirCPU = min(theirs, figureOf(b, rep, "mesh")), min(theirCPU, figureOf(b, rep, "cpu.link"))
		rep = measured(b, 4, 100*time.Millisecond, scripted(b, 100, program))
		ours, ourCPU = min(ours, figureOf(b, rep, "mesh")), min(ourCPU, figureOf(b, rep, "cpu.link"))
	}
	b.ReportMetric(ours/theirs, "×wall")
	b.ReportMetric(ourCPU/theirCPU, "×cpu")
}

// BenchmarkScriptedAnswers lets one bot answer every stroke of 29 others, 60 a
// second each, and reports how many of them it has answered in time, and for what
// share of a processor its program was at work.
func BenchmarkScriptedAnswers(b *testing.B) {
	const program = `
def bot(bot):
    while bot.running():
        e = bot.next("stroke", "missed", timeout = 1)
        if e and e.kind == "stroke":
            bot.stroke([(1280 - x, y) for x, y in e.points])
`
	for b.Loop() {
		rep := measured(b, 1, 3*time.Second, patterned(29, 60), scripted(b, 1, program))
		answers, _ := rep.Metric("ops.sent{scenario:scripted}")
		b.ReportMetric(answers.Value/figureOf(b, rep, "ops.sent{scenario:drawing}"), "answered/drawn")
		b.ReportMetric(figureOf(b, rep, "script.busy"), "script.busy-%")
		b.ReportMetric(figureOf(b, rep, "cpu.machine"), "machine-%")
		if p50, ok := rep.Metric("latency.p50{scenario:scripted}"); ok {
			b.ReportMetric(p50.Value, "p50-ms")
		}
		for _, r := range rep.Remarks {
			b.Log(r)
		}
	}
}
