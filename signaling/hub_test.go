package signaling

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func testHub(maxPeers int) *Hub {
	return newHub(10*time.Second, maxPeers, slog.New(slog.DiscardHandler))
}

// A member is a peer as a hub's tests see it.
type member struct {
	hub     *Hub
	id      ID
	session *session
	stream  *stream
	lastID  string
	hello   Connected
}

func (m *member) connect(lastID string) *member {
	m.session, m.stream, m.hello = m.hub.connect(User{Peer: Peer{ID: m.id, Name: string(m.id)}}, lastID, func() {})
	m.lastID = m.session.id(m.stream.next - 1)
	return m
}

func connect(h *Hub, id ID) *member { return (&member{hub: h, id: id}).connect("") }

// tell has the server tell the member something.
func (m *member) tell(data []byte) {
	m.hub.mu.Lock()
	defer m.hub.mu.Unlock()
	f := relayFrame(Peer{ID: "server"}, "hi", data)
	f.from = ""
	m.hub.tell(m.session, f)
}

// heard returns what the member's stream has for it, in words.
func (m *member) heard() []string {
	frames, n := m.hub.take(m.session, m.stream, nil)
	var words []string
	for i, f := range frames {
		m.lastID = m.session.id(n + uint64(i))
		ev, _ := parseEvent(f.name, f.data)
		switch ev := ev.(type) {
		case AddPeer:
			words = append(words, fmt.Sprintf("+%s offer:%t", ev.Peer.ID, ev.Offer))
		case RemovePeer:
			words = append(words, "-"+string(ev.Peer.ID))
		case Relayed:
			words = append(words, fmt.Sprintf("%s from %s: %s", ev.Name, ev.Peer.ID, ev.Data))
		}
	}
	return words
}

func (m *member) wants(t *testing.T, want ...string) {
	t.Helper()
	if got := m.heard(); strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("%s heard %q, want %q", m.id, got, want)
	}
}

func (m *member) join(t testing.TB, room string) {
	t.Helper()
	if err := m.hub.Join(m.id, room); err != nil {
		t.Fatal(err)
	}
}

// Rule S1: each side of each pair hears of the other once, and one offers.
func TestJoinsAtOnce(t *testing.T) {
	for _, n := range []int{2, 10, 50} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			h := testHub(n)
			members := make([]*member, n)
			var all sync.WaitGroup
			for i := range members {
				members[i] = connect(h, ID(fmt.Sprint(i)))
				all.Go(func() { members[i].join(t, "studio") })
			}
			all.Wait()
			offers := make(map[string]int)
			for _, m := range members {
				heard := m.heard()
				if len(heard) != n-1 {
					t.Errorf("%s heard %d events, want %d", m.id, len(heard), n-1)
				}
				for _, w := range heard {
					other, offer, _ := strings.Cut(w[1:], " ")
					pair := string(m.id) + " " + other
					if other > string(m.id) {
						pair = other + " " + string(m.id)
					}
					if offers[pair] += 1; offer == "offer:true" {
						offers[pair] += 100
					}
				}
			}
			for pair, got := range offers {
				if got != 102 {
					t.Errorf("pair %s was introduced %d times with %d offers, want 2 with 1", pair, got%100, got/100)
				}
			}
			if want := n * (n - 1) / 2; len(offers) != want {
				t.Errorf("%d pairs were introduced, want %d", len(offers), want)
			}
		})
	}
}

// Who joins a room that is larger than the usual backlog hears of everybody.
func TestJoinOfALargeRoom(t *testing.T) {
	h := testHub(300)
	var last *member
	for i := range 300 {
		last = connect(h, ID(fmt.Sprint(i)))
		last.join(t, "studio")
	}
	if got := len(last.heard()); got != 299 {
		t.Errorf("the last to join heard of %d, want 299", got)
	}
}

func TestJoinIsIdempotentAndLeaveTells(t *testing.T) {
	h := testHub(32)
	ana, bo := connect(h, "ana"), connect(h, "bo")
	bo.join(t, "studio")
	ana.join(t, "studio")
	ana.join(t, "studio")
	ana.wants(t, "+bo offer:true")
	bo.wants(t, "+ana offer:false")
	h.Leave("ana", "studio")
	h.Leave("ana", "studio")
	bo.wants(t, "-ana")
	if err := h.Join("nobody", "studio"); err == nil {
		t.Error("a peer without a stream joined")
	}
}

func TestRoomFull(t *testing.T) {
	h := testHub(2)
	connect(h, "ana").join(t, "studio")
	connect(h, "bo").join(t, "studio")
	cy := connect(h, "cy")
	if err := h.Join("cy", "studio"); err != ErrRoomFull {
		t.Errorf("got %v, want ErrRoomFull", err)
	}
	h.Leave("ana", "studio")
	cy.join(t, "studio")
}

func TestRelayNeedsACommonRoom(t *testing.T) {
	h := testHub(32)
	ana, bo := connect(h, "ana"), connect(h, "bo")
	ana.join(t, "studio")
	bo.join(t, "attic")
	if err := h.Relay(Peer{ID: "ana"}, "bo", "hi", []byte(`{}`)); err != ErrNoPeer {
		t.Errorf("relay between rooms: got %v, want ErrNoPeer", err)
	}
	bo.join(t, "studio")
	if err := h.Relay(Peer{ID: "ana"}, "bo", "hi", []byte("{\n\"a\":\r\n1}")); err != nil {
		t.Error(err)
	}
	bo.wants(t, "+ana offer:true", `hi from ana: {"a":1}`)
	if err := h.Relay(Peer{ID: "ana"}, "ana", "hi", []byte(`{}`)); err != ErrNoPeer {
		t.Errorf("relay to oneself: got %v, want ErrNoPeer", err)
	}
}

// Rule S2: a dropped stream is not a departure.
func TestGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := testHub(32)
		ana, bo := connect(h, "ana"), connect(h, "bo")
		ana.join(t, "studio")
		bo.join(t, "studio")
		ana.heard()
		bo.heard()

		h.disconnect(ana.session, ana.stream)
		h.Relay(Peer{ID: "bo"}, "ana", "hi", []byte(`1`))
		time.Sleep(10*time.Second - 1)
		ana.connect(ana.lastID)
		if !ana.hello.Recovered {
			t.Error("ana came back within the grace and was not recovered")
		}
		ana.wants(t, "hi from bo: 1")
		bo.wants(t)

		h.disconnect(ana.session, ana.stream)
		time.Sleep(10*time.Second + 1)
		bo.wants(t, "-ana")
		if ana.connect(ana.lastID); ana.hello.Recovered {
			t.Error("ana came back after the grace and was recovered")
		}
		if err := h.Relay(Peer{ID: "bo"}, "ana", "hi", []byte(`1`)); err != ErrNoPeer {
			t.Errorf("relay to who has to join again: got %v, want ErrNoPeer", err)
		}
	})
}

// A grace period may end while its peer is just coming back.
func TestGraceEndsTooLate(t *testing.T) {
	h := testHub(32)
	ana := connect(h, "ana")
	h.disconnect(ana.session, ana.stream)
	ana.connect(ana.lastID)
	h.expire(ana.session, 1)
	h.disconnect(ana.session, ana.stream)
	h.expire(ana.session, 1)
	if h.sessions["ana"] == nil {
		t.Error("a grace period that was over ended the next one")
	}
	h.expire(ana.session, 2)
	if h.sessions["ana"] != nil {
		t.Error("the grace period ended, and ana is still there")
	}
}

func TestFault03Resume(t *testing.T) {
	tests := []struct {
		name string
		id   func(ana, bo *member) string
		want bool
	}{
		{"latest", func(ana, _ *member) string { return ana.session.id(ana.session.end() - 1) }, true},
		{"before all", func(ana, _ *member) string { return ana.session.id(0) }, true},
		{"future", func(ana, _ *member) string { return ana.session.id(ana.session.end()) }, false},
		{"far future", func(ana, _ *member) string { return ana.session.epoch + "-18446744073709551615" }, false},
		{"another's", func(_, bo *member) string { return bo.lastID }, false},
		{"another server's", func(*member, *member) string { return "AAAAAAAAAAAAA-1" }, false},
		{"no number", func(ana, _ *member) string { return ana.session.epoch + "-x" }, false},
		{"negative", func(ana, _ *member) string { return ana.session.epoch + "--1" }, false},
		{"garbage", func(*member, *member) string { return "\x00🙂" }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := testHub(32)
			ana, bo := connect(h, "ana"), connect(h, "bo")
			ana.join(t, "studio")
			bo.join(t, "studio")
			bo.heard()
			h.Relay(Peer{ID: "bo"}, "ana", "hi", []byte(`1`))
			ana.connect(tt.id(ana, bo))
			if ana.hello.Recovered != tt.want {
				t.Errorf("recovered: got %t, want %t", ana.hello.Recovered, tt.want)
			}
			if got := ana.hello.Rooms["studio"]; len(got) != 1 || got[0].ID != "bo" {
				t.Errorf("roster: got %v, want bo", got)
			}
			bo.wants(t) // whatever ana's id, she has not left
			ana.join(t, "studio")
			if tt.want {
				bo.wants(t)
			} else { // what was lost is said again
				ana.wants(t, "+bo offer:true")
				bo.wants(t, "+ana offer:false")
			}
			ana.join(t, "studio")
			bo.wants(t)
		})
	}
}

func TestFault03ResumeAfterTooMuch(t *testing.T) {
	h := testHub(32)
	ana, bo := connect(h, "ana"), connect(h, "bo")
	ana.join(t, "studio")
	bo.join(t, "studio")
	ana.heard()
	h.disconnect(ana.session, ana.stream)
	for range minBacklog {
		ana.tell([]byte(`1`))
	}
	if _, ok := ana.session.resume(ana.lastID); !ok {
		t.Errorf("%d events were not all kept", minBacklog)
	}
	ana.tell([]byte(`1`))
	if ana.connect(ana.lastID); ana.hello.Recovered {
		t.Error("a stream with a gap was called recovered")
	}
}

// A page loaded anew is somebody new, even with the old token.
func TestReload(t *testing.T) {
	h := testHub(32)
	ana, bo := connect(h, "ana"), connect(h, "bo")
	ana.join(t, "studio")
	bo.join(t, "studio")
	bo.heard()
	ana.connect("")
	bo.wants(t, "-ana")
	ana.join(t, "studio")
	bo.wants(t, "+ana offer:false")
}

// Rule S3: one stream hears the events, the latest.
func TestFault06Takeover(t *testing.T) {
	h := testHub(32)
	ana := connect(h, "ana")
	first := *ana
	ana.connect(ana.lastID)
	if !first.stream.replaced.Load() {
		t.Error("the first stream was not told")
	}
	connect(h, "bo").join(t, "studio")
	ana.join(t, "studio")
	first.wants(t)
	h.disconnect(first.session, first.stream)
	if ana.session.stream == nil {
		t.Error("closing the replaced stream took the new one away")
	}
	ana.wants(t, "+bo offer:true")
}

// Rule S5: who does not read loses the stream, not the place, and delays nobody.
func TestFault23SlowReader(t *testing.T) {
	tests := []struct {
		name   string
		body   []byte
		events int // that fit
	}{
		{"many", []byte(`1`), minBacklog},
		{"large", []byte(`"` + strings.Repeat("x", 60<<10) + `"`), ringBytes / (60 << 10)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := testHub(32)
			ana, bo := connect(h, "ana"), connect(h, "bo")
			ana.join(t, "studio")
			bo.join(t, "studio")
			ana.heard()
			cut := ana.stream.cut.Load
			for range tt.events {
				ana.tell(tt.body)
			}
			if cut() {
				t.Errorf("cut within %d events", tt.events)
			}
			ana.tell(tt.body)
			if !cut() {
				t.Errorf("not cut after %d events", tt.events+1)
			}
			if ana.session.bytes > ringBytes {
				t.Errorf("%d bytes are kept, want at most %d", ana.session.bytes, ringBytes)
			}
			bo.wants(t, "+ana offer:true")
		})
	}
}
