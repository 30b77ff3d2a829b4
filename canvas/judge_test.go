package canvas

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"sort"
	"strings"
	"testing"
)

// An oracle knows what was ever written, and by whom after having seen what.
// From that it says what must be in the end, by the definitions alone: it uses
// nothing of the log's.
type oracle struct {
	all  map[name]Entry
	seen map[name]Vector // what the author had when it wrote
}

type name struct {
	site string
	n    uint32
}

func nameOf(e Entry) name { return name{string(e.Site[:]), e.N} }

// made takes note of e, just written to l. Later calls with it change nothing.
func (o *oracle) made(l *Log, e Entry) {
	if o.all == nil {
		o.all, o.seen = map[name]Entry{}, map[name]Vector{}
	}
	if _, ok := o.all[nameOf(e)]; !ok {
		seen := l.Have()
		seen[e.Site] = e.N - 1
		o.all[nameOf(e)], o.seen[nameOf(e)] = e, seen
	}
}

// judge says how the nodes differ from one another, or from what must be.
func (o *oracle) judge(nodes []*node) error {
	first := nodes[0].log
	known := first.Have()
	for _, n := range nodes {
		if !maps.Equal(n.log.Have(), known) || !maps.Equal(n.log.Dead(), first.Dead()) {
			return fmt.Errorf("diverged: %v holds %v (%v dead), %v holds %v (%v dead)",
				first.own, known, first.Dead(), n.log.own, n.log.Have(), n.log.Dead())
		}
		if n.log.Sum() != first.Sum() {
			return fmt.Errorf("diverged: sum %v, not %v", n.log.Sum(), first.Sum())
		}
	}
	live := o.live(known, first.Dead())
	want := o.visible(live)
	for _, n := range nodes {
		var got []Entry
		for e := range n.log.Paint(Key{}) {
			got = append(got, e)
		}
		if err := compare(got, want); err != nil {
			return err
		}
		if err := compare(n.picture, want); err != nil {
			return fmt.Errorf("painter: %w", err)
		}
		if got := n.log.Len(); got != len(live) {
			return fmt.Errorf("%d live entries, want %d", got, len(live))
		}
		if got, want := n.log.Sum(), Sum(o.sum(live)); got != want {
			return fmt.Errorf("sum %v, want %v", got, want)
		}
	}
	return o.causal(want)
}

// compare tells what was lost from what was resurrected, or is out of order.
func compare(got, want []Entry) error {
	have := map[name]int{}
	for _, e := range got {
		have[nameOf(e)]++
	}
	for _, e := range want {
		if have[nameOf(e)]--; have[nameOf(e)] < 0 {
			return fmt.Errorf("lost: %+v", e)
		}
	}
	for _, e := range got {
		if have[nameOf(e)] > 0 {
			return fmt.Errorf("ghost: %+v", e)
		}
	}
	for i := range got {
		if i >= len(want) || !got[i].equal(want[i]) {
			return fmt.Errorf("order: %+v at %d", got[i], i)
		}
	}
	return nil
}

// live is what reached a survivor and was not in the cut of a clear that did. A
// clear may reach one by its effect alone: a frame that tells of it came, and
// the one with the entry did not before the last who had it crashed.
func (o *oracle) live(known, dead Vector) map[name]Entry {
	reached := func(e Entry) bool { return e.N <= known[e.Site] }
	var clears []Entry
	for _, e := range o.all {
		if len(e.Cut) > 0 && (reached(e) || dead.Covers(e.Cut)) {
			clears = append(clears, e)
		}
	}
	live := map[name]Entry{}
	for id, e := range o.all {
		dead := !reached(e)
		for _, c := range clears {
			dead = dead || e.N <= c.Cut[e.Site]
		}
		if !dead {
			live[id] = e
		}
	}
	return live
}

// visible is what of it is painted, in order.
func (o *oracle) visible(live map[name]Entry) []Entry {
	var list, toggles []Entry
	for _, e := range live {
		switch e.Op.(type) {
		case Undo, Redo:
			toggles = append(toggles, e)
		}
	}
	for _, e := range live {
		switch e.Op.(type) {
		case Segment, Rect:
			if !undone(e, toggles) {
				list = append(list, e)
			}
		}
	}
	sort.Slice(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if a.T != b.T {
			return a.T < b.T
		}
		if c := strings.Compare(string(a.Site[:]), string(b.Site[:])); c != 0 {
			return c < 0
		}
		return a.N < b.N
	})
	adopted := map[string]bool{}
	return slices.DeleteFunc(list, func(e Entry) bool {
		what := fmt.Sprint(e.By, e.Op)
		again := e.By != "" && adopted[what]
		adopted[what] = true
		return again
	})
}

// undone goes through its author's later entries one by one.
func undone(e Entry, toggles []Entry) bool {
	if e.By != "" {
		return false
	}
	hidden := false
	var last uint32
	for _, t := range toggles {
		if t.Site != e.Site || t.K != e.K || t.N < e.N || t.N < last {
			continue
		}
		switch t.Op.(type) {
		case Undo:
			hidden, last = true, t.N
		case Redo:
			hidden, last = false, t.N
		}
	}
	return hidden
}

// causal finds an entry painted over by one that its author had seen.
func (o *oracle) causal(list []Entry) error {
	for i, e := range list {
		seen := o.seen[nameOf(e)]
		for _, over := range list[i+1:] {
			if over.N <= seen[over.Site] {
				return fmt.Errorf("causality: %+v was seen by %+v, and is painted over it", over, e)
			}
		}
	}
	return nil
}

// sum is the definition in docs/sync.md, byte by byte.
func (o *oracle) sum(live map[name]Entry) uint64 {
	var total uint64
	for _, e := range live {
		total += hashOracle(e)
	}
	return total
}

func hashOracle(e Entry) uint64 {
	var b bytes.Buffer
	put := func(v ...any) {
		for _, v := range v {
			binary.Write(&b, binary.LittleEndian, v)
		}
	}
	cents := func(v float64) int32 { return int32(math.Round(v * 100)) }
	kinds := map[string]uint32{"Segment": 1, "Rect": 2, "Clear": 3, "Undo": 4, "Redo": 5}
	put(kinds[strings.TrimPrefix(fmt.Sprintf("%T", e.Op), "canvas.")], e.Site, byte(0), e.N, e.T, e.K)
	color := func(c Color) { put(c.A, c.B, c.G, c.R) }
	by := func() { put(uint32(len(e.By)), []byte(e.By), make([]byte, (4-len(e.By)%4)%4)) }
	switch op := e.Op.(type) {
	case Segment:
		put(cents(op.From.X), cents(op.From.Y), cents(op.To.X), cents(op.To.Y), uint32(math.Round(op.Force*1000)))
		color(op.Color)
		by()
	case Rect:
		put(cents(op.Origin.X), cents(op.Origin.Y), cents(op.Width), cents(op.Height), uint32(math.Round(op.LineWidth*100)))
		color(op.Color)
		by()
	case Clear:
		put(uint32(len(e.Cut)))
		sites := slices.SortedFunc(maps.Keys(e.Cut), func(a, b Site) int { return strings.Compare(string(a[:]), string(b[:])) })
		for _, s := range sites {
			put(s, byte(0), e.Cut[s])
		}
	}
	return uint64(murmur(b.Bytes(), 0))<<32 | uint64(murmur(b.Bytes(), 1))
}

// murmur is MurmurHash3_x86_32 of whole words.
func murmur(data []byte, seed uint32) uint32 {
	h := seed
	for i := 0; i < len(data); i += 4 {
		k := binary.LittleEndian.Uint32(data[i:])
		k *= 0xcc9e2d51
		k = k<<15 | k>>17
		k *= 0x1b873593
		h ^= k
		h = h<<13 | h>>19
		h = h*5 + 0xe6546b64
	}
	h ^= uint32(len(data))
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	h ^= h >> 16
	return h
}

// The values are those of the reference implementation.
func TestMurmur(t *testing.T) {
	for _, tt := range []struct {
		data string
		seed uint32
		want uint32
	}{{"", 0, 0}, {"", 1, 0x514e28b7}, {"test", 0, 0xba6bd213}, {"test", 0x9747b28c, 0x704b81dc}, {"aaaa", 0x9747b28c, 0x5a97808a}, {"abcd", 0x9747b28c, 0xf0478627}} {
		if got := murmur([]byte(tt.data), tt.seed); got != tt.want {
			t.Errorf("%q, %x: got %x, want %x", tt.data, tt.seed, got, tt.want)
		}
	}
}
