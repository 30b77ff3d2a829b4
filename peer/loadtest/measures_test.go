package loadtest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/peer"
)

// What a bot measures wrongly it is told, and nothing of it is measured.
func TestMeasuresRefuse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 1)
		w.cfg.Duration = time.Second
		w.own(func(number int, ctx context.Context, p *peer.Peer) error {
			m := MeasuresOf(ctx)
			if err := errors.Join(m.Trend("reply", "ms").Add(0.02), m.Counter("moves", "").Add(1), m.Group("a"), m.Group(""), m.Check("fair", true)); err != nil {
				t.Error(err)
			}
			for want, err := range map[string]error{
				"reply: -1: a trend takes nothing below 0":             m.Trend("reply", "ms").Add(-1),
				"reply: NaN: from 0 to 1e+12":                          m.Trend("reply", "ms").Add(math.NaN()),
				"reply: +Inf: from 0 to 1e+12":                         m.Trend("reply", "ms").Add(math.Inf(1)),
				"moves: -1: a counter takes nothing below 0":           m.Counter("moves", "").Add(-1),
				"won: 0.5: a rate takes 0 or 1":                        m.Rate("won").Add(0.5),
				`a gauge of "ms", which was a trend of "ms" before`:    m.Gauge("reply", "ms").Add(1),
				`a trend of "s", which was a trend of "ms" before`:     m.Trend("reply", "s").Add(1),
				`metric "Reply": a name has 1 to 64 of a-z`:            m.Trend("Reply", "ms").Add(1),
				`metric "` + strings.Repeat("a", 65) + `": a name has`: m.Rate(strings.Repeat("a", 65)).Add(1),
				"metric ops.lost: that is one of the load test's own":  m.Counter("ops.lost", "").Add(1),
				"metric latency.mine: that is one of":                  m.Counter("latency.mine", "").Add(1),
				"metric reply.p50: .p50 is what can be asked":          m.Counter("reply.p50", "").Add(1),
				`check "is it fair?": a name has 1 to 64`:              m.Check("is it fair?", true),
				`"heap" is no kind: there are trend, counter`:          m.Own(OwnMetric{"x", "heap", ""}).Add(1),
				`group "Warm up": a name has 1 to 64`:                  m.Group("Warm up"),
			} {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q", err, want)
				}
			}
			for i := range maxOwn - 3 {
				if err := m.Counter(fmt.Sprintf("more-%d", i), "").Add(1); err != nil {
					t.Error(err)
				}
			}
			if err := m.Check("too-many", true); err == nil || !strings.Contains(err.Error(), "one too many: a run has 256, checks included") {
				t.Errorf("got %v, want that there are too many metrics", err)
			}
			for i := range maxGroups - 1 {
				if err := m.Group(fmt.Sprintf("g%d", i)); err != nil {
					t.Error(err)
				}
			}
			if err := m.Group("too-many"); err == nil || !strings.Contains(err.Error(), "one too many: a run has 32") {
				t.Errorf("got %v, want that there are too many groups", err)
			}
			return m.Group("a") // which is known
		})
		rep := w.run()
		wantMetric(t, rep, "reply.count", 1)
		wantMetric(t, rep, "reply.max", 20)
		wantMetric(t, rep, "moves", 1)
		wantMetric(t, rep, "failures", 0)
		if got := len(rep.OwnMetrics()); got != maxOwn {
			t.Errorf("%d metrics, want %d", got, maxOwn)
		}
		outside := MeasuresOf(t.Context())
		outside.Abort("nothing")
		outside.Busy(1)
		if err := errors.Join(outside.Rate("won").Add(1), outside.Group("a")); !errors.Is(err, errNoRun) {
			t.Errorf("outside of a run: got %v, want %v", err, errNoRun)
		}
	})
}

// What has too many tags is counted under others, all of it.
func TestTagsAreBounded(t *testing.T) {
	o := newObserved(nil)
	n := notes{to: o}
	metric := OwnMetric{"moves", KindCounter, ""}
	for room := range maxTagSets + 50 {
		id := o.id(Tags{Scenario: "a", Room: room + 1})
		n.add(note{noteSent, 1, id, 5})
		if err := o.measure(metric, id, 1, 0); err != nil {
			t.Fatal(err)
		}
	}
	n.handIn()
	r := &Report{Parts: []Part{{Part: 1, Of: 1}}, Ended: running}
	r.Parts[0].Operations, r.Parts[0].Own = o.all()
	r.summarize()
	wantMetric(t, r, "ops.sent", maxTagSets+50)
	wantMetric(t, r, "ops.sent{scenario:a}", maxTagSets)
	wantMetric(t, r, "ops.sent{scenario:other}", 50)
	wantMetric(t, r, "ops.sent{room:1000}", 1)
	wantMetric(t, r, "moves", maxTagSets+50)
	wantMetric(t, r, "moves{scenario:other}", 50)
	wantMetric(t, r, "pace.max", 0.005)
	if got := len(r.TagSets()); got != maxTagSets+1 {
		t.Errorf("%d sets of tags, want %d", got, maxTagSets+1)
	}
}

// Slices of time together are the whole, and each is only what was in it.
func TestSlicesHaveTags(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 2)
		w.cfg.Scenarios = append(w.cfg.Scenarios, measuring("players", 1, func(m *Measures, i int) error {
			return m.Trend("reply", "ms").Add(float64(i) / 10)
		}))
		rep := w.run()
		p := rep.Parts[0]
		whole := newRecord()
		o := newObserved(nil)
		for _, s := range p.Slices {
			slice := newRecord()
			for i, ops := range s.Operations {
				slice.operations[sentBy{ops.Part, o.id(ops.Tags)}] = &s.Operations[i]
			}
			for i, m := range s.Own {
				if m.Count > 2 {
					t.Errorf("a slice of 200 ms has %d replies", m.Count)
				}
				slice.own[ownTagged{m.key(), o.id(m.Tags)}] = &s.Own[i]
			}
			whole.add(&slice, o)
		}
		operations, own := whole.lists()
		if len(operations) != 3 || len(own) != 2 { // the groups of the players
			t.Errorf("slices have %d operations and %d metrics, want 3 and 2", len(operations), len(own))
		}
		same := func(a, b Operations) bool {
			return a.Tags == b.Tags && a.Sent == b.Sent && a.Delivered == b.Delivered && a.Latency.Count() == b.Latency.Count() && a.Latency.Mean() == b.Latency.Mean()
		}
		if !slices.EqualFunc(operations, p.Operations, same) {
			t.Errorf("slices have %+v, want %+v", operations, p.Operations)
		}
		if !slices.EqualFunc(own, p.Own, func(a, b Measured) bool {
			return a.Tags == b.Tags && a.Count == b.Count && a.Max == b.Max && a.Last == b.Last
		}) {
			t.Errorf("slices have %+v, want %+v", own, p.Own)
		}
	})
}

// A scriptedBot follows a script that takes its time.
type scriptedBot struct {
	botFunc
	busy time.Duration
}

func (s scriptedBot) Busy() time.Duration { return s.busy }

// Where the script was the limit, that is said, and not that the bots were slow.
func TestScriptTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		w.scenario().Rate, w.scenario().Segments = 0, nil
		w.scenario().Bot = func(number int) Bot {
			return scriptedBot{func(ctx context.Context, p *peer.Peer) error {
				if number == 2 {
					time.Sleep(time.Second)
					return errBroken
				}
				<-ctx.Done()
				return ctx.Err()
			}, []time.Duration{4900 * time.Millisecond, time.Second, 100 * time.Millisecond}[number]}
		}
		rep := w.run()
		for name, want := range map[string]string{"script.busy": "120 %", "script.busiest": "98 %", "script.errors": "1 of 3", "script.busy{scenario:bots}": "120 %"} {
			if v, ok := rep.Metric(name); !ok || v.String() != want {
				t.Errorf("%s: got %v (known: %t), want %s", name, v, ok, want)
			}
		}
		if ran := rep.Parts[0].Bots[2].RanMS; ran != 1000 {
			t.Errorf("the last bot ran for %v ms, want a second", ran)
		}
		if len(rep.Remarks) == 0 || !strings.Contains(rep.Remarks[0], "the script was the limit of 1 of the bots: that of 1-0 was busy for 98 % of its time") {
			t.Errorf("got %q, want that the script was the limit", rep.Remarks)
		}
	})
}
