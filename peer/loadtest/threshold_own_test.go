package loadtest

import (
	"strings"
	"testing"
	"time"
)

// ownReport has a metric of each kind: of two rooms, with a different number.
func ownReport() *Report {
	p := Part{Part: 1, Of: 1, SpanMS: 10_000}
	for room := 1; room <= 2; room++ {
		tags := Tags{Scenario: "a", Room: room}
		own := func(m OwnMetric, values ...float64) {
			measured := Measured{OwnMetric: m, Tags: tags}
			for i, v := range values {
				measured.add(v*float64(room), float64(i))
			}
			p.Own = append(p.Own, measured)
		}
		own(OwnMetric{"reply", KindTrend, "ms"}, 10, 20, 30)
		own(OwnMetric{"wait", KindTrend, "s"}, 0.5)
		own(OwnMetric{"size", KindTrend, "points"}, 3)
		own(OwnMetric{"moves", KindCounter, ""}, 5, 5)
		own(OwnMetric{"level", KindGauge, ""}, 7, 4)
		own(OwnMetric{"won", KindRate, ""}, 1, 0, 0, 0)
		own(OwnMetric{"fair", KindCheck, ""}, 1, 1, 1, 0)
	}
	r := &Report{Parts: []Part{p}}
	r.summarize()
	return r
}

func TestOwnThresholds(t *testing.T) {
	r := ownReport()
	tests := []struct {
		text string
		met  bool
		got  string
	}{
		{"reply.p95<80ms", true, "60.0 ms"},
		{"reply.p95{room:1}<0.031s", true, "30.0 ms"},
		{"reply.p95{ room : 1 , scenario:a }<30ms", false, "30.0 ms"},
		{"reply.count==6", true, "6"},
		{"reply.p95<80", false, "60.0 ms, and that is another kind of value"},
		{"wait.max<=1s", true, "1 s"},
		{"wait.max{room:1}<400ms", false, "0.5 s"},
		{"size.mean==4.5", true, "4.5 points"},
		{"size.mean<5ms", false, "4.5 points, and that is another kind of value"},
		{"moves>29", true, "30"},
		{"moves.rate{room:1}==1/s", true, "1/s"},
		{"level{room:1}==4", true, "4"},
		{"level.max==14", true, "14"},
		{"won>=25%", true, "2 of 8"},
		{"won==2", true, "2 of 8"},
		{"checks>99%", false, "6 of 8"},
		{"checks{check:fair,room:2}==75%", true, "3 of 4"},
		{"checks{check:unfair}==75%", false, "nothing: it was not reached, or not measured"},
		{"replies.p95<80ms", false, "nothing: it was not reached, or not measured"},
		{"level.rate>1", false, "nothing: it was not reached, or not measured"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			threshold, err := ParseThreshold(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			met := r.Check([]Threshold{threshold})
			if got := r.Thresholds[0]; got.Met != tt.met || got.Got != tt.got || met != tt.met {
				t.Errorf("got %t with %q, want %t with %q", got.Met, got.Got, tt.met, tt.got)
			}
		})
	}
}

func TestBadTags(t *testing.T) {
	for text, want := range map[string]string{
		"latency.p99{room:1<5ms":         "its tags lack a }",
		"latency.p99{}<5ms":              `there is no tag ""`,
		"latency.p99{hall:1}<5ms":        `there is no tag "hall": there are scenario, room, stage, group and check`,
		"latency.p99{room:0}<5ms":        `"0" is no room: they count from 1`,
		"latency.p99{stage:one}<5ms":     `"one" is no stage: they count from 1`,
		"latency.p99{scenario:}<5ms":     `"" is no scenario`,
		"latency.p99{scenario:a b}<5ms":  `"a b" is no scenario`,
		"latency.p99{check:fair}<5ms":    `latency.p99 has no tag "check": it is told by scenario, room, stage, group`,
		"ops.lost{stage:2}==0":           `ops.lost has no tag "stage": it is told by scenario, room`,
		"cpu{scenario:a}<50%":            "cpu is of the machine, which all bots share: it has no tags",
		"converged{room:1}<5s":           "converged is of the whole run: it has no tags",
		"ops.lost==0 abort":              "ops.lost is known only when the run has ended: nothing can be aborted for it",
		"link.p99<1s abort":              "link is known only when the run has ended",
		"latency.p99<50ms quickly":       "is a duration",
		"reply.p95<soon":                 `"soon" is no value for reply`,
		"Reply.p95<80ms":                 `there is no metric "Reply.p95": there are latency,`,
		"ops.sent{scenario:a}{room:1}>0": `"a}{room:1" is no scenario`,
	} {
		if _, err := ParseThreshold(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want something about %q", text, err, want)
		}
	}
}

// A run refuses thresholds that it could never tell of.
func TestThresholdsSuitTheRun(t *testing.T) {
	good := Config{
		Rooms: []string{"a"}, Duration: time.Second,
		Scenarios: []Scenario{{Name: "a", Bots: 2, Bot: func(int) Bot { return nil }}, {Name: "b", Stages: Stages{{time.Second, 1}}}},
		Own: []OwnMetric{
			{"reply", KindTrend, "ms"}, {"size", KindTrend, ""}, {"moves", KindCounter, ""}, {"level", KindGauge, ""}, {"won", KindRate, ""}, {"fair", KindCheck, ""},
		},
	}
	for text, want := range map[string]string{
		"latency.p99{scenario:b,room:1,stage:1}<1s abort": "",
		"reply.p95{scenario:a}<80ms abort":                "",
		"reply.count>3":                                   "",
		"size.max<3":                                      "",
		"moves.rate>1/s":                                  "",
		"won>50%":                                         "",
		"checks{check:fair}>99%":                          "",
		"latency.p99{scenario:c}<1s":                      "there is no scenario c: there are a, b",
		"latency.p99{room:2}<1s":                          "there is no room 2: there are 1",
		"latency.p99{scenario:a,stage:1}<1s":              "no such scenario has a stage 1",
		"latency.p99{stage:2}<1s":                         "no such scenario has a stage 2",
		"replies.p95<80ms":                                `"replies.p95<80ms": there is no metric "replies"`,
		"fair>50%":                                        `there is no metric "fair"`,
		"reply<80ms":                                      "reply is a trend: ask for .min",
		"reply.rate<80ms":                                 "reply is a trend, which has no .rate",
		"reply.p95<80":                                    "reply is a duration, such as 50ms",
		"reply.count<80ms":                                "reply is no duration",
		"size.max<3s":                                     "size is no duration",
		"moves.p95<3":                                     "moves is a counter, which has no .p95",
		"level>50%":                                       "level is a number, not a share of something",
		"won.max>50%":                                     "won is a rate, which has no .max",
	} {
		threshold, err := ParseThreshold(text)
		if err != nil {
			t.Fatal(err)
		}
		c := good
		c.Thresholds = []Threshold{threshold}
		if err := c.Check(); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
	reply, _ := ParseThreshold("reply.p95<80ms")
	anything := Config{Rooms: []string{"a"}, Duration: time.Second, Scenarios: good.Scenarios, Thresholds: []Threshold{reply}}
	if err := anything.Check(); err != nil {
		t.Errorf("of bots that may measure anything: got %v", err)
	}
	anything.Scenarios = []Scenario{{Bots: 2}}
	if err := anything.Check(); err == nil || !strings.Contains(err.Error(), `there is no metric "reply"`) {
		t.Errorf("of bots that measure nothing: got %v", err)
	}
	for want, own := range map[string][]OwnMetric{
		`metric "Reply": a name has 1 to 64 of a-z`:      {{"Reply", KindTrend, "ms"}},
		`metric "": a name has`:                          {{"", KindTrend, "ms"}},
		"metric latency: that is one of the load test's": {{"latency", KindTrend, "ms"}},
		"metric link.up: that is one of":                 {{"link.up", KindTrend, "ms"}},
		"metric reply.p95: .p95 is what can be asked":    {{"reply.p95", KindTrend, "ms"}},
		`metric reply: "heap" is no kind`:                {{"reply", "heap", "ms"}},
		"metric reply: a unit has 64 bytes at most":      {{"reply", KindTrend, "m\ns"}},
		"reply is there twice":                           {{"reply", KindTrend, "ms"}, {"reply", KindGauge, ""}},
	} {
		c := good
		c.Own = own
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
