package canvas

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// replicas lets n logs write at random and hear some of what others write.
func replicas(rnd *rand.Rand, n, steps int) []*Log {
	net := &network{rnd: rnd}
	logs := make([]*Log, n)
	for i := range logs {
		logs[i] = NewLog(net.site())
	}
	for range steps {
		l, other := logs[rnd.IntN(n)], logs[rnd.IntN(n)]
		own := l.Have()[l.own]
		switch x := rnd.IntN(20); {
		case x == 0:
			l.Clear()
		case x == 1 && own > 0:
			l.Undo(1 + rnd.Uint32N(own))
		case x == 2 && own > 0:
			l.Redo(1 + rnd.Uint32N(own))
		case x == 3:
			l.Adopt("plain", Segment{To: Point{X: float64(rnd.IntN(5))}, Force: 1})
		case x < 10:
			l.Draw(net.op(), own)
		default:
			for e := range other.Lacking(l.Have()) {
				if _, err := l.Add(e); err != nil && rnd.IntN(4) > 0 {
					break // a gap: something is dead there
				}
			}
		}
	}
	return logs
}

// merged is an empty log with all that the logs have, in that order.
func merged(t testing.TB, logs ...*Log) *Log {
	all := NewLog(Site{})
	for _, l := range logs {
		for f := range l.Frames(nil, nil) {
			if _, err := all.Merge(f); err != nil {
				t.Fatal(err)
			}
		}
	}
	return all
}

func (e Entry) equal(f Entry) bool {
	return e.Key() == f.Key() && e.K == f.K && e.Op == f.Op && e.By == f.By && maps.Equal(e.Cut, f.Cut)
}

func sameLog(a, b *Log) error {
	if !maps.Equal(a.Have(), b.Have()) || !maps.Equal(a.Dead(), b.Dead()) {
		return fmt.Errorf("%v (%v dead) and %v (%v dead)", a.Have(), a.Dead(), b.Have(), b.Dead())
	}
	if a.Sum() != b.Sum() || a.Len() != b.Len() || !maps.Equal(a.Sums(), b.Sums()) {
		return fmt.Errorf("sums %v and %v, %d and %d entries", a.Sum(), b.Sum(), a.Len(), b.Len())
	}
	equal := func(x, y Entry) bool { return x.equal(y) }
	if !slices.EqualFunc(slices.Collect(a.Paint(Key{})), slices.Collect(b.Paint(Key{})), equal) {
		return errors.New("equal sums and different pictures")
	}
	return nil
}

// FuzzLogMerge makes sure that merging commutes, associates and may be repeated.
func FuzzLogMerge(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed, uint8(60))
	}
	f.Fuzz(func(t *testing.T, seed uint64, steps uint8) {
		logs := replicas(rand.New(rand.NewPCG(seed, 2)), 3, int(steps))
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
			if !all.Covers(l.Have(), l.Dead()) {
				t.Error("something was lost")
			}
		}
	})
}

// FuzzColumns reads any payload: within bounds, and if it is one, as what is
// written again.
func FuzzColumns(f *testing.F) {
	for seed := range uint64(10) {
		l := replicas(rand.New(rand.NewPCG(seed, 3)), 2, 40)[0]
		f.Add(slices.Concat(l.payload(l.gone(Vector{}, Vector{}), l.collect(l.Dead(), 1e6))...))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		l := NewLog(Site{})
		_, err := l.mergePayload(payload)
		if errors.Is(err, errFrame) && l.Len()+len(l.Have()) > 0 {
			t.Fatal("a damaged frame has done something")
		}
		for e := range l.Lacking(nil) {
			if err := e.Check(); err != nil {
				t.Fatalf("%+v: %v", e, err)
			}
		}
		if err := sameLog(l, merged(t, l)); err != nil {
			t.Error(err)
		}
	})
}

func TestFramesAreBounded(t *testing.T) {
	noise := rand.New(rand.NewPCG(1, 1))
	l := NewLog(jx)
	for range 20_000 { // as large as segments get
		v := func() float64 { return float64(noise.IntN(2e8))/100 - 1e6 }
		op := Segment{Point{v(), v()}, Point{v(), v()}, float64(1+noise.IntN(4000)) / 1000, Color{uint8(noise.Uint32()), uint8(noise.Uint32()), uint8(noise.Uint32()), uint8(noise.Uint32())}}
		if _, err := l.Adopt(fmt.Sprintf("%064d", noise.Uint64()), op); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	have := Vector{}
	for f := range l.Frames(nil, nil) {
		if len(f) > MaxFrame {
			t.Errorf("a frame of %d bytes", len(f))
		}
		n++
	}
	if n < 20 {
		t.Errorf("%d frames", n)
	}
	for l.NextFrame(have, Vector{}) != nil { // what it says to have sent is all
		n--
	}
	if n != 0 || have[jx] != 20_000 {
		t.Errorf("%d frames off, up to %d", n, have[jx])
	}
}

// A clear of many sites is several entries; each of them, and the dead they
// leave, fits into frames.
func TestManySites(t *testing.T) {
	crowd, l := NewLog(Site{}), NewLog(jx)
	for range MaxSites - 1 {
		e := Entry{Site: NewSite(), N: 1, T: 1, K: 1, Op: Segment{Force: 1}}
		if _, err := crowd.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := copyAll(l, crowd); err != nil {
		t.Fatal(err)
	}
	entries, change, err := l.Clear()
	if err != nil || len(entries) != 4 || change.Kind != Everything {
		t.Fatalf("got %d entries, %v, %v", len(entries), change.Kind, err)
	}
	if n := len(slices.Collect(l.Paint(Key{}))); n != 0 || l.Len() != 4 {
		t.Errorf("%d painted, %d live", n, l.Len())
	}
	for _, e := range entries {
		m, err := ParseMessage(AppendMessage(nil, e))
		if err == nil {
			_, err = crowd.Add(m.(Entry))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := sameLog(l, crowd); err != nil {
		t.Error(err)
	}
	late := NewLog(Site{})
	if err := copyAll(late, l); err != nil {
		t.Fatal(err)
	}
	if err := sameLog(l, late); err != nil {
		t.Error(err)
	}
	_, err = late.Add(Entry{Site: b0, N: 1, T: 1, K: 1, Op: Segment{Force: 1}})
	if !errors.Is(err, ErrSites) {
		t.Errorf("one site more: got %v, want ErrSites", err)
	}
	if _, err := late.Merge(rawFrame(t, "\x01"+bo+"\x01\x00"+strings.Repeat("\x00", 11))); !errors.Is(err, ErrSites) {
		t.Errorf("one site more in a frame: got %v, want ErrSites", err)
	}
	_, err = late.Add(Entry{Site: jx, N: 5, T: 9, Op: Clear{}, Cut: Vector{b0: 1}})
	if !errors.Is(err, ErrSites) {
		t.Errorf("one site more in a cut: got %v, want ErrSites", err)
	}
}

func copyAll(to, from *Log) error {
	for f := range from.Frames(to.Have(), to.Dead()) {
		if len(f) > MaxFrame {
			return fmt.Errorf("a frame of %d bytes", len(f))
		}
		if _, err := to.Merge(f); err != nil {
			return err
		}
	}
	return nil
}

// A small frame costs no more than it may, whatever it claims.
func TestHostileFrames(t *testing.T) {
	huge := "\xff\xff\xff\xff\xff\xff\xff\xff\x7f"
	tests := []struct{ name, payload string }{
		{"dead sites", huge},
		{"runs", "\x00" + huge},
		{"rows of a run", "\x00\x01" + ana + "\x01" + huge + "\xc8\x01" + strings.Repeat("\x00", 11)},
		{"rows of many runs", "\x00\x05" + strings.Repeat(ana+"\x01\xff\xff\x03\xc8\x01", 5) + strings.Repeat("\x00", 11)},
		{"a column", "\x00\x00" + huge},
		{"a cut", "\x00\x01" + ana + "\x01\x01\x02" + "\x02\x03\x01" + "\x01\x01" + strings.Repeat("\x00", 8) + "\x02\xff\x07"},
		{"a name", "\x00\x01" + ana + "\x01\x01\x02" + "\x02\x00\x01\x01\x01\x02\x01\x01\x01\x00\x01\x00\x01\x00\x01\x00\x02\xd0\x0f\x05abcd\x01\x02\x40\x01\x00"},
		{"zeros", "\x00\x00" + strings.Repeat("\x00", 1<<20-2)},
		{"a bomb", strings.Repeat("\x00", 16<<20)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			frame := rawFrame(t, tt.payload)
			l := NewLog(Site{})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := l.Merge(frame)
			runtime.ReadMemStats(&after)
			if err == nil {
				t.Error("merged")
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > 8<<20 {
				t.Errorf("allocated %d bytes", n)
			}
		})
	}
	if _, err := NewLog(Site{}).Merge(manyRows(t, 1)); err != nil {
		t.Error(err)
	}
	if _, err := NewLog(Site{}).Merge(manyRows(t, 2)); !errors.Is(err, errFrame) {
		t.Errorf("a frame of 65537 rows: got %v", err)
	}
	if _, err := NewLog(Site{}).Merge(bytes.Repeat([]byte("M\x01\x01\x00"), MaxFrame)); err == nil {
		t.Error("a frame too long was merged")
	}
}

// A site tells two peers different things. Their sums show where, and the one
// with the greater sum gives in.
func TestEquivocation(t *testing.T) {
	liar := b0
	a, b := NewLog(jx), NewLog(NewSite())
	for n := range uint32(200) {
		e := Entry{Site: liar, N: n + 1, T: uint64(n + 1), K: 1, Op: line}
		if _, err := a.Add(e); err != nil {
			t.Fatal(err)
		}
		if n == 123 {
			e.Op = Rect{LineWidth: 1}
		}
		if _, err := b.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	strokeOf(t, a, 3)
	if err := copyAll(b, a); err != nil {
		t.Fatal(err)
	}
	if a.Sum() == b.Sum() || !a.Covers(b.Have(), b.Dead()) {
		t.Fatal("nothing to settle")
	}
	winner, loser := a, b
	if b.Sums()[liar] < a.Sums()[liar] {
		winner, loser = b, a
	}
	told := winner.Sums()
	for site, sum := range loser.Sums() {
		if sum != told[site] && site != liar {
			t.Errorf("site %s: sums differ", site)
		}
	}
	old := loser.Hashes(liar)
	if c := loser.Forget(liar); c.Kind != Everything {
		t.Errorf("change %v", c.Kind)
	}
	if err := copyAll(loser, winner); err != nil {
		t.Fatal(err)
	}
	if err := sameLog(a, b); err != nil {
		t.Error(err)
	}
	if i := slices.Compare(old[:123], loser.Hashes(liar)[:123]); i != 0 || old[123] == loser.Hashes(liar)[123] {
		t.Error("the entry 124 was told in two ways, and others were not")
	}
	if c := a.Forget(jx); c.Kind != Nothing {
		t.Error("one's own entries were forgotten")
	}
}

// manyRows is a frame of 65,535 undos by one site and some by another.
func manyRows(t *testing.T, more int) []byte {
	times := strings.Repeat("\x05\x00", 1) + strings.Repeat("\x00", 65533) + "\x05" + strings.Repeat("\x00", more-1)
	runs := func(value string) string { return value + "\xff\xff\x03" + value + string(byte(more)) }
	column := func(s string) string { return string(binary.AppendUvarint(nil, uint64(len(s)))) + s }
	return rawFrame(t, "\x02"+ana+"\x01"+bo+"\x01"+ // both dead up to 1
		"\x02"+ana+"\x02\xff\xff\x03\x02"+bo+"\x02"+string(byte(more))+"\x02"+
		column(runs("\x04"))+column(times)+column(runs("\x02"))+strings.Repeat("\x00", 8))
}
