package loadtest

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/peer"
)

// A threshold with abort ends the run within a second or so of being missed, in
// order; and stays missed.
func TestAbort(t *testing.T) {
	tests := []struct {
		threshold string
		slow      time.Duration // after drawing began, the network is
		ended     string
		drew      time.Duration // at most, and no more than two seconds less
		got       string
	}{
		{"latency.max<100ms abort", 3 * time.Second, "aborted", 6 * time.Second, ""},
		{"latency.max<100ms", 3 * time.Second, "done", 20 * time.Second, ""},
		{"latency.max<100ms abort", 0, "done", 20 * time.Second, ""},
		{"failures==0 abort", 0, "done", 20 * time.Second, ""},
		{"ops.sent<50 abort", 0, "aborted", 3 * time.Second, "56"},
		{"moves<2 abort", 0, "aborted", 5 * time.Second, "2"},
		{"never.p95<1 abort", 0, "done", 20 * time.Second, "nothing: it was not reached, or not measured"},
	}
	for _, tt := range tests {
		t.Run(tt.threshold, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, 2)
				w.cfg.Duration = 20 * time.Second
				w.scenario().Name = "writers"
				w.cfg.Scenarios = append(w.cfg.Scenarios, Scenario{Name: "players", Bots: 1, Bot: func(int) Bot {
					return botFunc(func(ctx context.Context, p *peer.Peer) error {
						for wait(ctx, 2*time.Second) {
							if err := MeasuresOf(ctx).Counter("moves", "").Add(1); err != nil {
								return err
							}
						}
						return ctx.Err()
					})
				}})
				threshold, err := ParseThreshold(tt.threshold)
				if err != nil {
					t.Fatal(err)
				}
				w.cfg.Thresholds = []Threshold{threshold}
				r := w.start()
				if tt.slow > 0 {
					go func() {
						<-r.drawing
						time.Sleep(tt.slow)
						n := 0
						w.wan.Drop(func(string, string) bool { n++; return n%2 == 0 })
					}()
				}
				start := time.Now()
				rep := w.end()
				took, drew := time.Since(start), duration(rep.Parts[0].SpanMS)
				if rep.Ended != tt.ended || drew > tt.drew || drew < tt.drew-2500*time.Millisecond {
					t.Errorf("it %s after %v, want it %s after %v at most", rep.Ended, drew, tt.ended, tt.drew)
				}
				if tt.ended == "aborted" && took > drew+hurryTime+3*time.Second {
					t.Errorf("it took %v to end", took-drew)
				}
				rep.Metrics = nil // it has come right since
				met := rep.Check(w.cfg.Thresholds)
				if tt.ended == "aborted" && (met || rep.Aborted == nil || rep.Thresholds[0].Got != rep.Aborted.Reason) {
					t.Errorf("the verdict is %+v, and it was aborted by %+v", rep.Thresholds[0], rep.Aborted)
				}
				if got := rep.Thresholds[0].Got; tt.got != "" && got != tt.got {
					t.Errorf("got %q, want %q", got, tt.got)
				}
				if got := rep.Trouble(); got != "" {
					t.Errorf("trouble: %s", got)
				}
			})
		})
	}
}

// A bot can end the run, and says why; the first word counts, and nothing of what
// was drawn until then is lost.
func TestABotAborts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		w.cfg.Duration = time.Hour
		w.own(func(number int, ctx context.Context, p *peer.Peer) error {
			if _, err := drawStroke(p, 1); err != nil {
				return err
			}
			wait(ctx, time.Duration(1+number)*time.Second)
			MeasuresOf(ctx).Abort("the board is full")
			<-ctx.Done()
			return ctx.Err()
		})
		rep := w.run()
		if a := rep.Aborted; rep.Ended != "aborted" || a == nil || a.Bot != "1-0" || a.Reason != "the board is full" || a.AtMS < 1000 {
			t.Errorf("it %s, by %+v, want it aborted by the first bot", rep.Ended, a)
		}
		if got, want := rep.Trouble(), "bot 1-0 ended the run: the board is full"; got != want {
			t.Errorf("trouble: got %q, want %q", got, want)
		}
		if rep.Parts[0].SpanMS > 1100 {
			t.Errorf("it drew on for %v ms", rep.Parts[0].SpanMS)
		}
		wantMetric(t, rep, "ops.delivered", 3*2*2)
		wantMetric(t, rep, "ops.lost", 0)
	})
}

// A run that is aborted and then interrupted was interrupted: nobody need look
// for a reason.
func TestInterruptOfAnAbort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 2)
		ctx, cancel := context.WithCancel(t.Context())
		w.own(func(number int, botCtx context.Context, p *peer.Peer) error {
			MeasuresOf(botCtx).Abort("enough")
			cancel()
			return nil
		})
		rep, err := w.start().Do(ctx)
		if err != nil || rep.Ended != "interrupted" {
			t.Errorf("got that it %s, %v, want interrupted", rep.Ended, err)
		}
	})
}
