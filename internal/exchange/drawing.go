package exchange

import (
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// A drawing is the log, and what has become of it that somebody is still to be
// told.
type drawing struct {
	log      *canvas.Log
	begun    uint64        // the log's version at first
	ahead    time.Duration // the room's clock less ours
	start    time.Time     // since when our own goes on evenly, whoever sets it
	events   []Event
	views    map[*View]struct{}
	stale    bool // plain peers show something else, since the last tick
	restless bool // something may be due before long

	unverified bool          // something was taken in lazily
	forged     []canvas.Site // what was found when that was looked at, to be told
}

// ticks is a time in the measure of the log, by the room's clock.
func (d *drawing) ticks(now time.Time) uint64 {
	if d.start.IsZero() {
		d.start = now
	}
	return canvas.Ticks(d.start.Add(now.Sub(d.start)).Add(d.ahead))
}

// changed notes a change of the picture.
func (d *drawing) changed(c canvas.Change) {
	d.restless = true
	for v := range d.views {
		v.change = v.change.Join(c)
	}
}

// outdated notes a change that plain peers cannot make themselves, an undo or a
// clear that not everything fell to: they will be shown all again.
func (d *drawing) outdated(op canvas.Op) {
	if _, ok := op.(canvas.Clear); !ok || d.log.Len() > 0 {
		d.stale = true
	}
}

// verify looks at the signatures of what was taken in lazily: before any of it is
// told to others, or kept.
func (d *drawing) verify() {
	if !d.unverified {
		return
	}
	d.unverified = false
	forged, change := d.log.Verify()
	for _, site := range forged {
		d.stale = true
		d.forged = append(d.forged, site)
	}
	if len(forged) > 0 {
		d.changed(change)
	}
}

// fault tells of something wrong with a neighbour.
func (d *drawing) fault(peer signaling.ID, err error) {
	d.events = append(d.events, Fault{peer, err})
}

// A View follows the drawing, beside others that do.
type View struct {
	of     *drawing
	change canvas.Change // since the last Look
}

// Look lends the log, with what has changed since the last time. At first that
// is everything, if there is anything. All of it has been verified.
func (v *View) Look(look func(log *canvas.Log, since canvas.Change)) {
	v.of.verify()
	since := v.change
	v.change = canvas.Change{}
	look(v.of.log, since)
}

// Close ends the following.
func (v *View) Close() { delete(v.of.views, v) }
