package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"drawmesh/peer"
)

// A drawing is under way.
type drawing struct {
	source   opened
	peer     *peer.Peer
	audience *audience
	warn     func(format string, args ...any)
	show     func() // now and then, if not nil

	start time.Time
	drawn int // operations
	bad   int // lines that held none
}

// maxBadLines is how many bad lines are told one by one.
const maxBadLines = 10

// run draws until the source ends, or its time, or ctx does.
func (d *drawing) run(ctx context.Context) error {
	if err := d.audience.await(ctx, d.peer); err != nil {
		return unlessDone(ctx, err)
	}
	d.start = time.Now()
	if err := d.draw(ctx); err != nil {
		return err
	}
	// Even after Ctrl-C, what was drawn arrives.
	last, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(closeTimeout, cancel) })()
	err := d.peer.Flush(last)
	if ctx.Err() == nil && err != nil {
		return fmt.Errorf("%s drawn, not all delivered: %w", count(d.drawn, "operation"), err)
	}
	return nil
}

// draw draws until the source ends, or its time, or ctx does.
func (d *drawing) draw(ctx context.Context) error {
	if d.source.limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, d.source.limit)
		defer cancel()
	} else {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		defer cancel() // ends the reading, if an error ends the drawing
	}
	pace := pace{d.start, d.source.rate}
	var shown time.Time
	for next := range inBackground(ctx, d.source.ops) {
		if errors.As(next.err, new(*lineError)) {
			d.badLine(next.err)
			continue
		}
		if next.err != nil {
			return fmt.Errorf("%s: %w", d.source.name, next.err)
		}
		if pace.wait(ctx, d.drawn) != nil {
			return nil
		}
		if err := d.one(ctx, next); err != nil {
			return unlessDone(ctx, err)
		}
		if d.show != nil && time.Since(shown) > showEvery {
			shown = time.Now()
			d.show()
		}
	}
	return nil
}

// one draws one operation. Every flushEvery of them it waits for the network,
// so that no link's queue overflows.
func (d *drawing) one(ctx context.Context, next reading) error {
	if d.drawn%flushEvery == 0 {
		if err := d.audience.await(ctx, d.peer); err != nil {
			return fmt.Errorf("after %s: %w", count(d.drawn, "operation"), err)
		}
	}
	d.drawn++
	return d.peer.Draw(next.op)
}

func (d *drawing) badLine(err error) {
	d.bad++
	switch {
	case d.bad <= maxBadLines:
		d.warn("%s: %v", d.source.name, err)
	case d.bad == maxBadLines+1:
		d.warn("%s: and so on", d.source.name)
	}
}
