package recording

import (
	"encoding/binary"
	"slices"
	"testing"

	"drawmesh/canvas"
)

// TestManyWriters reads what more people drew than a room has at a time, with clears
// between. Those of before are forgotten, and may go on.
func TestManyWriters(t *testing.T) {
	const writers, each = 2*canvas.MaxSites + 5000, 10_000
	d, copied := NewDrawing(), canvas.NewUnsigned(canvas.Site{})
	add := func(rec Record) {
		t.Helper()
		if _, err := d.Add(rec); err != nil {
			t.Fatal(err)
		}
		for _, step := range d.Taken() {
			if _, err := copied.Step(step); err != nil {
				t.Fatal(err)
			}
		}
	}
	site := func(n int) (s canvas.Site) {
		binary.BigEndian.PutUint32(s[:], uint32(n))
		s[15] = 1
		return s
	}
	now := canvas.Ticks(started)
	pen := canvas.NewLog(signers["ana"])
	draw := func(site canvas.Site, n uint32) {
		t.Helper()
		now++
		add(Op{Entry: canvas.Entry{Site: site, N: n, T: now, K: n, Op: segment(float64(n))}})
	}
	wipe := func() {
		t.Helper()
		now++
		c, _, err := pen.Clear(now)
		if err != nil {
			t.Fatal(err)
		}
		add(Clear{Clear: c})
	}
	for n := range writers {
		if n > 0 && n%each == 0 {
			wipe()
		}
		draw(site(n), 1)
	}
	wipe()
	for n := range 3 { // who was forgotten, and who was not
		draw(site(n), 2)
		draw(site(writers-1-n), 2)
	}
	for n := range 2*canvas.MaxSites + 5 { // what came too late, or not at all
		late := site(1<<30 + n)
		if n%2 == 0 {
			add(Dead{canvas.Vector{late: 3}})
		} else {
			add(Op{Entry: canvas.Entry{Site: late, N: 1, T: 5, K: 1, Op: segment(1)}})
		}
	}
	got := slices.Collect(d.Log().Paint(canvas.Key{}))
	if len(got) != 6 || d.Log().Sites() > each || !slices.Equal(got, slices.Collect(copied.Paint(canvas.Key{}))) {
		t.Errorf("got %d entries and %d sites, want 6 of few: %v", len(got), d.Log().Sites(), got)
	}
}
