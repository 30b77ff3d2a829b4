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
			if _, err := l.Draw(Segment{From: Point{r.Float64() * 99, 5}, To: Point{50, 60}, Force: 1, Color: Color{A: 255}}, 0, vectorNow); err != nil {
				t.Fatal(err)
			}
		}
	}
	l, ana, bo := NewLog(NewSigner()), newAuthor("ana"), newAuthor("bo")
	for i := range 250 {
		ana.write(at(float64(i)), t0+uint64(i), 1)
		bo.write(at(float64(i)), t0+uint64(i), 1)
	}
	take := func(want Verdict, runs ...Run) {
		for _, r := range runs {
			if v, _, _ := l.Take(r, vectorNow); v != want {
				t.Fatalf("%d to %d: %v", r.First, r.Last(), v)
			}
		}
	}
	lazily := func(r Run, spoil byte) {
		r.Sig[0] ^= spoil
		if v, _, _ := l.TakeLive(slices.Collect(r.Entries()), Head{Site: r.Site, Key: r.Key, N: r.Last(), Sig: r.Sig}, vectorNow, true); v != Taken {
			t.Fatal(v)
		}
	}
	steps := []struct {
		name string
		do   func()
	}{
		{"nothing", func() {}},
		{"a stroke", func() { stroke(l, 1) }},
		{"several blocks", func() { stroke(l, 5*blockRows/2) }},
		{"an undo", func() { l.Undo(l.Undoable(), 0) }},
		{"a redo", func() { l.Redo(l.Redoable(), 0) }},
		{"an undo that a block has in it", func() { l.Undo(l.Undoable(), 0); stroke(l, blockRows) }},
		{"an adoption", func() { l.Adopt("ana", Rect{Width: 9, Height: 9, LineWidth: 1}, 0) }},
		{"an adoption that a block has in it", func() { l.Adopt("bo", Rect{Width: 8, Height: 9, LineWidth: 1}, 0); stroke(l, blockRows) }},
		{"another's", func() { take(Taken, ana.run(1, 10), bo.run(1, 10)) }},
		{"what will be taken back", func() { lazily(ana.run(11, 150), 1) }},
		{"it is taken back", func() { l.Verify() }},
		{"the right one", func() { lazily(ana.run(11, 150), 0); l.Verify() }},
		{"within a block what will be taken back", func() { lazily(ana.run(151, 250), 1) }},
		{"it is taken back, to the middle of a block", func() { l.Verify() }},
		{"a site is void", func() {
			take(Forked, bo.upTo(9).write(Undo{}, t0+9, 1).run(1, 10))
			_, _, p := l.Take(bo.upTo(9).write(Undo{}, t0+9, 1).run(1, 10), vectorNow)
			l.TakeProof(p)
		}},
		{"a part of a block cleared", func() { l.wipe(bo.clear(t0 + 30)) }},
		{"the block and a part of the rest cleared", func() { l.wipe(bo.clear(t0 + 70)) }},
		{"a clear", func() { l.Clear(vectorNow) }},
		{"after a clear", func() { stroke(l, 3) }},
		{"an adoption as before the clear", func() { l.Adopt("ana", Rect{Width: 9, Height: 9, LineWidth: 1}, 0) }},
	}
	var s Snapshot
	for _, step := range steps {
		before := slices.Collect(s.Paint(Key{}))
		step.do()
		if err := oracleCompare(slices.Collect(s.Paint(Key{})), before); err != nil {
			t.Fatalf("%s: the snapshot has changed: %v", step.name, err)
		}
		s.Take(l)
		if err := oracleCompare(slices.Collect(s.Paint(Key{})), slices.Collect(l.Paint(Key{}))); err != nil || s.Len() != l.Len() {
			t.Fatalf("%s: taken again, of %d of %d entries: %v", step.name, s.Len(), l.Len(), err)
		}
		l.Sign()
		if err := sound(l, true); err != nil && l.pending == 0 {
			t.Fatalf("%s: %v", step.name, err)
		}
	}
	other := NewLog(NewSigner())
	stroke(other, 4)
	if s.Take(other); len(slices.Collect(s.Paint(Key{}))) != 4 {
		t.Error("a snapshot of another log is not that log's picture")
	}
}

// A snapshot takes memory for what it cannot share, and that does not depend on
// how much was drawn.
func TestSnapshotShares(t *testing.T) {
	took := func(n int) (first, next uint64) {
		l := NewLog(NewSigner())
		draw := func() {
			if _, err := l.Draw(Segment{From: Point{float64(l.Len() % 500), 5}, To: Point{50, 60}, Force: 1, Color: Color{A: 255}}, 0, vectorNow); err != nil {
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
