package main

import (
	"errors"
	"fmt"
	"iter"

	"drawmesh/canvas"
)

// A replay puts a recording's entries together again.
//
// A recording that began late lacks what had been cleared by then, and what
// follows that must not count as a gap. The clears that it has tell: each
// counts all that its author had.
type replay struct {
	log    *canvas.Log
	eraser canvas.Entry // the latest clear of our own, for what the recording lacks
	early  []earlyEntry // by line
}

// An earlyEntry is one that came before others which it follows.
type earlyEntry struct {
	line  int
	entry canvas.Entry
}

func newReplay() *replay {
	return &replay{
		log:    canvas.NewLog(canvas.Site{}),
		eraser: canvas.Entry{Site: canvas.NewSite(), T: 1, Op: canvas.Clear{}},
	}
}

// add takes in the entry in a line.
func (r *replay) add(line int, e canvas.Entry) error {
	_, err := r.log.Add(e)
	if _, clear := e.Op.(canvas.Clear); clear && isGap(err) {
		if err = r.erase(e.Cut); err == nil {
			_, err = r.log.Add(e)
		}
	}
	switch {
	case isGap(err):
		r.early = append(r.early, earlyEntry{line, e})
		return nil
	case errors.Is(err, canvas.ErrDuplicate):
		return nil
	}
	return err
}

// erase takes note that all which cut counts has been and is gone.
func (r *replay) erase(cut canvas.Vector) error {
	if len(cut) == 0 {
		return nil
	}
	e := r.eraser
	e.N++
	e.Cut = cut
	_, err := r.log.Add(e)
	if err == nil {
		r.eraser = e
	}
	return err
}

// ops yields what is to be seen, once all entries are there. Those that never
// found their place are errors.
func (r *replay) ops() iter.Seq2[canvas.Op, error] {
	return func(yield func(canvas.Op, error) bool) {
		for _, err := range r.settle() {
			if !yield(nil, err) {
				return
			}
		}
		for e := range r.log.Paint(canvas.Key{}) {
			if !yield(e.Op, nil) {
				return
			}
		}
	}
}

// settle adds the early entries, now that what they follow may have come, and
// says what is wrong with the rest.
func (r *replay) settle() []error {
	var errs []error
	for before := -1; len(r.early) != before; {
		before = len(r.early)
		early := r.early
		r.early = nil
		for _, e := range early {
			if err := r.add(e.line, e.entry); err != nil {
				errs = append(errs, &lineError{e.line, err})
			}
		}
	}
	for _, e := range r.early {
		errs = append(errs, &lineError{e.line, fmt.Errorf("entry %d of site %s follows one that is missing", e.entry.N, e.entry.Site)})
	}
	return errs
}

func isGap(err error) bool { return errors.As(err, new(*canvas.GapError)) }
