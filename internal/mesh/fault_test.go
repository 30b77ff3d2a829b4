package mesh

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/internal/nettest"
	"drawmesh/signaling"
)

// opened runs a test in a bubble, with two peers whose link is open.
func opened(t *testing.T, test func(t *testing.T, r *relay, a, b *testMesh)) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		a, b := r.pair()
		time.Sleep(time.Second)
		wantStates(t, a, "b", Connecting, Open)
		wantStates(t, b, "a", Connecting, Open)
		test(t, r, a, b)
	})
}

func TestRemove(t *testing.T) {
	opened(t, func(t *testing.T, r *relay, a, b *testMesh) {
		a.Send("b", Message{Data: []byte("bye")})
		a.Flush(t.Context())
		a.Remove("b")
		time.Sleep(oneWay + 2*endTime)
		synctest.Wait()
		wantStates(t, a, "b", Connecting, Open, Closed)
		wantStates(t, b, "a", Connecting, Open, Lost)
		if err := b.lost("a"); !errors.Is(err, errGone) || !strings.HasPrefix(err.Error(), "peer a: ") {
			t.Errorf("b lost the link by %v, want peer a: … %v", err, errGone)
		}
		if got, want := b.heard(), []string{"a:bye:false"}; !slices.Equal(got, want) {
			t.Errorf("b heard %v, want %v", got, want)
		}
		b.Remove("a")
		time.Sleep(time.Minute)
		wantStates(t, b, "a", Connecting, Open, Lost, Closed)
		if a.Send("b", Message{}) {
			t.Error("sent to a peer that was removed")
		}
	})
}

// Whoever comes back at once is first seen to go.
func TestRemoveAndAdd(t *testing.T) {
	opened(t, func(t *testing.T, r *relay, a, b *testMesh) {
		a.Remove("b")
		a.Add("b", false)
		b.Remove("a")
		b.Add("a", true)
		time.Sleep(2 * time.Second)
		wantStates(t, a, "b", Connecting, Open, Closed, Connecting, Open)
		wantStates(t, b, "a", Connecting, Open, Closed, Connecting, Open)
	})
}

// A server that was restarted introduces everybody again, in any order.
func TestAddAgain(t *testing.T) {
	opened(t, func(t *testing.T, r *relay, a, b *testMesh) {
		a.Add("b", false)
		b.Add("a", true)
		time.Sleep(time.Minute)
		wantStates(t, a, "b", Connecting, Open)
		wantStates(t, b, "a", Connecting, Open)

		a.Reset("b", errors.New("because"))
		time.Sleep(3 * time.Second)
		wantStates(t, a, "b", Connecting, Open, Lost, Open)
		wantStates(t, b, "a", Connecting, Open, Lost, Open)
	})
}

// The other side has lost the link and says so with an offer. Ours is still
// open then: nobody told us.
func TestOfferReplaces(t *testing.T) {
	opened(t, func(t *testing.T, r *relay, a, b *testMesh) {
		a.Close()
		again := r.mesh("a", Options{}) // on another host
		again.Add("b", true)
		time.Sleep(3 * time.Second)
		wantStates(t, again, "b", Connecting, Open)
		if got := b.last("a").State; got != Open {
			t.Errorf("b's link was %v, want it open again", b.states("a"))
		}
		again.Send("b", Message{Data: []byte("me again")})
		time.Sleep(time.Second)
		if got, want := b.heard(), []string{"a:me again:false"}; !slices.Equal(got, want) {
			t.Errorf("b heard %v, want %v", got, want)
		}
	})
}

// Without a word, ICE has to notice; then the link is made again for as long
// as it takes.
func TestPartition(t *testing.T) {
	opened(t, func(t *testing.T, r *relay, a, b *testMesh) {
		r.wan.Drop(func(_, _ string) bool { return true })
		time.Sleep(20 * time.Second)
		if !errors.Is(a.lost("b"), errICE) || !errors.Is(b.lost("a"), errICE) {
			t.Errorf("lost by %v and %v, want %v", a.lost("b"), b.lost("a"), errICE)
		}
		time.Sleep(time.Minute)
		r.wan.Drop(nil)
		time.Sleep(35 * time.Second) // an attempt and a back-off, at most
		if a.last("b").State != Open || b.last("a").State != Open {
			t.Errorf("after the partition the links are %v and %v, want open", a.last("b"), b.last("a"))
		}
	})
}

// A host is cut off from one other only.
func TestPairPartition(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		a, b, c := r.mesh("a", Options{}), r.mesh("b", Options{}), r.mesh("c", Options{})
		one, two := nettest.HostIP(1), nettest.HostIP(2) // a and b
		r.wan.Drop(func(from, to string) bool { return from == one && to == two || from == two && to == one })
		b.Add("a", false)
		c.Add("a", false)
		c.Add("b", false)
		a.Add("b", true)
		a.Add("c", true)
		b.Add("c", true)
		time.Sleep(time.Second)
		wantStates(t, a, "c", Connecting, Open)
		wantStates(t, b, "c", Connecting, Open)
		time.Sleep(16 * time.Second)
		if err := a.lost("b"); !errors.Is(err, errTimeout) {
			t.Errorf("a lost b by %v, want %v", err, errTimeout)
		}
		if err := a.Flush(t.Context()); err != nil {
			t.Errorf("one pair that cannot connect keeps Flush from returning: %v", err)
		}
	})
}

// Someone who was introduced and then makes no offer is not waited for.
func TestNoOffer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		b := r.mesh("b", Options{ConnectTimeout: 3 * time.Second})
		b.Add("a", false)
		start := time.Now()
		if err := b.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took < 3*time.Second || took > 3010*time.Millisecond {
			t.Errorf("flushed after %v, want ConnectTimeout's 3s", took)
		}
		time.Sleep(time.Minute)
		wantStates(t, b, "a", Connecting, Lost)
		if err := b.lost("a"); !errors.Is(err, errNoOffer) {
			t.Errorf("lost by %v, want %v", err, errNoOffer)
		}
		a := r.mesh("a", Options{})
		a.Add("b", true)
		time.Sleep(time.Second)
		wantStates(t, b, "a", Connecting, Lost, Open)
	})
}

// To a peer that the server does not know, there is no offer but after the next
// introduction.
func TestNoPeer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		a := r.mesh("a", Options{})
		a.Add("b", true)
		time.Sleep(time.Hour)
		wantStates(t, a, "b", Connecting, Lost)
		b := r.mesh("b", Options{})
		b.Add("a", false)
		a.Add("b", true)
		time.Sleep(time.Second)
		wantStates(t, a, "b", Connecting, Lost, Closed, Connecting, Open)
	})
}

// Messages of every length up to the greatest pass whole.
func TestLongMessages(t *testing.T) {
	opened(t, func(t *testing.T, r *relay, a, b *testMesh) {
		sizes := []int{0, 1, firstRead, firstRead + 1, MaxMessage - 1, MaxMessage, 2}
		for _, n := range sizes {
			a.Send("b", Message{Data: bytes.Repeat([]byte{byte(n)}, n)})
		}
		a.Flush(t.Context())
		time.Sleep(time.Second)
		b.mu.Lock()
		got := slices.Clone(b.messages)
		b.mu.Unlock()
		if len(got) != len(sizes) {
			t.Fatalf("b heard %d messages, want %d (%v)", len(got), len(sizes), b.lost("a"))
		}
		for i, n := range sizes {
			if data := got[i].Data; len(data) != n || len(bytes.Trim(data, string([]byte{byte(n)}))) > 0 || got[i].Text {
				t.Errorf("sent %d bytes, got %d (text %t)", n, len(data), got[i].Text)
			}
		}
		wantStates(t, b, "a", Connecting, Open)
	})
}

// One byte more than the limit costs that link, and no other.
func TestTooLongMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		a, b, c := r.mesh("a", Options{}), r.mesh("b", Options{}), r.mesh("c", Options{})
		se := settings(b.opts)
		se.SetSCTPMaxMessageSize(1 << 20) // as if a did not heed what b announces
		b.api = newAPI(se)
		b.Add("a", false)
		c.Add("a", false)
		a.Add("b", true)
		a.Add("c", true)
		time.Sleep(time.Second)
		a.Send("b", Message{Data: make([]byte, MaxMessage+1)})
		time.Sleep(time.Second)
		if err := b.lost("a"); !errors.Is(err, errTooLong) {
			t.Errorf("b lost the link by %v, want %v", err, errTooLong)
		}
		time.Sleep(3 * time.Second)
		wantStates(t, a, "b", Connecting, Open, Lost, Open)
		wantStates(t, c, "a", Connecting, Open)
	})
}

// Mutual offers, as buggy or hostile peers make them, end in one link or none,
// but end.
func TestGlare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		a, b := r.mesh("a", Options{}), r.mesh("b", Options{})
		a.Add("b", true)
		b.Add("a", true)
		time.Sleep(time.Minute)
		if a.last("b").State != b.last("a").State {
			t.Errorf("the two ends are %v and %v", a.states("b"), b.states("a"))
		}
	})
}

// Offers have a limit, answers have none: a joiner gets into a room that is larger
// than the limit.
func TestManyLinks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		setups := NewSetups()
		size := 3 * cap(setups.busy)
		hub := r.mesh("hub", Options{Setups: setups})
		for i := range size {
			id := signaling.ID(fmt.Sprint(i))
			r.mesh(id, Options{}).Add("hub", false)
			hub.Add(id, true)
		}
		time.Sleep(5 * time.Second)
		if n := hub.Broadcast(Message{Data: []byte("all")}); n != size {
			t.Errorf("%d links are open, want %d", n, size)
		}
		if busy, underWay := len(setups.busy), len(setups.underWay); busy+underWay > 0 {
			t.Errorf("%d and %d places are not given back", busy, underWay)
		}
	})
}

// The offerer's candidates come before its offer, and the answerer's are lost:
// only by keeping the early ones do the two find each other.
func TestEarlyCandidates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		a, b := r.mesh("a", Options{}), r.mesh("b", Options{})
		r.lose(func(from, _ signaling.ID, ev signaling.Event) bool {
			d := ev.(signaling.Description)
			var sdp strings.Builder
			for line := range strings.Lines(d.Data.SDP) {
				text, ok := strings.CutPrefix(line, "a=candidate:")
				switch {
				case !ok:
					sdp.WriteString(line)
				case from == "a":
					b.Handle("a", signaling.Candidate{Data: signaling.ICECandidate{Candidate: "candidate:" + strings.TrimSpace(text)}})
				}
			}
			d.Data.SDP = sdp.String()
			if from == "a" {
				b.Handle("a", d)
			} else {
				a.Handle("b", d)
			}
			return false
		})
		b.Add("a", false)
		a.Add("b", true)
		time.Sleep(2 * time.Second)
		wantStates(t, a, "b", Connecting, Open)
		wantStates(t, b, "a", Connecting, Open)
	})
}
