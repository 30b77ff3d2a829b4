package canvas

import (
	"fmt"
	"runtime"
	"testing"
)

// inUse is how many bytes are in use.
func inUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Frames of entries that are had already, each with names that were never heard,
// leave nothing behind, and neither do damaged ones.
func TestNamesOfWhatIsNotTaken(t *testing.T) {
	const frames, rows = 150, 1000
	site := NewSite()
	victim := NewLog(NewSite())
	send := func(salt int, damage func([]byte) []byte) {
		liar := NewLog(site)
		for i := range rows {
			op := Segment{Point{1, 1}, Point{float64(i), 2}, 1, Color{A: 255}}
			if _, err := liar.Adopt(fmt.Sprintf("%064d", salt*rows+i), op); err != nil {
				t.Fatal(err)
			}
		}
		for f := range liar.Frames(nil, nil) {
			payload, err := inflate(f)
			if err != nil {
				t.Fatal(err)
			}
			victim.mergePayload(damage(payload))
		}
	}
	whole := func(payload []byte) []byte { return payload }
	send(0, whole)
	if victim.Len() != rows {
		t.Fatalf("%d entries were taken, want %d", victim.Len(), rows)
	}
	before := inUse()
	for salt := range frames {
		send(1+salt, whole)
		send(1+salt+frames, func(payload []byte) []byte { return append(payload, 0) })
	}
	if got := len(victim.names); got != rows {
		t.Errorf("%d names are kept, want those of the %d entries that were taken", got, rows)
	}
	if grown := inUse() - before; grown > 4<<20 {
		t.Errorf("memory has grown by %d MiB, want 4 at most", grown>>20)
	}
	runtime.KeepAlive(victim)
}

// More names than are shared are names all the same, and what was cleared leaves
// none.
func TestMoreNamesThanAreShared(t *testing.T) {
	l := NewLog(NewSite())
	const people = maxNames + 100
	for i := range people {
		if _, err := l.Adopt(fmt.Sprint("p", i), Segment{Point{1, 1}, Point{float64(i), 2}, 1, Color{A: 255}}); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(l.names); got != maxNames {
		t.Errorf("%d names are shared, want %d", got, maxNames)
	}
	seen := make(map[string]bool)
	for e := range l.Paint(Key{}) {
		seen[e.By] = true
	}
	if len(seen) != people {
		t.Errorf("%d people have drawn, want %d", len(seen), people)
	}
	if _, _, err := l.Clear(); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Adopt("late", Segment{Point{1, 1}, Point{2, 2}, 1, Color{A: 255}}); err != nil {
		t.Fatal(err)
	}
	if got := len(l.names); got != 1 {
		t.Errorf("%d names are shared after a clear, want the one that drew since", got)
	}
}

// Clears that name as many sites as one may, and wipe nothing, come to a bounded
// size. Who then clears honestly can, and what was piled up is gone.
func TestClearsThatWipeNothing(t *testing.T) {
	victim, other := NewLog(NewSite()), NewLog(NewSite())
	cut := make(Vector)
	for len(cut) < MaxCut {
		cut[NewSite()] = 1
	}
	liar, taken := NewSite(), 0
	before := inUse()
	for n := range uint32(2000) {
		if _, err := victim.Add(Entry{Site: liar, N: n + 1, T: 1, Op: Clear{}, Cut: cut}); err == nil {
			taken++
		}
	}
	if want := maxCuts / MaxCut; taken != want {
		t.Errorf("%d clears were taken, want %d", taken, want)
	}
	if grown := inUse() - before; grown > 16<<20 {
		t.Errorf("memory has grown by %d MiB, want 16 at most", grown>>20)
	}
	for f := range victim.Frames(nil, nil) {
		if _, err := other.Merge(f); err != nil {
			t.Fatal(err)
		}
	}
	entries, _, err := other.Clear()
	if err != nil {
		t.Fatalf("an honest clear: %v", err)
	}
	for _, e := range entries {
		if _, err := victim.Add(e); err != nil {
			t.Errorf("an honest clear elsewhere: %v", err)
		}
	}
	for _, l := range []*Log{victim, other} {
		if l.Len() != len(entries) || l.cuts > MaxSites {
			t.Errorf("%d entries that name %d sites are left, want the clear", l.Len(), l.cuts)
		}
	}
}
