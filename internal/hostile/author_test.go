package hostile

import (
	"math/rand/v2"
	"testing"

	"drawmesh/canvas"
)

// What a member writes by the rules is taken, as a text and as a frame, and its
// proof and its clear hold: what it writes against them is refused for no mistake of
// its own.
func TestItWritesByTheRules(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2)).Uint64
	by := newAuthor(random)
	for i := range uint64(300) {
		e := entry{kind: draw, t: now() + i, xy: [4]int32{-9, int32(i), 600, 400}}
		switch i % 4 {
		case 1:
			e.by = "somebody"
		case 2:
			e = entry{kind: undo, t: e.t, k: 1}
		case 3:
			e = entry{kind: other, t: e.t, name: "later", payload: `{"v":1}`}
		}
		by.add(e)
	}
	asText, asFrame := canvas.NewLog(nil), canvas.NewLog(nil)
	for _, r := range by.runs() {
		var entries []canvas.Entry
		for _, m := range lines(by.text(r.first, r.last, true)) {
			switch m := m.(type) {
			case canvas.Entry:
				entries = append(entries, m)
			case canvas.Head:
				if v, _, _ := asText.TakeLive(entries, m, now(), false); v != canvas.Taken {
					t.Errorf("%d to %d: %v, want taken", r.first, r.last, v)
				}
			}
		}
	}
	m, err := asFrame.Merge(frame(by.runs()...), now())
	if err != nil || len(m.Taken) != 2 || asFrame.Len() != 300 || asFrame.Digest() != asText.Digest() {
		t.Errorf("%v: %+v, want all of 300 entries taken, as of the text", err, m)
	}
	p, err := canvas.ParseProof(lie(by.branch(7)))
	if err != nil || !p.Holds() || p.Site() != by.key.Site() {
		t.Errorf("its proof: %v, %+v", err, p)
	}
	said := lines([]byte(`{"event":"clear",` + by.clear(now()) + `}`))
	if c, ok := said[0].(canvas.Clear); !ok || !c.Signed() || c.Site() != by.key.Site() {
		t.Errorf("its clear: %+v", said)
	}
}
