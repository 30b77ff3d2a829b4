package exchange

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"drawmesh/canvas"
)

// Who says beside its description what it holds is told no more when the link
// opens, unless we have something else by then than our own description said.
func TestDescribed(t *testing.T) {
	now := time.Now()
	ana := newAuthor(t, "ana")
	sum := canvas.Digest{15: 255}
	theirs := `"have":` + string(AppendMessage(nil, Have{All: true, Have: canvas.Vector{ana.log.Site(): 3}, Sum: sum}))
	for _, tt := range []struct {
		name   string
		says   string
		before func(r *Exchange) json.RawMessage // what we describe after all, between our description and the link
		told   bool
		fault  bool
		known  bool
	}{
		{"both say it", theirs, nil, false, false, true},
		{"it says nothing", `"acks":true`, nil, true, false, false},
		{"we drew since", theirs, func(r *Exchange) json.RawMessage { ours := r.Capability(); r.Draw(segment(1), now); return ours }, true, false, true},
		{"we never described", theirs, func(*Exchange) json.RawMessage { return nil }, true, false, true},
		{"we hold too much", theirs, func(r *Exchange) json.RawMessage {
			for i := range 200 {
				other := newAuthor(t, fmt.Sprint(i))
				other.draws(now, 1)
				for _, frame := range other.frames() {
					if _, err := r.log.Merge(frame, canvas.Ticks(now)); err != nil {
						t.Fatal(err)
					}
				}
			}
			return r.Capability()
		}, true, false, true},
		{"it says nonsense", `"have":{"event":"ping","sum":"000000000000000000000000000000ff"}`, nil, false, true, false},
		{"it says what nobody could", `"have":["have"]`, nil, false, true, false},
	} {
		w := make(fakeWire)
		r := New(Options{Wire: w})
		ours := r.Capability()
		var own capability
		if err := json.Unmarshal(ours, &own); err != nil || own.Have == nil {
			t.Fatalf("our description says %q: %v", own.Have, err)
		}
		if tt.before != nil {
			ours = tt.before(r)
		}
		r.Opened("other", fmt.Appendf(nil, `{"v":2,"key":"%s",%s}`, ana.log.PublicKey(), tt.says), ours, now)
		told := false
		for _, text := range w.takes("other") {
			m, _ := ParseMessage([]byte(text))
			_, have := m.(Have)
			told = told || have
		}
		if told != tt.told {
			t.Errorf("%s: told %t, want %t", tt.name, told, tt.told)
		}
		if n := r.near.synced["other"]; n.known != tt.known || n.known && (n.have[n.site] != 3 || n.sum != sum) {
			t.Errorf("%s: known %t to hold %v, %x", tt.name, n.known, n.have, n.sum)
		}
		fault := false
		for _, ev := range r.events {
			_, ok := ev.(Fault)
			fault = fault || ok
		}
		if fault != tt.fault {
			t.Errorf("%s: a fault is told: %t, want %t", tt.name, fault, tt.fault)
		}
	}
}
