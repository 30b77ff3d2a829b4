package main

import (
	"context"
	"time"

	"drawmesh/canvas"
)

// flushEvery is how many operations a pen draws before it waits until they
// have arrived: some 30 KB, far below what a link may have queued.
const flushEvery = 256

// A canvasPeer is what a pen needs of a [peer.Peer].
type canvasPeer interface {
	Draw(...canvas.Op) error
	Flush(context.Context) error
}

// A pen draws in a room, no faster than the links carry it.
type pen struct {
	peer canvasPeer

	drawn int // operations
}

// draw draws one operation. Now and then it waits for the network.
func (p *pen) draw(ctx context.Context, op canvas.Op) error {
	if p.drawn%flushEvery == 0 { // the first time, for the links to open
		if err := p.peer.Flush(ctx); err != nil {
			return err
		}
	}
	p.drawn++
	return p.peer.Draw(op)
}

// A pace is when each of many things is due: rate of them a second, from start.
// After a stall it catches up. The zero rate is as fast as possible.
type pace struct {
	start time.Time
	rate  float64
}

// wait waits until thing n, counted from zero, is due.
func (p pace) wait(ctx context.Context, n int) error {
	if p.rate == 0 {
		return ctx.Err()
	}
	due := p.start.Add(time.Duration(float64(n) / p.rate * float64(time.Second)))
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
