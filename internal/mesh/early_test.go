package mesh

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"drawmesh/signaling"
)

// What strangers may leave with us is bounded.
func TestEarlyIsBounded(t *testing.T) {
	var e early
	for i := range 3 * maxEarlyPeers {
		for range 2 * maxEarly {
			e.put(signaling.ID(fmt.Sprint(i)), signaling.Candidate{})
		}
	}
	if len(e.from) != maxEarlyPeers || len(e.order) != maxEarlyPeers {
		t.Errorf("kept %d peers in %d places, want %d", len(e.from), len(e.order), maxEarlyPeers)
	}
	if got := e.take("0"); got != nil {
		t.Errorf("the oldest left %d events, want them forgotten", len(got))
	}
	last := signaling.ID(fmt.Sprint(3*maxEarlyPeers - 1))
	if got := len(e.take(last)); got != maxEarly {
		t.Errorf("the latest left %d events, want %d", got, maxEarly)
	}
	if got := e.take(last); got != nil || len(e.order) != maxEarlyPeers-1 {
		t.Errorf("taken twice: %d events, %d places", len(got), len(e.order))
	}
}

// It is bounded in bytes as well, and so is what waits for a link, whichever part
// of it is long.
func TestWaitingIsBoundedInBytes(t *testing.T) {
	long := strings.Repeat("x", 60<<10)
	offer := signaling.Description{Data: signaling.SessionDescription{Type: "offer", SDP: "v=0"}}
	tests := []struct {
		name string
		ev   signaling.Event
		most int // of them that are kept
	}{
		{"descriptions", signaling.Description{Data: signaling.SessionDescription{Type: "offer", SDP: long}}, 2},
		{"capabilities", signaling.Description{Data: signaling.SessionDescription{Mesh: json.RawMessage(long)}}, 2},
		{"candidates", signaling.Candidate{Data: signaling.ICECandidate{Candidate: long}}, 0},
		{"names of media", signaling.Candidate{Data: signaling.ICECandidate{SDPMid: &long}}, 0},
		{"fragments", signaling.Candidate{Data: signaling.ICECandidate{UsernameFragment: &long}}, 0},
		{"requests", signaling.Relayed{Name: renegotiate, Data: json.RawMessage(long)}, maxEarly},
		{"anything else", signaling.Relayed{Name: "wave", Data: json.RawMessage(long)}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var w waiting
			for range 100 {
				if ev, ok := heeded(tt.ev); ok {
					w.put(ev, maxEarly)
				}
			}
			bytes := 0
			for _, ev := range w.events {
				data, err := json.Marshal(ev)
				if err != nil && !strings.HasPrefix(tt.name, "capa") {
					t.Fatal(err)
				}
				bytes += len(data)
			}
			if len(w.events) != tt.most || bytes > maxWaiting {
				t.Errorf("%d events of %d bytes are kept, want %d of %d at most", len(w.events), bytes, tt.most, maxWaiting)
			}
			for {
				if _, ok := w.take(); !ok {
					break
				}
			}
			if w.put(offer, maxEarly); len(w.events) != 1 || w.bytes != len("offerv=0") {
				t.Errorf("once it was taken, %d events of %d bytes wait, want the one that came then", len(w.events), w.bytes)
			}
		})
	}
}

// Both what a stranger and what a linked peer signals comes within these bounds.
func TestHandleBoundsWhatWaits(t *testing.T) {
	m, err := New(Options{Self: "us"})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	l := newLink(m, "linked", false) // nobody runs it: all waits
	m.peers["linked"] = l
	long := signaling.Description{Data: signaling.SessionDescription{Type: "offer", SDP: strings.Repeat("x", 60<<10)}}
	for range 100 {
		m.Handle("stranger", long)
		m.Handle("linked", long)
		m.Handle("linked", signaling.Relayed{Name: "wave", Data: json.RawMessage(long.Data.SDP)})
	}
	for name, w := range map[string]*waiting{"stranger": m.early.from["stranger"], "linked": &l.mail} {
		if len(w.events) != 2 || w.bytes > maxWaiting {
			t.Errorf("%s: %d events of %d bytes wait, want 2 of %d at most", name, len(w.events), w.bytes, maxWaiting)
		}
	}
}
