package canvas

import (
	"fmt"
	"slices"
)

// repaint does what a painter does with a change, and makes sure that nothing
// outside of what the change names has changed.
func (n *node) repaint(c Change) error {
	kept := n.picture
	if c.Kind == Nothing {
		return nil
	}
	at, _ := slices.BinarySearchFunc(kept, c.From, func(e Entry, k Key) int { return e.Key().Compare(k) })
	if c.Kind == Appended && at < len(kept) {
		return fmt.Errorf("appended at %v, before the end", c.From)
	}
	var fresh []Entry
	for e := range n.log.Paint(c.From) {
		fresh = append(fresh, e)
	}
	if err := n.paintIn(c, fresh); err != nil {
		return err
	}
	if c.Kind == Region {
		for _, list := range [][]Entry{difference(kept[at:], fresh), difference(fresh, kept[at:])} {
			for _, e := range list {
				if b := Bounds(e.Op); c.Box.Union(b) != c.Box {
					return fmt.Errorf("%+v changed outside of %+v", e, c.Box)
				}
			}
		}
	}
	n.picture = append(slices.Clip(kept[:at]), fresh...)
	return n.snap()
}

// snap takes a snapshot, most often on top of an earlier one: it must hold the
// whole picture.
func (n *node) snap() error {
	n.snapshot.Take(n.log)
	if n.snapshot.Len() != n.log.Len() {
		return fmt.Errorf("snapshot of %d entries, want %d", n.snapshot.Len(), n.log.Len())
	}
	got := slices.Collect(n.snapshot.Paint(Key{}))
	if !slices.EqualFunc(got, n.picture, sameEntry) {
		return fmt.Errorf("snapshot paints %d entries, want %d", len(got), len(n.picture))
	}
	return nil
}

func sameEntry(a, b Entry) bool { return a.Key() == b.Key() && a.Op == b.Op && a.By == b.By }

// difference is what is in a and not in b. Both are in order.
func difference(a, b []Entry) (d []Entry) {
	for _, e := range a {
		if _, found := slices.BinarySearchFunc(b, e.Key(), func(e Entry, k Key) int { return e.Key().Compare(k) }); !found {
			d = append(d, e)
		}
	}
	return d
}

// paintIn asks for a part of the picture: it must be what of it lies there.
func (n *node) paintIn(c Change, fresh []Entry) error {
	box := c.Box
	if c.Kind == Appended { // any other
		box.Min.X, box.Max.X = box.Min.Y, box.Max.Y
	}
	var want []Entry
	for _, e := range fresh {
		if Bounds(e.Op).Overlaps(box) {
			want = append(want, e)
		}
	}
	got := slices.Collect(n.log.PaintIn(c.From, box))
	if !slices.EqualFunc(got, want, func(a, b Entry) bool { return a.Key() == b.Key() }) {
		return fmt.Errorf("%d entries in %+v, want %d", len(got), box, len(want))
	}
	return nil
}
