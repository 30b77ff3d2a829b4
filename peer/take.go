package peer

import (
	"errors"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

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
		if err := r.claims(n, canvas.Vector{e.Site: e.N - 1}, nil, now); err != nil {
			r.fault(n, err)
			return
		}
		r.hold(n, e)
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
	var author signaling.ID
	for id, n := range r.neighbours {
		if n.site != e.Site {
			continue
		}
		if author != "" {
			return "" // both say that it is their site
		}
		author = id
	}
	return author
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
	for site := range r.held.bySite {
		r.release(site, now)
	}
	r.collect(n, data, now)
}
