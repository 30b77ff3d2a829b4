package canvas

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

var jx, b0 = Site([]byte("Jx3kQ9aPz1M")), Site([]byte("b0Qe7TtY2uc"))

func TestMessages(t *testing.T) {
	red := Color{255, 0, 0, 255}
	segment := Segment{Point{10, 20}, Point{12, 24}, 1, red}
	tests := []struct {
		name, wire string
		want       Message
	}{
		{"draw", `{"event":"draw","lastPoint":{"x":10,"y":20},"x":12,"y":24,"force":1,"color":"#ff0000","n":41,"t":107,"k":38}`,
			Entry{N: 41, T: 107, K: 38, Op: segment}},
		{"forwarded", `{"event":"draw","lastPoint":{"x":10,"y":20},"x":12,"y":24,"force":1,"color":"#ff0000","n":41,"t":107,"k":38,"o":"Jx3kQ9aPz1M"}`,
			Entry{Site: jx, N: 41, T: 107, K: 38, Op: segment}},
		{"rect", `{"event":"drawRect","commit":true,"origin":{"x":5,"y":5},"color":"#ff0000","width":30,"height":-40.25,"lineWidth":2,"n":42,"t":108,"k":42}`,
			Entry{N: 42, T: 108, K: 42, Op: Rect{Point{5, 5}, 30, -40.25, 2, red}}},
		{"clear", `{"event":"clear","n":43,"t":110,"cut":{"Jx3kQ9aPz1M":42,"b0Qe7TtY2uc":17}}`,
			Entry{N: 43, T: 110, Op: Clear{}, Cut: Vector{jx: 42, b0: 17}}},
		{"forwarded clear", `{"event":"clear","n":1,"t":1,"o":"Jx3kQ9aPz1M","cut":{}}`,
			Entry{Site: jx, N: 1, T: 1, Op: Clear{}, Cut: Vector{}}},
		{"undo", `{"event":"undo","n":44,"t":111,"k":38}`, Entry{N: 44, T: 111, K: 38, Op: Undo{}}},
		{"redo", `{"event":"redo","n":45,"t":112,"k":38,"o":"b0Qe7TtY2uc"}`, Entry{Site: b0, N: 45, T: 112, K: 38, Op: Redo{}}},
		{"adopted", `{"event":"draw","lastPoint":{"x":10,"y":20},"x":12,"y":24,"force":1,"color":"#ff0000","n":46,"t":113,"k":46,"by":"plain-peer","h":"` +
			adoptionHash("plain-peer") + `"}`, Entry{N: 46, T: 113, K: 46, Op: segment, By: "plain-peer"}},
		{"preview", `{"event":"drawRect","origin":{"x":5,"y":5},"color":"#ff0000","width":18,"height":22}`,
			Plain{Preview{Point{5, 5}, 18, 22, 2, red}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseMessage([]byte(tt.wire))
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v, %v, want %+v", got, err, tt.want)
			}
			if got := string(AppendMessage(nil, tt.want)); got != tt.wire {
				t.Errorf("got %s, want %s", got, tt.wire)
			}
			plain, err := ParseOp([]byte(tt.wire)) // what a plain peer makes of it
			if e, ok := tt.want.(Entry); ok && e.Op != (Undo{}) && e.Op != (Redo{}) && Op(plain) != e.Op {
				t.Errorf("plain: got %+v, %v, want %+v", plain, err, e.Op)
			}
		})
	}
}

// adoptionHash hashes the segment of TestMessages, adopted from by.
func adoptionHash(by string) string {
	words := []uint32{1, 1000, 2000, 1200, 2400, 1000, 0xff0000ff, uint32(len(by))}
	var data []byte
	for _, w := range words {
		data = append(data, byte(w), byte(w>>8), byte(w>>16), byte(w>>24))
	}
	data = append(data, by...)
	data = append(data, make([]byte, (4-len(by)%4)%4)...)
	return fmt.Sprintf("%08x", murmur(data, 0))
}

// A message costs at most 40 bytes more than the original's.
func TestLiveOverhead(t *testing.T) {
	e := Entry{N: 100_000, T: 1_000_000, K: 99_900, Op: Segment{Point{1100.25, 1200.25}, Point{1300.25, 1400.25}, 1.125, Color{1, 2, 3, 255}}}
	more := len(AppendMessage(nil, e)) - len(AppendOp(nil, e.Op.(PlainOp)))
	if more > 40 {
		t.Errorf("%d bytes more, want at most 40", more)
	}
}

func FuzzSyncedMessage(f *testing.F) {
	for _, s := range []string{
		`{"event":"draw","lastPoint":{"x":10,"y":20},"x":12,"y":24,"force":1,"color":"#ff0000","n":41,"t":107,"k":38,"o":"Jx3kQ9aPz1M"}`,
		`{"event":"drawRect","commit":true,"origin":{"x":5,"y":5},"color":"red","width":30,"height":-40.25,"lineWidth":2,"n":42,"t":1e2,"k":42}`,
		`{"event":"clear","n":43,"t":110,"cut":{"Jx3kQ9aPz1M":42,"b0Qe7TtY2uc":17}}`, `{"event":"undo","n":44,"t":111,"k":38}`,
		`{"event":"draw","lastPoint":{"x":10,"y":20},"x":12,"y":24,"force":1,"color":"#ff0000","n":46,"t":113,"k":46,"by":"plain-peer","h":"` + adoptionHash("plain-peer") + `"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ParseMessage(data)
		if err != nil {
			if m != nil {
				t.Fatalf("%+v with %v", m, err)
			}
			return
		}
		if op, err := ParseOp(data); err == nil { // both readings agree
			switch m := m.(type) {
			case Plain:
				if m.Op != op {
					t.Errorf("plain %+v, or %+v", m.Op, op)
				}
			case Entry:
				if Op(op) != m.Op {
					t.Errorf("entry %+v, or %+v", m.Op, op)
				}
			default:
				t.Errorf("%T is an op to plain peers: %+v", m, op)
			}
		}
		wire := AppendMessage(nil, m)
		again, err := ParseMessage(wire)
		if err != nil || !reflect.DeepEqual(again, m) {
			t.Fatalf("%+v came back as %+v, %v", m, again, err)
		}
		if e, ok := m.(Entry); ok {
			addAlone(t, e)
		}
	})
}

// addAlone adds e to a log that lacks nothing for it but perhaps earlier ones,
// and takes it out again in normal form.
func addAlone(t *testing.T, e Entry) {
	l := NewLog(Site{})
	if e.Site == (Site{}) {
		e.Site = jx
	}
	if e.N > 1 {
		l.cut([]mark{{e.Site, e.N - 1}})
	}
	if _, err := l.Add(e); err != nil {
		var refused *RefusedError
		if _, clear := e.Op.(Clear); e.N > 1 && !clear || !errors.As(err, &refused) {
			t.Fatalf("%+v: %v", e, err)
		}
		return
	}
	kept, ok := l.Entry(e.Site, e.N)
	if !ok {
		t.Fatalf("%+v is not there", e)
	}
	other := NewLog(Site{})
	for frame := range l.Frames(nil, nil) {
		if _, err := other.Merge(frame); err != nil {
			t.Fatal(err)
		}
	}
	if got, ok := other.Entry(e.Site, e.N); !ok || !got.equal(kept) || other.Sum() != l.Sum() {
		t.Errorf("%+v became %+v in a frame", kept, got)
	}
	if shape, ok := e.Op.(Shape); ok && (Round(shape) != kept.Op || Round(Round(shape)) != Round(shape)) {
		t.Errorf("%+v is rounded to %+v, kept as %+v", e.Op, e.Op, kept.Op)
	}
	if !strings.Contains(string(AppendMessage(nil, kept)), e.Site.String()) {
		t.Errorf("%+v does not name its site", kept)
	}
}
