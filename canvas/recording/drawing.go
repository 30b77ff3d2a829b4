package recording

import (
	"errors"
	"fmt"

	"drawmesh/canvas"
	"drawmesh/internal/early"
)

// A Drawing puts together again what recordings have: one log of all their
// entries, in whatever order these come, and however often. It is for one
// goroutine at a time.
//
// A recording that began late lacks what had been cleared by then. Its dead
// lines tell, and where there are none, the clears: each counts all that its
// author had.
type Drawing struct {
	log   *canvas.Log
	early early.Entries[struct{}]
	held  int
	taken []canvas.Entry
	wrote map[canvas.Stroke]uint32 // the strokes that operations without a place were said to be part of, as own ones
	clear canvas.Entry             // the last one that stands in taken for what was buried
}

// maxEarly bounds the entries that wait for others.
const maxEarly = 1 << 17

// NewDrawing returns an empty one. Its own log's site writes the operations
// that have no place in any log, in the order in which they come.
func NewDrawing() *Drawing {
	return &Drawing{
		log:   canvas.NewLog(canvas.Site([]byte("unstamped00"))),
		early: make(early.Entries[struct{}]),
		wrote: make(map[canvas.Stroke]uint32),
		clear: canvas.Entry{Site: canvas.Site([]byte("buried00000")), T: 1, Op: canvas.Clear{}},
	}
}

// Log is what there is. It must not be changed.
func (d *Drawing) Log() *canvas.Log { return d.log }

// Add takes in what a record says, and tells how the picture changes. An entry
// that follows one that has not come waits for it, see Missing.
func (d *Drawing) Add(rec Record) (canvas.Change, error) {
	d.taken = d.taken[:0]
	switch rec := rec.(type) {
	case Op:
		if rec.Entry.N == 0 {
			return d.write(rec.Entry.Op, rec.Stroke)
		}
		return d.add(rec.Entry)
	case Dead:
		return d.bury(rec.Dead)
	case Forget:
		return d.log.Forget(rec.Site), nil
	}
	return canvas.Change{}, nil
}

// Check says whether the drawing is another than that which the recorder had. It
// is for a Drawing of one recording only.
func (d *Drawing) Check(c Check) error {
	if sum := d.log.Sum(); sum != c.Sum {
		return fmt.Errorf("the operations up to here come to another drawing than the recorder's: sum %s, not %s", sum, c.Sum)
	}
	return nil
}

// Taken are the entries that the last Add took in, which may have waited. Any
// other log can take them in, one Add after another: to it, what is known to be
// dead only falls to a clear. It is valid until the next Add.
func (d *Drawing) Taken() []canvas.Entry { return d.taken }

// Early is how many entries wait for others.
func (d *Drawing) Early() int { return d.held }

// Missing names, for each site of which entries wait, the entry that they wait
// for.
func (d *Drawing) Missing() canvas.Vector {
	missing := make(canvas.Vector)
	have := d.log.Have()
	for site := range d.early {
		missing[site] = have[site] + 1
	}
	return missing
}

func (d *Drawing) add(e canvas.Entry) (canvas.Change, error) {
	change, err := d.log.Add(e)
	if _, clear := e.Op.(canvas.Clear); clear && isGap(err) {
		buried, _ := d.bury(e.Cut) // Add tells of what is wrong
		change, err = d.log.Add(e)
		change = buried.Join(change)
	}
	switch {
	case isGap(err):
		return change, d.hold(e)
	case errors.Is(err, canvas.ErrDuplicate):
		return change, nil
	case err != nil:
		return change, err
	}
	d.taken = append(d.taken, e)
	released, err := d.release(e.Site)
	change = change.Join(released)
	for site := range e.Cut {
		released, more := d.release(site)
		change, err = change.Join(released), errors.Join(err, more)
	}
	return change, err
}

func isGap(err error) bool { return errors.As(err, new(*canvas.GapError)) }

func (d *Drawing) bury(dead canvas.Vector) (canvas.Change, error) {
	change, err := d.log.MarkDead(dead)
	if err != nil || len(dead) == 0 {
		return change, err
	}
	d.clear.N++
	d.clear.Cut = dead
	d.taken = append(d.taken, d.clear)
	for site := range dead {
		released, more := d.release(site)
		change, err = change.Join(released), errors.Join(err, more)
	}
	return change, err
}

// hold keeps an entry until it can be taken in.
func (d *Drawing) hold(e canvas.Entry) error {
	if d.held == maxEarly {
		return fmt.Errorf("%d entries wait for others that are missing", maxEarly)
	}
	if d.early.Add(early.Entry[struct{}]{Entry: e}) {
		d.held++
	}
	return nil
}

// release takes in what waited for the entries that the site now has.
func (d *Drawing) release(site canvas.Site) (change canvas.Change, err error) {
	d.early.Release(site, func(kept early.Entry[struct{}]) bool {
		c, e := d.log.Add(kept.Entry)
		switch {
		case isGap(e):
			return true
		case e == nil:
			d.taken = append(d.taken, kept.Entry)
		case !errors.Is(e, canvas.ErrDuplicate):
			err = errors.Join(err, e)
		}
		change = change.Join(c)
		d.held--
		return false
	})
	return change, err
}

// write takes in an operation that has no place in a log, and is part of a stroke
// or about one, if that is said.
func (d *Drawing) write(op canvas.LogOp, stroke canvas.Stroke) (canvas.Change, error) {
	said := stroke != (canvas.Stroke{})
	k := d.wrote[stroke]
	switch op := op.(type) {
	case canvas.Clear:
		clear(d.wrote)
		entries, change, err := d.log.Clear()
		d.taken = append(d.taken, entries...)
		return change, err
	case canvas.Undo:
		if !said {
			k = d.log.Undoable()
		}
		return d.toggle(d.log.Undo, k)
	case canvas.Redo:
		if !said {
			k = d.log.Redoable()
		}
		return d.toggle(d.log.Redo, k)
	case canvas.Shape:
		e, err := d.log.Draw(op, k)
		if err != nil {
			return canvas.Change{}, err
		}
		if said {
			d.wrote[stroke] = e.K
		}
		d.taken = append(d.taken, e)
		return canvas.Change{Kind: canvas.Appended, From: e.Key(), Box: canvas.Bounds(e.Op)}, nil
	}
	return canvas.Change{}, nil
}

// toggle undoes or redoes the stroke k with what, if there is one.
func (d *Drawing) toggle(what func(uint32) (canvas.Entry, canvas.Change, error), k uint32) (canvas.Change, error) {
	if k == 0 {
		return canvas.Change{}, nil
	}
	e, change, err := what(k)
	if err == nil {
		d.taken = append(d.taken, e)
	}
	return change, err
}
