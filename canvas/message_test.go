package canvas

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestMessages(t *testing.T) {
	red := Color{255, 0, 0, 255}
	segment := Segment{Point{10, 20}, Point{12, 24}, 1, red}
	a := newAuthor("ana")
	o := a.Site().String()
	old, err := ParseSite("Jx3kQ9aPz1M")
	if err != nil {
		t.Fatal(err)
	}
	sig := a.sign(nil)
	tests := []struct {
		name, wire string
		want       Message
	}{
		{"draw", `{"event":"draw","lastPoint":{"x":10,"y":20},"x":12,"y":24,"force":1,"color":"#ff0000","n":41,"t":107,"k":38}`,
			Entry{N: 41, T: 107, K: 38, Op: segment}},
		{"forwarded", `{"event":"draw","lastPoint":{"x":10,"y":20},"x":12,"y":24,"force":1,"color":"#ff0000","n":41,"t":107,"k":38,"o":"` + o + `"}`,
			Entry{Site: a.Site(), N: 41, T: 107, K: 38, Op: segment}},
		{"of the first log", `{"event":"draw","lastPoint":{"x":10,"y":20},"x":12,"y":24,"force":1,"color":"#ff0000","n":41,"t":107,"k":38,"o":"Jx3kQ9aPz1M"}`,
			Entry{Site: old, N: 41, T: 107, K: 38, Op: segment}},
		{"rect", `{"event":"drawRect","commit":true,"origin":{"x":5,"y":5},"color":"#ff0000","width":30,"height":-40.25,"lineWidth":2,"n":42,"t":108,"k":42}`,
			Entry{N: 42, T: 108, K: 42, Op: Rect{Point{5, 5}, 30, -40.25, 2, red}}},
		{"undo", `{"event":"undo","n":44,"t":111,"k":38}`, Entry{N: 44, T: 111, K: 38, Op: Undo{}}},
		{"redo", `{"event":"redo","n":45,"t":112,"k":38,"o":"` + o + `"}`, Entry{Site: a.Site(), N: 45, T: 112, K: 38, Op: Redo{}}},
		{"adopted", `{"event":"draw","lastPoint":{"x":10,"y":20},"x":12,"y":24,"force":1,"color":"#ff0000","n":46,"t":113,"k":46,"by":"plain-peer"}`,
			Entry{N: 46, T: 113, K: 46, Op: segment, By: "plain-peer"}},
		{"another kind", `{"event":"sticker","a":[1],"text":"hi","n":46,"t":113,"k":46}`,
			Entry{N: 46, T: 113, K: 46, Op: Other{"sticker", `{"a":[1],"text":"hi"}`}}},
		{"another kind without members", `{"event":"bell","n":46,"t":113,"k":40}`, Entry{N: 46, T: 113, K: 40, Op: Other{"bell", `{}`}}},
		{"head", `{"event":"head","n":46,"sig":"` + sig.String() + `"}`, Head{N: 46, Sig: sig}},
		{"forwarded head", `{"event":"head","n":46,"o":"` + o + `","key":"` + a.Key().String() + `","sig":"` + sig.String() + `"}`,
			Head{Site: a.Site(), Key: a.Key(), N: 46, Sig: sig}},
		{"clear", `{"event":"clear","t":110,"key":"` + a.Key().String() + `","sig":"` + sig.String() + `"}`, Clear{110, a.Key(), sig}},
		{"plain clear", `{"event":"clear"}`, Plain{Clear{}}},
		{"preview", `{"event":"drawRect","origin":{"x":5,"y":5},"color":"#ff0000","width":18,"height":22}`,
			Plain{Preview{Point{5, 5}, 18, 22, 2, red}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseMessage([]byte(tt.wire))
			if err != nil || got != tt.want {
				t.Errorf("got %+v, %v, want %+v", got, err, tt.want)
			}
			if got := string(AppendMessage(nil, tt.want)); got != tt.wire {
				t.Errorf("got %s, want %s", got, tt.wire)
			}
			plain, err := ParseOp([]byte(tt.wire)) // what a plain peer makes of it
			if e, ok := tt.want.(Entry); ok {
				if shape, ok := e.Op.(Shape); ok && plain != PlainOp(shape) {
					t.Errorf("plain: got %+v, %v, want %+v", plain, err, e.Op)
				}
			}
			if _, ok := tt.want.(Clear); ok && plain != (Clear{}) {
				t.Errorf("plain: got %+v, %v, want a clear", plain, err)
			}
		})
	}
}

// A message costs at most 45 bytes more than the original's, apart from the head.
func TestLiveOverhead(t *testing.T) {
	e := Entry{N: 100_000, T: vectorNow, K: 99_900, Op: Segment{Point{1100.25, 1200.25}, Point{1300.25, 1400.25}, 1.125, Color{1, 2, 3, 255}}}
	more := len(AppendMessage(nil, e)) - len(AppendOp(nil, e.Op.(PlainOp)))
	if more > 45 {
		t.Errorf("%d bytes more, want at most 45", more)
	}
	if head := len(AppendMessage(nil, Head{N: 100_000})); head > 125 {
		t.Errorf("a head of %d bytes, want at most 125", head)
	}
}

// Most messages are read in one go, and mean the same.
func TestParseUsual(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	number := func() float64 { return math.Round(random.NormFloat64()*1e5) / 100 }
	for range 1000 {
		e := Entry{N: 1 + random.Uint32N(MaxN), T: 1 + random.Uint64N(MaxTime), K: 1, Op: Segment{
			Point{number(), number()}, Point{number(), number()}, (1 + math.Round(random.Float64()*3999)) / 1000, Color{1, 2, uint8(random.Uint32()), uint8(random.Uint32())},
		}}
		data := AppendMessage(nil, e)
		if got, ok := ParseUsual(data); !ok || got != e {
			t.Fatalf("%s: %+v, %v", data, got, ok)
		}
		for range 20 { // what is not quite so, it leaves, or reads as well
			spoilt := slices.Clone(data)
			spoilt[random.IntN(len(spoilt))] = []byte(`0-.e"}, :#z`)[random.IntN(11)]
			if got, ok := ParseUsual(spoilt); ok {
				if m, err := ParseMessage(spoilt); err != nil || m != Message(got) {
					t.Fatalf("%s: %+v, or %+v, %v", spoilt, got, m, err)
				}
			}
		}
	}
	for _, text := range []string{
		`{"event":"draw","lastPoint":{"x":1,"y":2},"x":3,"y":4,"force":0,"color":"#010203","n":1,"t":2,"k":1}`, // 0 is 1
		`{"event":"draw","lastPoint":{"x":1,"y":2},"x":3,"y":4,"force":1,"color":"#010203","n":1,"t":2,"k":1,"by":"ana"}`,
		`{"event":"draw","lastPoint":{"x":1,"y":2},"x":3,"y":4,"force":1,"color":"#010203","n":1,"t":2,"k":2}`,
		`{"event":"draw","lastPoint":{"x":1,"y":2},"x":2e6,"y":4,"force":1,"color":"#010203","n":1,"t":2,"k":1}`,
		`{"event":"draw","lastPoint":{"x":1,"y":2},"x":03,"y":4,"force":1,"color":"#010203","n":1,"t":2,"k":1}`,
	} {
		if e, ok := ParseUsual([]byte(text)); ok {
			t.Errorf("%s: %+v", text, e)
		}
	}
}

// FuzzMessage reads any text message: what is taken comes back as it was, and fits
// into a frame.
func FuzzMessage(f *testing.F) {
	a := newAuthor("ana")
	for _, s := range []string{
		`{"event":"draw","lastPoint":{"x":10,"y":20},"x":12,"y":24,"force":1,"color":"#ff0000","n":41,"t":107,"k":38,"o":"` + a.Site().String() + `"}`,
		`{"event":"drawRect","commit":true,"origin":{"x":5,"y":5},"color":"red","width":30,"height":-40.25,"lineWidth":2,"n":42,"t":1e2,"k":42}`,
		`{"event":"undo","n":44,"t":111,"k":38}`, `{"event":"sticker","z":{"b":1,"a":["\u00e9",1e2]},"n":1,"t":2,"k":1}`,
		`{"event":"draw","lastPoint":{"x":10,"y":20},"x":12,"y":24,"force":1,"color":"#ff0000","n":46,"t":113,"k":46,"by":"plain-peer"}`,
		string(AppendMessage(nil, a.clear(7))), string(AppendMessage(nil, Head{Site: a.Site(), Key: a.Key(), N: 5, Sig: a.sign(nil)})),
	} {
		f.Add([]byte(s))
	}
	f.Add(AppendMessage(nil, Entry{N: 41, T: 1 << 44, K: 38, Op: Segment{Point{1.25, 2}, Point{-3, 4}, .5, Color{1, 2, 3, 4}}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ParseMessage(data)
		if e, ok := ParseUsual(data); ok && (err != nil || m != Message(e)) {
			t.Fatalf("usually %+v, else %+v, %v", e, m, err)
		}
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
			case Clear:
				if op != (Clear{}) {
					t.Errorf("a clear, or %+v", op)
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
			alone(t, e)
		}
	})
}

// alone puts e through a frame, and takes it out in normal form.
func alone(t *testing.T, e Entry) {
	a := newAuthor("ana")
	e.Site = a.Site()
	r := rowOf(e)
	run := Run{Site: e.Site, Key: a.Key(), First: e.N, Before: a.chains[0], rows: []row{r}}
	run.Sig = a.sign(headText(e.N, run.chains()[1]))
	l := NewLog(nil)
	if e.N > 1 {
		l.wipe(a.clear(e.T)) // the entry is a witness
	}
	m, err := l.Merge(frameOf(run), MaxTime)
	if err != nil || m.Bad+m.Gaps+m.Early > 0 || (e.N == 1) != (len(m.Taken) == 1) {
		t.Fatalf("%+v in a frame: %+v, %v", e, m, err)
	}
	if e.N > 1 {
		return
	}
	kept, ok := l.Entry(e.Site, 1)
	if want := r.entry(e.Site, 1); !ok || kept != want {
		t.Errorf("%+v became %+v in a frame", want, kept)
	}
	if shape, ok := e.Op.(Shape); ok && (Round(shape) != kept.Op || Round(Round(shape)) != Round(shape)) {
		t.Errorf("%+v is rounded to %+v, kept as %+v", e.Op, Round(shape), kept.Op)
	}
	if !strings.Contains(string(AppendMessage(nil, kept)), e.Site.String()) {
		t.Errorf("%+v does not name its site", kept)
	}
}

func TestMembers(t *testing.T) {
	var got []string
	ok := Members([]byte(` {"a" : 1,"b":{"c":[2, "}"]},"a":"\u00e9" } `), func(name, value []byte) {
		got = append(got, string(name)+"="+string(value))
	})
	if want := []string{`a=1`, `b={"c":[2, "}"]}`, `a="\u00e9"`}; !ok || !slices.Equal(got, want) {
		t.Errorf("%q, %v, want %q", got, ok, want)
	}
	for _, text := range []string{``, `1`, `[{"a":1}]`, `{"a":1}{`, `{"a":01}`, `{"a":1,}`, `{"a"}`, `{a:1}`} {
		if Members([]byte(text), func([]byte, []byte) {}) {
			t.Errorf("%s is an object", text)
		}
	}
}
