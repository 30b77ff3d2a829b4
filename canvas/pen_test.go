package canvas

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
)

var line = Segment{Point{0, 0}, Point{10, 0}, 1, Color{0, 0, 0, 255}}

// stroke draws one of n segments, and returns its number.
func strokeOf(t *testing.T, l *Log, n int) (k uint32) {
	t.Helper()
	for range n {
		e, err := l.Draw(line, k)
		if err != nil {
			t.Fatal(err)
		}
		k = e.K
	}
	return k
}

func painted(l *Log) (ns []uint32) {
	for e := range l.Paint(Key{}) {
		ns = append(ns, e.N)
	}
	return ns
}

func TestUndoButtons(t *testing.T) {
	l := NewLog(jx)
	type step struct {
		do                 func() error
		undoable, redoable uint32
		painted            string
	}
	undo := func() error { _, _, err := l.Undo(l.Undoable()); return err }
	redo := func() error { _, _, err := l.Redo(l.Redoable()); return err }
	draw := func(n int) func() error { return func() error { strokeOf(t, l, n); return nil } }
	for i, s := range []step{
		{draw(2), 1, 0, "[1 2]"},
		{draw(1), 3, 0, "[1 2 3]"},
		{undo, 1, 3, "[1 2]"},
		{undo, 0, 1, "[]"},
		{redo, 1, 3, "[1 2]"},
		{redo, 3, 0, "[1 2 3]"},
		{undo, 1, 3, "[1 2]"},
		{draw(1), 9, 0, "[1 2 9]"}, // drawing gives up what could be redone
		{func() error { _, err := l.Draw(line, 3); return err }, 9, 0, "[1 2 9 10]"},
		{func() error { _, _, err := l.Clear(); return err }, 0, 0, "[]"},
		{draw(1), 12, 0, "[12]"},
		{func() error { _, err := l.Adopt("plain", line); return err }, 12, 0, "[12 13]"}, // not one's own
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
	reader, l := NewLog(Site{}), NewLog(jx)
	nan := line
	nan.To.X = math.NaN()
	for name, write := range map[string]func() error{
		"without a site":  func() error { _, err := reader.Draw(line, 0); return err },
		"NaN":             func() error { _, err := l.Draw(nan, 0); return err },
		"a later stroke":  func() error { _, err := l.Draw(line, 2); return err },
		"adopting nobody": func() error { _, err := l.Adopt("", line); return err },
		"undo nothing":    func() error { _, _, err := l.Undo(0); return err },
		"undo the future": func() error { _, _, err := l.Undo(1); return err },
	} {
		if write() == nil {
			t.Errorf("%s: written", name)
		}
	}
	if len(l.Have()) != 0 || l.Len() != 0 || l.Sum() != 0 {
		t.Errorf("something was kept: %v", l.Have())
	}
	if e, err := l.Draw(line, 0); err != nil || e.N != 1 || e.T != 1 || e.K != 1 || e.Site != jx {
		t.Errorf("got %+v, %v", e, err)
	}
}

func TestAdopted(t *testing.T) {
	a, b := NewLog(jx), NewLog(b0)
	if a.Adopted("plain", line) {
		t.Error("adopted before it was")
	}
	e, err := a.Adopt("plain", line)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Add(e); err != nil {
		t.Fatal(err)
	}
	off := line
	off.To.X += 0.001 // below what the log tells apart
	if !b.Adopted("plain", off) || b.Adopted("other", line) || b.Adopted("plain", Segment{Force: 1}) {
		t.Error("b does not know what was adopted")
	}
	if _, _, err := b.Clear(); err != nil || b.Adopted("plain", line) {
		t.Errorf("still adopted after a clear, %v", err)
	}
}

// Somebody drives the clock up. Pens follow within bounds, and nobody refuses
// what they write.
func TestClockDriven(t *testing.T) {
	l, other, villain := NewLog(jx), NewLog(b0), Site([]byte("villain0000"))
	strokeOf(t, l, 1)
	if err := copyAll(other, l); err != nil {
		t.Fatal(err)
	}
	for n := range uint32(5) {
		e := Entry{Site: villain, N: n + 1, T: MaxTimeStep * uint64(n+1), K: 1, Op: line}
		for _, log := range []*Log{l, other} {
			if _, err := log.Add(e); err != nil {
				t.Fatal(err)
			}
		}
	}
	var last uint64
	for range 8 {
		e, err := l.Draw(line, 0)
		if err != nil || e.T <= last {
			t.Fatalf("t %d after %d, %v", e.T, last, err)
		}
		last = e.T
		if _, err := other.Add(e); err != nil {
			t.Error(err)
		}
	}
	if last <= 5*MaxTimeStep {
		t.Errorf("t %d has not caught up", last)
	}
}

// A full room takes no more from one's own pen, but others' and clears.
func TestFull(t *testing.T) {
	l := NewLog(jx)
	l.live = MaxLive - 1
	strokeOf(t, l, 1)
	if _, err := l.Draw(line, 0); !errors.Is(err, ErrFull) {
		t.Errorf("got %v, want ErrFull", err)
	}
	theirs := Entry{Site: b0, N: 1, T: 1, K: 1, Op: line}
	if _, err := l.Add(theirs); err != nil {
		t.Error(err)
	}
	l.live = 2 * MaxLive
	theirs.N, theirs.K, theirs.T = 2, 2, 2
	if _, err := l.Add(theirs); !errors.Is(err, ErrFull) {
		t.Errorf("got %v, want ErrFull", err)
	}
	if _, _, err := l.Clear(); err != nil {
		t.Errorf("clear: %v", err)
	}
	if _, err := l.Add(theirs); err != nil {
		t.Errorf("after a clear: %v", err)
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
		{Clear{}, Box{}},
	} {
		if got := Bounds(tt.op); got != tt.want {
			t.Errorf("%+v: got %v, want %v", tt.op, got, tt.want)
		}
	}
}

func TestSites(t *testing.T) {
	seen := map[Site]bool{}
	for range 1000 {
		s := NewSite()
		back, err := ParseSite(s.String())
		if err != nil || back != s || seen[s] {
			t.Fatalf("%s came back as %s, %v", s, back, err)
		}
		seen[s] = true
	}
	for _, bad := range []string{"", "short", "twelve chars", "Ana-0000000", "Ana0000000\x00", "Ana000000ä0"} {
		if s, err := ParseSite(bad); err == nil {
			t.Errorf("%q is %s", bad, s)
		}
	}
	if text := (Site{}).String(); text != "" {
		t.Errorf("nobody is %q", text)
	}
	sites := []Site{b0, jx, {}}
	slices.SortFunc(sites, Site.compare)
	if !slices.Equal(sites, []Site{{}, jx, b0}) {
		t.Errorf("sorted as %v", sites)
	}
}
