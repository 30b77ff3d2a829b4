package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"drawmesh/peer"
)

// errAlone means that there is nobody to draw for, or to ask.
var errAlone = &statusError{exitAlone, errors.New("nobody else is in the room")}

// An audience is whoever there is to draw for.
type audience struct {
	*reach
	wait time.Duration // for the first of them
	news chan struct{} // one slot: somebody came

	mu   sync.Mutex
	lost error // why the latest link was lost
}

func newAudience(wait time.Duration) *audience {
	return &audience{reach: newReach(nil), wait: wait, news: make(chan struct{}, 1)}
}

// A place is what an audience needs to know of a [peer.Peer].
type place interface {
	Members() []peer.Member
	Flush(context.Context) error
	Done() <-chan struct{}
	Err() error
}

// hear takes an event of the peer's.
func (a *audience) hear(ev peer.Event) {
	a.reach.hear(ev)
	switch ev := ev.(type) {
	case peer.Presence:
		select {
		case a.news <- struct{}{}:
		default:
		}
	case peer.Link:
		if ev.State == peer.Lost {
			a.mu.Lock()
			a.lost = ev.Err
			a.mu.Unlock()
		}
	}
}

// await waits until all that p drew has arrived, and fails if there is nobody
// whom p can reach.
func (a *audience) await(ctx context.Context, p place) error {
	timeout := time.NewTimer(a.wait)
	defer timeout.Stop()
	for {
		for len(p.Members()) == 0 {
			select {
			case <-a.news:
			case <-timeout.C:
				return fmt.Errorf("%w (waited %v)", errAlone, a.wait)
			case <-p.Done():
				return p.Err()
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if err := p.Flush(ctx); err != nil {
			return err
		}
		if openLinks(p) > 0 {
			return nil
		}
		if n := len(p.Members()); n > 0 {
			return &statusError{exitIncomplete, fmt.Errorf("%s in the room, and no link to any: their network or ours may block UDP (%w)", count(n, "peer"), a.cause())}
		}
	}
}

func (a *audience) cause() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.lost == nil {
		return errors.New("none opened")
	}
	return linkCause(a.lost)
}

// openLinks is how many members p can reach.
func openLinks(p place) int {
	n := 0
	for _, m := range p.Members() {
		if m.Link == peer.Open {
			n++
		}
	}
	return n
}
