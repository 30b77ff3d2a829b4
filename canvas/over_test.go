package canvas

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// manySites are n sites with one entry each: their runs.
func manySites(n int, t uint64) (runs []Run) {
	for i := range n {
		runs = append(runs, newAuthor(fmt.Sprint("site ", i)).write(at(1), t, 1).run(1, 1))
	}
	return runs
}

// A room has so many sites and no more; after a clear there is room for as many
// again, and the old ones go on where they were.
func TestManySites(t *testing.T) {
	l := NewLog(newAuthor("me").Signer)
	for _, r := range manySites(10, t0) {
		wantVerdicts(t, took(l, r), Taken)
	}
	for i := len(l.list); i < MaxSites; i++ { // what signing as many would take too long for
		s := l.open(base{site: Site{1, byte(i), byte(i >> 8)}, key: PublicKey{1}})
		l.put(s, &row{t: t0, k: 1, kind: kindUndo}, Chain{})
		s.heads, s.vouched = []mark{{n: 1}}, 1
	}
	next := newAuthor("one more").write(at(1), t0+2, 1)
	wantVerdicts(t, took(l, next.run(1, 1)), Early)
	if _, err := l.Draw(at(1), 0, t0); err != nil {
		t.Errorf("one's own pen: %v", err)
	}
	if _, c, err := l.ClearAt(t0 + 1); err != nil || c.Kind != Everything {
		t.Errorf("%v, %v", c.Kind, err)
	}
	wantVerdicts(t, took(l, next.run(1, 1)), Taken)
	for i := range 10 {
		a := newAuthor(fmt.Sprint("site ", i)).write(at(1), t0, 1).write(at(2), t0+9, 1)
		wantVerdicts(t, took(l, a.run(2, 2)), Taken)
	}
}

// Of sites that are over as many are kept as there is room for, by number and by
// bytes, and the latest; with the others nothing is lost, for their authors answer
// beginning with their witness.
func TestSitesThatAreOver(t *testing.T) {
	large := Other{"x", `{"v":"` + strings.Repeat("x", 4000) + `"}`}
	l := NewLog(nil)
	l.wipe(newAuthor("me").clear(t0 + 100))
	const n = overBytes/4000 + 200
	for i := range n {
		a := newAuthor(fmt.Sprint("large ", i)).write(large, t0, 0)
		wantVerdicts(t, took(l, a.run(1, 1)), Known)
	}
	if kept := len(l.over.bySite); l.over.bytes > overBytes || kept < n-400 || kept >= n || len(l.list) > 0 {
		t.Errorf("%d of %d sites of %d bytes are kept, and %d are live", kept, n, l.over.bytes, len(l.list))
	}
	first, last := newAuthor("large 0").write(large, t0, 0).write(at(1), t0+200, 0), newAuthor(fmt.Sprint("large ", n-1)).write(large, t0, 0).write(at(1), t0+200, 0)
	wantVerdicts(t, took(l, last.run(2, 2), first.run(2, 2), first.run(1, 1), first.run(2, 2)), Taken, Gap, Known, Taken)
	if err := sound(l, true); err != nil {
		t.Error(err)
	}
	late := NewLog(nil)
	if err := copyAll(late, l, vectorNow); err != nil {
		t.Error(err)
	}
	if err := sameLog(l, late); err != nil {
		t.Error(err)
	}
}

// The number of sites that are kept beside is bounded too.
func TestSitesThatAreOverAreCounted(t *testing.T) {
	var o overSites
	for i := range keptOver + 100 {
		o.add(overSite{base: base{site: Site{1, byte(i), byte(i >> 8), byte(i >> 16)}, dead: 1}})
	}
	if _, kept := o.bySite[Site{1, 99}]; kept || len(o.bySite) != keptOver || len(o.queue) != keptOver {
		t.Errorf("%d are kept, %d in the queue, the first is: %v", len(o.bySite), len(o.queue), kept)
	}
	for range 3 * keptOver { // one that comes and goes
		s, _ := o.take(Site{1, 100})
		o.add(s)
	}
	if len(o.bySite) > keptOver || len(o.queue) > keptOver || o.bytes != 16*len(o.bySite) {
		t.Errorf("%d are kept of %d bytes, %d in the queue", len(o.bySite), o.bytes, len(o.queue))
	}
}

// Who may bring no more new sites may bring more of those that are known.
func TestMergeAdmitted(t *testing.T) {
	l := NewLog(newAuthor("me").Signer)
	a, b, c := newAuthor("ana").write(at(1), t0, 1), newAuthor("bo").write(at(1), t0, 1), newAuthor("cy").write(at(1), t0, 1)
	wantVerdicts(t, took(l, a.run(1, 1)), Taken)
	var asked []Site
	admit := func(s Site) bool { asked = append(asked, s); return len(asked) == 1 }
	me := newAuthor("me").write(at(1), t0, 1)
	frame := frameOf(a.write(at(2), t0+1, 1).run(2, 2), b.run(1, 1), b.write(at(2), t0+1, 1).run(2, 2), c.run(1, 1), c.write(at(2), t0+1, 1).run(2, 2), me.run(1, 1))
	m, err := l.MergeAdmitted(frame, vectorNow, admit)
	if got := mergedText(l, m); got != "taken 3 early 2" || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	if !slices.Equal(asked, []Site{b.Site(), c.Site(), c.Site()}) {
		t.Errorf("asked for %v", asked)
	}
}
