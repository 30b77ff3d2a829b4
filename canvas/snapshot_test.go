package canvas

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

// A snapshot that was taken stays as it is, whatever becomes of the log, and is
// the log's again when it is taken again.
func TestSnapshotStays(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	stroke := func(l *Log, n int) {
		for range n {
			if _, err := l.Draw(Segment{From: Point{r.Float64() * 99, 5}, To: Point{50, 60}, Force: 1, Color: Color{A: 255}}, 0); err != nil {
				t.Fatal(err)
			}
		}
	}
	liar := NewLog(NewSite())
	stroke(liar, 100)
	if _, _, err := liar.Undo(liar.Undoable()); err != nil {
		t.Fatal(err)
	}
	told := func(n uint32) Entry { e, _ := liar.Entry(liar.own, n); return e }
	lie := told(1)
	lie.Op = Rect{Width: 5, Height: 5, LineWidth: 2}

	l := NewLog(NewSite())
	all := func(n uint32) {
		for i := range n {
			if _, err := l.Add(told(i + 1)); err != nil {
				t.Fatal(err)
			}
		}
	}
	steps := []struct {
		name string
		do   func()
	}{
		{"nothing", func() {}},
		{"a stroke", func() { stroke(l, 1) }},
		{"several blocks", func() { stroke(l, 5*blockRows/2) }},
		{"an undo", func() { l.Undo(l.Undoable()) }},
		{"a redo", func() { l.Redo(l.Redoable()) }},
		{"an undo that a block has in it", func() { l.Undo(l.Undoable()); stroke(l, blockRows) }},
		{"an adoption", func() { l.Adopt("ana", Rect{Width: 9, Height: 9, LineWidth: 1}) }},
		{"an adoption that a block has in it", func() { l.Adopt("bo", Rect{Width: 8, Height: 9, LineWidth: 1}); stroke(l, blockRows) }},
		{"another's", func() { l.Add(lie) }},
		{"something else of the same name", func() { l.Forget(liar.own); l.Add(told(1)) }},
		{"more of the same name, and an undo", func() { l.Forget(liar.own); all(101) }},
		{"the same without the undo", func() { l.Forget(liar.own); all(100) }},
		{"a part of a block cleared", func() { l.MarkDead(Vector{liar.own: 30}) }},
		{"the block and a part of the rest cleared", func() { l.MarkDead(Vector{liar.own: 70}) }},
		{"a clear", func() { l.Clear() }},
		{"after a clear", func() { stroke(l, 3) }},
		{"an adoption as before the clear", func() { l.Adopt("ana", Rect{Width: 9, Height: 9, LineWidth: 1}) }},
	}
	var s Snapshot
	for _, step := range steps {
		before := slices.Collect(s.Paint(Key{}))
		step.do()
		if got := slices.Collect(s.Paint(Key{})); !slices.EqualFunc(got, before, sameEntry) {
			t.Fatalf("%s: the snapshot has changed from %d to %d entries", step.name, len(before), len(got))
		}
		s.Take(l)
		got, want := slices.Collect(s.Paint(Key{})), slices.Collect(l.Paint(Key{}))
		if !slices.EqualFunc(got, want, sameEntry) || s.Len() != l.Len() {
			t.Fatalf("%s: taken again, the snapshot paints %d of %d entries, want %d of %d", step.name, len(got), s.Len(), len(want), l.Len())
		}
	}
	other := NewLog(NewSite())
	stroke(other, 4)
	if s.Take(other); len(slices.Collect(s.Paint(Key{}))) != 4 {
		t.Error("a snapshot of another log is not that log's picture")
	}
}

// A snapshot takes memory for what it cannot share, and that does not depend on
// how much was drawn.
func TestSnapshotShares(t *testing.T) {
	took := func(n int) (first, next uint64) {
		l := NewLog(NewSite())
		draw := func() {
			if _, err := l.Draw(Segment{From: Point{float64(l.Len() % 500), 5}, To: Point{50, 60}, Force: 1, Color: Color{A: 255}}, 0); err != nil {
				t.Fatal(err)
			}
		}
		for range n {
			draw()
		}
		var s Snapshot
		first = allocated(func() { s.Take(l) })
		draw()
		return first, allocated(func() { s.Take(l) })
	}
	for _, n := range []int{100, 100_000} {
		if first, next := took(n); first > 16<<10 || next > 1<<10 {
			t.Errorf("of %d entries: %d bytes, and %d for one more, want at most 16 KiB and 1 KiB", n, first, next)
		}
	}
}

// allocated is how many bytes do allocates.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
