package canvas

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// replicas lets n logs write at random and hear some of what others write.
func replicas(seed uint64, n, steps int) []*Log {
	rnd := rand.New(rand.NewPCG(seed, 2))
	logs := make([]*Log, n)
	for i := range logs {
		logs[i] = NewLog(newAuthor(fmt.Sprintf("replica %d %d", seed, i)).Signer)
	}
	for i := range steps {
		l, other := logs[rnd.IntN(n)], logs[rnd.IntN(n)]
		own, _ := l.Holds(l.own)
		now := t0 + uint64(10*i)
		switch x := rnd.IntN(20); {
		case x == 0:
			l.Clear(now)
		case x == 1 && own > 0:
			l.Undo(1+rnd.Uint32N(own), now)
		case x == 2 && own > 0:
			l.Redo(1+rnd.Uint32N(own), now)
		case x == 3:
			l.Adopt("plain", Segment{To: Point{X: float64(rnd.IntN(5))}, Force: 1}, now)
		case x == 4:
			l.Write(Other{"x", fmt.Sprintf(`{"v":"%s"}`, strings.Repeat("x", rnd.IntN(3)*60))}, 0, now)
		case x < 11:
			l.Draw(randomShape(rnd), own, now)
		default:
			other.Sign()
			for _, site := range other.Have().Sites.Sites() {
				have, _ := l.Holds(site)
				for _, r := range other.Runs(site, have+1) {
					if v, _, _ := l.Take(r, now); v == Bad || v == Forked {
						panic(v)
					}
				}
			}
		}
	}
	for _, l := range logs {
		l.Sign()
	}
	return logs
}

// merged is an empty log with all that the logs have, in that order.
func merged(t testing.TB, logs ...*Log) *Log {
	all := NewLog(nil)
	for _, l := range logs {
		if err := copyAll(all, l, vectorNow); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// FuzzMerge makes sure that merging commutes, associates and may be repeated.
func FuzzMerge(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed, uint8(60))
	}
	f.Fuzz(func(t *testing.T, seed uint64, steps uint8) {
		logs := replicas(seed, 3, int(steps))
		a, b, c := logs[0], logs[1], logs[2]
		all := merged(t, a, b, c)
		for name, other := range map[string]*Log{
			"commuted":   merged(t, c, b, a),
			"associated": merged(t, a, merged(t, b, c)),
			"repeated":   merged(t, a, b, a, c, all, b, c),
		} {
			if err := sameLog(all, other); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, l := range logs {
			if h := l.Have(); all.Lacks(Have{Clear: h.Clear, Void: h.Void}) {
				t.Error("something was lost")
			}
		}
	})
}

// FuzzRuns reads any payload of a frame: within bounds, and as what is written
// again. Nothing in it is signed but by accident.
func FuzzRuns(f *testing.F) {
	for seed := range uint64(10) {
		l := replicas(seed, 2, 40)[0]
		f.Add(slices.Concat(l.payload(l.collect(Vector{}, 1e6, 1e6), false)...))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		l := NewLog(nil)
		m, err := l.mergePayload(payload, MaxTime, nil)
		if err != nil && (l.Len() > 0 || len(l.over.bySite) > 0 || len(m.Taken)+m.Bad+m.Gaps > 0) {
			t.Fatal("a damaged frame has done something")
		}
		for _, e := range allLive(l) {
			if err := e.Check(); err != nil {
				t.Fatalf("%+v: %v", e, err)
			}
		}
		if err := sameLog(l, merged(t, l)); err != nil {
			t.Error(err)
		}
		runs, err := parsePayload(payload, false, copyName)
		if err != nil {
			return
		}
		again, err := parsePayload(slices.Concat(l.payload(runs, false)...), false, copyName)
		if err != nil || len(again) != len(runs) {
			t.Fatalf("%d runs came back as %d, %v", len(runs), len(again), err)
		}
		for i := range runs {
			if !slices.Equal(slices.Collect(again[i].Entries()), slices.Collect(runs[i].Entries())) {
				t.Errorf("run %d came back as another", i)
			}
		}
	})
}

// FuzzProof reads any payload of a proof: what holds is about somebody who has
// signed both halves.
func FuzzProof(f *testing.F) {
	a := newAuthor("ana").write(at(1), t0, 1).write(at(2), t0+1, 1)
	b := a.upTo(1).write(at(3), t0-5, 1)
	var l Log
	for _, p := range []Proof{{a.run(1, 2).head(a.chains[2]), b.run(2, 2).head(b.chains[2])}, {a.run(1, 1), b.run(2, 2)}, {a.run(1, 1), a.run(2, 2)}} {
		f.Add(slices.Concat(l.payload([]Run{p.First, p.Second}, true)...))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		p, err := parseProof(payload)
		if err != nil {
			return
		}
		l := NewLog(nil)
		v, _ := l.TakeProof(p)
		if (v == Taken) != p.Holds() || v == Taken && p.Site() != a.Site() {
			t.Errorf("%v, holds: %v", v, p.Holds())
		}
		again, err := ParseProof(AppendProof(nil, p))
		if err != nil || again.Holds() != p.Holds() {
			t.Errorf("it came back as another: %v", err)
		}
	})
}

func TestFramesAreBounded(t *testing.T) {
	noise := rand.New(rand.NewPCG(1, 1))
	l := NewLog(NewSigner())
	for range 20_000 { // as large as segments get
		v := func() float64 { return float64(noise.IntN(2e8))/100 - 1e6 }
		op := Segment{Point{v(), v()}, Point{v(), v()}, float64(1+noise.IntN(4000)) / 1000, Color{uint8(noise.Uint32()), uint8(noise.Uint32()), uint8(noise.Uint32()), uint8(noise.Uint32())}}
		if _, err := l.Adopt(fmt.Sprintf("%064d", noise.Uint64()), op, l.Next(0)+noise.Uint64N(1e9)); err != nil {
			t.Fatal(err)
		}
	}
	l.Sign()
	n, have := 0, Vector{}
	for f := range l.Frames(nil) {
		if len(f) > MaxFrame {
			t.Errorf("a frame of %d bytes", len(f))
		}
		n++
	}
	if n < 20 {
		t.Errorf("%d frames", n)
	}
	for l.NextFrame(have) != nil { // what it says to have sent is all
		n--
	}
	if n != 0 || have[l.own] != 20_000 {
		t.Errorf("%d frames off, up to %d", n, have[l.own])
	}
	p := AppendProof(nil, &Proof{l.Runs(l.own, 1)[0], l.Runs(l.own, 257)[0]})
	if _, err := ParseProof(p); err != nil || len(p) > MaxFrame {
		t.Errorf("a proof of %d bytes, %v", len(p), err)
	}
}

// A small frame costs no more than it may, whatever it claims.
func TestHostileFrames(t *testing.T) {
	huge := "\xff\xff\xff\xff\xff\xff\xff\xff\x7f"
	key := newAuthor("ana").Key()
	one := "\x01\x01" + string(key[:])
	rest := strings.Repeat("\x00", 64)
	tests := []struct{ name, payload string }{
		{"sites", huge},
		{"many sites", "\x80\x20" + strings.Repeat("\x00"+string(key[:16]), 4095)},
		{"runs", one + huge},
		{"rows of a run", one + "\x01\x00\x01" + huge + "\xc8\x01" + rest + strings.Repeat("\x00", 11)},
		{"rows of many runs", one + "\x41" + strings.Repeat("\x00\x01\x80\x02\xc8\x01"+rest, 65) + strings.Repeat("\x00", 11)},
		{"a column", one + "\x00" + huge},
		{"a name", one + "\x01\x00\x01\x01\x02" + rest + "\x02\x00\x01\x01\x01\x02\x01\x01\x01\x00\x01\x00\x01\x00\x01\x00\x02\xd0\x0f\x05abcd\x01\x02\x40\x01\x00"},
		{"a payload", one + "\x01\x00\x01\x01\x02" + rest + "\x02\x03\x01\x01\x01\x02\x01\x01" + strings.Repeat("\x00", 7) + "\x05\x01x\xff\xff\x7f"},
		{"zeros", "\x00\x00" + strings.Repeat("\x00", 1<<20-2)},
		{"a bomb", strings.Repeat("\x00", 16<<20)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			frame := rawFrame(t, tt.payload)
			l := NewLog(nil)
			var err error
			n := allocated(func() { _, err = l.Merge(frame, vectorNow) })
			if err == nil {
				t.Error("merged")
			}
			if n > 8<<20 {
				t.Errorf("allocated %d bytes", n)
			}
		})
	}
	for i, rows := range []int{maxFrameRows, maxFrameRows + 1} {
		m, err := NewLog(nil).Merge(manyRows(t, rows), vectorNow)
		if (err == nil) != (i == 0) {
			t.Errorf("a frame of %d rows: %+v, %v", rows, m, err)
		}
	}
	if _, err := NewLog(nil).Merge(bytes.Repeat([]byte("M\x02\x01\x00"), MaxFrame), vectorNow); err == nil {
		t.Error("a frame too long was merged")
	}
}

// manyRows is a frame of so many redos by one site, signed by nobody.
func manyRows(t *testing.T, rows int) []byte {
	key := newAuthor("ana").Key()
	column := func(s string) string { return string(binary.AppendUvarint(nil, uint64(len(s)))) + s }
	uvarint := func(n int) string { return string(binary.AppendUvarint(nil, uint64(n))) }
	var runs, kinds, times, strokes string
	count := 0
	for n := 0; n < rows; n += milestoneEvery {
		size := min(milestoneEvery, rows-n)
		runs += "\x00" + uvarint(n+2) + uvarint(size) + "\x02" + strings.Repeat("\x00", 64)
		if count == 0 {
			runs = runs[:len(runs)-64] + strings.Repeat("\x00", 32+64)
		}
		kinds += "\x05" + uvarint(size)
		times += strings.Repeat("\x01", size)
		strokes += "\x02" + uvarint(size)
		count++
	}
	return rawFrame(t, "\x01\x01"+string(key[:])+uvarint(count)+runs+column(kinds)+column(times)+column(strokes)+strings.Repeat("\x00", 8))
}

// Frames of entries that are had already, each with names that were never heard,
// leave nothing behind, and neither do those that nobody signed.
func TestNamesOfWhatIsNotTaken(t *testing.T) {
	victim := NewLog(NewSigner())
	send := func(a *author, spoil byte, want string) {
		for _, r := range a.runs(1) {
			r.Sig[0] ^= spoil
			m, err := victim.Merge(frameOf(r), vectorNow)
			if got := mergedText(victim, m); got != want || err != nil {
				t.Fatalf("%s, %v, want %s", got, err, want)
			}
		}
	}
	adopting := func(salt int) *author {
		a := newAuthor(fmt.Sprint("names ", salt))
		for i := range 250 {
			a.put(Entry{T: t0 + uint64(i), K: uint32(i + 1), Op: at(float64(i)), By: fmt.Sprintf("%064d", salt*1000+i)})
		}
		return a
	}
	send(adopting(0), 0, "taken 1")
	for range 20 {
		send(adopting(0), 0, "known")
	}
	before := inUse()
	for salt := range 300 {
		send(adopting(1+salt), 1, "bad 1")
	}
	if got := len(victim.names); got != 250 {
		t.Errorf("%d names are kept, want those of the 250 entries that were taken", got)
	}
	if grown := inUse() - before; grown > 2<<20 {
		t.Errorf("memory has grown by %d KiB, want 2 MiB at most", grown>>10)
	}
	runtime.KeepAlive(victim)
}

// inUse is how many bytes are in use.
func inUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// More names than are shared are names all the same, and what was cleared leaves
// none.
func TestMoreNamesThanAreShared(t *testing.T) {
	l := NewLog(NewSigner())
	const people = maxNames + 100
	for i := range people {
		if _, err := l.Adopt(fmt.Sprint("p", i), at(float64(i)), vectorNow); err != nil {
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
	if _, _, err := l.Clear(vectorNow); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Adopt("late", at(1), vectorNow); err != nil {
		t.Fatal(err)
	}
	if got := len(l.names); got != 1 {
		t.Errorf("%d names are shared after a clear, want the one that drew since", got)
	}
}

// What is kept of a proof is no more than it takes, and proves the same.
func TestProofsAreKeptShort(t *testing.T) {
	for name, second := range map[string]func(a *author) Run{
		"fork": func(a *author) Run { return a.upTo(255).write(at(9), t0+300, 1).write(at(1), t0+301, 1).run(257, 257) },
		"back": func(a *author) Run { return a.upTo(256).write(at(9), t0+300, 1).write(at(1), t0+1, 1).run(258, 258) },
	} {
		a := newAuthor("ana")
		for n := range 256 {
			a.write(at(float64(n)), t0+uint64(n), 1)
		}
		l := NewLog(nil)
		wantVerdict := func(p *Proof, want Verdict) {
			if v, _ := l.TakeProof(p); v != want {
				t.Errorf("%s: %s, want %s", name, v, want)
			}
		}
		wantVerdict(&Proof{a.run(1, 256), a.run(257-1, 256)}, Bad)
		wantVerdict(&Proof{a.run(1, 256), second(a)}, Taken)
		if p := l.Void(a.Site()); p.First.Len() > 1 || !p.Holds() {
			t.Errorf("%s: %d entries are kept, and it holds: %v", name, p.First.Len(), p.Holds())
		}
	}
}
