package loadtest

import (
	"strings"
	"testing"
	"time"
)

// thresholdReport has a latency from 1 to 100 ms, nine of ten links, and a
// drawing that never converged.
func thresholdReport() *Report {
	r := &Report{Parts: []Part{{Part: 1, Of: 1}}}
	var h Histogram
	for i := range 100 {
		h.Add(time.Duration(i+1) * time.Millisecond)
	}
	r.Parts[0].Operations = []Operations{{Part: 1, Latency: h}}
	r.Parts[0].Open, r.Parts[0].Expected = 9, 10
	r.Parts[0].Usage = Usage{PeakRSS: 200e6, Cores: 0.5}
	r.Parts[0].SpanMS = 1000
	r.Parts[0].LastMS, r.Parts[0].ConvergeMS = 1000, never
	r.Parts[0].Pairs = []Pair{{Bot: "1-0", From: "1-1", Delivered: 50}}
	r.summarize()
	return r
}

func TestThresholds(t *testing.T) {
	r := thresholdReport()
	tests := []struct {
		text string
		met  bool
		got  string
	}{
		{"latency.p50<51ms", true, "50.0 ms"},
		{"latency.p50<50ms", false, "50.0 ms"},
		{"latency.p50<=50.1ms", true, "50.0 ms"},
		{"latency.max==100ms", true, "100 ms"},
		{"latency.max<=100ms", true, "100 ms"},
		{"latency.min>=1ms", true, "1.00 ms"},
		{"latency.mean<50ms", false, "50.5 ms"},
		{"latency.p99.9>0.09s", true, "100 ms"},
		{"latency.p33<40ms", true, "33.0 ms"},
		{" links.open == 100% ", false, "9 of 10"},
		{"links.open>=90%", true, "9 of 10"},
		{"links.open==9", true, "9 of 10"},
		{"links.lost==0", true, "0"},
		{"links.lost!=0", false, "0"},
		{"ops.rate>=50/s", true, "50/s"},
		{"ops.rate>50", false, "50/s"},
		{"memory<200MB", false, "200.0 MB"},
		{"memory<0.3GB", true, "200.0 MB"},
		{"cpu<51%", true, "50 %"},
		{"converged<1h", false, "nothing: it was not reached, or not measured"},
		{"pace.p99<1s", false, "nothing: it was not reached, or not measured"},
		{"bots.joined==100%", false, "nothing: there was none of it"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			var threshold Threshold
			if err := threshold.UnmarshalText([]byte(tt.text)); err != nil {
				t.Fatal(err)
			}
			met := r.Check([]Threshold{threshold})
			if got := r.Thresholds[0]; got.Met != tt.met || got.Got != tt.got || met != tt.met {
				t.Errorf("got %t with %q, want %t with %q", got.Met, got.Got, tt.met, tt.got)
			}
		})
	}
}

func TestBadThresholds(t *testing.T) {
	for text, want := range map[string]string{
		"":                  "is no threshold",
		"latency.p99":       "lacks one of <= >= == != < >",
		"latency.p99=50ms":  "the comparisons are",
		"latency<50ms":      "latency is many durations",
		"latency.p101<50ms": `no metric "latency.p101"`,
		"latency.px<50ms":   `no metric "latency.px"`,
		"latency.p1e1<50ms": `no metric "latency.p1e1"`,
		"latency.px.p9<5ms": `no metric "latency.px.p9": there are latency, `,
		"Delay.p99<50ms":    `no metric "Delay.p99": there are latency, `,
		"latency.p99<50":    "is a duration, such as 50ms",
		"latency.p99<soon":  "is a duration, such as 50ms",
		"links.lost==0%":    "is a number, not a share",
		"links.open==all":   `"all" is no value`,
		"ops.lost==NaN":     `"NaN" is no value`,
		"memory<5TB":        `"5TB" is no value`,
	} {
		var threshold Threshold
		if err := threshold.UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want something about %q", text, err, want)
		}
	}
}

// Every metric can be asked for by its name.
func TestEveryMetricHasAValue(t *testing.T) {
	for _, f := range figures {
		if s, err := selectorOf(f.name); err != nil || s.name != f.name || s.part != "" || s.own {
			t.Errorf("%s: got %+v, %v", f.name, s, err)
		}
	}
	for _, f := range spreads {
		if s, err := selectorOf(f.name + ".p99"); err != nil || s.name != f.name || s.part != "p99" {
			t.Errorf("%s: got %+v, %v", f.name, s, err)
		}
	}
}
