package peer

import (
	"errors"
	"slices"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// held keeps entries that came before others which they follow, for as long as
// those are being asked for.
type held struct {
	entries map[canvas.Site][]canvas.Entry // each in the order of their numbers
	size    int
}

// add takes in an entry, or keeps it until it can be.
func (r *replica) add(n *neighbour, e canvas.Entry, now time.Time) {
	change, err := r.log.Add(e)
	var gap *canvas.GapError
	switch {
	case err == nil:
		r.taken(e, change, now)
		r.release(e.Site, now)
	case errors.Is(err, canvas.ErrDuplicate):
	case errors.As(err, &gap):
		n.gap = n.gap || !n.hurried(now)
		if !r.lacks(n) {
			n.claimed = now
		}
		n.have, n.ahead = join(n.have, canvas.Vector{e.Site: e.N - 1}), true
		r.hold(e)
	default:
		r.fault(n, err)
	}
}

// taken tells of an entry that is in the log now.
func (r *replica) taken(e canvas.Entry, change canvas.Change, now time.Time) {
	r.changed(change)
	if _, ok := e.Op.(canvas.Clear); ok {
		r.cleared = now
	}
	r.events = append(r.events, Drawn{From: r.author(e), Op: e.Op, Entry: e})
	if change.Kind > canvas.Appended {
		r.outdated(e.Op)
	}
}

// author is who drew e, if that can be told: a plain peer, or a neighbour.
func (r *replica) author(e canvas.Entry) signaling.ID {
	if e.By != "" {
		return signaling.ID(e.By)
	}
	for id, n := range r.neighbours {
		if n.site == e.Site {
			return id
		}
	}
	return ""
}

func (r *replica) hold(e canvas.Entry) {
	list := r.held.entries[e.Site]
	at, found := slices.BinarySearchFunc(list, e.N, func(e canvas.Entry, n uint32) int { return int(int64(e.N) - int64(n)) })
	if !found && r.held.size < maxHeld {
		r.held.entries[e.Site] = slices.Insert(list, at, e)
		r.held.size++
	}
}

// release takes in what was held of a site, as far as it goes.
func (r *replica) release(site canvas.Site, now time.Time) {
	list := r.held.entries[site]
	for len(list) > 0 {
		change, err := r.log.Add(list[0])
		var gap *canvas.GapError
		if errors.As(err, &gap) {
			break
		}
		if err == nil {
			r.taken(list[0], change, now)
		}
		list = list[1:]
		r.held.size--
	}
	if r.held.entries[site] = list; len(list) == 0 {
		delete(r.held.entries, site)
	}
}

// heardFrame takes in a frame of entries.
func (r *replica) heardFrame(n *neighbour, data []byte, now time.Time) {
	if !n.admitsFrame(now) {
		return
	}
	r.pulled[n.id] += len(data)
	before, size := r.log.Have(), r.log.Len()
	change, err := r.log.Merge(data)
	n.merged(r.log.Len()-size, now)
	var refused *canvas.RefusedError
	switch {
	case errors.Is(err, canvas.ErrUnknown):
	case errors.As(err, &refused):
		r.fault(n, err)
	case err != nil && change.Kind == canvas.Nothing:
		r.fault(n, err)
		r.wire.Reset(n.id, err)
		return
	}
	r.pull.progress = now
	r.pull.gave = r.pull.gave || n.id == r.pull.from
	r.changed(change)
	for e := range r.log.Lacking(before) {
		if _, ok := e.Op.(canvas.Clear); ok {
			r.cleared = now
		}
		r.events = append(r.events, Drawn{From: r.author(e), Op: e.Op, Entry: e})
	}
	if change.Kind > canvas.Appended {
		r.outdated(nil)
	}
	for site := range r.held.entries {
		r.release(site, now)
	}
	r.collect(n, data, now)
}
