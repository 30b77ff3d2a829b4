package exchange

import (
	"drawmesh/canvas"
	"drawmesh/signaling"
)

// A drawing is the log, and what has become of it that somebody is still to be
// told.
type drawing struct {
	log      *canvas.Log
	version  uint64 // counts what has been taken in or drawn
	events   []Event
	views    map[*View]struct{}
	stale    bool // plain peers show something else, since the last tick
	restless bool // something may be due before long
}

// changed notes a change of the picture.
func (d *drawing) changed(c canvas.Change) {
	d.version++
	d.restless = true
	for v := range d.views {
		v.change = v.change.Join(c)
	}
}

// outdated notes a change that plain peers cannot make themselves, an undo or a
// clear that not everything fell to: they will be shown all again.
func (d *drawing) outdated(op canvas.Op) {
	if _, ok := op.(canvas.Clear); !ok || d.log.Len() > 1 {
		d.stale = true
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
// is everything, if there is anything.
func (v *View) Look(look func(log *canvas.Log, since canvas.Change)) {
	since := v.change
	v.change = canvas.Change{}
	look(v.of.log, since)
}

// Close ends the following.
func (v *View) Close() { delete(v.of.views, v) }
