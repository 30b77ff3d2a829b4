package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"drawmesh/peer/loadtest"
)

// hostile is what a server or a stranger may have said.
const hostile = `<script>document.title="owned"</script>"'><img src=x onerror=alert(1)>`

// report is one with everything in it: two parts, chaos, failures with hostile
// causes, a limit.
func report(t testing.TB) *loadtest.Report {
	t.Helper()
	var parts []*loadtest.Report
	for part := 1; part <= 2; part++ {
		var h loadtest.Histogram
		for i := range 1000 {
			h.Add(time.Duration(5000+i*i/10) * time.Microsecond)
		}
		writers := loadtest.Tags{Scenario: "writers", Room: part, Stage: 1}
		guests := loadtest.Tags{Scenario: "guests", Room: part, Group: "warmup"}
		operations := []loadtest.Operations{
			{Part: part, Tags: writers, Sent: 10, Delivered: 30, Late: 1, Latency: h, Pace: h},
			{Part: part, Tags: guests, Sent: 2, Delivered: 6, Twice: 2, Latency: h},
		}
		own := []loadtest.Measured{
			measured(t, loadtest.KindTrend, "reply", "ms", writers, 1, 2, 3, 40),
			measured(t, loadtest.KindTrend, "reply", "ms", guests, 10),
			measured(t, loadtest.KindCounter, "words.read", "", writers, 5, 6),
			measured(t, loadtest.KindGauge, "words_read", "KB", writers, 7, 8),
			measured(t, loadtest.KindRate, "good", "", writers, 1, 1, 0),
			measured(t, loadtest.KindCheck, "answered", "", writers, 1, 1, 1, 0),
		}
		p := loadtest.Part{
			Part: part, Of: 3, Host: hostile, CPUs: 2, DrawMS: 900, SpanMS: 3000, LastMS: 3900, ConvergeMS: 25,
			Planned: 2, Joined: 2, Open: 5, Expected: 6, Kills: 1, MeshMS: 850, Operations: operations, Own: own,
			Sums:     []loadtest.Sum{{Sum: "00000000deadbeef"}},
			Failures: []loadtest.Cause{{What: "link", Cause: hostile, Count: 3, Bot: "1-0", Peer: hostile}},
			Server: []loadtest.Gauge{
				{Name: hostile, After: 4, Values: []float64{0, 1, 4}}, {Name: "drawmesh_rooms", Before: 1, After: 1},
				{Name: `drawmesh_refusals_total{reason="a"}`, After: 6, Values: []float64{0, 2, 6}},
				{Name: `drawmesh_refusals_total{reason="b"}`, After: 2, Values: []float64{0, 0, 2}},
			},
			ServerAtMS: []float64{0, 1000, 3000},
			Clock:      []loadtest.Clock{{Part: 3 - part, LeastUS: 2000}},
		}
		names := [2]string{"1-0", "1-1"}
		if part == 2 {
			names = [2]string{"2-2", "2-3"}
		}
		for i, name := range names {
			p.Bots = append(p.Bots, loadtest.BotResult{Name: name, Scenario: [2]string{"writers", "guests"}[i], Room: 1, Writer: true, Sent: 50, End: "stayed", TokenMS: 1, StreamMS: 2, JoinMS: 3})
			for _, other := range []string{"1-0", "1-1", "2-2", "2-3"} {
				if other != name && !(name == "1-1" && other == "2-3") {
					p.Pairs = append(p.Pairs, loadtest.Pair{Bot: name, From: other, Delivered: 50, Timed: 50, MeanMS: 10 * float64(i+1), MaxMS: 90, SentBytes: 5000, ReceivedBytes: 4000 * int64(i+1)})
					p.Links = append(p.Links, loadtest.Link{Bot: name, Peer: other, AtMS: 300 + 100*float64(i), SignalingMS: 40, ICEMS: 30, DTLSMS: 50, ChannelMS: 20})
				}
			}
		}
		for i := range 20 {
			p.Slices = append(p.Slices, loadtest.Slice{
				AtMS: float64(200 * (i + 1)), Sent: 10, Delivered: 30, Open: 5, Expected: 6, Cores: 0.5, Machine: 0.4,
				RSS: 50e6 + int64(i)*1e6, Heap: 20e6, Goroutines: 90, Operations: operations, Own: own,
			})
		}
		parts = append(parts, &loadtest.Report{Ended: "done", Room: "http://localhost:8081/" + hostile, Started: time.Unix(1_800_000_000, 0), Parts: []loadtest.Part{p}})
	}
	r, err := loadtest.Merge(parts...)
	if err != nil {
		t.Fatal(err)
	}
	r.Settings = loadtest.Settings{Bots: 4, Rooms: 2, DurationMS: 3000, Scenarios: []loadtest.ScenarioSettings{
		{Name: "writers", Bots: 2, Rooms: 2, Rate: 10, Stages: "1s:2,2s:2"}, {Name: "guests", Bots: 2, Rooms: 2, OwnBots: true},
	}}
	r.Thresholds = []loadtest.Verdict{{Threshold: hostile, Got: "much"}, {Threshold: "ops.lost==0", Met: true, Got: "0"}}
	r.Limit = &loadtest.Limit{Raised: "rate", Good: 60, Bad: 120, Broke: hostile, RanOut: "processors", Steps: []loadtest.Step{{Value: 60, Good: true}, {Value: 120}}}
	return r
}

// measured is what bots with the same tags have added to a metric of their own.
func measured(t testing.TB, kind loadtest.Kind, name, unit string, tags loadtest.Tags, values ...float64) (m loadtest.Measured) {
	t.Helper()
	var h loadtest.Histogram // which is written as trends are, in microseconds
	j := map[string]any{"name": name, "kind": kind, "unit": unit, "scenario": tags.Scenario, "room": tags.Room, "stage": tags.Stage,
		"group": tags.Group, "count": len(values), "min": slices.Min(values), "max": slices.Max(values), "last": values[len(values)-1]}
	sum, held := 0.0, 0
	for _, v := range values {
		h.Add(time.Duration(v * float64(time.Millisecond)))
		sum += v
		if v != 0 {
			held++
		}
	}
	j["sum"], j["true"] = sum, held
	text, err := json.Marshal(h)
	if err == nil && kind == loadtest.KindTrend {
		var written struct{ HDR string }
		err = json.Unmarshal(text, &written)
		j["hdr"] = written.HDR
	}
	if err == nil {
		text, err = json.Marshal(j)
	}
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func written(t testing.TB, r *loadtest.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := HTML(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The page needs nothing else, and runs nothing.
func TestPageIsSelfContained(t *testing.T) {
	text := written(t, report(t))
	for _, pattern := range []string{`<script`, `<img`, `<link`, `<iframe`, `@import`, `url\(`, `<[^>]*\s(src|href)=`, `<[^>]*\son[a-z]+=`} {
		if found := regexp.MustCompile(pattern).FindString(text); found != "" {
			t.Errorf("the page holds %q", found)
		}
	}
	if got := strings.Count(text, "<svg class=\"picture"); got != 13 {
		t.Errorf("%d pictures, want 13", got)
	}
}

// A count of the server's shows as what it grows by a second, labels together.
func TestServerOverTime(t *testing.T) {
	p := report(t).Parts[0]
	if got := readings(p, "drawmesh_refusals_total"); !slices.Equal(got, []float64{0, 2, 8}) {
		t.Errorf("got %v refusals, want 0, 2 and 8", got)
	}
	if got := readings(p, "drawmesh_rooms"); !slices.Equal(got, []float64{1, 1, 1}) {
		t.Errorf("got %v rooms, want 1 each time", got)
	}
	picture := string(serverChart(p, "", plain, []curve{{"refusals", "c1", "drawmesh_refusals_total", true}}))
	y := func(rate float64) float64 { return plotHeight * (1 - rate/(3*1.05)) }
	want := fmt.Sprintf(`d="M%.1f %.1fL%.1f %.1f"`, lineWidth/3.0, y(2), float64(lineWidth), y(3))
	if !strings.Contains(picture, want) {
		t.Errorf("got %s, want 2/s at 1 s and 3/s at 3 s: %s", picture, want)
	}
}

// Nothing that was measured is no reason to fail.
func TestPageOfNothing(t *testing.T) {
	r := &loadtest.Report{Ended: "failed", Parts: []loadtest.Part{{Part: 1, Of: 1}}}
	if text := written(t, r); !strings.Contains(text, "The run was failed") || strings.Contains(text, "<svg") {
		t.Error("the page of a run that failed shows pictures, or does not say so")
	}
	var b bytes.Buffer
	if err := Table(&b, r); err != nil || !strings.Contains(b.String(), "never\n") || strings.Contains(b.String(), "never after") {
		t.Errorf("got %q, %v", b.String(), err)
	}
}

func TestTable(t *testing.T) {
	var b bytes.Buffer
	if err := Table(&b, report(t)); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, want := range []string{"2 killed", "10 of 12 ends open", "missing: part 3", "give or take 2.000 ms",
		"3 ×", "MISSED", "met", "limit: a rate of 60 segments/s each is well, 120 is not", "what ran out: processors",
		"  writers           2.00 ms  40.0 ms  40.0 ms  40.0 ms  40.0 ms  11.5 ms\n", "guests        2     4      12     31.2 ms  never\n", "writers       2     20     60 ",
		"  stage 1           20     60  ", "room 2 ", "group warmup        4      12 ", "words.read      22, 7/s\n",
		"words_read      8 KB in the end, from 7 KB to 8 KB\n", "good            4 of 6 (66 %)\n", "check answered  6 of 8 held (75 %)\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("the table lacks %q:\n%s", want, text)
		}
	}
	if strings.ContainsAny(text, "\x1b\r\u202e") {
		t.Error("the table moves the cursor")
	}
}
