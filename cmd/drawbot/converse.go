package main

import (
	"context"
	"io"
	"sync"

	"drawmesh/peer"
)

// A conversation is what a program in any language and its peer tell each other,
// one JSON object a line. docs/bots.md describes it.
type conversation struct {
	peer    *peer.Peer
	address string    // of the room
	in      io.Reader // what the program says
	inName  string    // what that is, to people
	out     *recordWriter
	say     func(format string, args ...any) // nil: nobody wants to know
	warn    func(format string, args ...any)
	said    chan struct{} // closed when all that the program said has been done, and it says no more
}

// hold holds it, until ctx is done, the program does not listen any more, or the
// peer has left.
func (c *conversation) hold(ctx context.Context) error {
	p, out, a := c.peer, c.out, newAudience(companyWait)
	out.write(selfRecord{"self", p.ID(), p.Name(), c.address, recordsVersion})
	out.write(signalingRecord{Type: "signaling", State: "connected"})
	if c.say != nil {
		a.warn = c.warn
		defer func() {
			if err := a.lacking(); err != nil {
				c.warn("%v", err)
			}
		}()
	}
	w := &syncWatch{of: p, write: out.write, say: c.say}
	go hear(p, func(ev peer.Event) {
		a.hear(ev)
		w.hear(ev)
		out.write(recordOf(ev))
		warnOf(c.warn, ev)
	})

	ctx, cancel := context.WithCancel(ctx)
	var tasks sync.WaitGroup
	defer patiently(tasks.Wait)
	defer cancel()
	tasks.Go(func() { c.draw(ctx, a) })
	tasks.Go(func() { w.watch(ctx) })
	select {
	case <-ctx.Done():
		return nil
	case err := <-out.broken:
		return notWritable("standard output", err)
	case <-p.Done():
		return p.Err()
	}
}

// draw draws what the program says and answers what it asks, until that ends or
// ctx does.
func (c *conversation) draw(ctx context.Context, a *audience) {
	defer close(c.said)
	pen := pen{peer: c.peer}
	pen.settle = func(ctx context.Context) error {
		if pen.drawn == 0 {
			_ = a.await(ctx, c.peer) // whoever cannot be reached now gets it later
			catchUp(ctx, c.peer, companyWait)
			return ctx.Err()
		}
		return c.peer.Flush(ctx)
	}
	for i, err := range inBackground(ctx, readInput(c.in)) {
		var answer any
		if err == nil {
			if answer, err = answerTo(ctx, i, &pen, c.peer); err != nil {
				err = i.wrong(err)
			}
		}
		switch {
		case err == nil:
			c.out.write(answer)
		case ctx.Err() == nil:
			c.warn("%s: %v", c.inName, err)
			c.out.write(inputError(err))
		}
	}
}
