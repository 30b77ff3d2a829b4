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
	bad   int // lines that held none
}

// maxBadLines is how many bad lines are told one by one.
const maxBadLines = 10

// run draws until the source ends, or its time, or ctx does.
func (d *drawing) run(ctx context.Context) error {
	d.pen = pen{peer: d.peer, settle: func(ctx context.Context) error { return d.audience.await(ctx, d.peer) }}
	d.start = time.Now() // even if nobody comes
	if err := d.pen.settle(ctx); err != nil {
		return unlessDone(ctx, err)
	}
	catchUp(ctx, d.peer, syncWait) // for a clear wipes what its author has seen
	d.start = time.Now()
	err := d.draw(ctx)
	if err == nil {
		err = d.deliver(ctx)
	}
	if err != nil && d.pen.drawn > 0 {
		err = fmt.Errorf("after %s: %w", count(d.pen.drawn, "operation"), err)
	}
	return err
}

// draw draws until the source ends, or its time, or ctx does.
func (d *drawing) draw(ctx context.Context) error {
	ctx, cancel := limited(ctx, d.source.limit)
	defer cancel()
	pace := pace{d.start, d.source.rate}
	var shown time.Time
	for op, err := range inBackground(ctx, d.source.ops) {
		if errors.As(err, new(*recording.LineError)) {
			d.badLine(err)
			continue
		}
		if err == errTorn {
			d.warn("%s: %v", d.source.name, err)
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", d.source.name, err)
		}
		late := d.source.limit > 0 && pace.after(d.pen.drawn) >= d.source.limit // after a stall, too
		if late || pace.wait(ctx, d.pen.drawn) != nil {
			return nil
		}
		if err := d.pen.draw(ctx, op); err != nil {
			return unlessDone(ctx, err)
		}
		if d.show != nil && time.Since(shown) > showEvery {
			shown = time.Now()
			d.show()
		}
	}
	return nil
}

// deliver waits until all that was drawn has arrived: for closeTimeout at most
// once ctx is done.
func (d *drawing) deliver(ctx context.Context) error {
	last, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(closeTimeout, cancel) })()
	err := d.peer.Flush(last)
	if err == nil && openLinks(d.peer) == 0 {
		err = errAlone
	}
	return unlessDone(ctx, err)
}

// badLine tells of a line that holds no operation, unless there were many.
func (d *drawing) badLine(err error) {
	d.bad++
	switch {
	case d.bad <= maxBadLines:
		d.warn("%s: %v", d.source.name, err)
	case d.bad == maxBadLines+1:
		d.warn("%s: and so on", d.source.name)
	}
}
