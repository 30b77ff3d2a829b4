package exchange

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"drawmesh/canvas"
)

var jx, b0 = canvas.Site{1}, canvas.Site{2}

func TestMessages(t *testing.T) {
	clear, _, err := newAuthor(t, "ana").log.ClearAt(110)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, wire string
		want       Message
	}{
		{"entry", `{"event":"undo","n":44,"t":111,"k":38}`, canvas.Entry{N: 44, T: 111, K: 38, Op: canvas.Undo{}}},
		{"have", `{"event":"have","all":true,"have":{"AQAAAAAAAAAAAAAAAAAAAA":46,"AgAAAAAAAAAAAAAAAAAAAA":17},"clear":{"t":110,"key":"` + clear.Key.String() + `","sig":"` + clear.Sig.String() +
			`"},"void":["AgAAAAAAAAAAAAAAAAAAAA"],"sum":"000000000000000000000000000006c0"}`,
			Have{All: true, Have: canvas.Vector{jx: 46, b0: 17}, Clear: clear, Void: []canvas.Site{b0}, Sum: canvas.Digest{14: 6, 15: 0xc0}}},
		{"what has changed", `{"event":"have","have":{"AQAAAAAAAAAAAAAAAAAAAA":0},"sum":"00000000000000000000000000000000"}`, Have{Have: canvas.Vector{jx: 0}}},
		{"more", `{"event":"have","have":{},"sum":"00000000000000000000000000000000","more":true}`, Have{Have: canvas.Vector{}, More: true}},
		{"want", `{"event":"want","have":{"AQAAAAAAAAAAAAAAAAAAAA":46},"clear":0}`, Want{Have: canvas.Vector{jx: 46}}},
		{"want more", `{"event":"want","have":{},"clear":110,"void":["AQAAAAAAAAAAAAAAAAAAAA","AgAAAAAAAAAAAAAAAAAAAA"],"more":true}`, Want{canvas.Vector{}, 110, []canvas.Site{jx, b0}, true}},
		{"ping", `{"event":"ping","sum":"0123456789abcdef0123456789abcdef"}`, Ping{canvas.Digest{1, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 1, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef}}},
		{"bye", `{"event":"bye"}`, Bye{}},
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
			if op, err := canvas.ParseOp([]byte(tt.wire)); err == nil {
				t.Errorf("a plain peer makes %+v of it", op)
			}
		})
	}
}

func TestMessagesRefused(t *testing.T) {
	const site, sum = "AQAAAAAAAAAAAAAAAAAAAA", `"sum":"000000000000000000000000000006c0"`
	tests := []struct {
		name, wire string
		unknown    bool // of a later version, and no fault
	}{
		{"unknown", `{"event":"dance"}`, true},
		{"no event", `{}`, true},
		{"event of another type", `{"event":["have"]}`, true},
		{"names in another case", `{"EVENT":"have","have":{},` + sum + `}`, true},
		{"no JSON", `{"event":"ping"`, false},
		{"have without have", `{"event":"have",` + sum + `}`, false},
		{"have without sum", `{"event":"have","have":{}}`, false},
		{"have with half a clear", `{"event":"have","have":{},"clear":{"t":5},` + sum + `}`, false},
		{"have with a clear of no time", `{"event":"have","have":{},"clear":{"t":0,"key":"` + strings.Repeat("A", 43) + `","sig":"` + strings.Repeat("A", 86) + `"},` + sum + `}`, false},
		{"void of no sites", `{"event":"have","have":{},"void":["x"],` + sum + `}`, false},
		{"void of too many", `{"event":"have","have":{},"void":["` + site + strings.Repeat(`","`+site, maxVoid) + `"],` + sum + `}`, false},
		{"want without clear", `{"event":"want","have":{}}`, false},
		{"count of zero", `{"event":"want","clear":0,"have":{"` + site + `":0}}`, false},
		{"count with a fraction", `{"event":"want","clear":0,"have":{"` + site + `":1.5}}`, false},
		{"count in quotes", `{"event":"want","clear":0,"have":{"` + site + `":"1"}}`, false},
		{"count beyond", `{"event":"want","clear":0,"have":{"` + site + `":4294967295}}`, false},
		{"short site", `{"event":"want","clear":0,"have":{"Jx3k":1}}`, false},
		{"null", `{"event":"want","clear":0,"have":null}`, false},
		{"list", `{"event":"want","clear":0,"have":[]}`, false},
		{"ping of a number", `{"event":"ping","sum":1}`, false},
		{"ping in capitals", `{"event":"ping","sum":"0123456789ABCDEF0123456789ABCDEF"}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := ParseMessage([]byte(tt.wire))
			if err == nil || errors.Is(err, canvas.ErrUnknown) != tt.unknown {
				t.Errorf("got %+v and %v; unknown, want %t", m, err, tt.unknown)
			}
		})
	}
	if m, err := ParseMessage([]byte(`{"event":"want","clear":0,"have":{"` + site + `":1e2}}`)); err != nil || m.(Want).Have[jx] != 100 {
		t.Errorf("a count in another form: got %+v, %v", m, err)
	}
	if _, err := ParseMessage(AppendMessage(nil, Want{Have: manySites(maxVector + 1)})); err == nil {
		t.Error("more sites than a message may have are taken")
	}
}

// manySites is a vector of so many sites.
func manySites(n int) canvas.Vector {
	v := make(canvas.Vector, n)
	for i := range n {
		v[canvas.Site{byte(i), byte(i >> 8), byte(i >> 16), 1}] = canvas.MaxN
	}
	return v
}

func TestSplit(t *testing.T) {
	for _, sites := range []int{0, 1, maxVector, maxVector + 1, canvas.MaxSites} {
		v := manySites(sites)
		void := v.Sites()[:min(sites, canvas.MaxVoid)]
		h, w := Have{Have: canvas.Vector{}}, Want{Have: canvas.Vector{}}
		parts, more := 0, true
		for _, part := range (Have{All: true, Have: v, Void: void, Sum: canvas.Digest{7}}).Split() {
			wire := AppendMessage(nil, part)
			m, err := ParseMessage(wire)
			if err != nil || m.(Have).All != (parts == 0) || m.(Have).Sum != (canvas.Digest{7}) || !more {
				t.Fatalf("%d sites, part %d: %v, %.200s", sites, parts, err, wire)
			}
			h.Have.Join(m.(Have).Have)
			h.Void = append(h.Void, m.(Have).Void...)
			more = m.(Have).More
			parts++
		}
		for _, part := range (Want{Have: v, Clear: 9, Void: void}).Split() {
			m, err := ParseMessage(AppendMessage(nil, part))
			if err != nil || m.(Want).Clear != 9 {
				t.Fatal(err)
			}
			w.Have.Join(m.(Want).Have)
			w.Void = append(w.Void, m.(Want).Void...)
		}
		if more || !maps.Equal(h.Have, v) || !maps.Equal(w.Have, v) || !slices.Equal(h.Void, void) || !slices.Equal(w.Void, void) {
			t.Errorf("%d sites: %d came back in %d parts", sites, len(h.Have), parts)
		}
	}
}
