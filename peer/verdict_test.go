package peer

import (
	"fmt"
	"slices"
	"time"

	"drawmesh/canvas"
)

// judge says what is wrong with what the survivors show, which is the same for
// all, in paint order.
func (w *witness) judge(survivors []*life, shown []canvas.Segment) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.wrong != nil {
		return w.wrong
	}
	shows := make(map[canvas.Segment]bool)
	for _, op := range shown {
		if w.items[op] == nil {
			return fmt.Errorf("%+v shows, which nobody drew", op)
		}
		if shows[op] {
			return fmt.Errorf("%+v shows twice", op)
		}
		shows[op] = true
	}
	c := &court{witness: w, survivors: survivors, shows: shows}
	for op, i := range w.items {
		if err := c.item(op, i); err != nil {
			return err
		}
	}
	return w.order(shown)
}

// A court decides what should show.
type court struct {
	*witness
	survivors []*life
	shows     map[canvas.Segment]bool
}

func (c *court) item(op canvas.Segment, i *item) error {
	shows := c.shows[op]
	reached, all := false, true
	for _, l := range c.survivors {
		_, saw := l.saw[op]
		reached, all = reached || saw, all && saw
	}
	undone := i.by != nil && c.undone(i)
	cleared, perhaps := c.cleared(i)
	perhaps = perhaps || i.by == nil && cleared // another may have logged it again
	switch {
	case shows && !all:
		return fmt.Errorf("shows, though not everybody was told of it: %s", c.describe(i))
	case shows && undone:
		return fmt.Errorf("shows, though it was undone: %s", c.describe(i))
	case shows && cleared && !perhaps:
		return fmt.Errorf("came back after a clear: %s", c.describe(i))
	case !shows && reached && !undone && !cleared && !perhaps:
		return fmt.Errorf("lost: %s", c.describe(i))
	}
	return nil
}

func (c *court) describe(i *item) string {
	by := "a plain peer"
	if i.by != nil {
		by = i.by.name
	}
	return fmt.Sprintf("%+v, stroke %d of %s", i.op, i.stroke, by)
}

// reached reports whether a survivor wrote an entry, or was told of it.
func (c *court) reached(by *life, name named) bool {
	for _, l := range c.survivors {
		if l == by || l.heard[name] {
			return true
		}
	}
	return false
}

// undone goes through what its author did with the stroke, as far as it reached
// a survivor.
func (c *court) undone(i *item) (hidden bool) {
	for _, t := range c.toggles {
		if t.by == i.by && t.stroke == i.stroke && c.reached(t.by, t.named) {
			hidden = t.hides
		}
	}
	return hidden
}

// moment is by how much an entry may be later in the log than it was drawn: each of
// many that are drawn at once takes a sixteenth of a millisecond.
const moment = 20 * time.Millisecond

// cleared reports whether a clear that reached a survivor wiped i: its author had
// seen that, or it had been drawn before. Perhaps it did where both were in one
// moment.
func (c *court) cleared(i *item) (cleared, perhaps bool) {
	var last time.Time // of the clears that reached a survivor
	for _, l := range c.survivors {
		if l.wiped.After(last) {
			last = l.wiped
		}
	}
	for _, wipe := range c.wipes {
		if wipe.at.After(last.Add(moment)) {
			continue // it reached nobody who is left
		}
		cleared = cleared || wipe.what[i.op] || i.at.Add(moment).Before(wipe.at)
		perhaps = perhaps || !i.at.After(wipe.at.Add(moment))
	}
	return cleared, perhaps && !cleared
}

// order finds something painted over by what its author had seen before.
func (w *witness) order(shown []canvas.Segment) error {
	for at, op := range shown {
		i := w.items[op]
		if i.by == nil {
			continue
		}
		for _, over := range shown[at+1:] {
			if n, ok := i.by.saw[over]; ok && n < i.after && !w.again(over) {
				return fmt.Errorf("%+v is painted over %+v, whose author had seen it before", over, op)
			}
		}
	}
	return nil
}

// again reports whether somebody may have logged op again, of a plain peer,
// after a clear that wiped it where it was logged first.
func (w *witness) again(op canvas.Segment) bool {
	i := w.items[op]
	return i.by == nil && slices.ContainsFunc(w.wipes, func(c *wiped) bool {
		return c.what[op] || !c.at.Before(i.at)
	})
}
