package exchange

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"testing"

	"drawmesh/canvas"
)

var jx, b0 = canvas.Site([]byte("Jx3kQ9aPz1M")), canvas.Site([]byte("b0Qe7TtY2uc"))

func TestMessages(t *testing.T) {
	tests := []struct {
		name, wire string
		want       Message
	}{
		{"entry", `{"event":"undo","n":44,"t":111,"k":38}`, canvas.Entry{N: 44, T: 111, K: 38, Op: canvas.Undo{}}},
		{"have", `{"event":"have","v":1,"have":{"Jx3kQ9aPz1M":46,"b0Qe7TtY2uc":17},"dead":{"Jx3kQ9aPz1M":42},"sum":"00000000000006c0"}`,
			Have{canvas.Vector{jx: 46, b0: 17}, canvas.Vector{jx: 42}, 0x6c0, false}},
		{"more", `{"event":"have","v":1,"have":{},"dead":{},"sum":"ffffffffffffffff","more":true}`, Have{canvas.Vector{}, canvas.Vector{}, 1<<64 - 1, true}},
		{"want", `{"event":"want","have":{"Jx3kQ9aPz1M":46},"dead":{}}`, Want{canvas.Vector{jx: 46}, canvas.Vector{}, false}},
		{"ping", `{"event":"ping","sum":"0123456789abcdef"}`, Ping{0x0123456789abcdef}},
		{"sums", `{"event":"sums","sums":{"Jx3kQ9aPz1M":"0123456789abcdef","b0Qe7TtY2uc":"0000000000000001"}}`,
			Sums{canvas.SiteSums{jx: 0x0123456789abcdef, b0: 1}, false}},
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
	tests := []struct {
		name, wire string
		unknown    bool // of a later version, and no fault
	}{
		{"later have", `{"event":"have","v":2,"have":{},"dead":{},"sum":"00000000000006c0"}`, true},
		{"have of no version", `{"event":"have","have":{},"dead":{},"sum":"00000000000006c0"}`, true},
		{"unknown", `{"event":"dance"}`, true},
		{"no event", `{}`, true},
		{"event of another type", `{"event":["have"]}`, true},
		{"names in another case", `{"EVENT":"have","v":1,"have":{},"dead":{},"sum":"00000000000006c0"}`, true},
		{"no JSON", `{"event":"ping"`, false},
		{"have without dead", `{"event":"have","v":1,"have":{},"sum":"00000000000006c0"}`, false},
		{"have without sum", `{"event":"have","v":1,"have":{},"dead":{}}`, false},
		{"count of zero", `{"event":"want","have":{"Jx3kQ9aPz1M":0},"dead":{}}`, false},
		{"count with a fraction", `{"event":"want","have":{"Jx3kQ9aPz1M":1.5},"dead":{}}`, false},
		{"count in quotes", `{"event":"want","have":{"Jx3kQ9aPz1M":"1"},"dead":{}}`, false},
		{"count beyond", `{"event":"want","have":{"Jx3kQ9aPz1M":4294967295},"dead":{}}`, false},
		{"short site", `{"event":"want","have":{"Jx3k":1},"dead":{}}`, false},
		{"null", `{"event":"want","have":null,"dead":{}}`, false},
		{"list", `{"event":"want","have":[],"dead":{}}`, false},
		{"ping of a number", `{"event":"ping","sum":1}`, false},
		{"ping in capitals", `{"event":"ping","sum":"0123456789ABCDEF"}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := ParseMessage([]byte(tt.wire))
			if err == nil || errors.Is(err, canvas.ErrUnknown) != tt.unknown {
				t.Errorf("got %+v and %v; unknown, want %t", m, err, tt.unknown)
			}
		})
	}
	if m, err := ParseMessage([]byte(`{"event":"want","have":{"Jx3kQ9aPz1M":1e2},"dead":{}}`)); err != nil || m.(Want).Have[jx] != 100 {
		t.Errorf("a count in another form: got %+v, %v", m, err)
	}
	many := make(canvas.Vector)
	for range canvas.MaxCut + 1 {
		many[canvas.NewSite()] = 1
	}
	if _, err := ParseMessage(AppendMessage(nil, Want{Have: many})); err == nil {
		t.Error("more sites than a message may have are taken")
	}
}

func TestSumsRefused(t *testing.T) {
	for _, sums := range []string{`{"Jx3kQ9aPz1M":"1"}`, `{"Jx3kQ9aPz1M":1}`, `{"short":"0000000000000000"}`, `[]`, `null`} {
		if m, err := ParseMessage([]byte(`{"event":"sums","sums":` + sums + `}`)); err == nil {
			t.Errorf("%s is %+v", sums, m)
		}
	}
}

func TestSplit(t *testing.T) {
	for _, sites := range []int{0, 1, canvas.MaxCut, canvas.MaxCut + 1, canvas.MaxSites} {
		v := make(canvas.Vector)
		for i := range sites {
			v[canvas.Site([]byte(fmt.Sprintf("%011d", i)))] = canvas.MaxN
		}
		h, w := Have{canvas.Vector{}, canvas.Vector{}, 0, false}, Want{canvas.Vector{}, canvas.Vector{}, false}
		parts := 0
		for i, part := range (Have{v, v, 7, false}).Split() {
			wire := AppendMessage(nil, part)
			m, err := ParseMessage(wire)
			if err != nil || m.(Have).More != ((i+1)*canvas.MaxCut < sites) || m.(Have).Sum != 7 {
				t.Fatalf("%d sites, part %d: %v, %.200s", sites, i, err, wire)
			}
			h.Have.Join(m.(Have).Have)
			h.Dead.Join(m.(Have).Dead)
			parts++
		}
		sums, told := make(canvas.SiteSums), make(canvas.SiteSums)
		for s := range v {
			sums[s] = 1 << 63
		}
		for _, part := range (Sums{sums, false}).Split() {
			m, err := ParseMessage(AppendMessage(nil, part))
			if err != nil {
				t.Fatal(err)
			}
			maps.Copy(told, m.(Sums).Sums)
		}
		if !maps.Equal(told, sums) {
			t.Errorf("%d sites: %d sums came back", sites, len(told))
		}
		for _, part := range (Want{v, nil, false}).Split() {
			m, err := ParseMessage(AppendMessage(nil, part))
			if err != nil {
				t.Fatal(err)
			}
			w.Have.Join(m.(Want).Have)
		}
		if !maps.Equal(h.Have, v) || !maps.Equal(h.Dead, v) || !maps.Equal(w.Have, v) {
			t.Errorf("%d sites: %d came back in %d parts", sites, len(h.Have), parts)
		}
	}
}
