package mesh

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/internal/nettest"
	"drawmesh/signaling"
)

const oneWay = 20 * time.Millisecond

// A relay carries what meshes signal, in order, in one way's time. All of its
// peers are on one virtual network.
type relay struct {
	t   *testing.T
	wan *nettest.WAN

	mu    sync.Mutex
	peers map[signaling.ID]*testMesh
	pass  func(from, to signaling.ID, ev signaling.Event) bool // nil: everything
	one   sync.Mutex                                           // calls pass at a time
}

// A testMesh notes what its mesh reports.
type testMesh struct {
	*Mesh
	id    signaling.ID
	relay *relay
	post  chan func() // what arrives over the relay
	read  sync.WaitGroup

	mu       sync.Mutex
	changes  []Change
	at       []time.Time // of the changes
	messages []Message
}

func newRelay(t *testing.T) *relay {
	return &relay{t: t, wan: nettest.NewWAN(t, oneWay), peers: make(map[signaling.ID]*testMesh)}
}

// mesh adds a peer without links.
func (r *relay) mesh(id signaling.ID, opts Options) *testMesh {
	r.t.Helper()
	m := &testMesh{id: id, relay: r, post: make(chan func(), 1000)}
	opts.Signaler, opts.Self = m, id
	if opts.Net == nil {
		opts.Net = r.wan.Host()
	}
	var err error
	if m.Mesh, err = New(opts); err != nil {
		r.t.Fatal(err)
	}
	r.mu.Lock()
	r.peers[id] = m
	r.mu.Unlock()
	m.read.Go(func() {
		for ev := range m.Events() {
			m.note(ev)
		}
	})
	m.read.Go(func() {
		for deliver := range m.post {
			deliver()
		}
	})
	r.t.Cleanup(func() {
		m.Close()
		m.Close()
		close(m.post)
		m.read.Wait()
	})
	return m
}

// pair introduces two peers: the first makes the offers.
func (r *relay) pair() (a, b *testMesh) {
	a, b = r.mesh("a", Options{}), r.mesh("b", Options{})
	b.Add("a", false)
	a.Add("b", true)
	return a, b
}

// lose drops whatever pass refuses.
func (r *relay) lose(pass func(from, to signaling.ID, ev signaling.Event) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pass = pass
}

func (m *testMesh) note(ev Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch ev := ev.(type) {
	case Change:
		m.changes = append(m.changes, ev)
		m.at = append(m.at, time.Now())
	case Message:
		m.messages = append(m.messages, ev)
	}
}

func (m *testMesh) send(to signaling.ID, ev signaling.Event) error {
	m.relay.mu.Lock()
	pass, peer := m.relay.pass, m.relay.peers[to]
	m.relay.mu.Unlock()
	if pass != nil {
		m.relay.one.Lock()
		passes := pass(m.id, to, ev)
		m.relay.one.Unlock()
		if !passes {
			return nil
		}
	}
	at := time.Now().Add(oneWay)
	if peer == nil {
		return signaling.ErrNoPeer
	}
	peer.post <- func() {
		time.Sleep(time.Until(at))
		peer.Handle(m.id, ev)
	}
	return nil
}

func (m *testMesh) Describe(_ context.Context, to signaling.ID, d signaling.SessionDescription) error {
	return m.send(to, signaling.Description{Peer: signaling.Peer{ID: m.id}, Data: d})
}

func (m *testMesh) Trickle(_ context.Context, to signaling.ID, c signaling.ICECandidate) error {
	return m.send(to, signaling.Candidate{Peer: signaling.Peer{ID: m.id}, Data: c})
}

func (m *testMesh) Relay(_ context.Context, to signaling.ID, event string, _ any) error {
	return m.send(to, signaling.Relayed{Peer: signaling.Peer{ID: m.id}, Name: event})
}

// states is what became of the link to a peer.
func (m *testMesh) states(id signaling.ID) (states []State) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.changes {
		if c.Peer == id {
			states = append(states, c.State)
		}
	}
	return states
}

// last is the latest change of the link to a peer.
func (m *testMesh) last(id signaling.ID) (last Change) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.changes {
		if c.Peer == id {
			last = c
		}
	}
	return last
}

// latest is when the link of any of ms changed last.
func latest(ms ...*testMesh) (at time.Time) {
	for _, m := range ms {
		m.mu.Lock()
		if last := m.at[len(m.at)-1]; last.After(at) {
			at = last
		}
		m.mu.Unlock()
	}
	return at
}

// lost is why the link to a peer was lost last.
func (m *testMesh) lost(id signaling.ID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range slices.Backward(m.changes) {
		if c.Peer == id && c.State == Lost {
			return c.Err
		}
	}
	return nil
}

// heard is the text of all messages.
func (m *testMesh) heard() (text []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, msg := range m.messages {
		text = append(text, fmt.Sprintf("%s:%s:%t", msg.From, msg.Data, msg.Text))
	}
	return text
}

func wantStates(t *testing.T, m *testMesh, id signaling.ID, want ...State) {
	t.Helper()
	if got := m.states(id); !slices.Equal(got, want) {
		t.Errorf("%s's link to %s was %v, want %v (%v)", m.id, id, got, want, m.lost(id))
	}
}

func isOffer(ev signaling.Event) bool {
	d, ok := ev.(signaling.Description)
	return ok && d.Data.Type == "offer"
}

func isAnswer(ev signaling.Event) bool {
	d, ok := ev.(signaling.Description)
	return ok && d.Data.Type == "answer"
}

// Two messages make a link: half a second would be ten round trips.
func TestLinkOpens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		signaled := 0
		r.lose(func(signaling.ID, signaling.ID, signaling.Event) bool { signaled++; return true })
		a := r.mesh("a", Options{Capability: func() json.RawMessage { return []byte(`{"v":1}`) }})
		b := r.mesh("b", Options{})
		b.Add("a", false)
		b.Add("b", true)
		a.Add("b", true)
		time.Sleep(time.Second)
		wantStates(t, a, "b", Connecting, Open)
		wantStates(t, b, "a", Connecting, Open)
		wantStates(t, b, "b")
		if got := a.last("b").Took; got < 4*oneWay || got > 400*time.Millisecond {
			t.Errorf("took %v, want a few round trips of 40ms", got)
		}
		if signaled != 2 {
			t.Errorf("%d messages were signaled, want an offer and an answer", signaled)
		}
		if got := string(b.last("a").Capability); got != `{"v":1}` {
			t.Errorf("b was told that a can %s, want {\"v\":1}", got)
		}
		if got := a.last("b").Capability; got != nil {
			t.Errorf("a was told that b can %s, want nothing", got)
		}
	})
}

func TestSendTakesOneTrip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := newRelay(t).pair()
		if a.Send("b", Message{Data: []byte("too early")}) {
			t.Error("sent before the link was open")
		}
		time.Sleep(time.Second)
		if n := a.Broadcast(Message{Data: []byte("stroke"), Text: true}); n != 1 {
			t.Errorf("broadcast to %d peers, want 1", n)
		}
		a.Send("b", Message{Data: []byte("frame")})
		time.Sleep(oneWay)
		synctest.Wait()
		if got, want := b.heard(), []string{"a:stroke:true", "a:frame:false"}; !slices.Equal(got, want) {
			t.Errorf("after one way's time b heard %v, want %v", got, want)
		}
		if a.Queued("b") == 0 {
			t.Error("nothing is queued, but an acknowledgment cannot be here yet")
		}
		if err := a.Flush(t.Context()); err != nil || a.Queued("b") != 0 {
			t.Errorf("flushed: %v with %d bytes queued", err, a.Queued("b"))
		}
		if a.Send("nobody", Message{}) || a.Queued("nobody") != 0 {
			t.Error("sent to somebody unknown")
		}
	})
}

// Signaling that is lost, late, early or twice.
func TestSignalingFaults(t *testing.T) {
	tests := []struct {
		name   string
		pass   func(n int, ev signaling.Event) bool // n counts from 1
		within time.Duration
		lost   error
	}{
		{"first offer lost", func(n int, ev signaling.Event) bool { return n > 1 }, 7 * time.Second, errUnanswered},
		{"first answer lost", func(n int, ev signaling.Event) bool { return n != 2 }, 7 * time.Second, errUnanswered},
		{"two offers lost", func(n int, ev signaling.Event) bool { return n > 2 }, 14 * time.Second, errUnanswered},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRelay(t)
				n := 0
				r.lose(func(_, _ signaling.ID, ev signaling.Event) bool { n++; return tt.pass(n, ev) })
				a, b := r.pair()
				time.Sleep(answerTime - time.Millisecond)
				wantStates(t, a, "b", Connecting)
				time.Sleep(tt.within - answerTime)
				if a.last("b").State != Open || b.last("a").State != Open {
					t.Errorf("after %v the links are %v and %v, want open", tt.within, a.states("b"), b.states("a"))
				}
				if err := a.lost("b"); !errors.Is(err, tt.lost) {
					t.Errorf("lost by %v, want %v", err, tt.lost)
				}
			})
		})
	}
}

// An answer that comes after its offer was given up is told from the right one.
func TestStaleAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		var late signaling.Event
		offers := 0
		a, b := r.mesh("a", Options{}), r.mesh("b", Options{})
		r.lose(func(_, _ signaling.ID, ev signaling.Event) bool {
			if isOffer(ev) {
				if offers++; offers == 2 { // before the answer to this one
					a.Handle("b", late)
					a.Handle("b", late)
				}
			}
			if isAnswer(ev) && late == nil {
				late = ev
				return false
			}
			return true
		})
		b.Add("a", false)
		a.Add("b", true)
		time.Sleep(9 * time.Second)
		if a.last("b").State != Open || b.last("a").State != Open {
			t.Fatalf("the links are %v and %v (%v), want open", a.states("b"), b.states("a"), a.lost("b"))
		}
		if err := a.lost("b"); !errors.Is(err, errStale) {
			t.Errorf("lost by %v, want %v", err, errStale)
		}
		a.Handle("b", late)
		time.Sleep(time.Second)
		if got := a.last("b").State; got != Open {
			t.Errorf("an old answer made an open link %s", got)
		}
	})
}

// An offer and candidates may come before the introduction, the candidates even
// before the offer, and the browser's kind of them are no harm.
func TestEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		a, b := r.mesh("a", Options{}), r.mesh("b", Options{})
		mid, line := "0", uint16(0)
		for _, text := range []string{
			"", "candidate:1 1 udp 2122260223 0a1b2c3d-0000-4000-8000-000000000000.local 54321 typ host",
			"candidate:nonsense", "candidate:1 1 tcp 1518280447 10.0.0.9 9 typ host tcptype active",
		} {
			b.Handle("a", signaling.Candidate{Data: signaling.ICECandidate{Candidate: text, SDPMid: &mid, SDPMLineIndex: &line}})
		}
		b.Handle("a", signaling.Candidate{Data: signaling.ICECandidate{Candidate: "candidate:1"}})
		a.Add("b", true)
		time.Sleep(2 * time.Second)
		wantStates(t, b, "a")
		b.Add("a", false)
		time.Sleep(time.Second)
		wantStates(t, a, "b", Connecting, Open)
		wantStates(t, b, "a", Connecting, Open)
	})
}
