package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer"
)

// flushEvery is how many operations a pen draws before it waits until they have
// arrived: 320 KB at most, and a link is given up when a megabyte waits for it.
const flushEvery = 2048

// An easel is what a pen needs of a [peer.Peer].
type easel interface {
	Draw(...canvas.PlainOp) (canvas.Stroke, error)
	Continue(canvas.Stroke, ...canvas.PlainOp) (canvas.Stroke, error)
	Undo(canvas.Stroke) error
	Redo(canvas.Stroke) error
	Undoable() canvas.Stroke
	Redoable() canvas.Stroke
}

// A pen draws in a room, no faster than the links carry it.
type pen struct {
	peer easel

	// settle waits until all that was drawn has arrived, and first of all for
	// the links to open.
	settle func(context.Context) error

	drawn   int     // operations
	strokes strokes // what those of others' became that were drawn again
}

// draw draws one operation, and returns which of our own strokes it is part of or
// about. Every flushEvery of them it lets the pen settle, so that no link's queue
// overflows.
func (p *pen) draw(ctx context.Context, i input) (canvas.Stroke, error) {
	if p.drawn%flushEvery == 0 {
		if err := p.settle(ctx); err != nil {
			return canvas.Stroke{}, err
		}
	}
	p.drawn++
	switch op := i.op.(type) {
	case canvas.Undo:
		return p.toggle("undo", i.stroke, p.peer.Undoable, p.peer.Undo)
	case canvas.Redo:
		return p.toggle("redo", i.stroke, p.peer.Redoable, p.peer.Redo)
	case canvas.PlainOp:
		if i.stroke == (canvas.Stroke{}) {
			return p.peer.Draw(op)
		}
		return p.trace(i.stroke, op)
	}
	return canvas.Stroke{}, canvas.ErrUnknown
}

// trace draws what is part of a stroke of somebody's, or of our own.
func (p *pen) trace(said canvas.Stroke, op canvas.PlainOp) (canvas.Stroke, error) {
	own, err := p.peer.Continue(cmp.Or(p.strokes.own(said), said), op)
	if errors.Is(err, peer.ErrNoStroke) { // or none any more
		own, err = p.peer.Continue(canvas.Stroke{}, op)
	}
	if err == nil && own != said && own != (canvas.Stroke{}) {
		p.strokes.remember(said, own)
	}
	return own, err
}

// errNothing means that there is no stroke to undo, or to redo.
var errNothing = errors.New("there is nothing")

// toggle calls do for a stroke of somebody's that was drawn again, for one of our
// own, or, where none is said, for the latest.
func (p *pen) toggle(name string, said canvas.Stroke, latest func() canvas.Stroke, do func(canvas.Stroke) error) (canvas.Stroke, error) {
	own := cmp.Or(p.strokes.own(said), said)
	if said == (canvas.Stroke{}) {
		own = latest()
	}
	if own == (canvas.Stroke{}) {
		return own, fmt.Errorf("%w to %s", errNothing, name)
	}
	err := do(own)
	if errors.Is(err, peer.ErrNoStroke) && said != own {
		err = fmt.Errorf("%w: %q", peer.ErrNoStroke, said)
	}
	return own, err
}

// vain reports whether an operation could not be done only because there is no
// stroke that it is about.
func vain(err error) bool { return errors.Is(err, errNothing) || errors.Is(err, peer.ErrNoStroke) }

// maxStrokes is of how many strokes that are drawn again it is known at least what
// became of them: twice 10 MB.
const maxStrokes = 1 << 18

// strokes are what strokes of others' became that were drawn again. Those that
// nobody has been asked for the longest time are forgotten.
type strokes struct {
	recent, older map[canvas.Stroke]canvas.Stroke
}

// own is what a stroke became; none if that is not known.
func (s *strokes) own(of canvas.Stroke) canvas.Stroke {
	own, found := s.recent[of]
	if !found {
		if own, found = s.older[of]; found {
			s.remember(of, own)
		}
	}
	return own
}

func (s *strokes) remember(of, own canvas.Stroke) {
	if len(s.recent) == maxStrokes {
		s.older, s.recent = s.recent, nil
	}
	if s.recent == nil {
		s.recent = make(map[canvas.Stroke]canvas.Stroke)
	}
	s.recent[of] = own
}

// A pace is when each of many things is due: rate of them a second, from start.
// After a stall it catches up. The zero rate is as fast as possible.
type pace struct {
	start time.Time
	rate  float64
}

// after is how long after the start thing n, counted from zero, is due.
func (p pace) after(n int) time.Duration {
	if p.rate == 0 {
		return 0
	}
	return time.Duration(float64(n) / p.rate * float64(time.Second))
}

// wait waits until thing n is due.
func (p pace) wait(ctx context.Context, n int) error {
	return waitUntil(ctx, p.start.Add(p.after(n)))
}

// waitUntil waits for a moment.
func waitUntil(ctx context.Context, due time.Time) error {
	if wait := time.Until(due); wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}
