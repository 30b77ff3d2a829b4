package signaling

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A testBus is a bus in memory, of which ends can be cut off.
type testBus struct {
	mu   sync.Mutex
	ends map[*busEnd]bool
}

// A busEnd is one server's.
type busEnd struct {
	bus    *testBus
	server string
	in     chan []byte // nil while it does not listen
	cut    bool
}

func newTestBus() *testBus { return &testBus{ends: make(map[*busEnd]bool)} }

func (b *testBus) end() *busEnd {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := &busEnd{bus: b}
	b.ends[e] = true
	return e
}

// cut cuts ends off, or lets them back.
func (b *testBus) cut(cut bool, ends ...*busEnd) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range ends {
		e.cut = cut
	}
}

func (e *busEnd) Publish(ctx context.Context, batch []Envelope) ([]bool, error) {
	e.bus.mu.Lock()
	defer e.bus.mu.Unlock()
	if e.cut {
		e.bus.mu.Unlock()
		<-ctx.Done()
		e.bus.mu.Lock()
		return nil, ctx.Err()
	}
	taken := make([]bool, len(batch))
	for i, m := range batch {
		for other := range e.bus.ends {
			if other.in != nil && !other.cut && (m.To == "" || m.To == other.server) {
				taken[i] = true
				other.in <- m.Data
			}
		}
	}
	return taken, nil
}

func (e *busEnd) Subscribe(ctx context.Context, server string, handle func([]byte)) {
	in := make(chan []byte, 10_000)
	e.bus.mu.Lock()
	e.server, e.in = server, in
	e.bus.mu.Unlock()
	for {
		select {
		case data := <-in:
			handle(data)
		case <-ctx.Done():
			e.bus.mu.Lock()
			e.in = nil
			e.bus.mu.Unlock()
			return
		}
	}
}

// clusterOf is servers that share a bus.
func clusterOf(t *testing.T, n int) (hubs []*Hub, ends []*busEnd, bus *testBus) {
	bus = newTestBus()
	for range n {
		end := bus.end()
		s := testServer(t, ServerOptions{Bus: end})
		t.Cleanup(func() { s.Close() })
		hubs, ends = append(hubs, s.hub), append(ends, end)
	}
	time.Sleep(time.Second)
	synctest.Wait()
	return hubs, ends, bus
}

// roster is who is in a room, as one server knows.
func roster(h *Hub, name string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.rooms[name]
	if r == nil {
		return ""
	}
	var ids []string
	for _, m := range r.members {
		ids = append(ids, string(m.peer.ID))
	}
	for _, m := range slices.Collect(maps.Values(r.remote)) {
		ids = append(ids, string(m.peer.ID))
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

func wantRoster(t *testing.T, hubs []*Hub, want string) {
	t.Helper()
	synctest.Wait()
	for i, h := range hubs {
		if got := roster(h, "studio"); got != want {
			t.Errorf("server %d has %q in the room, want %q", i, got, want)
		}
	}
}

// Peers at two servers meet as if there were one.
func TestBus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hubs, _, _ := clusterOf(t, 2)
		ana, bo, cy := connect(hubs[0], "ana"), connect(hubs[1], "bo"), connect(hubs[1], "cy")
		ana.join(t, "studio")
		synctest.Wait()
		bo.join(t, "studio")
		bo.join(t, "studio")
		synctest.Wait()
		ana.wants(t, "+bo offer:false")
		bo.wants(t, "+ana offer:true")
		cy.join(t, "studio")
		synctest.Wait()
		ana.wants(t, "+cy offer:false")
		bo.wants(t, "+cy offer:false")
		cy.heard()
		wantRoster(t, hubs, "ana bo cy")
		if got := ana.connect(ana.lastID).hello.Rooms["studio"]; len(got) != 2 {
			t.Errorf("ana is told of %v, want bo and cy", got)
		}

		if err := hubs[0].Relay(Peer{ID: "ana", Name: "forged"}, "bo", "wave", []byte(`{"n":1}`)); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		bo.wants(t, `wave from ana: {"n":1}`)
		if err := hubs[0].Relay(Peer{ID: "ana"}, "dee", "wave", []byte(`1`)); !errors.Is(err, ErrNoPeer) {
			t.Errorf("a relay to nobody: got %v, want ErrNoPeer", err)
		}
		hubs[1].Leave("bo", "studio")
		synctest.Wait()
		ana.wants(t, "-bo")
		if err := hubs[0].Relay(Peer{ID: "ana"}, "bo", "wave", []byte(`1`)); !errors.Is(err, ErrNoPeer) {
			t.Errorf("a relay to one who left: got %v, want ErrNoPeer", err)
		}
		wantRoster(t, hubs, "ana cy")
		hubs[1].Leave("cy", "studio")
		hubs[0].Leave("ana", "studio")
		wantRoster(t, hubs, "")
		if _, rooms := hubs[1].size(); rooms != 0 {
			t.Errorf("%d rooms are left over", rooms)
		}
	})
}

// However many join at once at whichever server, each pair meets once and one
// of the two offers.
func TestBusJoinsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hubs, _, _ := clusterOf(t, 3)
		var members []*member
		var all sync.WaitGroup
		for i := range 30 {
			m := connect(hubs[i%3], ID(fmt.Sprintf("p%02d", i)))
			members = append(members, m)
			all.Go(func() { m.join(t, "studio") })
		}
		all.Wait()
		synctest.Wait()
		offers := make(map[string]int)
		for _, m := range members {
			for _, w := range m.heard() {
				other, offer, _ := strings.Cut(w[1:], " ")
				pair := min(string(m.id), other) + max(string(m.id), other)
				if offers[pair]++; offer == "offer:true" {
					offers[pair] += 100
				}
			}
		}
		for pair, got := range offers {
			if got != 102 {
				t.Errorf("pair %s was introduced %d times with %d offers, want 2 with 1", pair, got%100, got/100)
			}
		}
		if want := 30 * 29 / 2; len(offers) != want {
			t.Errorf("%d pairs were introduced, want %d", len(offers), want)
		}
	})
}

// Who comes back at another server is introduced again, and is thought to have
// left by nobody; the old stream is told.
func TestBusMove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hubs, _, _ := clusterOf(t, 2)
		ana, bo := connect(hubs[0], "ana"), connect(hubs[0], "bo")
		ana.join(t, "studio")
		bo.join(t, "studio")
		ana.heard()
		synctest.Wait()
		moved := (&member{hub: hubs[1], id: "bo"}).connect(bo.lastID)
		synctest.Wait()
		if !bo.stream.replaced.Load() {
			t.Error("the old stream was not told")
		}
		if moved.hello.Recovered {
			t.Error("another server claims to have recovered the stream")
		}
		moved.join(t, "studio")
		synctest.Wait()
		ana.wants(t, "+bo offer:false")
		moved.wants(t, "+ana offer:true")
		time.Sleep(time.Minute)
		ana.wants(t)
		wantRoster(t, hubs, "ana bo")
		if err := hubs[0].Relay(Peer{ID: "ana"}, "bo", "wave", []byte(`1`)); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		moved.wants(t, "wave from ana: 1")
	})
}

// While the bus is away, same-server joins and relays go on, others fail within
// a second, nobody is thought to have left, and afterwards all is told.
func TestFault24BusRestarts(t *testing.T) {
	for _, outage := range []time.Duration{time.Second, 5 * time.Second, 2 * time.Minute} {
		t.Run(outage.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hubs, ends, bus := clusterOf(t, 2)
				ana, bo := connect(hubs[0], "ana"), connect(hubs[1], "bo")
				ana.join(t, "studio")
				synctest.Wait()
				bo.join(t, "studio")
				synctest.Wait()
				ana.heard()
				bo.heard()
				bus.cut(true, ends...)
				cy := connect(hubs[0], "cy")
				cy.join(t, "studio")
				ana.wants(t, "+cy offer:false")
				cy.wants(t, "+ana offer:true", "+bo offer:true")
				for range 5 {
					start := time.Now()
					err := hubs[0].Relay(Peer{ID: "ana"}, "bo", "wave", []byte(`1`))
					if took := time.Since(start); !errors.Is(err, ErrAway) || took > time.Second {
						t.Errorf("a relay gave %v after %v, want ErrAway within a second", err, took)
					}
					if err := hubs[0].Relay(Peer{ID: "cy"}, "ana", "wave", []byte(`1`)); err != nil {
						t.Errorf("a relay at one server: %v", err)
					}
				}
				ana.heard()
				hubs[1].Leave("dee", "studio")
				time.Sleep(outage)
				start := time.Now()
				err := hubs[0].Relay(Peer{ID: "ana"}, "bo", "wave", []byte(`1`))
				if took := time.Since(start); !errors.Is(err, ErrAway) || outage > 2*awayTime && took != 0 {
					t.Errorf("a relay long after gave %v after %v, want ErrAway at once", err, took)
				}
				ana.wants(t)
				bus.cut(false, ends...)
				time.Sleep(5 * time.Second)
				wantRoster(t, hubs, "ana bo cy")
				ana.wants(t)
				bo.wants(t, "+cy offer:false")
				cy.wants(t)
				if err := hubs[0].Relay(Peer{ID: "ana"}, "bo", "wave", []byte(`1`)); err != nil {
					t.Errorf("a relay when all is well again: %v", err)
				}
			})
		})
	}
}

// The peers of a server that was killed are gone for others within 30 seconds,
// and not at once: they may come back elsewhere, for as long as the grace period
// at least.
func TestFault25ServerKilled(t *testing.T) {
	for grace, stay := range map[time.Duration]time.Duration{
		time.Second: 24 * time.Second, 10 * time.Second: 24 * time.Second, time.Minute: time.Minute,
	} {
		t.Run(grace.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hubs, ends, bus := clusterOf(t, 3)
				for _, h := range hubs {
					h.grace = grace
				}
				ana, bo, cy := connect(hubs[0], "ana"), connect(hubs[1], "bo"), connect(hubs[1], "cy")
				for _, m := range []*member{ana, bo, cy} {
					m.join(t, "studio")
					synctest.Wait()
				}
				ana.heard()
				bus.cut(true, ends[1])
				time.Sleep(5 * time.Second)
				bo = connect(hubs[2], "bo")
				bo.join(t, "studio")
				synctest.Wait()
				ana.wants(t, "+bo offer:false")
				time.Sleep(stay - 5*time.Second)
				ana.wants(t)
				time.Sleep(6 * time.Second)
				ana.wants(t, "-cy")
				wantRoster(t, []*Hub{hubs[0], hubs[2]}, "ana bo")
			})
		})
	}
}

// A server that is cut off buries nobody, for it is the one that is deaf; when
// it is back, rosters are equal within five seconds.
func TestFault26CutOff(t *testing.T) {
	for _, outage := range []time.Duration{10 * time.Second, 2 * time.Minute} {
		t.Run(outage.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hubs, ends, bus := clusterOf(t, 3)
				var members []*member
				for i, id := range []ID{"ana", "bo", "cy"} {
					m := connect(hubs[i], id)
					m.join(t, "studio")
					synctest.Wait()
					members = append(members, m)
				}
				for _, m := range members {
					m.heard()
				}
				bus.cut(true, ends[0])
				time.Sleep(outage)
				members[0].wants(t)
				dee := connect(hubs[0], "dee")
				dee.join(t, "studio")
				hubs[2].Leave("cy", "studio")
				time.Sleep(time.Second)
				bus.cut(false, ends[0])
				time.Sleep(5 * time.Second)
				wantRoster(t, hubs, "ana bo dee")
				members[0].wants(t, "+dee offer:false", "-cy")
				want := []string{"-cy", "+dee offer:false"}
				if outage > ghostTime {
					want = []string{"-ana", "-cy", "+ana offer:true", "+dee offer:false"}
				}
				got := members[1].heard()
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(got, want) {
					t.Errorf("bo heard %q, want %q", got, want)
				}
			})
		})
	}
}

// FuzzRedisMessage gives a server whatever may come over the bus. It must not
// fall, and what its peers hear is what a server may say.
func FuzzRedisMessage(f *testing.F) {
	for _, m := range []string{
		`{"kind":"join","from":"x","seq":1,"member":{"room":"studio","peer":{"id":"eve","username":"Eve"},"stamp":18446744073709551615}}`,
		`{"kind":"state","from":"x","seq":7,"members":[{"room":"studio","peer":{"id":"ana"},"stamp":9},{"room":"studio","peer":{"id":"eve"}}]}`,
		`{"kind":"leave","from":"x","seq":1,"member":{"room":"studio","peer":{"id":"ana"}}}`,
		`{"kind":"relay","from":"x","member":{"peer":{"id":"eve"}},"to":"ana","event":"wave","data":{"a":"\n"}}`,
		`{"kind":"relay","from":"x","member":{"peer":{"id":"eve"}},"to":"ana","event":"remove-peer","data":1}`,
		`{"kind":"took","from":"x","member":{"peer":{"id":"ana"}}}`, `{"kind":"ask","from":"x"}`, `{"kind":"beat","from":"x","seq":3}`,
		`{"kind":"join","from":"x","member":{"room":"a\nb","peer":{"id":"eve"}}}`, `null`, `[]`, `{"kind":"state","from":"x","members":[null]}`,
	} {
		f.Add([]byte(m), []byte(m))
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		h := testHub(32)
		h.cluster = &cluster{hub: h, self: "self", log: h.log, out: make(chan outgoing, busQueue), others: make(map[string]*otherServer)}
		ana := connect(h, "ana")
		ana.join(t, "studio")
		for _, data := range [][]byte{first, second, first} {
			h.cluster.receive(data)
		}
		if ana.session.stream == ana.stream {
			frames, n := h.take(ana.session, ana.stream, nil)
			for i, fr := range frames {
				wire, err := fr.append(nil, ana.session.id(n+uint64(i)))
				if err != nil {
					t.Fatalf("%q puts %v on a stream", first, err)
				}
				if got := parse(t, strings.NewReader(string(wire))); len(got) != 1 {
					t.Fatalf("one frame became %q", got)
				}
			}
		}
		h.remove(h.sessions["ana"])
		for name, r := range h.rooms {
			if !ValidRoom(name) || len(r.members) != 0 || len(r.remote) == 0 {
				t.Errorf("room %q is left with %d members and %d others", name, len(r.members), len(r.remote))
			}
		}
	})
}
