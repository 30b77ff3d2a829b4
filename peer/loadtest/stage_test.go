package loadtest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestStagesText(t *testing.T) {
	var s Stages
	if err := s.UnmarshalText([]byte("10s:20,1m:20,5s:0")); err != nil || s.String() != "10s:20,1m0s:20,5s:0" || s.most() != 20 || s.took() != 75*time.Second {
		t.Errorf("got %v of %d bots for %v, %v", s, s.most(), s.took(), err)
	}
	for at, want := range map[time.Duration]int{0: 1, 9 * time.Second: 1, 10 * time.Second: 2, 72 * time.Second: 3, time.Hour: 3} {
		if got := s.at(at); got != want {
			t.Errorf("at %v it is stage %d, want %d", at, got, want)
		}
	}
	var r Rates
	if err := r.UnmarshalText([]byte("10s:60,30s:0.5")); err != nil || r.String() != "10s:60,30s:0.5" {
		t.Errorf("got %v, %v", r, err)
	}
	for _, text := range []string{"", "10s", "10s:", "10:20", "10s:2.5", "10s:20,", "10s:20;5s:0", "soon:3"} {
		if err := s.UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), "is no stage, such as 10s:20") {
			t.Errorf("%q: got %v, want that it is no stage", text, err)
		}
	}
}

// Bots come and go as the stages say, in one part or two: who came last leaves
// first, and nothing of what they drew is lost.
func TestStages(t *testing.T) {
	for _, parts := range []int{1, 2} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, 0)
			s := w.scenario()
			s.Name = "crowd"
			s.Stages = Stages{{4 * time.Second, 4}, {4 * time.Second, 4}, {4 * time.Second, 1}, {2 * time.Second, 1}, {0, 3}, {2 * time.Second, 3}}
			w.cfg.Duration = time.Second // the stages take longer
			var runs []*Run
			reports := make(chan *Report)
			for part := 1; part <= parts; part++ {
				cfg := w.cfg
				cfg.Part, cfg.Parts = part, parts
				r, err := New(cfg)
				if err != nil {
					t.Fatal(err)
				}
				runs = append(runs, r)
				go func() {
					rep, err := r.Do(context.Background())
					if err != nil {
						t.Error(err)
					}
					reports <- rep
				}()
			}
			go func() {
				<-runs[0].drawing
				start := time.Now()
				// Joining and leaving take some tenths of a second: 4, 1 and 3 are sure.
				for at, want := range map[time.Duration]int{
					400 * time.Millisecond: 0, 2400 * time.Millisecond: 2, 3300 * time.Millisecond: 3, 7 * time.Second: 4, 9300 * time.Millisecond: 3, 10800 * time.Millisecond: 2, 13 * time.Second: 1, 15 * time.Second: 3,
				} {
					go func() {
						time.Sleep(at - time.Since(start))
						there := 0
						for _, r := range runs {
							there += len(r.live())
						}
						if there < want-1 || there > want || there != want && at%time.Second == 0 {
							t.Errorf("%d parts: at %v there are %d bots, want %d", parts, at, there, want)
						}
					}()
				}
			}()
			var all []*Report
			for range parts {
				all = append(all, <-reports)
			}
			rep, err := Merge(all...)
			if err != nil {
				t.Fatal(err)
			}
			if got := rep.Settings.DurationMS; got != 16_000 {
				t.Errorf("it drew for %v ms, want as long as the stages take", got)
			}
			wantMetric(t, rep, "bots.joined", 4)
			wantMetric(t, rep, "ops.lost", 0)
			wantMetric(t, rep, "failures", 0)
			if got := rep.Trouble(); got != "" {
				t.Errorf("trouble: %s", got)
			}
			ends := make(map[string]int)
			var came []float64
			for _, p := range rep.Parts {
				for _, b := range p.Bots {
					ends[b.End]++
					came = append(came, b.AtMS-p.DrawMS)
				}
			}
			if slices.Sort(came); !slices.Equal(came, []float64{500, 1500, 2500, 3500, 14_000, 14_000}) {
				t.Errorf("%d parts: bots set out at %v ms, want when the line is at a half", parts, came)
			}
			if ends["left"] != 3 || ends["stayed"] != 3 || len(ends) != 2 {
				t.Errorf("%d parts: bots ended %v, want that three left, and three came in the end and stayed", parts, ends)
			}
			total := 0.0
			for stage := range 7 {
				sent, _ := rep.Metric("ops.sent{stage:" + string(rune('1'+stage)) + "}")
				if want := map[int]bool{4: true, 6: true}[stage]; (sent.Value == 0) != want {
					t.Errorf("%v operations of stage %d, want some: %t", sent, stage+1, !want)
				}
				total += sent.Value
			}
			wantMetric(t, rep, "ops.sent", total)
			if v, known := rep.Metric("latency.p50{stage:2}"); !known || v.Value < 20 || v.Value > 40 {
				t.Errorf("latency.p50 of the second stage: got %v, want some 20 ms", v)
			}
		})
	}
}

// A bot of stages that is killed comes again if it is to, and one whose time is up
// does not.
func TestStagesAndKills(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 0)
		s := w.scenario()
		s.Stages, s.Reconnect = Stages{{0, 2}, {5 * time.Second, 2}, {0, 1}, {5 * time.Second, 1}}, true
		r := w.start()
		go func() {
			<-r.drawing
			for _, at := range []time.Duration{2 * time.Second, 4500 * time.Millisecond} {
				time.Sleep(time.Until(r.began.Add(at)))
				for _, b := range r.live() {
					if b.number == 1 {
						b.kill()
					}
				}
			}
		}()
		var names []string
		for _, b := range w.end().Parts[0].Bots {
			names = append(names, b.Name+" "+b.End)
		}
		slices.Sort(names)
		if want := []string{"1-0 stayed", "1-1 killed", "1-1-1 killed"}; !slices.Equal(names, want) {
			t.Errorf("got %v, want %v", names, want)
		}
	})
}

// A curve of rates is drawn to the number, and whoever is there from the beginning
// draws the whole of it.
func TestRates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 2)
		w.scenario().Rate, w.scenario().Rates = 0, Rates{{4 * time.Second, 20}, {2 * time.Second, 20}, {2 * time.Second, 0}}
		w.cfg.Duration = 10 * time.Second
		rep := w.run()
		if v, _ := rep.Metric("ops.sent"); v.Value != v.Of || v.Value != 2*(40+40+20) && v.Value != 2*(40+40+20)-1 && v.Value != 2*(40+40+20)-2 {
			t.Errorf("ops.sent: got %v, want all of some 200", v)
		}
		perSecond := make([]int, 11)
		for _, s := range rep.Parts[0].Slices {
			if at := int((s.AtMS - rep.Parts[0].DrawMS - 1) / 1000); s.AtMS > rep.Parts[0].DrawMS && at < len(perSecond) {
				perSecond[at] += s.Sent
			}
		}
		for second, want := range []int{5, 15, 25, 35, 40, 40, 30, 10, 0, 0} {
			if got := perSecond[second]; got < want-9 || got > want+9 { // slices are fifths of a second
				t.Errorf("second %d: %d operations were drawn, want %d or so", second+1, got, want)
			}
		}
	})
}

// Of two scenarios of one's own bots, each has its numbers.
func TestNumbersGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		numbers := make(chan [2]int, 20)
		for i, s := range []Scenario{{Name: "a", Bots: 3}, {Name: "b", Arrival: 2}, {Name: "c", Bots: 1, Arrival: 1}} {
			s.Bot = func(number int) Bot {
				numbers <- [2]int{i, number}
				return nil
			}
			w.cfg.Scenarios = append(w.cfg.Scenarios[:i], s)
		}
		w.cfg.Duration = 2 * time.Second
		w.run()
		close(numbers)
		seen := make(map[int]bool)
		arrived := false
		for n := range numbers {
			want := map[int]int{0: 0, 1: 0, 2: 0, 3: 2}
			scenario, early := want[n[1]]
			if !early {
				scenario, arrived = 1+n[1]%2, true // by turns: 4 is of b, 5 of c
			}
			if n[1] > 3 {
				scenario = 1 + (n[1]-4)%2
			}
			if n[0] != scenario || seen[n[1]] {
				t.Errorf("number %d is of scenario %d (seen: %t), want %d", n[1], n[0], seen[n[1]], scenario)
			}
			seen[n[1]] = true
		}
		if !seen[0] || !seen[3] || !arrived {
			t.Errorf("got the numbers %v, want the first four and others", seen)
		}
	})
}
