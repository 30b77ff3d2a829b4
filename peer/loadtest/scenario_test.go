package loadtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/peer"
)

// measuring is a scenario whose bots each draw five strokes in each of two groups,
// and measure what they are told to.
func measuring(name string, bots int, measure func(m *Measures, i int) error) Scenario {
	return Scenario{Name: name, Bots: bots, Bot: func(number int) Bot {
		return botFunc(func(ctx context.Context, p *peer.Peer) error {
			m := MeasuresOf(ctx)
			for i := range 10 {
				err := m.Group([]string{"warmup", "work"}[i/5])
				if err == nil {
					_, err = drawStroke(p, float64(i))
				}
				if err = errors.Join(err, measure(m, i)); err != nil || !wait(ctx, 100*time.Millisecond) {
					return err
				}
			}
			return nil
		})
	}}
}

// again is the report after it was written and read.
func again(t *testing.T, r *Report) *Report {
	t.Helper()
	var text bytes.Buffer
	if err := r.Write(&text); err != nil {
		t.Fatal(err)
	}
	read, err := Read(&text)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// Two scenarios share two rooms. Each figure is told by scenario, room and group,
// and what bots measure themselves is what they have added, in one process or two.
func TestScenarios(t *testing.T) {
	for parts := 1; parts <= 2; parts++ {
		t.Run(fmt.Sprintf("%d_parts", parts), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, 4)
				w.cfg.Rooms = append(w.cfg.Rooms, "http://server/hall")
				w.scenario().Name = "writers"
				w.cfg.Scenarios = append(w.cfg.Scenarios, measuring("players", 6, func(m *Measures, i int) error {
					return errors.Join(
						m.Trend("reply", "ms").Add(float64(i+1)/100), // 10 ms, 20 ms … 100 ms
						m.Trend("size", "").Add(float64(i)/2),
						m.Counter("moves", "").Add(2),
						m.Gauge("level", "").Add(float64(i)),
						m.Rate("won").Add(float64(i%2)),
						m.Check("even", i%2 == 0),
						m.Check("true", true),
					)
				}))
				var reports []*Report
				done := make(chan *Report)
				for part := 1; part <= parts; part++ {
					cfg := w.cfg
					cfg.Part, cfg.Parts = part, parts
					r, err := New(cfg)
					if err != nil {
						t.Fatal(err)
					}
					go func() {
						rep, err := r.Do(context.Background())
						if err != nil {
							t.Error(err)
						}
						done <- rep
					}()
				}
				for range parts {
					reports = append(reports, again(t, <-done))
				}
				rep, err := Merge(reports...)
				if err != nil {
					t.Fatal(err)
				}
				for name, want := range map[string]string{
					"bots.joined":                          "10 of 10",
					"bots.joined{scenario:writers}":        "4 of 4",
					"bots.joined{room:1}":                  "5 of 5",
					"bots.joined{scenario:players,room:2}": "3 of 3",
					"ops.sent{scenario:writers}":           "200 of 200",
					"ops.sent{scenario:players}":           "120 of 120",
					"ops.sent{group:work}":                 "60",
					"ops.sent{group:work,room:1}":          "30",
					"ops.delivered":                        "1280 of 1280",
					"ops.delivered{scenario:writers}":      "800 of 800",
					"ops.lost{scenario:players,room:2}":    "0 of 240",
					"links.open{room:1}":                   "20 of 20",
					"latency.min{scenario:writers,room:2}": "20.0 ms",
					"reply.p50":                            "50.0 ms",
					"reply.max":                            "100 ms",
					"reply.count":                          "60",
					"reply.max{group:warmup}":              "50.0 ms",
					"reply.mean{group:work,room:2}":        "80.0 ms",
					"size.p90":                             "4",
					"moves":                                "120",
					"moves.rate":                           "24/s",
					"moves{room:1}":                        "60",
					"level":                                "9",
					"level.min{group:work}":                "5",
					"won":                                  "30 of 60",
					"won{group:warmup}":                    "12 of 30",
					"checks":                               "90 of 120",
					"checks{check:even}":                   "30 of 60",
					"checks{check:even,group:work}":        "12 of 30",
					"checks{check:true,scenario:players}":  "60 of 60",
				} {
					if v, ok := rep.Metric(name); !ok || v.String() != want {
						t.Errorf("%s: got %v (known: %t), want %s", name, v, ok, want)
					}
				}
				for _, name := range []string{"reply", "reply.rate", "latency.min{scenario:players,stage:1}", "checks{check:odd}", "reply.p50{room:3}"} {
					if v, ok := rep.Metric(name); ok {
						t.Errorf("%s: got %v, want nothing", name, v)
					}
				}
				if got := len(rep.TagSets()); parts == 1 && got != 2+2*2 {
					t.Errorf("got %v, want the tags of two rooms: of one scenario, and of another's two groups", rep.TagSets())
				}
				if got := rep.OwnMetrics(); len(got) != 7 || got[0].Name != "level" || got[6].Name != "true" {
					t.Errorf("got %v, want five metrics and two checks", got)
				}
				for _, ops := range rep.Parts[0].Operations {
					if ops.Part != 1 && ops.Group != "" {
						t.Errorf("got %v of another part, whose bots' groups nobody knows", ops.Tags)
					}
				}
			})
		})
	}
}

// A snapshot tells what is known so far, and the end tells the same or more.
func TestSnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 4)
		w.cfg.Scenarios = append(w.cfg.Scenarios, measuring("players", 2, func(m *Measures, i int) error {
			return m.Counter("moves", "").Add(1)
		}))
		r := w.start()
		if rep := r.Snapshot(); rep.Ended != "running" || len(rep.Parts[0].Bots) != 0 {
			t.Errorf("before it began, it %s with %d bots", rep.Ended, len(rep.Parts[0].Bots))
		}
		go func() {
			<-r.drawing
			time.Sleep(2 * time.Second)
			rep := again(t, r.Snapshot())
			for name, want := range map[string]string{
				"bots.joined": "6 of 6", "ops.sent": "120", "ops.sent{scenario:players}": "40", "moves": "20", "latency.min": "20.0 ms",
			} {
				if v, ok := rep.Metric(name); !ok || v.String() != want {
					t.Errorf("after two seconds, %s: got %v (known: %t), want %s", name, v, ok, want)
				}
			}
			for _, f := range slices.Concat(figures, spreads) {
				if f.late {
					name := f.name + map[bool]string{true: ".p50"}[slices.ContainsFunc(spreads, func(s figure) bool { return s.name == f.name })]
					if v, ok := rep.Metric(name); ok && !strings.HasPrefix(f.name, "cpu.") && f.tags != byMachine {
						t.Errorf("%s is %v while the run goes, and is said to be known only in the end", name, v)
					}
				}
			}
			if p := rep.Parts[0]; len(p.Links)+len(p.Pairs) != 0 || len(p.Slices) < 9 || p.Bots[0].End != "running" {
				t.Errorf("got %d links, %d pairs, %d slices, and that a bot %s", len(p.Links), len(p.Pairs), len(p.Slices), p.Bots[0].End)
			}
		}()
		rep := w.end()
		wantMetric(t, rep, "ops.sent", 240)
		wantMetric(t, rep, "moves", 20)
	})
}
