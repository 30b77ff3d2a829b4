package recording

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"drawmesh/canvas"
)

// A Combined is what recordings come to: one drawing, and who drew it.
type Combined struct {
	Header  Header // of the first recording
	Drawing *Drawing
	Authors *Authors
	Ops     int // that the drawing has taken in: each once, and none that waits for one that is missing
}

// Combine puts together what was recorded up to a moment, as [Merge] yields it.
// Of who drew, it takes into account what is said later, too. Authors are those
// to add to; nil means new ones.
//
// What is wrong with single records it passes over and tells of, and so it does
// of entries that are missing. If tell is nil, the first of these errors is the
// end.
func Combine(ctx context.Context, merged iter.Seq2[Timed, error], until Moment, authors *Authors, tell func(error)) (*Combined, error) {
	c := &Combined{Drawing: NewDrawing(), Authors: cmp.Or(authors, new(Authors))}
	past := until.Past()
	for t, err := range merged {
		if err == nil {
			err = cmp.Or(ctx.Err(), c.add(t, past(t)))
		}
		switch {
		case err == nil:
		case tell == nil || !Passable(err):
			return nil, err
		default:
			tell(err)
		}
	}
	if until == (Moment{}) {
		for _, err := range c.Drawing.Lacks() {
			if tell == nil {
				return nil, err
			}
			tell(err)
		}
	}
	return c, nil
}

// add takes in a record, of which only the names count if it is past.
func (c *Combined) add(t Timed, past bool) error {
	if h, ok := t.Record.(Header); ok && (c.Header.Version == 0 || h.Started.Before(c.Header.Started)) {
		c.Header = h
	}
	if past {
		c.Authors.Add(t.Record, nil)
		return nil
	}
	_, err := c.Drawing.Add(t.Record)
	for _, step := range c.Drawing.Taken() {
		if step.Entry.N > 0 || step.First != nil || step.Clear.T > 0 {
			c.Ops++
		}
	}
	c.Authors.Add(t.Record, c.Drawing.Taken())
	if err != nil {
		return &SourceError{t.Source, &LineError{t.Line, err}}
	}
	return nil
}

// Lacks says which entries have not come, and were followed by others. [Passable] is
// true of such an error.
func (d *Drawing) Lacks() (errs []error) {
	missing := d.Missing()
	for _, site := range slices.SortedFunc(maps.Keys(missing), func(a, b canvas.Site) int { return bytes.Compare(a[:], b[:]) }) {
		errs = append(errs, &SourceError{"the logs", &LackError{site, missing[site], len(d.early[site])}})
	}
	return errs
}

// A LackError says that an entry has not come, and how many that follow it wait.
type LackError struct {
	Site canvas.Site
	N    uint32
	Wait int
}

func (e *LackError) Error() string {
	return fmt.Sprintf("entry %d of site %s has not come by then; entries after it, left out: %d", e.N, e.Site, e.Wait)
}

// Arrivals goes through what comes up to a moment, as a timelapse shows it. It
// yields each operation before d takes it in, with how the picture has changed
// since the one before; and in the end what is left of that, with the zero Timed.
// An operation that d has already is passed over, and so are records that are
// wrong. The first other error ends it, and goes to failed.
func Arrivals(d *Drawing, merged iter.Seq2[Timed, error], until Moment, failed *error) iter.Seq2[Timed, canvas.Change] {
	return func(yield func(Timed, canvas.Change) bool) {
		past := until.Past()
		var since canvas.Change
		for t, err := range merged {
			switch {
			case err != nil && Passable(err):
				continue
			case err != nil:
				*failed = err
				return
			case past(t):
				yield(Timed{}, since)
				return
			case !d.awaits(t.Record):
				continue
			case !yield(t, since):
				return
			}
			since, _ = d.Add(t.Record) // what it does not take is not shown
		}
		yield(Timed{}, since)
	}
}

// awaits reports whether a record could change the drawing.
func (d *Drawing) awaits(rec Record) bool {
	switch rec := rec.(type) {
	case Op:
		return rec.Entry.N == 0 || rec.Entry.N > d.have[rec.Entry.Site] && d.log.Void(rec.Entry.Site) == nil
	case Clear:
		switch {
		case rec.First != nil:
			return rec.First.N > d.have[rec.First.Site]
		case rec.Clear != canvas.Clear{}:
			return d.log.LastClear().Less(rec.Clear)
		}
		return true
	case Base, Lie, Dead, Forget:
		return true
	}
	return false
}

// Locate is where an entry was recorded first: in which line of which source.
// Found is false if it was nowhere.
func Locate(merged iter.Seq2[Timed, error], e canvas.Entry) (at Timed, found bool) {
	for t, err := range merged {
		if op, ok := t.Record.(Op); ok && err == nil && op.Entry.Site == e.Site && op.Entry.N == e.N {
			return t, true
		}
	}
	return Timed{}, false
}
