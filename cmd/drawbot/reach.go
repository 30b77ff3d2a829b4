package main

import (
	"cmp"
	"errors"
	"fmt"
	"sync"
	"time"

	"drawmesh/peer"
	"drawmesh/signaling"
)

// linkWait is after how long somebody without a link counts as one whom we do
// not reach. Links open in much less; an attempt at one is given up later.
const linkWait = 5 * time.Second

// maxUnlinked is how many of those without a link are told of one by one.
const maxUnlinked = 10

// A reach is whom a stay in a room has had a link to, and whom never: what these
// drew may be missing, and what was drawn for them may not have come. Methods
// may be called concurrently.
type reach struct {
	warn func(format string, args ...any)

	mu      sync.Mutex
	here    map[signaling.ID]*company
	linked  int // of those who have left; who never was, and stayed too short a time to tell, is not counted
	without int // likewise: those that were not reached
	warned  int
}

// Company is somebody who is in the room.
type company struct {
	name   string
	since  time.Time
	linked bool // once at least
	failed bool // an attempt at a link did
}

// newReach returns one that warns, if warn is not nil, of those to whom there is
// no link.
func newReach(warn func(string, ...any)) *reach {
	return &reach{warn: warn, here: make(map[signaling.ID]*company)}
}

// hear takes an event of the peer's.
func (r *reach) hear(ev peer.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch ev := ev.(type) {
	case peer.Presence:
		if ev.Joined {
			r.here[ev.Peer.ID] = &company{name: ev.Peer.Name, since: time.Now()}
			return
		}
		if c := r.here[ev.Peer.ID]; c != nil {
			r.linked, r.without = c.count(r.linked, r.without)
			delete(r.here, ev.Peer.ID)
		}
	case peer.Missed:
		clear(r.here) // of these it is not known any more
	case peer.Link:
		c := r.here[ev.Peer]
		switch {
		case c == nil:
		case ev.State == peer.Open:
			c.linked = true
		case ev.State == peer.Lost && !c.linked && !c.failed:
			c.failed = true
			if r.warned++; r.warn != nil && r.warned <= maxUnlinked {
				r.warn("no link to %s (%v); it is tried again", c.name, linkCause(ev.Err))
			}
		}
	}
}

// linkCause is why a link was lost, without the peer's id.
func linkCause(err error) error {
	return cmp.Or(errors.Unwrap(err), err)
}

// count adds somebody to those who were linked, or to those who were not.
func (c *company) count(linked, without int) (int, int) {
	switch {
	case c.linked:
		linked++
	case c.failed || time.Since(c.since) >= linkWait:
		without++
	}
	return linked, without
}

// lacking says to how many there never was a link; nil if there was to all.
func (r *reach) lacking() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	linked, without := 0, 0
	for _, c := range r.here {
		linked, without = c.count(linked, without)
	}
	err := unlinked(without, linked+without)
	switch {
	case r.without == 0:
		return err
	case err == nil:
		return unlinked(r.without, r.linked+r.without+linked)
	}
	return fmt.Errorf("%w; nor was there one to %s who left before", err, count(r.without, "peer"))
}

// unlinked says that there is no link to so many of the peers that there are.
func unlinked(without, peers int) error {
	if without == 0 {
		return nil
	}
	return &statusError{exitIncomplete, fmt.Errorf("no link to %d of %s: their network or ours may block UDP", without, count(peers, "peer"))}
}
