package loadtest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/internal/fault"
	"drawmesh/internal/nettest"
	"drawmesh/peer"
)

// A bot that is cut off while others draw lacks what they drew, and they lack
// what it drew: exactly that is lost.
func TestKnownLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		r := w.start()
		go func() {
			<-r.drawing
			away := nettest.HostIP(2)
			w.wan.Drop(func(from, to string) bool { return from == away || to == away })
		}()
		rep := w.end()
		wantMetric(t, rep, "ops.sent", 3*50)
		wantMetric(t, rep, "ops.delivered", 2*50) // between the other two
		wantMetric(t, rep, "ops.lost", 4*50)
		wantMetric(t, rep, "latency.min", 20)
		if v, known := rep.Metric("converged"); known {
			t.Errorf("converged in %v, want never", v)
		}
		if got := rep.Parts[0].Sums[0].Sum; got != "" {
			t.Errorf("the sum is %s, want none: the bots do not agree", got)
		}
	})
}

// Links that lose a fifth of all packets are slow, and lose no operation.
func TestKnownDelayAndLossOfPackets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 2)
		r := w.start()
		go func() {
			<-r.drawing
			n := 0
			w.wan.Drop(func(string, string) bool { n++; return n%5 == 0 })
		}()
		rep := w.end()
		wantMetric(t, rep, "ops.lost", 0)
		wantMetric(t, rep, "latency.min", 20)
		if v, _ := rep.Metric("latency.max"); v.Value < 60 {
			t.Errorf("the slowest took %v, want at least one more round trip", v)
		}
		if v, known := rep.Metric("converged"); !known {
			t.Errorf("converged never, want some time: %v", v)
		}
	})
}

// A server that dies while bots draw is reported, and the bots draw on.
func TestServerDeathIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		r := w.start()
		go func() {
			<-r.drawing
			time.Sleep(2 * time.Second)
			w.http.Kill()
		}()
		rep := w.end()
		wantMetric(t, rep, "ops.lost", 0)
		wantMetric(t, rep, "ops.sent", 3*50)
		wantMetric(t, rep, "streams.lost", 3)
		wantMetric(t, rep, "streams.down", 3)
		if !strings.Contains(rep.Trouble(), "the server was gone in the end: 3 event streams") {
			t.Errorf("trouble is %q, want that the server was gone", rep.Trouble())
		}
		found := false
		for _, c := range rep.Parts[0].Failures {
			found = found || c.What == "stream" && c.Count == 3 && c.AtMS >= 2000
		}
		if !found {
			t.Errorf("failures are %+v, want three streams", rep.Parts[0].Failures)
		}
	})
}

func TestInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		w.cfg.Duration = time.Hour
		w.scenario().Rate = 1
		ctx, cancel := context.WithCancel(t.Context())
		r := w.start()
		go func() {
			<-r.drawing
			time.Sleep(10*time.Second + 500*time.Millisecond)
			cancel()
		}()
		rep, err := r.Do(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if rep.Ended != "interrupted" {
			t.Errorf("ended %s, want interrupted", rep.Ended)
		}
		if v, _ := rep.Metric("ops.sent"); v.Value < 30 || v.Value > 33 {
			t.Errorf("%v operations were sent, want some 31", v)
		}
		wantMetric(t, rep, "ops.lost", 0)
	})
}

// Whoever does not get in is a result, with the cause.
func TestRoomFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 10)
		w.scenario().Writers, w.cfg.Duration = 9, time.Second
		rep := w.run()
		wantMetric(t, rep, "bots.joined", 8)
		wantMetric(t, rep, "bots.refused", 2)
		wantMetric(t, rep, "links.open", 8*7)
		wantMetric(t, rep, "ops.lost", 0)
		c := rep.Parts[0].Failures
		if len(c) != 1 || c[0].What != "join" || c[0].Count != 2 || !strings.Contains(c[0].Cause, "409") {
			t.Errorf("failures are %+v, want two joins that were answered 409", c)
		}
	})
}

func TestNobodyGetsIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 2)
		w.http.Kill()
		r := w.start()
		start := time.Now()
		rep, err := r.Do(t.Context())
		if err == nil || !strings.Contains(err.Error(), "no bot got in: ") || rep.Ended != "failed" {
			t.Errorf("got %v and that it %s, want why no bot got in", err, rep.Ended)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("it took %v to find out", took)
		}
	})
}

// Chaos does what it is told to, and nothing that a survivor should have is
// lost.
func TestChaos(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 5)
		w.cfg.Duration = 20 * time.Second
		w.cfg.Chaos = fault.Rates{Kill: 0.2, Cut: 0.5, Drop: 0.5}
		w.scenario().Reconnect = true
		rep := w.run()
		p := rep.Parts[0]
		if p.Kills == 0 || p.Cuts == 0 || p.Drops == 0 {
			t.Errorf("%d kills, %d cuts and %d drops, want some of each", p.Kills, p.Cuts, p.Drops)
		}
		killed := 0
		for _, b := range p.Bots {
			if b.End == "killed" {
				killed++
			}
		}
		if killed != p.Kills || len(p.Bots) < 5+killed-1 {
			t.Errorf("%d of %d bots were killed, want %d, and others in their places", killed, len(p.Bots), p.Kills)
		}
		wantMetric(t, rep, "ops.lost", 0)
		wantMetric(t, rep, "ops.duplicate", 0)
		wantMetric(t, rep, "streams.down", 0)
		if v, known := rep.Metric("converged"); !known {
			t.Errorf("converged never (%v)", v)
		}
	})
}

// Bots that stay for two seconds are followed by others, and take with them
// nothing that they drew.
func TestChurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 4)
		w.cfg.Duration, w.scenario().Stay = 10*time.Second, 2*time.Second
		rep := w.run()
		p := rep.Parts[0]
		if p.Left < 12 || p.Left > 16 || len(p.Bots) < 4+p.Left-4 {
			t.Errorf("%d bots left, and there were %d, want some 16 and as many after them", p.Left, len(p.Bots))
		}
		wantMetric(t, rep, "ops.lost", 0)
		wantMetric(t, rep, "latency.min", 20)
		if v, _ := rep.Metric("latency.p99"); v.Value > 500 {
			t.Errorf("latency.p99: got %v: what was drawn before a bot came does not count", v)
		}
	})
}

func TestArrival(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 2)
		w.cfg.Duration, w.scenario().Arrival = 10*time.Second, 0.4
		rep := w.run()
		p := rep.Parts[0]
		if p.Arrived < 1 || p.Arrived > 6 || len(p.Bots) != 2+p.Arrived {
			t.Errorf("%d bots arrived, and there were %d, want some four after the first two", p.Arrived, len(p.Bots))
		}
		wantMetric(t, rep, "bots.joined", float64(len(p.Bots)))
		wantMetric(t, rep, "bots.refused", 0)
		wantMetric(t, rep, "ops.lost", 0)
		wantMetric(t, rep, "links.open", float64(len(p.Bots)*(len(p.Bots)-1)))
	})
}

// A gentle run never has two bots join at a time.
func TestGentle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 4)
		w.cfg.Gentle, w.cfg.Duration = true, time.Second
		rep := w.run()
		wantMetric(t, rep, "links.open", 12)
		for i, b := range rep.Parts[0].Bots[1:] {
			before := 0.0 // when the last link of those before was open
			for _, l := range rep.Parts[0].Links {
				if l.AtMS < b.AtMS {
					before = max(before, l.AtMS)
				}
			}
			if i > 0 && b.AtMS < before+20 {
				t.Errorf("%s set out at %v ms, and the last link opened at %v", b.Name, b.AtMS, before)
			}
			want := (i + 1) * i // ends between those who came before it
			open := 0
			for _, l := range rep.Parts[0].Links {
				if l.AtMS < b.AtMS {
					open++
				}
			}
			if open != want {
				t.Errorf("%s set out with %d ends open, want %d", b.Name, open, want)
			}
		}
	})
}

// Two parts share a room. Their clocks differ, and so operations between them can
// only be timed when their reports are merged.
func TestPartsShareARoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 4)
		const ahead = 1500 * time.Millisecond
		reports := make(chan *Report)
		for part := 1; part <= 2; part++ {
			cfg := w.cfg
			cfg.Part, cfg.Parts = part, 2
			r, err := New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			r.clock.skew = time.Duration(part-1) * ahead
			go func() {
				rep, err := r.Do(context.Background())
				if err != nil {
					t.Error(err)
				}
				reports <- rep
			}()
		}
		one, two := <-reports, <-reports
		rep, err := Merge(one, two)
		if err != nil {
			t.Fatal(err)
		}
		p := rep.Parts[1]
		if off := p.OffsetMS - ms(ahead); off > p.WithinMS || off < -p.WithinMS || p.WithinMS > 21 {
			t.Errorf("the clock is %v ms ahead, give or take %v, want %v, to 20 ms", p.OffsetMS, p.WithinMS, ms(ahead))
		}
		wantMetric(t, rep, "bots.joined", 4)
		wantMetric(t, rep, "links.open", 12)
		wantMetric(t, rep, "ops.delivered", 3*4*50)
		wantMetric(t, rep, "ops.lost", 0)
		wantDigits(t, rep, "latency.p50", 20)
		if got := rep.Spread("latency").Count(); got != 3*4*50 {
			t.Errorf("%d operations were timed, want all 600", got)
		}
		if v, known := rep.Metric("converged"); !known || v.Value > 100 {
			t.Errorf("converged: got %v (known: %t), want some 20 ms", v, known)
		}
	})
}

// A search for how many bots a room holds finds what the server lets in.
func TestFindLimitOfBots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		w.cfg.Duration, w.scenario().Writers = time.Second, 1
		var threshold Threshold
		if err := threshold.UnmarshalText([]byte("latency.p99<200ms")); err != nil {
			t.Fatal(err)
		}
		steps := 0
		s := Search{
			Config: w.cfg, Raise: "bots", Thresholds: []Threshold{threshold},
			Start: func(*Run, float64) {}, Done: func(Step) { steps++ },
		}
		rep, err := s.Find(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		l := rep.Limit
		if l.Good != 8 || l.Bad != 9 || steps != len(l.Steps) {
			t.Errorf("%g is well and %g is not, in %d steps, want 8 and 9", l.Good, l.Bad, steps)
		}
		if !strings.Contains(l.RanOut, "places in the room") || !strings.Contains(l.Broke, "did not get in") {
			t.Errorf("%q ran out, %q broke, want places in the room", l.RanOut, l.Broke)
		}
		if rep.Settings.Bots != 8 {
			t.Errorf("the report is of %d bots, want the last that was well", rep.Settings.Bots)
		}
	})
}

// A search that cannot go on, as the server tells no metrics any more, says so
// beside what it has found.
func TestFindLimitEndsEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 2)
		var gone atomic.Bool
		w.http.Kill()
		w.http.Start(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
			if req.URL.Path != "/figures" || gone.Load() {
				w.handler.ServeHTTP(rw, req)
				return
			}
			rw.Header().Set("Content-Type", "text/plain")
			io.WriteString(rw, "streams 1\n")
		}))
		w.cfg.Duration, w.cfg.Metrics = time.Second, "http://server/figures"
		s := Search{Config: w.cfg, Raise: "rate", Done: func(Step) { gone.Store(true) }}
		rep, err := s.Find(t.Context())
		if !errors.Is(err, errNoMetrics) || rep == nil || rep.Limit.Good != w.scenario().Rate || len(rep.Limit.Steps) != 1 {
			t.Errorf("got %v and %+v, want that there are no metrics, after one good run", err, rep)
		}
	})
}

// Whoever misuses a run or a search is told.
func TestMisuse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 2)
		w.cfg.Duration = time.Second
		w.run()
		if rep, err := w.made.Do(t.Context()); rep != nil || !errors.Is(err, errTwice) {
			t.Errorf("a second time: got %v, %v, want %v", rep, err, errTwice)
		}
		w.own(func(int, context.Context, *peer.Peer) error { return nil })
		s := Search{Config: w.cfg, Raise: "rate"}
		if _, err := s.Find(t.Context()); !errors.Is(err, errNoRate) {
			t.Errorf("a search for the rate of bots that have none: got %v, want %v", err, errNoRate)
		}
	})
}

var errHeard = errors.New("heard")

// Causes are told apart by what they say, not by whom.
func TestCauses(t *testing.T) {
	told := 0
	f := failures{tell: func(Failure) { told++ }}
	f.add(Failure{What: "link", Bot: "1-0", Peer: "1-1", Cause: errors.New("peer 0198: send: it was reset")})
	f.add(Failure{What: "link", Bot: "1-1", Peer: "1-2", Cause: errors.New("peer 0199: send: it was reset")})
	f.add(Failure{What: "stream", Bot: "1-1", Cause: errors.New("read tcp 127.0.0.1:5000->127.0.0.1:80: connection reset")})
	f.add(Failure{What: "stream", Bot: "1-2", Cause: errors.New("read tcp 127.0.0.1:5001->127.0.0.1:80: connection reset")})
	f.add(Failure{What: "join", Bot: "1-2", Cause: errHeard})
	got := f.causes()
	if len(got) != 3 || got[0].Count != 2 || got[1].Count != 2 || got[2].Count != 1 || told != 5 || f.count() != 5 {
		t.Errorf("got %+v, want three causes of five failures", got)
	}
	if got[0].Cause != "send: it was reset" || got[1].Cause != "read tcp 127.0.0.1:80: connection reset" {
		t.Errorf("got %q and %q", got[0].Cause, got[1].Cause)
	}
}
