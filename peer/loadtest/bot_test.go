package loadtest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer"
)

// A botFunc is a Bot that is a function.
type botFunc func(ctx context.Context, p *peer.Peer) error

func (f botFunc) Run(ctx context.Context, p *peer.Peer) error { return f(ctx, p) }

// own makes the world's bots such that call it.
func (w *world) own(bot func(number int, ctx context.Context, p *peer.Peer) error) {
	w.scenario().Rate, w.scenario().Segments = 0, nil
	w.scenario().Bot = func(number int) Bot {
		return botFunc(func(ctx context.Context, p *peer.Peer) error { return bot(number, ctx, p) })
	}
}

// drawStroke draws one of two segments.
func drawStroke(p *peer.Peer, at float64) (canvas.Stroke, error) {
	ink := canvas.Color{R: 9, A: 255}
	return p.Draw(
		canvas.Segment{From: canvas.Point{X: at}, To: canvas.Point{X: at, Y: 9}, Force: 1, Color: ink},
		canvas.Segment{From: canvas.Point{X: at, Y: 9}, To: canvas.Point{X: at + 9, Y: 9}, Force: 1, Color: ink},
	)
}

// What bots of one's own draw, of whatever kind, is counted and timed, and is
// what they drew: no watermark is in it.
func TestOwnBots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		w.own(func(number int, ctx context.Context, p *peer.Peer) error {
			for i := range 10 {
				stroke, err := drawStroke(p, float64(100*number+i)+0.25)
				if err != nil {
					return err
				}
				if i == 0 {
					err = errors.Join(p.Undo(stroke), p.Redo(stroke))
				}
				if err != nil || !wait(ctx, 100*time.Millisecond) {
					return err
				}
			}
			_, err := p.Draw(canvas.Rect{Width: 5, Height: 5, LineWidth: 1}, canvas.Preview{Width: 5, Height: 5, LineWidth: 1})
			return err
		})
		w.start()
		go func() {
			<-w.made.drawing
			time.Sleep(4 * time.Second)
			w.made.live()[0].peer.Look(func(log *canvas.Log) {
				for e := range log.Paint(canvas.Key{}) {
					if s, ok := e.Op.(canvas.Segment); ok && (s.Force != 1 || s.Color.R != 9 || s.From.X != float64(int(s.From.X))+0.25) {
						t.Errorf("got %v, want it as it was drawn", s)
					}
				}
			})
		}()
		rep := w.end()
		const each = 10*2 + 2 + 1
		wantMetric(t, rep, "ops.sent", 3*each)
		wantMetric(t, rep, "ops.unsent", 0)
		wantMetric(t, rep, "ops.delivered", 2*3*each)
		wantMetric(t, rep, "ops.lost", 0)
		wantMetric(t, rep, "ops.duplicate", 0)
		wantMetric(t, rep, "ops.disordered", 0)
		wantMetric(t, rep, "latency.min", 20)
		wantDigits(t, rep, "latency.p50", 20)
		wantMetric(t, rep, "failures", 0)
		wantMetric(t, rep, "bots.failed", 0)
		if got := rep.Spread("latency").Count(); got != 2*3*each {
			t.Errorf("%d operations were timed, want all %d", got, 2*3*each)
		}
		if v, known := rep.Metric("converged"); !known || v.Value > ms(oneWay+outboxTime) {
			t.Errorf("converged: got %v (known: %t), want some 20 ms", v, known)
		}
	})
}

// What two parts' bots of one's own draw is counted, and timed within each part.
func TestOwnBotsInParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 4)
		w.own(func(number int, ctx context.Context, p *peer.Peer) error {
			for i := range 10 {
				if _, err := drawStroke(p, float64(i)); err != nil || !wait(ctx, 100*time.Millisecond) {
					return err
				}
			}
			return nil
		})
		rep := w.parts()
		wantMetric(t, rep, "ops.delivered", 3*4*20)
		wantMetric(t, rep, "ops.lost", 0)
		if got := rep.Spread("latency").Count(); got != 4*20 {
			t.Errorf("%d operations were timed, want the %d of those in one part", got, 4*20)
		}
	})
}

// parts is what two parts' run comes to.
func (w *world) parts() *Report {
	w.t.Helper()
	reports := make(chan *Report)
	for part := 1; part <= 2; part++ {
		cfg := w.cfg
		cfg.Part, cfg.Parts = part, 2
		r, err := New(cfg)
		if err != nil {
			w.t.Fatal(err)
		}
		go func() {
			rep, err := r.Do(context.Background())
			if err != nil {
				w.t.Error(err)
			}
			reports <- rep
		}()
	}
	rep, err := Merge(<-reports, <-reports)
	if err != nil {
		w.t.Fatal(err)
	}
	return rep
}

// A bot that reacts has all events to itself: what measures it takes none.
func TestBotsReadTheirEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		var joined, opened, heard atomic.Int64
		w.own(func(number int, ctx context.Context, p *peer.Peer) error {
			for range 20 {
				if _, err := drawStroke(p, float64(number)); err != nil {
					return err
				}
			}
			for {
				ev, err := p.Next(ctx)
				if err != nil {
					return err
				}
				switch ev := ev.(type) {
				case peer.Presence:
					joined.Add(1)
				case peer.Link:
					if ev.State == peer.Open {
						opened.Add(1)
					}
				case peer.Drawn:
					heard.Add(1)
				}
			}
		})
		rep := w.run()
		if joined.Load() < 3 || opened.Load() != 6 || heard.Load() != 3*2*40 {
			t.Errorf("bots heard of %d who joined, %d links and %d operations, want 3 at least, 6 and %d",
				joined.Load(), opened.Load(), heard.Load(), 3*2*40)
		}
		wantMetric(t, rep, "ops.delivered", 3*2*40)
		wantMetric(t, rep, "links.open", 6)
		wantMetric(t, rep, "failures", 0)
	})
}

var errBroken = errors.New("the mirror is broken")

// A bot's failure ends that bot, is counted once, and nobody else's.
func TestBotFailures(t *testing.T) {
	tests := []struct {
		name  string
		run   botFunc // of the first of three bots
		end   string
		cause string // of the one failure; empty if there is none
	}{
		{"returns", func(context.Context, *peer.Peer) error { return nil }, "stayed", ""},
		{"returns_at_the_end", func(ctx context.Context, p *peer.Peer) error { <-ctx.Done(); return ctx.Err() }, "stayed", ""},
		{"wraps_the_end", func(ctx context.Context, p *peer.Peer) error {
			<-ctx.Done()
			return fmt.Errorf("waiting: %w", context.Canceled)
		}, "stayed", ""},
		{"closes_its_peer", func(ctx context.Context, p *peer.Peer) error {
			if err := p.Flush(ctx); err != nil {
				return err
			}
			p.Close(ctx)
			for {
				if _, err := p.Next(ctx); err != nil {
					return err
				}
			}
		}, "left", ""},
		{"fails", func(context.Context, *peer.Peer) error { return errBroken }, "failed", "the mirror is broken"},
		{"gives_up", func(context.Context, *peer.Peer) error { return context.DeadlineExceeded }, "failed", "deadline exceeded"},
		{"fails_at_the_end", func(ctx context.Context, p *peer.Peer) error { <-ctx.Done(); return errBroken }, "failed", "the mirror is broken"},
		{"panics", func(context.Context, *peer.Peer) error { panic(errBroken) }, "failed", "panic: the mirror is broken"},
		{"panics_with_nil", func(context.Context, *peer.Peer) error { panic(nil) }, "failed", "panic: "},
		{"exits", func(context.Context, *peer.Peer) error { runtime.Goexit(); return nil }, "failed", "the bot ended its goroutine"},
		{"does_not_return", func(ctx context.Context, p *peer.Peer) error { <-ctx.Done(); time.Sleep(time.Minute); return nil }, "failed", "had not returned 5s after"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, 3)
				w.scenario().Stay, w.scenario().Reconnect = time.Hour, true // who would be followed, if they were to
				var mu sync.Mutex
				var failures []Failure
				w.cfg.OnFailure = func(f Failure) {
					mu.Lock()
					defer mu.Unlock()
					failures = append(failures, f)
				}
				w.own(func(number int, ctx context.Context, p *peer.Peer) error {
					for range 5 {
						if _, err := drawStroke(p, float64(number)); err != nil {
							return err
						}
					}
					if number == 0 {
						return tt.run(ctx, p)
					}
					<-ctx.Done()
					return nil
				})
				rep := w.run()
				time.Sleep(time.Hour) // whoever has not returned does
				if got := len(rep.Parts[0].Bots); got != 3 {
					t.Fatalf("there were %d bots, want 3: nobody follows", got)
				}
				for i, want := range []string{tt.end, "stayed", "stayed"} {
					if b := rep.Parts[0].Bots[i]; b.End != want {
						t.Errorf("bot %s: got that it %s (%s), want %s", b.Name, b.End, b.Cause, want)
					}
				}
				wantMetric(t, rep, "ops.sent", 3*10)
				wantMetric(t, rep, "ops.lost", 0)
				if tt.cause == "" {
					wantMetric(t, rep, "bots.failed", 0)
					wantMetric(t, rep, "failures", 0)
					return
				}
				wantMetric(t, rep, "bots.failed", 1)
				wantMetric(t, rep, "failures", 1)
				if len(failures) != 1 || failures[0].What != "bot" || failures[0].Bot != "1-0" || !strings.Contains(failures[0].Cause.Error(), tt.cause) {
					t.Errorf("got %v, want that the first bot failed: %s", failures, tt.cause)
				}
				if got := rep.Trouble(); !strings.HasPrefix(got, "1 of the bots failed: ") || !strings.Contains(got, tt.cause) {
					t.Errorf("trouble: got %q, want that a bot failed: %s", got, tt.cause)
				}
			})
		})
	}
}

// A panic where a bot is made, or where its segments are, is its failure, and
// says where it was.
func TestPanicsOfMakers(t *testing.T) {
	tests := []struct {
		name, where string
		spoil       func(*Config)
	}{
		{"bot", "bot_test.go", func(c *Config) {
			c.Scenarios[0].Rate, c.Scenarios[0].Segments = 0, nil
			c.Scenarios[0].Bot = func(int) Bot { panic(errBroken) }
		}},
		{"segments", "patternbot.go", func(c *Config) { // iter.Pull knows no better
			c.Scenarios[0].Segments = func(int) iter.Seq[canvas.Segment] { return func(func(canvas.Segment) bool) { panic(errBroken) } }
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, 2)
				var mu sync.Mutex
				var where []byte
				w.cfg.OnFailure = func(f Failure) {
					mu.Lock()
					defer mu.Unlock()
					if p := (*PanicError)(nil); errors.As(f.Cause, &p) {
						where = p.Stack
					}
				}
				tt.spoil(&w.cfg)
				rep := w.run()
				wantMetric(t, rep, "bots.failed", 2)
				if !strings.Contains(string(where), tt.where) {
					t.Errorf("the stack is %q, want %s in it", where, tt.where)
				}
			})
		})
	}
}

// Segments that are none are the failure of who is to draw them.
func TestNoSegments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 2)
		w.scenario().Segments = func(int) iter.Seq[canvas.Segment] { return func(func(canvas.Segment) bool) {} }
		wantMetric(t, w.run(), "bots.failed", 2)
	})
}

// clearing bots draw; the first clears now and then, and the second stops early.
func clearing(number int, ctx context.Context, p *peer.Peer) error {
	for i := 0; ; i++ {
		if _, err := drawStroke(p, float64(number)); err != nil || !wait(ctx, 200*time.Millisecond) {
			return err
		}
		if number == 1 && i == 3 {
			return nil
		}
		if number == 0 && i%10 == 9 {
			if _, err := p.Draw(canvas.Clear{}); err != nil {
				return err
			}
		}
	}
}

// What a bot clears before it came to others is not lost: here to bots that come
// later, who never hear anything of one that had stopped by then.
func TestBotsThatClear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 2)
		w.cfg.Duration, w.scenario().Arrival = 6*time.Second, 0.6
		w.own(clearing)
		rep := w.run()
		if rep.Parts[0].Arrived == 0 {
			t.Fatal("no bot came later")
		}
		wiped := 0
		for _, p := range rep.Parts[0].Pairs {
			wiped += p.Wiped
		}
		if wiped == 0 {
			t.Error("nothing was wiped before it came")
		}
		wantMetric(t, rep, "ops.lost", 0)
		wantMetric(t, rep, "failures", 0)
	})
}

// What two parts' bots clear of each other's is not lost either.
func TestPartsThatClear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 4)
		w.cfg.Duration, w.scenario().Arrival = 6*time.Second, 0.3
		w.own(clearing)
		rep := w.parts()
		wiped := 0
		for _, pair := range append(rep.Parts[0].Pairs, rep.Parts[1].Pairs...) {
			if pair.Bot[0] != pair.From[0] {
				wiped += pair.Wiped
			}
		}
		if wiped == 0 {
			t.Error("nothing of the other part's was wiped before it came")
		}
		wantMetric(t, rep, "ops.lost", 0)
		wantMetric(t, rep, "failures", 0)
	})
}

// What was cleared before anything came of its site is not waited for.
func TestClearOfASiteNotHeardOf(t *testing.T) {
	l := newLedger(newClockOffsets(1, 2), &notes{to: newObserved(nil)}, untagged)
	other, stranger := canvas.NewSigner().Site(), canvas.NewSigner().Site()
	is := func(name string) func() (sender, *stamps, bool) {
		return func() (sender, *stamps, bool) { return sender{name, 2, true}, nil, name != "" }
	}
	l.entry(canvas.Entry{Site: stranger, N: 8, Op: canvas.Rect{}}, 1, is(""))
	l.wiped(5, other, writer{sender{"2-1", 2, true}, nil})
	for n := uint32(6); n <= 7; n++ {
		l.entry(canvas.Entry{Site: other, N: n, Op: canvas.Rect{}}, 1, is("2-1"))
	}
	if got := l.byName["2-1"]; got.delivered != 2 || got.wiped != 5 || got.late+got.twice != 0 || got.came.upTo != 7 || l.foreign != 1 {
		t.Errorf("got %+v, and %d of strangers, want 2 delivered and 5 wiped, and 1", got, l.foreign)
	}
}

// What a bot draws just after the time is up is waited for, like all the rest.
func TestTheLastIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		w.own(func(number int, ctx context.Context, p *peer.Peer) error {
			<-ctx.Done()
			time.Sleep(time.Second)
			_, err := drawStroke(p, 7)
			return err
		})
		rep := w.run()
		wantMetric(t, rep, "ops.sent", 3*2)
		wantMetric(t, rep, "ops.delivered", 3*2*2)
	})
}
