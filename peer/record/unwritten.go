package record

import (
	"container/heap"
	"iter"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
)

// unwritten yields, in paint order, the entries that a log holds of each site after
// those that are written, and that live. With the first of a site comes the base on
// which it stands, unless it follows what is written.
func unwritten(log *canvas.Log, held, written canvas.Vector) iter.Seq2[canvas.Entry, *recording.Base] {
	return func(yield func(canvas.Entry, *recording.Base) bool) {
		var all tails
		defer func() {
			for _, t := range all {
				t.stop()
			}
		}()
		for _, site := range held.Sites() {
			if n := written[site]; n < held[site] {
				runs := log.Runs(site, n+1)
				if _, dead := log.Holds(site); len(runs) > 0 && runs[0].First <= dead {
					runs[0] = runs[0].From(dead + 1) // the witness shows nothing, and its chain is in the base
				}
				if t := newTail(runs, n); t != nil {
					all = append(all, t)
				}
			}
		}
		heap.Init(&all)
		for len(all) > 0 {
			t := all[0]
			if !yield(t.entry, t.base) {
				return
			}
			t.base = nil
			if t.step() {
				heap.Fix(&all, 0)
			} else {
				heap.Pop(&all)
			}
		}
	}
}

// A tail is what is not written of a site.
type tail struct {
	entry canvas.Entry // the next one
	base  *recording.Base
	next  func() (canvas.Entry, bool)
	stop  func()
}

// newTail begins with runs that follow one another, of which so many entries are
// written before. It returns nil if there are none.
func newTail(runs []canvas.Run, written uint32) *tail {
	if len(runs) == 0 {
		return nil
	}
	t := new(tail)
	if first := runs[0]; first.First == 1 || first.First != written+1 {
		t.base = &recording.Base{Key: first.Key, N: first.First - 1, Chain: first.Before}
	}
	t.next, t.stop = iter.Pull(func(yield func(canvas.Entry) bool) {
		for _, r := range runs {
			for e := range r.Entries() {
				if !yield(e) {
					return
				}
			}
		}
	})
	if !t.step() {
		t.stop()
		return nil
	}
	return t
}

// step goes on to the next entry.
func (t *tail) step() (ok bool) {
	t.entry, ok = t.next()
	return ok
}

// tails are a heap by the places of their next entries.
type tails []*tail

func (h tails) Len() int           { return len(h) }
func (h tails) Less(i, j int) bool { return h[i].entry.Key().Compare(h[j].entry.Key()) < 0 }
func (h tails) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *tails) Push(x any)        { *h = append(*h, x.(*tail)) }

func (h *tails) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
