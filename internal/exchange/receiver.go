package exchange

import (
	"errors"
	"maps"
	"slices"
	"time"

	"drawmesh/canvas"
)

// A receiver takes what neighbours send into the log.
type receiver struct {
	*drawing
	near    *neighbours
	sponsor interface{ wiped(now time.Time) }
	pending *pending
	before  canvas.Vector // what neighbours held when we met them, until we have caught up
	caught  bool          // we have
}

// add takes in an entry, or keeps it until it can be.
func (r *receiver) add(n *synced, e canvas.Entry, now time.Time) error {
	change, err := r.log.Add(e)
	var gap *canvas.GapError
	switch {
	case err == nil:
		r.taken(e, change, now)
		r.release(e.Site, now)
	case errors.Is(err, canvas.ErrDuplicate):
	case errors.As(err, &gap):
		n.gap = n.gap || !n.hurried(now)
		if err := n.claims(r.log, canvas.Vector{e.Site: e.N - 1}, nil, now); err != nil {
			return err
		}
		r.pending.add(n.id, e)
	default:
		return err
	}
	return nil
}

// taken tells of an entry that is in the log now.
func (r *receiver) taken(e canvas.Entry, change canvas.Change, now time.Time) {
	r.changed(change)
	r.drawn(e, now)
	if change.Kind > canvas.Appended {
		r.outdated(e.Op)
	}
}

func (r *receiver) drawn(e canvas.Entry, now time.Time) {
	if _, ok := e.Op.(canvas.Clear); ok {
		r.sponsor.wiped(now)
	}
	r.events = append(r.events, Drawn{From: r.near.author(e), Op: e.Op, Entry: e, Old: e.N <= r.before[e.Site]})
}

// release takes in what was kept of a site, as far as it goes.
func (r *receiver) release(site canvas.Site, now time.Time) {
	r.pending.release(site, func(e canvas.Entry) (early bool) {
		change, err := r.log.Add(e)
		if err == nil {
			r.taken(e, change, now)
		}
		return errors.As(err, new(*canvas.GapError))
	})
}

// frame takes in a frame of entries. Its error may be about some of them only;
// it is worthless if nothing came of it. One of a later version is neither.
func (r *receiver) frame(data []byte, now time.Time) (worthless bool, err error) {
	before := r.log.Have()
	change, err := r.log.Merge(data)
	switch {
	case err == nil:
	case errors.Is(err, canvas.ErrUnknown):
		return false, err
	case errors.As(err, new(*canvas.RefusedError)):
	case change.Kind == canvas.Nothing:
		return true, err
	default:
		err = nil // some of it came too early
	}
	r.changed(change)
	for e := range r.log.Lacking(before) {
		r.drawn(e, now)
	}
	if change.Kind > canvas.Appended {
		r.outdated(nil)
	}
	for _, site := range slices.Collect(maps.Keys(r.pending.Entries)) {
		r.release(site, now)
	}
	return false, err
}

// met notes what a neighbour held when its link opened: until we have caught up
// that was drawn before we came.
func (r *receiver) met(n *synced) {
	if !r.caught {
		r.before = join(r.before, n.have)
	}
}
