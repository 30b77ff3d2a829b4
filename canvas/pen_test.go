package canvas

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

var line = Segment{Point{0, 0}, Point{10, 0}, 1, Color{0, 0, 0, 255}}

// drawn draws one stroke of n segments, and returns its number.
func drawn(t testing.TB, l *Log, n int) (k uint32) {
	t.Helper()
	for range n {
		e, err := l.Draw(line, k, vectorNow)
		if err != nil {
			t.Fatal(err)
		}
		k = e.K
	}
	return k
}

// copyAll sends all that to lacks.
func copyAll(to, from *Log, now uint64) error {
	from.Sign()
	c, proofs := from.Lacking(to.Have())
	if c != (Clear{}) {
		to.TakeClear(c, now)
	}
	for _, p := range proofs {
		to.TakeProof(p)
	}
	for f := range from.Frames(to.Have().Sites) {
		if len(f) > MaxFrame {
			return fmt.Errorf("a frame of %d bytes", len(f))
		}
		if m, err := to.Merge(f, now); err != nil || m.Bad+m.Gaps+m.Early+len(m.Proofs) > 0 {
			return cmp.Or(err, fmt.Errorf("%+v", m))
		}
	}
	return nil
}

// sameLog says how two logs differ.
func sameLog(a, b *Log) error {
	if a.Digest() != b.Digest() || a.Len() != b.Len() {
		return fmt.Errorf("%+v, %d entries, and %+v, %d", a.Have(), a.Len(), b.Have(), b.Len())
	}
	if err := oracleCompare(slices.Collect(a.Paint(Key{})), slices.Collect(b.Paint(Key{}))); err != nil {
		return fmt.Errorf("equal digests and different pictures: %w", err)
	}
	return cmp.Or(sound(a, true), sound(b, true))
}

func painted(l *Log) (ns []uint32) {
	for e := range l.Paint(Key{}) {
		ns = append(ns, e.N)
	}
	return ns
}

func TestUndoButtons(t *testing.T) {
	l := NewLog(NewSigner())
	type step struct {
		do                 func() error
		undoable, redoable uint32
		painted            string
	}
	undo := func() error { _, _, err := l.Undo(l.Undoable(), 0); return err }
	redo := func() error { _, _, err := l.Redo(l.Redoable(), 0); return err }
	draw := func(n int) func() error { return func() error { drawn(t, l, n); return nil } }
	for i, s := range []step{
		{draw(2), 1, 0, "[1 2]"},
		{draw(1), 3, 0, "[1 2 3]"},
		{undo, 1, 3, "[1 2]"},
		{undo, 0, 1, "[]"},
		{redo, 1, 3, "[1 2]"},
		{redo, 3, 0, "[1 2 3]"},
		{undo, 1, 3, "[1 2]"},
		{draw(1), 9, 0, "[1 2 9]"}, // drawing gives up what could be redone
		{func() error { _, err := l.Draw(line, 3, 0); return err }, 9, 0, "[1 2 9 10]"},
		{func() error { _, _, err := l.Clear(0); return err }, 0, 0, "[]"},
		{draw(1), 11, 0, "[11]"},
		{func() error { _, err := l.Adopt("plain", line, 0); return err }, 11, 0, "[11 12]"}, // not one's own
	} {
		if err := s.do(); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
		if got := fmt.Sprint(painted(l)); l.Undoable() != s.undoable || l.Redoable() != s.redoable || got != s.painted {
			t.Errorf("step %d: got undoable %d, redoable %d, %s, want %d, %d, %s", i, l.Undoable(), l.Redoable(), got, s.undoable, s.redoable, s.painted)
		}
	}
}

func TestPenRefuses(t *testing.T) {
	reader, l := NewLog(nil), NewLog(NewSigner())
	nan := line
	nan.To.X = math.NaN()
	for name, write := range map[string]func() error{
		"without a site":    func() error { _, err := reader.Draw(line, 0, 1); return err },
		"clear without one": func() error { _, _, err := reader.Clear(1); return err },
		"NaN":               func() error { _, err := l.Draw(nan, 0, 1); return err },
		"a later stroke":    func() error { _, err := l.Draw(line, 2, 1); return err },
		"adopting nobody":   func() error { _, err := l.Adopt("", line, 1); return err },
		"undo nothing":      func() error { _, _, err := l.Undo(0, 1); return err },
		"undo the future":   func() error { _, _, err := l.Undo(1, 1); return err },
		"a known kind":      func() error { _, err := l.Write(Other{"draw", "{}"}, 0, 1); return err },
		"no canonical form": func() error { _, err := l.Write(Other{"x", `{"a":1.0}`}, 0, 1); return err },
		"the end of time":   func() error { _, err := l.Draw(line, 0, MaxTime+1); return err },
	} {
		if write() == nil {
			t.Errorf("%s: written", name)
		}
	}
	if l.Len() != 0 || l.Sites() != 0 {
		t.Errorf("something was kept: %d", l.Len())
	}
	if e, err := l.Draw(line, 0, 7); err != nil || e.N != 1 || e.T != 7 || e.K != 1 || e.Site != l.Site() {
		t.Errorf("got %+v, %v", e, err)
	}
	if e, err := l.Draw(line, 0, 5); err != nil || e.T != 8 {
		t.Errorf("after 7, at 5: got %+v, %v", e, err)
	}
}

// What nobody has signed counts for nobody else, and what is signed at a milestone
// does.
func TestNothingLeavesUnsigned(t *testing.T) {
	l, other := NewLog(NewSigner()), NewLog(nil)
	drawn(t, l, 255)
	if have := l.Have(); len(have.Sites) > 0 || l.Runs(l.Site(), 1) != nil || l.NextFrame(Vector{}) != nil {
		t.Errorf("unsigned, and told: %+v", have)
	}
	drawn(t, l, 2)
	if have := l.Have().Sites[l.Site()]; have != 256 {
		t.Errorf("%d entries are told, want those up to the milestone", have)
	}
	for f := range l.Frames(nil) {
		if m, err := other.Merge(f, vectorNow); err != nil || len(m.Taken) != 1 || m.Taken[0].Last != 256 {
			t.Errorf("%+v, %v", m, err)
		}
	}
	for _, other := range []*Log{other, NewLog(nil)} { // to whom runs end at the milestone all the same
		if err := copyAll(other, l, vectorNow); err != nil {
			t.Error(err)
		}
		if err := sameLog(l, other); err != nil {
			t.Error(err)
		}
	}
}

func TestAdopted(t *testing.T) {
	a, b := NewLog(NewSigner()), NewLog(NewSigner())
	if a.Adopted("plain", line) {
		t.Error("adopted before it was")
	}
	if _, err := a.Adopt("plain", line, vectorNow); err != nil {
		t.Fatal(err)
	}
	if err := copyAll(b, a, vectorNow); err != nil {
		t.Fatal(err)
	}
	off := line
	off.To.X += 0.001 // below what the log tells apart
	if !b.Adopted("plain", off) || b.Adopted("other", line) || b.Adopted("plain", Segment{Force: 1}) {
		t.Error("b does not know what was adopted")
	}
	if _, _, err := b.Clear(vectorNow); err != nil || b.Adopted("plain", line) {
		t.Errorf("still adopted after a clear, %v", err)
	}
}

// A full room takes no more from one's own pen, but others' and clears. Entries
// count by their bytes.
func TestFull(t *testing.T) {
	l := NewLog(NewSigner())
	l.weight = MaxLive - 1
	drawn(t, l, 1)
	if _, err := l.Draw(line, 0, vectorNow); !errors.Is(err, ErrFull) {
		t.Errorf("got %v, want ErrFull", err)
	}
	a := newAuthor("ana").write(line, t0, 1)
	if v, _, _ := l.Take(a.run(1, 1), vectorNow); v != Taken {
		t.Errorf("somebody else's: %v", v)
	}
	a.write(Other{"x", `{"v":"` + string(slices.Repeat([]byte("x"), 1000)) + `"}`}, t0+1, 0)
	l.weight = 2*MaxLive - 8
	if v, _, _ := l.Take(a.run(2, 2), vectorNow); v != Early {
		t.Errorf("for which there is no room: %v", v)
	}
	if _, _, err := l.ClearAt(t0); err != nil {
		t.Errorf("clear: %v", err)
	}
	l.weight -= 2*MaxLive - 12
	if v, _, _ := l.Take(a.run(2, 2), vectorNow); v != Taken || l.weight-1 < 8 {
		t.Errorf("after a clear: %v, weight %d", v, l.weight)
	}
	l.weight = MaxLive // of one's own
	if _, err := l.Adopt(strings.Repeat("x", maxBy), line, vectorNow); err != nil || l.weight != MaxLive+4 {
		t.Errorf("somebody else's, adopted: %v, of weight %d, want 4", err, l.weight-MaxLive)
	}
	l.weight = 2*MaxLive - 8
	if _, err := l.Adopt("x", line, vectorNow); !errors.Is(err, ErrFull) {
		t.Errorf("adopted by who has no room: %v", err)
	}
}

func TestBounds(t *testing.T) {
	for _, tt := range []struct {
		op   Op
		want Box
	}{
		{line, Box{Point{-2, -2}, Point{12, 2}}},                                                   // 2 wide
		{Segment{Point{5, 9}, Point{1, 2}, 0.5, Color{}}, Box{Point{-0.5, 0.5}, Point{6.5, 10.5}}}, // a hairline
		{Rect{Point{10, 10}, -4, 6, 4, Color{}}, Box{Point{3, 7}, Point{13, 19}}},
		{Preview{Point{0, 0}, 1, 1, 2, Color{}}, Box{Point{-2, -2}, Point{3, 3}}},
		{Clear{}, Box{}}, {Other{"x", "{}"}, Box{}},
	} {
		if got := Bounds(tt.op); got != tt.want {
			t.Errorf("%+v: got %v, want %v", tt.op, got, tt.want)
		}
	}
}

func TestSites(t *testing.T) {
	seen := map[Site]bool{}
	for range 100 {
		s := NewSigner().Site()
		back, err := ParseSite(s.String())
		if err != nil || back != s || seen[s] || len(s.String()) != 22 {
			t.Fatalf("%s came back as %s, %v", s, back, err)
		}
		seen[s] = true
	}
	for _, bad := range []string{
		"", "short", "twelve chars", "Ana-0000000", "Ana0000000\x00", "Ana000000ä0", "AAAAAAAAAAAAAAAAAAAAAA", "BAAAAAAAAAAAAAAAAAAAAAA",
		"BAAAAAAAAAAAAAAAAAAAAB", "BAAAAAAAAAAAAAAAAAAA+A", "BAAAAAAAAAAAAAAAAAAA=A", "BAAAAAAAAAAAAAAAAAAA\nA",
	} {
		if s, err := ParseSite(bad); err == nil {
			t.Errorf("%q is %s", bad, s)
		}
	}
	if text := (Site{}).String(); text != "" {
		t.Errorf("nobody is %q", text)
	}
	old, err := ParseSite("Jx3kQ9aPz1M")
	if err != nil || old.String() != "Jx3kQ9aPz1M" {
		t.Errorf("a site of the first log is %q, %v", old, err)
	}
}

// Each text form is read as it was written, and nothing else is.
func TestTexts(t *testing.T) {
	a := newAuthor("ana")
	for _, v := range []interface {
		String() string
		MarshalText() ([]byte, error)
	}{a.Site(), a.Key(), a.sign(nil), a.chains[0], Digest{1, 0xff}} {
		text, err := v.MarshalText()
		if err != nil || string(text) != v.String() {
			t.Errorf("%T: %s, %v", v, text, err)
		}
		read := map[string]interface{ UnmarshalText([]byte) error }{
			"canvas.Site": new(Site), "canvas.PublicKey": new(PublicKey), "canvas.Signature": new(Signature), "canvas.Chain": new(Chain), "canvas.Digest": new(Digest),
		}[fmt.Sprintf("%T", v)]
		if err := read.UnmarshalText(text); err != nil || read.(fmt.Stringer).String() != v.String() {
			t.Errorf("%T: %s came back as %v, %v", v, text, read, err)
		}
		for _, bad := range []string{"", string(text[1:]), string(text) + "A", "+" + string(text[1:]), string(text[:len(text)-1]) + "-"} {
			if read.UnmarshalText([]byte(bad)) == nil {
				t.Errorf("%T: %q was read", v, bad)
			}
		}
	}
}
