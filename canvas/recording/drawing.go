package recording

import (
	"errors"
	"fmt"

	"drawmesh/canvas"
)

// A Drawing puts together again what recordings have: one log of all their
// entries, in whatever order these come, and however often. It is for one
// goroutine at a time.
//
// A recording that began late lacks what had been cleared by then. It says from
// where on it has what; a recording of the first log has dead lines, and where there
// are none, the clears, of which each counts all that its author had.
type Drawing struct {
	log    *canvas.Log
	signed canvas.Verifier
	first  firstSum
	second bool // there is something that is not of the first log
	have   canvas.Vector
	early  early
	taken  []canvas.Step
	wrote  map[canvas.Stroke]uint32 // the strokes that operations without a place were said to be part of, as own ones
}

// unstamped is the site of what has no place in any log.
var unstamped = canvas.Site([]byte("unstamped00\x00\x00\x00\x00\x00"))

// NewDrawing returns an empty one. Its own log's site writes the operations
// that have no place in any log, in the order in which they come.
func NewDrawing() *Drawing {
	return &Drawing{
		log: canvas.NewUnsigned(unstamped), have: make(canvas.Vector), early: make(early),
		wrote: make(map[canvas.Stroke]uint32),
	}
}

// Log is what there is. It must not be changed.
func (d *Drawing) Log() *canvas.Log { return d.log }

// Signed says of each author how far there are signatures. Of who wrote in the first
// log there are none.
func (d *Drawing) Signed() []canvas.Signed { return d.signed.Authors() }

// Sum tells in hexadecimal whether it is the drawing that a recorder had: its log's
// digest, or the sum of the first log.
func (d *Drawing) Sum() string {
	if d.second {
		return d.signed.Digest(d.log.LastClear()).String()
	}
	return d.first.String()
}

// Add takes in what a record says, and tells how the picture changes. An entry
// that follows one that has not come waits for it, see Missing.
func (d *Drawing) Add(rec Record) (canvas.Change, error) {
	d.taken = d.taken[:0]
	switch rec := rec.(type) {
	case Header:
		d.second = d.second || rec.Version > 2
	case Op:
		if rec.Entry.N == 0 {
			return d.write(rec.Entry.Op, rec.Stroke)
		}
		return d.add(canvas.FirstEntry{Entry: rec.Entry})
	case Clear:
		return d.clear(rec)
	case Base:
		return d.begin(rec)
	case Head:
		d.signed.Head(rec.Head)
	case Lie:
		if !d.signed.Proof(rec.Proof) {
			return canvas.Change{}, errors.New("the proof that an author lied proves nothing")
		}
		delete(d.early, rec.Proof.Site())
		return d.step(canvas.Step{Proof: rec.Proof})
	case Dead:
		return d.bury(rec.Dead)
	case Forget:
		d.first.forget(rec.Site)
		_, dead := d.log.Holds(rec.Site)
		d.have[rec.Site] = dead
		return d.step(canvas.Step{Gone: rec.Site})
	}
	return canvas.Change{}, nil
}

// Check says whether the drawing is another than that which the recorder had. It
// is for a Drawing of one recording only.
func (d *Drawing) Check(c Check) error {
	if sum := d.Sum(); sum != c.Sum {
		return fmt.Errorf("the operations up to here come to another drawing than the recorder's: sum %s, not %s", sum, c.Sum)
	}
	return nil
}

// Taken is what the last Add took in, which may have waited. Any other log of
// [canvas.NewUnsigned] can take it in, one step after another. It is valid until the
// next Add.
func (d *Drawing) Taken() []canvas.Step { return d.taken }

// Early is how many entries wait for others.
func (d *Drawing) Early() int { return d.early.count() }

// Missing names, for each site of which entries wait, the entry that they wait
// for.
func (d *Drawing) Missing() canvas.Vector {
	missing := make(canvas.Vector)
	for site := range d.early {
		missing[site] = d.have[site] + 1
	}
	return missing
}

// step takes in what any log can.
func (d *Drawing) step(s canvas.Step) (canvas.Change, error) {
	change, err := d.log.Step(s)
	if err == nil {
		d.taken = append(d.taken, s)
	}
	return change, err
}

// add takes in an entry, or keeps it until it can be.
func (d *Drawing) add(e canvas.FirstEntry) (canvas.Change, error) {
	switch have := d.have[e.Site]; {
	case e.N <= have, d.log.Void(e.Site) != nil:
		return canvas.Change{}, nil
	case e.N > have+1 && e.Op == nil: // what a clear counts was there
		buried, _ := d.bury(e.Cut) // what is wrong shows below
		if e.N > d.have[e.Site]+1 {
			return buried, d.early.add(e)
		}
		change, err := d.take(e)
		return buried.Join(change), err
	case e.N > have+1:
		return canvas.Change{}, d.early.add(e)
	}
	return d.take(e)
}

// take takes in the next entry of its site, and what waited for it.
func (d *Drawing) take(e canvas.FirstEntry) (change canvas.Change, err error) {
	if held, _ := d.log.Holds(e.Site); held < e.N-1 { // it forgot what had been cleared
		if change, err = d.step(canvas.Step{Dead: canvas.Vector{e.Site: e.N - 1}}); err != nil {
			return change, err
		}
	}
	var taken canvas.Change
	if e.Op == nil {
		taken, err = d.step(canvas.Step{First: &e})
	} else {
		taken, err = d.step(canvas.Step{Entry: e.Entry})
	}
	if change = change.Join(taken); err != nil {
		return change, err
	}
	d.have[e.Site] = e.N
	if ofFirst(e.Site) {
		d.first.add(e)
	} else {
		d.second = true
		d.signed.Add(e.Entry)
	}
	d.raise(e.Cut)
	released, err := d.release(e.Site)
	change = change.Join(released)
	for site := range e.Cut {
		released, more := d.release(site)
		change, err = change.Join(released), errors.Join(err, more)
	}
	return change, err
}

// raise takes note that so much has come, or never will.
func (d *Drawing) raise(dead canvas.Vector) {
	for site, n := range dead {
		d.have[site] = max(d.have[site], n)
	}
}

// release takes in what waited for the entries that the site now has.
func (d *Drawing) release(site canvas.Site) (change canvas.Change, err error) {
	for e, ok := d.early.next(site, d.have[site]); ok; e, ok = d.early.next(site, d.have[site]) {
		c, e := d.take(e)
		change, err = change.Join(c), errors.Join(err, e)
	}
	return change, err
}

// begin takes in where a site's entries begin.
func (d *Drawing) begin(b Base) (change canvas.Change, err error) {
	d.second = true
	site := b.Key.Site()
	if d.signed.Knows(site) && b.N <= d.have[site] {
		return change, nil // another recording has told
	}
	d.signed.Base(b.Key, b.N, b.Chain)
	if b.N > 0 {
		return d.bury(canvas.Vector{site: b.N})
	}
	return change, nil
}

func (d *Drawing) bury(dead canvas.Vector) (change canvas.Change, err error) {
	if len(dead) == 0 {
		return change, nil
	}
	if change, err = d.step(canvas.Step{Dead: dead}); err != nil {
		return change, err
	}
	d.first.bury(dead)
	d.raise(dead)
	for site := range dead {
		released, more := d.release(site)
		change, err = change.Join(released), errors.Join(err, more)
	}
	return change, err
}

// clear takes in a clear, of whatever log.
func (d *Drawing) clear(c Clear) (canvas.Change, error) {
	switch {
	case c.First != nil:
		return d.add(*c.First)
	case c.Clear != canvas.Clear{}:
		d.second = true
		if !c.Clear.Signed() {
			return canvas.Change{}, errors.New("a clear that nobody signed")
		}
		if !d.log.LastClear().Less(c.Clear) {
			return canvas.Change{}, nil
		}
		return d.step(canvas.Step{Clear: c.Clear})
	}
	clear(d.wrote)
	cut := d.have.Clone()
	n := cut[unstamped]
	return d.add(canvas.FirstEntry{Entry: canvas.Entry{Site: unstamped, N: n + 1, T: d.log.Next(0)}, Cut: cut})
}

// write takes in an operation that has no place in a log, and is part of a stroke
// or about one, if that is said.
func (d *Drawing) write(op canvas.LogOp, stroke canvas.Stroke) (canvas.Change, error) {
	said := stroke != (canvas.Stroke{})
	e := canvas.Entry{Site: unstamped, N: d.have[unstamped] + 1, T: d.log.Next(0), K: d.wrote[stroke], Op: op}
	switch op := op.(type) {
	case canvas.Undo:
		if !said {
			e.K = d.log.Undoable()
		}
	case canvas.Redo:
		if !said {
			e.K = d.log.Redoable()
		}
	case canvas.Shape:
		e.Op = canvas.Round(op)
		if e.K == 0 {
			e.K = e.N
		}
		if said {
			d.wrote[stroke] = e.K
		}
	}
	if e.K == 0 {
		return canvas.Change{}, nil // it is about nothing
	}
	return d.add(canvas.FirstEntry{Entry: e})
}

// ofFirst reports whether a site is one of the first log.
func ofFirst(s canvas.Site) bool { return len(s.String()) == 11 }
