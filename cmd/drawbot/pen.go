package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"drawmesh/canvas"
)

// flushEvery is how many operations a pen draws before it waits until they have
// arrived: 320 KB at most, and a link is given up when a megabyte waits for it.
const flushEvery = 2048

// An easel is what a pen needs of a [peer.Peer].
type easel interface {
	Draw(...canvas.PlainOp) (canvas.Stroke, error)
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

	drawn int // operations
}

// draw draws one operation. Every flushEvery of them it lets the pen settle, so
// that no link's queue overflows.
func (p *pen) draw(ctx context.Context, op canvas.Op) error {
	if p.drawn%flushEvery == 0 {
		if err := p.settle(ctx); err != nil {
			return err
		}
	}
	p.drawn++
	switch op := op.(type) {
	case canvas.Undo:
		return toggled("undo", p.peer.Undoable(), p.peer.Undo)
	case canvas.Redo:
		return toggled("redo", p.peer.Redoable(), p.peer.Redo)
	case canvas.PlainOp:
		_, err := p.peer.Draw(op)
		return err
	}
	return canvas.ErrUnknown
}

// errNothing means that there is no stroke to undo, or to redo.
var errNothing = errors.New("there is nothing")

// toggled calls toggle for the latest stroke, and makes an error of there being
// none.
func toggled(name string, latest canvas.Stroke, toggle func(canvas.Stroke) error) error {
	if latest == (canvas.Stroke{}) {
		return fmt.Errorf("%w to %s", errNothing, name)
	}
	return toggle(latest)
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
	if wait := time.Until(p.start.Add(p.after(n))); wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}
