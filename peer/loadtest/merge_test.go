package loadtest

import (
	"bytes"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
)

// A script is what happened in a room of bots, by a clock that all share.
type script struct {
	bots   int
	start  int64
	sent   []int // by bot
	heards []heard
}

// heard is an operation that came: in microseconds since 1970.
type heard struct {
	from, to int
	n        uint32
	due, at  int64
}

// newScript draws 200 operations of each of six bots. One in fifty is lost, and
// one in forty comes twice.
func newScript() *script {
	random := rand.New(rand.NewPCG(5, 6))
	s := &script{bots: 6, start: 1_700_000_000_000_000}
	for from := range s.bots {
		s.sent = append(s.sent, 200)
		for n := range 200 {
			due := s.start + int64(n)*20_000 + int64(from)*1000
			for to := range s.bots {
				h := heard{from, to, uint32(n + 1), due, due + 2000 + int64(random.ExpFloat64()*15_000)}
				if n == 0 {
					h.at = due + 2000 // the fastest, in each direction
				}
				if to == from || n > 0 && random.IntN(50) == 0 {
					continue
				}
				s.heards = append(s.heards, h)
				if random.IntN(40) == 0 {
					h.at += 1000
					s.heards = append(s.heards, h)
				}
			}
		}
	}
	return s
}

// report is what part k of n reports of it. The clocks of the parts are ahead;
// without any, they agree.
func (s *script) report(t *testing.T, k, n int, ahead ...time.Duration) *Report {
	t.Helper()
	ahead = append(ahead, make([]time.Duration, n)...)
	r, err := New(Config{
		Rooms: []string{"http://server/studio"}, Duration: time.Second, Part: k, Parts: n,
		Scenarios: []Scenario{{Bots: s.bots, Rate: 1, Segments: oneSegment}},
	})
	if err != nil {
		t.Fatal(err)
	}
	r.clock = clock{start: time.UnixMicro(s.start), skew: ahead[k-1]}
	skew := func(part int) int64 { return ahead[part-1].Microseconds() }
	partOf := func(bot int) int {
		for part := 1; ; part++ {
			if from, end := r.casts[0].mine(part, n); bot >= from && bot < end {
				return part
			}
		}
	}
	bots := make(map[int]*participant)
	from, end := r.casts[0].mine(k, n)
	for i := from; i < end; i++ {
		b := r.newParticipant(r.casts[0], i, 0)
		b.sent = s.sent[i]
		b.end = "stayed"
		bots[i] = b
		for j := range s.bots {
			b.ledger.linked(sender{botName(partOf(j), j, 0), partOf(j), false}, 1)
		}
	}
	for _, h := range s.heards {
		if b := bots[h.to]; b != nil {
			from := sender{botName(partOf(h.from), h.from, 0), partOf(h.from), false}
			b.ledger.take(b.ledger.tallyOf(from), drawnAt(h.n, h.due+skew(from.part)), h.at+skew(k))
		}
	}
	r.meter.slice()
	rep := &Report{Type: reportType, Version: reportVersion, Ended: "done", Settings: r.cfg.settings(), Parts: []Part{r.part(true)}}
	rep.summarize()
	return rep
}

// drawnAt is the entry n of a bot that drew it at due.
func drawnAt(n uint32, due int64) canvas.Entry {
	return canvas.Entry{N: n, Op: watermark{due}.stamp(canvas.Segment{})}
}

// What three machines measured, each with a clock of its own, is what one would
// have measured.
func TestPartsMakeOneRun(t *testing.T) {
	s := newScript()
	one := s.report(t, 1, 1)
	for name, ahead := range map[string][]time.Duration{
		"clocks agree":  {0, 0, 0},
		"clocks differ": {0, 3*time.Second + 7*time.Microsecond, -10 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			var parts []*Report
			for i := range ahead {
				rep := s.report(t, i+1, 3, ahead...)
				var text bytes.Buffer // they come from files, of editors of Windows too
				text.WriteString("\ufeff")
				if err := rep.Write(&text); err != nil {
					t.Fatal(err)
				}
				read, err := Read(&text)
				if err != nil {
					t.Fatal(err)
				}
				parts = append(parts, read)
			}
			parts[0], parts[2] = parts[2], parts[0] // in any order
			merged, err := Merge(parts...)
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range merged.Parts {
				want := ms(ahead[i])
				if math.Abs(p.OffsetMS-want) > 0.001 || p.WithinMS > 2.001*float64(min(i, 1)) {
					t.Errorf("part %d's clock is %v ms ahead, give or take %v, want %v, to 2 ms at most", i+1, p.OffsetMS, p.WithinMS, want)
				}
			}
			for name, want := range one.Metrics {
				got, ok := merged.Metric(name)
				exact := !strings.HasPrefix(name, "latency.p")
				if strings.HasPrefix(name, "cpu") || strings.HasPrefix(name, "memory") || strings.HasPrefix(name, "goroutines") {
					continue // three processes are not one
				}
				if !ok || got.Of != want.Of || exact && math.Abs(got.Value-want.Value) > 0.001 ||
					math.Abs(got.Value-want.Value) > want.Value/400 {
					t.Errorf("%s: got %v (known: %t), want %v", name, got.Value, ok, want.Value)
				}
			}
			if got := len(merged.Parts[0].Pairs) + len(merged.Parts[1].Pairs) + len(merged.Parts[2].Pairs); got != len(one.Parts[0].Pairs) {
				t.Errorf("%d pairs, want %d", got, len(one.Parts[0].Pairs))
			}
		})
	}
}

// What the script says is what the report of one run says.
func TestReportCounts(t *testing.T) {
	s := newScript()
	distinct := make(map[heard]bool)
	var sum, twice int64
	for _, h := range s.heards {
		key := h
		key.at = 0
		if distinct[key] {
			twice++
			continue
		}
		distinct[key] = true
		sum += h.at - h.due
	}
	rep := s.report(t, 1, 1)
	all := float64(6 * 5 * 200)
	wantMetric(t, rep, "ops.sent", 6*200)
	wantMetric(t, rep, "ops.delivered", float64(len(distinct)))
	wantMetric(t, rep, "ops.lost", all-float64(len(distinct)))
	wantMetric(t, rep, "ops.duplicate", float64(twice))
	if got, want := rep.Spread("latency").Mean(), micros(int64(math.Round(float64(sum)/float64(len(distinct))))); got != want {
		t.Errorf("the mean latency of those that came: got %v, want %v", got, want)
	}
	if v, _ := rep.Metric("ops.lost"); v.Of != all {
		t.Errorf("lost of %v, want of %v", v.Of, all)
	}
}

// Of a bot that was killed, only what anybody has heard can be lost.
func TestLossOfTheKilled(t *testing.T) {
	r := &Report{Parts: []Part{{
		Part: 1, Of: 1,
		Bots:  []BotResult{{Name: "a", Sent: 10, End: "killed"}, {Name: "b", End: "stayed"}, {Name: "c", End: "stayed"}, {Name: "d", End: "left"}},
		Pairs: []Pair{{Bot: "b", From: "a", Delivered: 8}, {Bot: "c", From: "a", Delivered: 7}},
	}}}
	r.summarize()
	wantMetric(t, r, "ops.lost", 1)
	wantMetric(t, r, "ops.delivered", 15)
}

func TestWhatDoesNotMerge(t *testing.T) {
	s := newScript()
	other := s.report(t, 2, 3)
	other.Settings.Seed++
	for want, parts := range map[string][]*Report{
		"nothing to merge":                         nil,
		"part 1 is there twice":                    {s.report(t, 1, 3), s.report(t, 1, 3)},
		"part 2 is of another run":                 {s.report(t, 1, 3), other},
		"part 2/2 is of another run than part 1/3": {s.report(t, 1, 3), s.report(t, 2, 2)},
	} {
		if _, err := Merge(parts...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	merged, err := Merge(s.report(t, 2, 3))
	if err != nil {
		t.Fatal(err)
	}
	if got := merged.Missing(); len(got) != 2 || got[0] != 1 || got[1] != 3 {
		t.Errorf("missing %v, want 1 and 3", got)
	}
}

// Parts that did not hear each other are compared through a third.
func TestClocksThroughOthers(t *testing.T) {
	parts := []Part{
		{Part: 1, Clock: []Clock{{Part: 2, LeastUS: -9_000}}},
		{Part: 2, Clock: []Clock{{Part: 1, LeastUS: 11_000}, {Part: 3, LeastUS: 52_000}}},
		{Part: 3, Clock: []Clock{{Part: 2, LeastUS: -48_000}}},
		{Part: 4, Clock: []Clock{{Part: 1, LeastUS: 5}}}, // heard, and was not heard
	}
	compareClocks(parts)
	for i, want := range [][2]float64{{0, 0}, {10, 1}, {-40, 3}, {0, never}} {
		if got := [2]float64{parts[i].OffsetMS, parts[i].WithinMS}; got != want {
			t.Errorf("part %d: got %v, want %v", i+1, got, want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":              "no report",
		"[]":            "no report",
		`{"type":"op"}`: `its type is "op"`,
		`{"type":"drawbot load report","version":9}`: "a report of version 9",
		`{"type":"drawbot load report","version":1}`: "a report of version 1, which an older drawbot wrote: this one reads version 2",
		`{"type":"drawbot load report","version":2}`: "without parts",
	} {
		if _, err := Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}
