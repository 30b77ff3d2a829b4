package loadtest

import (
	"bytes"
	"context"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/peer"
	"drawmesh/signaling"
)

// grace is how long the server keeps the place of a peer whose stream has ended.
const grace = 10 * time.Second

// A bot that chaos kills says goodbye to nobody: the server keeps its place for
// its grace period, and to the others the link is unsteady until they are told.
func TestKillSaysNoGoodbye(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		var said atomic.Int64 // requests after the kill
		var killed atomic.Bool
		var token atomic.Value // the first one's who joins
		w.http.Kill()
		w.http.Start(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
			if strings.HasSuffix(req.URL.Path, "/join") {
				token.CompareAndSwap(nil, req.Header.Get("Authorization"))
			}
			if killed.Load() && req.Header.Get("Authorization") == token.Load() {
				said.Add(1)
			}
			w.handler.ServeHTTP(rw, req)
		}))
		w.cfg.Duration, w.scenario().Ramp = 20*time.Second, time.Second
		r := w.start()
		go func() {
			<-r.drawing
			time.Sleep(time.Second)
			all := r.live()
			id := all[0].peer.ID()
			killed.Store(true)
			all[0].kill()
			start := time.Now()
			unsteady := make([]time.Duration, 3)
			for time.Since(start) < grace-10*time.Millisecond {
				time.Sleep(5 * time.Millisecond)
				for i, b := range all[1:] {
					link, there := b.linkTo(id)
					switch {
					case !there || link != peer.Open && link != peer.Unsteady:
						t.Errorf("%s: after %v the link is %q (there: %t), want it open or unsteady", b.name, time.Since(start), link, there)
						return
					case link == peer.Unsteady && unsteady[i] == 0:
						unsteady[i] = time.Since(start)
					}
				}
				if got := w.handler.Stats().Peers; got != 3 {
					t.Errorf("after %v there are %d peers on the server, want 3", time.Since(start), got)
					return
				}
			}
			for i := range 2 {
				if unsteady[i] < time.Second {
					t.Errorf("the link was unsteady after %v, want some seconds: nobody was told", unsteady[i])
				}
			}
			time.Sleep(500 * time.Millisecond)
			for _, b := range all[1:] {
				if _, there := b.linkTo(id); there || w.handler.Stats().Peers != 2 {
					t.Errorf("%s: there (%t), of %d peers, after the server's grace", b.name, there, w.handler.Stats().Peers)
				}
			}
		}()
		rep := w.end()
		if n := said.Load(); n > 0 || token.Load() == nil {
			t.Errorf("it made %d requests after its death", n)
		}
		if rep.Parts[0].Bots[0].End != "killed" {
			t.Errorf("the first bot %s, want it killed", rep.Parts[0].Bots[0].End)
		}
	})
}

// A bot that takes its time to return is cut off at once when it is killed, and
// what it notices of that is no failure.
func TestKillDoesNotWaitForTheBot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 2)
		w.own(func(number int, ctx context.Context, p *peer.Peer) error {
			if number > 0 {
				<-ctx.Done()
				return nil
			}
			<-ctx.Done()
			time.Sleep(time.Second) // and draws on, to nobody
			_, err := drawStroke(p, 1)
			time.Sleep(2 * time.Second)
			return err
		})
		r := w.start()
		go func() {
			<-r.drawing
			time.Sleep(time.Second)
			r.live()[0].kill()
		}()
		rep := w.end()
		if got := rep.Parts[0].Bots[0]; got.End != "killed" {
			t.Errorf("the bot %s, want it killed", got.End)
		}
		wantMetric(t, rep, "streams.lost", 0)
		wantMetric(t, rep, "failures", 0)
		wantMetric(t, rep, "ops.lost", 0)
		if got := rep.Parts[0].Pairs[1].Delivered; got != 0 {
			t.Errorf("%d operations came from a dead bot", got)
		}
	})
}

// linkTo is how the bot's link to a member stands.
func (b *participant) linkTo(id signaling.ID) (link peer.LinkState, there bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	m := b.members[id]
	if m == nil {
		return "", false
	}
	return m.link, true
}

// Of bots that have left or were killed no goroutine remains.
func TestEndedBotsLeaveNoGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 4)
		w.cfg.Duration, w.scenario().Stay, w.cfg.Chaos.Kill, w.scenario().Reconnect = 20*time.Second, 2*time.Second, 0.3, true
		r := w.start()
		go func() {
			<-r.drawing
			time.Sleep(15500 * time.Millisecond)
			live, stacks := len(r.live()), make([]byte, 8<<20)
			stacks = stacks[:runtime.Stack(stacks, true)]
			if got := bytes.Count(stacks, []byte("(*participant).listen.func")); got == 0 || got > live+2 { // who was just killed takes a while to close
				t.Errorf("%d goroutines listen for %d bots", got, live)
			}
		}()
		if rep := w.end(); rep.Parts[0].Left < 12 || rep.Parts[0].Kills == 0 {
			t.Errorf("%d bots left and %d were killed, want some of each", rep.Parts[0].Left, rep.Parts[0].Kills)
		}
	})
}

// Who comes back just before drawing ends has to tell what it has heard before that
// counts: it does not know at once who drew what, for one who was here does not answer.
func TestBackFromADeathJustBeforeTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		w.cfg.Duration, w.scenario().Reconnect = 5*time.Second, true
		r := w.start()
		go func() {
			<-r.drawing
			time.Sleep(3500 * time.Millisecond)
			r.live()[0].kill()
		}()
		rep := w.end()
		if rep.Parts[0].Bots[0].End != "killed" || rep.Parts[0].Bots[3].End != "stayed" {
			t.Errorf("the first bot %s, and the one after it %s, want it killed and the other there", rep.Parts[0].Bots[0].End, rep.Parts[0].Bots[3].End)
		}
		wantMetric(t, rep, "ops.lost", 0)
		for _, pair := range rep.Parts[0].Pairs {
			if pair.Bot == "1-0-1" && pair.From != "1-0" && pair.Delivered == 0 {
				t.Errorf("who came back heard nothing from %s", pair.From)
			}
		}
	})
}
