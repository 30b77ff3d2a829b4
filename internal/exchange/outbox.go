package exchange

import (
	"time"

	"golang.org/x/time/rate"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// How long what is drawn may wait for more, so that it travels together: the
// cost is per message and link, not per byte. Nobody sees one frame of a screen
// where few are linked; where many are, each message is sent that many times.
const (
	leastWindow   = 16 * time.Millisecond
	windowPerLink = 6 * time.Millisecond
	mostWindow    = 75 * time.Millisecond

	batchBytes = 16 << 10 // that travel together at most

	pauseBytes  = 512 << 10 // that wait for one neighbour: it has stopped reading
	resumeBytes = 64 << 10  // it reads again
)

// An outbox sends what is drawn. It collects that for those neighbours that read
// several messages in one, a line each.
type outbox struct {
	*drawing
	near  *neighbours
	wire  Wire
	route router

	lines   []byte
	sent    time.Time     // when lines was emptied last
	due     bool          // somebody will call ship when it is to be emptied
	live    *rate.Limiter // what we may send
	written uint32        // the number of our last entry
	wrote   func(canvas.Entry)
}

// publish passes an own entry to the synced neighbours, and to plain ones too if
// they can read it. If there are too many, synced ones have to pull it.
func (o *outbox) publish(e canvas.Entry, plain bool, now time.Time) {
	if o.wrote != nil {
		o.wrote(e)
	}
	if o.written = e.N; !o.live.AllowN(now, 1) {
		o.flush() // of what came before
		for _, n := range o.near.synced {
			n.skipped = e.N
		}
	}
	e.Site = canvas.Site{} // the receivers know whose link it is
	o.post(canvas.AppendMessage(nil, e), e.Op, plain)
}

// post passes a message, which is about op, to the synced neighbours, and to plain
// ones too if toPlain says that they can read it: to some at once, to others with
// the next ship.
func (o *outbox) post(data []byte, op canvas.Op, toPlain bool) {
	lines := false
	for n := range o.route.live(o.near) {
		if n.lines {
			lines = true
		} else {
			o.send(n, data)
		}
	}
	if lines {
		o.gather(data)
	}
	if !toPlain {
		return
	}
	for id, n := range o.near.plain {
		switch {
		case n.missed || o.wire.Queued(id) >= pauseBytes:
			n.missed = true
		case n.older:
			for _, s := range segments(op) {
				o.wire.Send(id, canvas.AppendOp(nil, s), true)
			}
		default:
			o.wire.Send(id, data, true)
		}
	}
}

// send sends what was drawn to a neighbour, unless it lacks what came before, or
// does not read: then it has to pull all of it.
func (o *outbox) send(n *synced, data []byte) {
	if o.behind(n) || o.wire.Queued(n.id) >= pauseBytes {
		n.skipped = o.written
	} else {
		o.wire.Send(n.id, data, true)
	}
}

// gather keeps a message for the next ship.
func (o *outbox) gather(data []byte) {
	if len(o.lines) > 0 {
		if len(o.lines)+1+len(data) > batchBytes {
			o.flush()
		} else {
			o.lines = append(o.lines, '\n')
		}
	}
	o.lines = append(o.lines, data...)
}

// flush empties the outbox.
func (o *outbox) flush() {
	if len(o.lines) == 0 {
		return
	}
	data := o.lines
	for n := range o.route.live(o.near) {
		if n.lines {
			o.send(n, data)
		}
	}
	o.lines = make([]byte, 0, min(len(data), 1<<10))
}

// ship empties the outbox if that was last done long enough ago. If not, it says
// once how long to wait.
func (o *outbox) ship(now time.Time) (wait time.Duration) {
	if len(o.lines) == 0 || o.due {
		return 0
	}
	window := min(max(leastWindow, time.Duration(o.near.count())*windowPerLink), mostWindow)
	if wait = window - now.Sub(o.sent); wait > 0 {
		o.due = true
		return wait
	}
	o.flush()
	o.sent = now
	return 0
}

// stuck reports whether a neighbour has much to read before anything new.
func (o *outbox) stuck(id signaling.ID) bool { return o.wire.Queued(id) >= resumeBytes }

// behind reports whether a neighbour was not sent all that we drew, and does not
// hold it yet. Then it is not sent more, either, which it could not take.
func (o *outbox) behind(n *synced) bool { return n.have[o.log.Site()] < n.skipped }
