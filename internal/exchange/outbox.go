package exchange

import (
	"bytes"
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
	lineBytes  = 256      // of them, about, for another entry, and a head

	pauseBytes  = 512 << 10 // that wait for one neighbour: it has stopped reading
	resumeBytes = 64 << 10  // it reads again
)

// An outbox sends what is drawn. It collects that for the synced neighbours, a line
// each, and signs it as it goes.
type outbox struct {
	*drawing
	near  *neighbours
	wire  Wire
	route router

	lines    []byte
	unsigned bool          // lines ends with entries that no head covers yet
	sent     time.Time     // when lines was emptied last
	due      bool          // somebody will call ship when it is to be emptied
	live     *rate.Limiter // what we may send
	written  uint32        // the number of our last entry
	wrote    func(canvas.Entry)
}

// publish passes the entry that was just written to the synced neighbours, and to
// plain ones too if they can read it. If there are too many, synced ones have to
// pull it.
func (o *outbox) publish(e canvas.Entry, plain bool, now time.Time) {
	if o.wrote != nil {
		o.wrote(e)
	}
	o.written = e.N
	e.Site = canvas.Site{} // the sender's own
	o.line()
	begin := len(o.lines)
	o.lines = canvas.AppendMessage(o.lines, e)
	if plain && len(o.near.plain) > 0 {
		o.show(bytes.Clone(o.lines[begin:]), e.Op)
	}
	o.unsigned = true
	if o.log.Signed().N == e.N { // at a milestone
		o.sign()
	}
	admitted := o.live.AllowN(now, 1)
	if len(o.lines) >= batchBytes-lineBytes || !admitted && o.reaches() {
		o.flush()
	}
	if !admitted {
		for _, n := range o.near.synced {
			o.skip(n, e.N)
		}
	}
}

// reaches reports whether there is a synced neighbour that was sent all that we drew.
func (o *outbox) reaches() bool {
	for _, n := range o.near.synced {
		if !o.behind(n) {
			return true
		}
	}
	return false
}

// post passes a message, which is about op and no entry, to the synced neighbours,
// and to plain ones too if toPlain says that they can read it.
func (o *outbox) post(data []byte, op canvas.Op, toPlain bool) {
	o.gather(data)
	if toPlain {
		o.show(data, op)
	}
}

// show passes a message to the plain neighbours.
func (o *outbox) show(data []byte, op canvas.Op) {
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

// gather keeps a message for the next ship, after what was drawn before it.
func (o *outbox) gather(data []byte) {
	o.sign()
	if len(o.lines)+1+len(data) > batchBytes {
		o.flush()
	}
	o.line()
	o.lines = append(o.lines, data...)
}

// line begins a new line.
func (o *outbox) line() {
	if len(o.lines) > 0 {
		o.lines = append(o.lines, '\n')
	}
}

// sign signs what was written: a head goes after it.
func (o *outbox) sign() {
	if !o.unsigned {
		return
	}
	o.unsigned = false
	o.log.Sign()
	o.line()
	o.lines = canvas.AppendMessage(o.lines, o.log.Signed())
}

// flush empties the outbox.
func (o *outbox) flush() {
	o.sign()
	if len(o.lines) == 0 {
		return
	}
	data := o.lines
	o.lines = make([]byte, 0, min(len(data), 1<<10))
	for n := range o.route.live(o.near) {
		if o.behind(n) || o.wire.Queued(n.id) >= pauseBytes {
			o.skip(n, o.written)
		} else {
			o.wire.Send(n.id, data, true)
		}
	}
}

// skip notes that a neighbour was not sent what we drew up to an entry, because it
// lacks what came before, or does not read: it has to pull all of it. It may not
// have been told what we hold, either.
func (o *outbox) skip(n *synced, upTo uint32) { n.skipped, n.told = upTo, 0 }

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
func (o *outbox) behind(n *synced) bool { return n.skipped > 0 && n.have[o.log.Site()] < n.skipped }
