package exchange

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"testing"

	"drawmesh/canvas"
)

// What a vector shows of messages: frames by what they are about, and much of one
// kind in short.

// A run is of one site's entries, or a head alone where last is less than first.
type run struct {
	author      string
	first, last uint64
}

// frameOf reads what a frame is about, and none of its columns: its runs, or whom a
// proof is against.
func (s *stage) frameOf(data []byte) any {
	r := bufio.NewReader(flate.NewReader(bytes.NewReader(data[4:])))
	number := func() uint64 {
		v, err := binary.ReadUvarint(r)
		if err != nil {
			s.t.Fatal(err)
		}
		return v
	}
	read := func(into []byte) {
		if _, err := io.ReadFull(r, into); err != nil {
			s.t.Fatal(err)
		}
	}
	sites := make([]canvas.Site, number())
	for i := range sites {
		if number() == 0 {
			read(sites[i][:])
			continue
		}
		var key canvas.PublicKey
		read(key[:])
		sites[i] = key.Site()
	}
	proof := data[2] == 2
	var list []run
	for range number() {
		site, first, rows := s.name(sites[number()]), number(), number()
		number() // the shape
		before := len(list) > 0 && list[len(list)-1] == run{site, list[len(list)-1].first, first - 1}
		if proof || first > 1 && !before {
			read(make([]byte, 32))
		}
		read(make([]byte, 64))
		list = append(list, run{site, first, first + rows - 1})
	}
	if proof {
		return map[string]any{"proof": []any{list[0].String(), list[1].String()}}
	}
	return list
}

// String is such as "ana 3-5", or "ana head 5" of one without entries.
func (r run) String() string {
	if r.last < r.first {
		return fmt.Sprintf("%s head %d", r.author, r.last)
	}
	return fmt.Sprintf("%s %d-%d", r.author, r.first, r.last)
}

const few = 5 // entries in sequence that a vector says one by one

// summary is what was sent, with frames that follow one another and entries that
// are many in short.
func summary(sent map[string][]any) map[string][]any {
	short := map[string][]any{}
	for id, list := range sent {
		for len(list) > 0 {
			if n := prefix(list, func(m any) bool { _, ok := m.([]run); return ok }); n > 0 {
				var runs []run
				for _, m := range list[:n] {
					runs = append(runs, m.([]run)...)
				}
				short[id], list = append(short[id], map[string]any{"frames": joined(runs)}), list[n:]
			} else if n, first, last := entries(list); n > few {
				m := map[string]any{"operations": n}
				if first != "" {
					m = map[string]any{"entries": fmt.Sprintf("%s-%s", first, last)}
				}
				short[id], list = append(short[id], m), list[n:]
			} else {
				short[id], list = append(short[id], list[0]), list[1:]
			}
		}
	}
	if len(short) == 0 {
		return nil
	}
	return short
}

func prefix(list []any, is func(any) bool) int {
	for i, m := range list {
		if !is(m) {
			return i
		}
	}
	return len(list)
}

// entries is how many in the beginning are own entries whose numbers follow one
// another, and the heads among them; or operations without a number.
func entries(list []any) (count int, first, last json.Number) {
	at := -1 // the number of the last entry
	for i, m := range list {
		e, _ := m.(map[string]any)
		number, _ := e["n"].(json.Number)
		n, err := number.Int64()
		if err != nil {
			n = 0
		}
		_, drawn := e["lastPoint"]
		_, forwarded := e["o"]
		switch {
		case i > 0 && e["event"] == "head" && int(n) == at:
		case drawn && !forwarded && (i == 0 || n == 0 && at == 0 || n > 0 && int(n) == at+1):
			at = int(n)
			if i == 0 {
				first = number
			}
			last = number
		default:
			return i, first, last
		}
	}
	return len(list), first, last
}

// joined are runs by author, as far as they follow one another.
func joined(runs []run) (list []any) {
	slices.SortStableFunc(runs, func(a, b run) int { return cmp.Or(cmp.Compare(a.author, b.author), cmp.Compare(a.first, b.first)) })
	for i := 0; i < len(runs); {
		r := runs[i]
		for i++; i < len(runs) && runs[i].author == r.author && runs[i].first == r.last+1; i++ {
			r.last = runs[i].last
		}
		list = append(list, r.String())
	}
	return list
}

func inflated(t testing.TB, frame []byte) string {
	payload, err := io.ReadAll(flate.NewReader(bytes.NewReader(frame[4:])))
	if err != nil {
		t.Fatal(err)
	}
	return string(payload)
}

func deflated(t testing.TB, head, payload []byte) []byte {
	frame := bytes.NewBuffer(slices.Clone(head))
	w, err := flate.NewWriter(frame, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(payload); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return frame.Bytes()
}
