package peer

import (
	"bytes"
	"iter"
	"slices"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
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

// An outbox collects what is drawn for those neighbours that read several
// messages in one, a line each. The zero value is empty.
type outbox struct {
	lines []byte
	sent  time.Time // when lines was emptied last
	due   bool      // somebody will call ship when it is to be emptied
}

// post passes a message, which is about op, to the synced neighbours, and to plain
// ones too if plain says that they can read it: to some at once, to others with
// the next ship.
func (r *replica) post(data []byte, op canvas.Op, plain bool) {
	lines := false
	msg := mesh.Message{Data: data, Text: true}
	for id, n := range r.neighbours {
		switch {
		case n.lines:
			lines = true
		case n.plain() && !plain:
		case n.plain() && (n.missed || r.wire.Queued(id) >= pauseBytes):
			n.missed = true
		case n.older:
			for _, s := range segments(op) {
				r.wire.Send(id, mesh.Message{Data: canvas.AppendOp(nil, s), Text: true})
			}
		case r.behind(n) || r.wire.Queued(id) >= pauseBytes:
			n.skipped = r.written
		default:
			r.wire.Send(id, msg)
		}
	}
	if lines {
		r.gather(data)
	}
}

// gather keeps a message for the next ship.
func (r *replica) gather(data []byte) {
	if len(r.outbox.lines) > 0 {
		if len(r.outbox.lines)+1+len(data) > batchBytes {
			r.flush()
		} else {
			r.outbox.lines = append(r.outbox.lines, '\n')
		}
	}
	r.outbox.lines = append(r.outbox.lines, data...)
}

// flush empties the outbox.
func (r *replica) flush() {
	if len(r.outbox.lines) == 0 {
		return
	}
	msg := mesh.Message{Data: r.outbox.lines, Text: true}
	for id, n := range r.neighbours {
		switch {
		case !n.lines:
		case r.behind(n) || r.wire.Queued(id) >= pauseBytes:
			n.skipped = r.written
		default:
			r.wire.Send(id, msg)
		}
	}
	r.outbox.lines = make([]byte, 0, min(len(msg.Data), 1<<10))
}

// ship empties the outbox if that was last done long enough ago. If not, it says
// once how long to wait.
func (r *replica) ship(now time.Time) (wait time.Duration) {
	if len(r.outbox.lines) == 0 || r.outbox.due {
		return 0
	}
	window := min(max(leastWindow, time.Duration(len(r.neighbours))*windowPerLink), mostWindow)
	if wait = window - now.Sub(r.outbox.sent); wait > 0 {
		r.outbox.due = true
		return wait
	}
	r.flush()
	r.outbox.sent = now
	return 0
}

// stuck reports whether a neighbour has much to read before anything new.
func (r *replica) stuck(n *neighbour) bool { return r.wire.Queued(n.id) >= resumeBytes }

// behind reports whether a neighbour was not sent all that we drew, and does not
// hold it yet. Then it is not sent more, either, which it could not take.
func (r *replica) behind(n *neighbour) bool {
	return !n.plain() && n.have[r.log.Site()] < n.skipped
}

// patience is how long to wait for somebody to pull what it was not sent.
const patience = 5 * time.Second

// An owed is what a neighbour was not sent and has to pull.
type owed struct {
	to       *neighbour
	upTo     uint32 // the last of our entries
	holds    uint32 // of which it has said to hold so many
	progress time.Time
}

// owes tells those who were not sent all that we drew what there is, and is what
// they are to pull.
func (r *replica) owes(now time.Time) (list []*owed) {
	for _, n := range r.neighbours {
		if r.behind(n) {
			if n.told != r.version && n.answer == nil {
				r.tell(n)
			}
			list = append(list, &owed{to: n, upTo: n.skipped, progress: now})
		}
	}
	return list
}

// delivered reports whether all of list is held by those it is owed to, or these
// are gone or do not want it.
func (r *replica) delivered(list []*owed, now time.Time) bool {
	for _, o := range list {
		if have := o.to.have[r.log.Site()]; have > o.holds {
			o.holds, o.progress = have, now
		}
		if o.holds < o.upTo && now.Sub(o.progress) < patience && r.neighbours[o.to.id] == o.to {
			return false
		}
	}
	return true
}

// messages parts what a neighbour said.
func (n *neighbour) messages(data []byte) iter.Seq[[]byte] {
	if !n.lines {
		return slices.Values([][]byte{data})
	}
	return bytes.SplitSeq(data, []byte{'\n'})
}
