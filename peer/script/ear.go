package script

import (
	"context"
	"slices"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer"
)

// penUp is how long a pen rests until its stroke counts as drawn: nothing on the
// wire says so. It is longer than a hand's pen takes from one point to the next,
// and shorter than people notice.
const penUp = 50 * time.Millisecond

// An ear turns what happens in a room into events for a bot: segments into whole
// strokes. Its fields belong to the goroutine that listens.
type ear struct {
	hears interest
	tell  func(event)
	open  []*drawing // strokes whose pen may still be down, in the order of their last segments
}

// A drawing is a stroke that somebody may still be at.
type drawing struct {
	event
	hand string // whose
	last time.Time
}

// listen hears events until they end or ctx does.
func (r *ear) listen(ctx context.Context, events <-chan peer.Event) {
	rest := time.NewTimer(penUp)
	defer rest.Stop()
	for {
		select {
		case ev, ok := <-events:
			if !ok {
				r.finish(func(*drawing) bool { return true })
				return
			}
			before := len(r.open)
			r.hear(ev)
			if before == 0 && len(r.open) > 0 {
				rest.Reset(penUp)
			}
		case now := <-rest.C:
			r.finish(func(d *drawing) bool { return now.Sub(d.last) >= penUp })
			if len(r.open) > 0 {
				rest.Reset(penUp - now.Sub(r.open[0].last))
			}
		case <-ctx.Done():
			return
		}
	}
}

// hear takes in one event of a peer.
func (r *ear) hear(ev peer.Event) {
	switch ev := ev.(type) {
	case peer.Drawn:
		if !ev.Old || r.hears.old {
			r.drawn(ev)
		}
	case peer.Presence:
		kind := "leave"
		if ev.Joined {
			kind = "join"
		}
		r.say(event{kind: kind, from: ev.Peer.ID, name: ev.Peer.Name})
	case peer.Missed:
		r.say(event{kind: "missed", count: ev.Events})
	}
}

// say tells of an event if the program asks for its kind.
func (r *ear) say(e event) {
	if r.hears.in(e.kind) {
		r.tell(e)
	}
}

func (r *ear) drawn(d peer.Drawn) {
	e := event{from: d.From, name: d.Name, old: d.Old, stroke: d.Stroke}
	if s, ok := d.Op.(canvas.Segment); ok {
		if r.hears.in("stroke") {
			r.segment(d, e, s)
		}
		return
	}
	hand := handOf(d)
	switch op := d.Op.(type) {
	case canvas.Rect:
		e.kind, e.color, e.width = "rect", op.Color, op.LineWidth
		e.points = []canvas.Point{op.Origin, {X: op.Origin.X + op.Width, Y: op.Origin.Y + op.Height}}
	case canvas.Clear:
		e.kind = "clear"
	case canvas.Undo:
		e.kind = "undo"
	case canvas.Redo:
		e.kind = "redo"
	default: // a Preview, which is never part of the drawing
		return
	}
	r.finish(func(o *drawing) bool { return o.hand == hand }) // that came before
	r.say(e)
}

// handOf is who drew, as far as that can be told.
func handOf(d peer.Drawn) string {
	if d.From != "" {
		return string(d.From)
	}
	return d.Entry.By + " " + d.Entry.Site.String()
}

// segment adds a segment to its stroke, or begins one.
func (r *ear) segment(d peer.Drawn, e event, s canvas.Segment) {
	hand, now := handOf(d), time.Now()
	i := slices.IndexFunc(r.open, func(o *drawing) bool { return o.hand == hand && o.continues(d, s) })
	var o *drawing
	if i >= 0 {
		o = r.open[i]
		r.open = slices.Delete(r.open, i, i+1)
	} else {
		e.kind, e.color, e.width = "stroke", s.Color, s.Width()
		e.since = d.Stroke != (canvas.Stroke{}) && d.Entry.N != d.Entry.K
		if !e.since { // who begins a stroke has ended the one before
			r.finish(func(o *drawing) bool { return o.hand == hand })
		}
		e.points = []canvas.Point{s.From}
		o = &drawing{event: e, hand: hand}
	}
	if last := o.points[len(o.points)-1]; last != s.From {
		o.points = append(o.points, s.From)
	}
	o.points = append(o.points, s.To)
	o.width, o.last = max(o.width, s.Width()), now
	if len(o.points) >= maxPoints {
		r.say(o.event)
		return
	}
	r.open = append(r.open, o)
}

// continues reports whether a segment belongs to the stroke: it says so or, of a
// peer of the plain protocol, begins where that ended.
func (o *drawing) continues(d peer.Drawn, s canvas.Segment) bool {
	if o.stroke != d.Stroke || o.old != d.Old {
		return false
	}
	return d.Stroke != (canvas.Stroke{}) || o.points[len(o.points)-1] == s.From && o.color == s.Color
}

// finish tells of those strokes that are over.
func (r *ear) finish(over func(*drawing) bool) {
	r.open = slices.DeleteFunc(r.open, func(o *drawing) bool {
		if !over(o) {
			return false
		}
		r.say(o.event)
		return true
	})
}
