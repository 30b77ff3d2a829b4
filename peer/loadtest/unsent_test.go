package loadtest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A sender that is too slow is stopped when the time is up, and tells how much it
// was to draw.
func TestWhatIsDueIsCounted(t *testing.T) {
	tests := []struct {
		name       string
		stroke     time.Duration // to draw one; one is due each 10 ms, for a second
		stop       time.Duration // before the time is up; 0: it is not
		drawn, due int
	}{
		{"at_once", 0, 0, 100, 100},
		{"just_fast_enough", 10 * time.Millisecond, 0, 100, 100},
		{"a_little_too_slow", 10400 * time.Microsecond, 0, 100, 100}, // 40 ms behind in the end
		{"too_slow", 20 * time.Millisecond, 0, 53, 100},              // 50 in time, and what begins within 50 ms
		{"it_stalls", 10 * time.Second, 0, 1, 100},
		{"stopped", 0, 500 * time.Millisecond, 50, 50},
		{"stopped_and_too_slow", 20 * time.Millisecond, 500 * time.Millisecond, 25, 45},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				if tt.stop > 0 {
					time.AfterFunc(tt.stop-time.Nanosecond, cancel)
				}
				drawn := 0
				due := pace(ctx, steadily(time.Now(), 10*time.Millisecond), func(int, time.Time) {
					drawn++
					time.Sleep(tt.stroke)
				})
				if drawn != tt.drawn || due != tt.due {
					t.Errorf("got %d drawn of %d due, want %d of %d", drawn, due, tt.drawn, tt.due)
				}
			})
		})
	}
}

// What never came is longer than all that did: it cannot make a percentile better.
func TestPercentilesOfWhatNeverCame(t *testing.T) {
	var h Histogram
	for i := range 90 {
		h.Add(time.Duration(i+1) * time.Millisecond)
	}
	tests := []struct {
		part   string
		absent int
		want   float64 // in milliseconds, below 0: never
	}{
		{"p50", 0, 45}, {"p99", 0, 89}, {"max", 0, 90}, {"p100", 0, 90}, {"min", 0, 1}, {"mean", 0, 45.5},
		{"p50", 10, 50}, {"p90", 10, 90}, {"p91", 10, never}, {"p99", 10, never}, {"max", 10, never}, {"mean", 10, never}, {"min", 10, 1},
		{"p99", 1, never}, {"p98", 1, 89}, {"p50", 90, 90}, {"p50", 91, never},
	}
	for _, tt := range tests {
		got, known := h.of(tt.part, tt.absent)
		if known != (tt.want >= 0) || known && (got.Value < tt.want || got.Value > tt.want*1.001) {
			t.Errorf("%s with %d that never came: got %v (known: %t), want %v", tt.part, tt.absent, got.Value, known, tt.want)
		}
	}
}

// slowRun is a run whose two bots were to draw 4,500 operations each, and drew fewer.
func slowRun(machine float64, sent ...int) *Report {
	p := Part{Part: 1, Of: 1, CPUs: 2, Planned: 2, Joined: 2, Open: 2, Expected: 2, Usage: Usage{Machine: machine, Cores: 1.6}}
	ops := Operations{Part: 1}
	for i, n := range sent {
		name, other := string(rune('a'+i)), string(rune('b'-i))
		p.Bots = append(p.Bots, BotResult{Name: name, Writer: true, Due: 4500, Sent: n, End: "stayed"})
		p.Pairs = append(p.Pairs, Pair{Bot: other, From: name, Delivered: n, Timed: n})
		for range n {
			ops.Latency.Add(5 * time.Millisecond)
			ops.Pace.Add(time.Millisecond)
		}
	}
	p.Operations = []Operations{ops}
	r := &Report{Parts: []Part{p}}
	r.summarize()
	return r
}

func TestUnsentOperations(t *testing.T) {
	r := slowRun(0.97, 4341, 4341)
	for name, want := range map[string]string{"ops.sent": "8682 of 9000", "ops.unsent": "318 of 9000", "ops.lost": "0 of 8682", "latency.p50": "5.00 ms", "latency.p90": "5.00 ms"} {
		if v, ok := r.Metric(name); !ok || v.String() != want {
			t.Errorf("%s: got %v (known: %t), want %s", name, v, ok, want)
		}
	}
	if v, ok := r.Metric("latency.p99"); ok {
		t.Errorf("latency.p99 is %v, want none: of 100 operations, 3 were never drawn", v)
	}
	var list []Threshold
	for _, text := range []string{"ops.unsent==0", "ops.unsent<5%", "ops.sent==100%", "latency.p99<50ms", "latency.p90<50ms"} {
		var threshold Threshold
		if err := threshold.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		list = append(list, threshold)
	}
	r.Check(list)
	var met []bool
	for _, v := range r.Thresholds {
		met = append(met, v.Met)
	}
	if want := []bool{false, true, false, false, true}; !slices.Equal(met, want) {
		t.Errorf("thresholds %v: got %v, want %v", list, met, want)
	}
	if got, want := r.Thresholds[3].Got, "never: 318 have not come to their end"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRemarks(t *testing.T) {
	tests := []struct {
		name   string
		report *Report
		want   []string // that each is a part of, in order
	}{
		{"well", slowRun(0.5, 4500, 4500), nil},
		{"busy_and_well", slowRun(0.95, 4500, 4500), []string{"the machine of the bots was the limit, so latencies are also its own: 95 % of 2 processors were busy, 1.6 of them for the bots"}},
		{"busy_and_too_slow", slowRun(0.97, 4341, 4341), []string{
			"318 of 9000 operations that were due were never drawn", "318 that should have been heard never were", "97 % of 2 processors were busy"}},
		{"too_slow_and_not_busy", slowRun(0.3, 4400, 4500), []string{"100 of 9000 operations", "100 that should", "the bots could not keep their pace"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.report.Remarks
			if len(got) != len(tt.want) {
				t.Fatalf("got %q, want %d remarks", got, len(tt.want))
			}
			for i, want := range tt.want {
				if !strings.Contains(got[i], want) {
					t.Errorf("got %q, want %q in it", got[i], want)
				}
			}
		})
	}
}

func TestTrouble(t *testing.T) {
	tests := []struct {
		name string
		spin func(*Report)
		want string
	}{
		{"none", func(*Report) {}, ""},
		{"refused", func(r *Report) {
			r.Parts[0].Planned, r.Parts[0].Refused = 3, 1
			r.Parts[0].Failures = []Cause{{What: "stream", Cause: "cut"}, {What: "join", Cause: "the server answered 409"}}
		}, "1 of 3 bots did not get in: the server answered 409"},
		{"put_out", func(r *Report) { r.Parts[0].Bots[1].End = "lost" }, "1 of the bots were put out of the room by the server"},
		{"no_link", func(r *Report) { r.Parts[0].Open = 0 }, "2 of 2 ends of links were not open when drawing ended; a network between them may block UDP"},
		{"a_link_less", func(r *Report) { r.Parts[0].Open = 1 }, "1 of 2 ends of links were not open when drawing ended; a network between them may block UDP"},
		{"a_link_less_by_chaos", func(r *Report) { r.Parts[0].Open, r.Settings.Chaos = 1, "drop=1/s" }, ""},
		{"no_link_in_chaos", func(r *Report) { r.Parts[0].Open, r.Settings.Chaos = 0, "drop=1/s" }, "2 of 2 ends of links were not open when drawing ended"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := slowRun(0.5, 4500, 4500)
			tt.spin(r)
			r.summarize()
			if got := r.Trouble(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
