package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"drawmesh/canvas/recording"
	"drawmesh/peer"
)

// A drawing is under way.
type drawing struct {
	source   opened
	peer     *peer.Peer
	audience *audience
	warn     func(format string, args ...any)
	show     func() // now and then, if not nil

	pen   pen
	start time.Time
	bad   int // lines that could not be drawn
}

// maxBadLines is how many of these are told one by one.
const maxBadLines = 10

// run draws until the source ends, or its time does. What was drawn when ctx
// ends is still delivered.
func (d *drawing) run(ctx context.Context) error {
	d.pen = pen{peer: d.peer, settle: func(ctx context.Context) error { return d.audience.await(ctx, d.peer) }}
	d.start = time.Now() // even if nobody comes
	if err := d.pen.settle(ctx); err != nil {
		return orInterrupted(ctx, err, "nothing was drawn")
	}
	catchUp(ctx, d.peer, syncWait) // for a clear wipes what its author has seen
	d.start = time.Now()
	whole, err := d.draw(ctx)
	if err == nil {
		err = d.deliver(ctx)
	}
	switch {
	case ctx.Err() != nil && (!whole || err != nil):
		return d.interrupted(ctx, err)
	case err != nil && d.pen.drawn > 0:
		return fmt.Errorf("after %s: %w", count(d.pen.drawn, "operation"), err)
	}
	return err
}

// interrupted says how far d was when ctx ended, and whether that has arrived.
func (d *drawing) interrupted(ctx context.Context, err error) error {
	drew, arrived := count(d.pen.drawn, "operation"), "which have arrived"
	if d.source.total > 0 {
		drew = fmt.Sprintf("%d of %s", d.pen.drawn, count(d.source.total, "operation"))
	}
	if err != nil {
		arrived = "which may not all have arrived"
	}
	return interrupted(ctx, "drew %s, %s", drew, arrived)
}

// draw draws until the source ends, or its time, or stay does: then not the
// whole is drawn.
func (d *drawing) draw(stay context.Context) (whole bool, err error) {
	ctx, cancel := limited(stay, d.source.limit)
	defer cancel()
	var shown time.Time
	for i, err := range inBackground(ctx, d.source.ops) {
		if errors.As(err, new(*recording.LineError)) {
			d.badLine(err)
			continue
		}
		if err == errTorn {
			d.warn("%s: %v", d.source.name, err)
			continue
		}
		if err != nil {
			return false, fmt.Errorf("%s: %w", d.source.name, causeOnPath(err))
		}
		due := d.source.due(d.pen.drawn, i.op)
		late := d.source.limit > 0 && due >= d.source.limit // after a stall, too
		if late || waitUntil(ctx, d.start.Add(due)) != nil {
			break
		}
		_, err := d.pen.draw(ctx, i)
		switch {
		case err != nil && ctx.Err() != nil:
			return stay.Err() == nil, nil
		case vain(err):
			d.badLine(i.wrong(err))
		case err != nil:
			return false, err
		}
		if d.show != nil && time.Since(shown) > showEvery {
			shown = time.Now()
			d.show()
		}
	}
	return stay.Err() == nil, nil
}

// deliver waits until all that was drawn has arrived: for closeTimeout at most
// once ctx is done.
func (d *drawing) deliver(ctx context.Context) error {
	last, cancel := outlasting(ctx)
	defer cancel()
	err := d.peer.Flush(last)
	if err == nil && openLinks(d.peer) == 0 {
		return errAlone
	}
	return err
}

// badLine tells of a line that could not be drawn, unless there were many.
func (d *drawing) badLine(err error) {
	d.bad++
	switch {
	case d.bad <= maxBadLines:
		d.warn("%s: %v", d.source.name, err)
	case d.bad == maxBadLines+1:
		d.warn("%s: and so on", d.source.name)
	}
}
