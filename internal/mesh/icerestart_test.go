package mesh

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/internal/nettest"
	"drawmesh/signaling"
)

func always(json.RawMessage) bool { return true }

// mending runs a test in a bubble, with two peers that mend their link, which is
// open. The first made the offer.
func mending(t *testing.T, test func(t *testing.T, r *relay, a, b *testMesh)) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		a, b := r.mesh("a", Options{Mends: always}), r.mesh("b", Options{Mends: always})
		b.Add("a", false)
		a.Add("b", true)
		time.Sleep(time.Second)
		wantStates(t, a, "b", Connecting, Open)
		wantStates(t, b, "a", Connecting, Open)
		test(t, r, a, b)
	})
}

// chatter has a and b send each other a message every 200 ms, until stopped. Then
// it checks that all came, in order.
func chatter(t *testing.T, a, b *testMesh) (stop func()) {
	done, stopped := make(chan struct{}), make(chan struct{})
	sent := 0
	go func() {
		defer close(stopped)
		for {
			select {
			case <-done:
				return
			case <-time.After(200 * time.Millisecond):
				for _, m := range []*testMesh{a, b} {
					for _, to := range []signaling.ID{"a", "b"} {
						if to != m.id && !m.Send(to, Message{Data: fmt.Append(nil, sent)}) {
							t.Errorf("%s could not send message %d", m.id, sent)
						}
					}
				}
				sent++
			}
		}
	}()
	return func() {
		t.Helper()
		close(done)
		<-stopped
		time.Sleep(3 * time.Second)
		for _, m := range []*testMesh{a, b} {
			m.mu.Lock()
			for i, msg := range m.messages {
				if string(msg.Data) != fmt.Sprint(i) {
					t.Fatalf("%s's message %d is %s", m.id, i, msg.Data)
				}
			}
			if len(m.messages) != sent {
				t.Errorf("%s heard %d messages, want %d", m.id, len(m.messages), sent)
			}
			m.mu.Unlock()
		}
	}
}

// moments are between two of ICE's looks at a link.
func moments(yield func(time.Duration) bool) {
	for at := time.Duration(0); at < 2*time.Second && yield(at); at += 200 * time.Millisecond {
	}
}

// Fault 9: packets get through in one direction only. Both sides notice, also
// the one that hears well, and go on where they were when the network heals.
func TestFault09HalfOpen(t *testing.T) {
	var noticed, mended []time.Duration
	for at := range moments {
		for _, deaf := range []string{nettest.HostIP(1), nettest.HostIP(2)} {
			mending(t, func(t *testing.T, r *relay, a, b *testMesh) {
				time.Sleep(at)
				stop := chatter(t, a, b)
				r.wan.Drop(func(_, to string) bool { return to == deaf })
				start := time.Now()
				time.Sleep(10 * time.Second)
				wantStates(t, a, "b", Connecting, Open, Unsteady)
				wantStates(t, b, "a", Connecting, Open, Unsteady)
				noticed = append(noticed, latest(a, b).Sub(start))
				time.Sleep(20 * time.Second)
				r.wan.Drop(nil)
				healed := time.Now()
				time.Sleep(5 * time.Second)
				wantStates(t, a, "b", Connecting, Open, Unsteady, Open)
				wantStates(t, b, "a", Connecting, Open, Unsteady, Open)
				mended = append(mended, latest(a, b).Sub(healed))
				stop()
			})
		}
	}
	t.Logf("both noticed after %v to %v, and mended it after %v at most", slices.Min(noticed), slices.Max(noticed), slices.Max(mended))
}

// A path that is gone for less than a minute costs nothing but time.
func TestMend(t *testing.T) {
	for _, gone := range []time.Duration{6, 8, 20, 50} {
		t.Run(fmt.Sprint(gone), func(t *testing.T) {
			mending(t, func(t *testing.T, r *relay, a, b *testMesh) {
				stop := chatter(t, a, b)
				r.wan.Drop(func(_, _ string) bool { return true })
				time.Sleep(gone * time.Second)
				wantStates(t, a, "b", Connecting, Open, Unsteady)
				r.wan.Drop(nil)
				time.Sleep(5 * time.Second)
				for _, got := range []Change{a.last("b"), b.last("a")} {
					if got.State != Open || !got.Mended || got.Took <= 0 || got.Took > (gone+5)*time.Second {
						t.Errorf("5 s later the link is %+v, want it open and mended", got)
					}
				}
				stop()
				if gone < 8 {
					return // the path came back by itself, to one side earlier than to the other
				}
				wantStates(t, a, "b", Connecting, Open, Unsteady, Open)
				wantStates(t, b, "a", Connecting, Open, Unsteady, Open)
			})
		})
	}
}

// After a minute, a new connection is made.
func TestMendGivesUp(t *testing.T) {
	mending(t, func(t *testing.T, r *relay, a, b *testMesh) {
		r.wan.Drop(func(_, _ string) bool { return true })
		time.Sleep(68 * time.Second)
		wantStates(t, a, "b", Connecting, Open, Unsteady, Lost)
		wantStates(t, b, "a", Connecting, Open, Unsteady, Lost)
		if !errors.Is(a.lost("b"), errICE) || !errors.Is(b.lost("a"), errICE) {
			t.Errorf("lost by %v and %v, want %v", a.lost("b"), b.lost("a"), errICE)
		}
		r.wan.Drop(nil)
		time.Sleep(5 * time.Second)
		wantStates(t, a, "b", Connecting, Open, Unsteady, Lost, Open)
		wantStates(t, b, "a", Connecting, Open, Unsteady, Lost, Open)
	})
}

// A restart's messages may be lost, repeated, or meet a server that is away.
func TestMendSignaling(t *testing.T) {
	lose := func(n int, which func(signaling.Event) bool) func(*relay) {
		return func(r *relay) {
			r.lose(func(_, _ signaling.ID, ev signaling.Event) bool {
				if n > 0 && which(ev) {
					n--
					return false
				}
				return true
			})
		}
	}
	isAsking := func(ev signaling.Event) bool { _, ok := ev.(signaling.Relayed); return ok }
	tests := []struct {
		name string
		set  func(*relay)
	}{
		{"offer lost", lose(1, isOffer)},
		{"two offers lost", lose(2, isOffer)},
		{"answer lost", lose(1, isAnswer)},
		{"asking lost", lose(2, isAsking)},
		{"all lost", lose(4, func(signaling.Event) bool { return true })},
		{"all twice", func(r *relay) {
			r.lose(func(from, to signaling.ID, ev signaling.Event) bool {
				r.peers[to].Handle(from, ev)
				return true
			})
		}},
	}
	for _, tt := range tests {
		for i, deaf := range []string{nettest.HostIP(1), nettest.HostIP(2)} {
			t.Run(fmt.Sprint(tt.name, ", deaf ", i), func(t *testing.T) {
				mending(t, func(t *testing.T, r *relay, a, b *testMesh) {
					stop := chatter(t, a, b)
					tt.set(r)
					r.wan.Drop(func(_, to string) bool { return to == deaf })
					time.Sleep(30 * time.Second)
					r.wan.Drop(nil)
					time.Sleep(5 * time.Second)
					wantStates(t, a, "b", Connecting, Open, Unsteady, Open)
					wantStates(t, b, "a", Connecting, Open, Unsteady, Open)
					stop()
				})
			})
		}
	}
}

// A peer that has begun anew takes a restart's offer for a new one. The answer
// then tells that its side of the old connection is gone.
func TestMendWhatIsGone(t *testing.T) {
	mending(t, func(t *testing.T, r *relay, a, b *testMesh) {
		ip := nettest.HostIP(2)
		r.wan.Drop(func(from, to string) bool { return from == ip || to == ip })
		b.Close()
		again := r.mesh("b", Options{Mends: always}) // on another host
		again.Add("a", false)
		time.Sleep(20 * time.Second)
		wantStates(t, a, "b", Connecting, Open, Unsteady, Lost, Open)
		again.Send("a", Message{Data: []byte("hello")})
		time.Sleep(oneWay)
		synctest.Wait()
		if got, want := a.heard(), []string{"b:hello:false"}; !slices.Equal(got, want) {
			t.Errorf("a heard %v, want %v", got, want)
		}
	})
}

// Nobody is made to negotiate more than three times in ten seconds.
func TestNegotiationsAreFew(t *testing.T) {
	mending(t, func(t *testing.T, r *relay, a, b *testMesh) {
		sent, offers := 0, make(map[string]bool)
		r.lose(func(_, _ signaling.ID, ev signaling.Event) bool {
			if isOffer(ev) {
				sent++
				offers[ev.(signaling.Description).Data.SDP] = true
			}
			return true
		})
		for range 100 {
			a.Handle("b", signaling.Relayed{Name: "renegotiate"})
			a.Handle("b", signaling.Relayed{Name: "dance"})
			b.Handle("a", signaling.Relayed{Name: "renegotiate"}) // not its business
			time.Sleep(50 * time.Millisecond)
		}
		r.one.Lock()
		if len(offers) == 0 || len(offers) > 3 || sent > 8 {
			t.Errorf("asked 100 times in 5 s, a made %d offers and sent %d, want 1 to 3, and few repeated", len(offers), sent)
		}
		r.one.Unlock()
		time.Sleep(time.Minute)
		if a.last("b").State != Open || b.last("a").State != Open || len(a.states("b")) > 8 {
			t.Errorf("the link was %v and %v, want it open", a.states("b"), b.states("a"))
		}
	})
}

// Fault 19: a host changes its address. Drawing goes on within 5 s, and nothing
// is lost, whichever side it is.
func TestFault19AddressChange(t *testing.T) {
	var took []time.Duration
	for at := range moments {
		for i, which := range []signaling.ID{"a", "b"} {
			mending(t, func(t *testing.T, r *relay, a, b *testMesh) {
				time.Sleep(at)
				stop := chatter(t, a, b)
				r.peers[which].opts.Net.(*nettest.Host).Move(t, nettest.HostIP(i+1), "10.0.9.9")
				moved := time.Now()
				time.Sleep(5 * time.Second)
				wantStates(t, a, "b", Connecting, Open, Unsteady, Open)
				wantStates(t, b, "a", Connecting, Open, Unsteady, Open)
				took = append(took, latest(a, b).Sub(moved))
				stop()
			})
		}
	}
	t.Logf("open again after %v to %v", slices.Min(took), slices.Max(took))
}
