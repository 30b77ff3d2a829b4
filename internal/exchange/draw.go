package exchange

import (
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// Log is the drawing, to look at.
func (x *Exchange) Log() *canvas.Log { return x.log }

// Ahead is by how much the room's clock, by which entries are stamped, is ahead of
// the times that the exchange is told.
func (x *Exchange) Ahead() time.Duration { return x.ahead }

// SetAhead sets that.
func (x *Exchange) SetAhead(d time.Duration) { x.ahead = d }

// View begins to follow the drawing.
func (x *Exchange) View() *View {
	v := &View{of: x.drawing}
	if x.log.Len() > 0 {
		v.change = canvas.Change{Kind: canvas.Everything, Box: canvas.Everywhere}
	}
	x.views[v] = struct{}{}
	return v
}

// Draw writes one op with the own pen, and sends it. It returns the number of its
// stroke, 0 if it belongs to none.
func (x *Exchange) Draw(op canvas.PlainOp, now time.Time) (stroke uint32, err error) {
	return x.pen.draw(op, now)
}

// Extend writes one op that is part of the own stroke k, or of a new one if that
// is 0, and sends it. It returns the number of that stroke.
func (x *Exchange) Extend(k uint32, op canvas.PlainOp, now time.Time) (stroke uint32, err error) {
	return x.pen.extend(k, op, now)
}

// Undo hides the own stroke k, and Redo shows it again.
func (x *Exchange) Undo(k uint32, now time.Time) error { return x.pen.toggle(x.log.Undo, k, now) }

// Redo shows the own stroke k again.
func (x *Exchange) Redo(k uint32, now time.Time) error { return x.pen.toggle(x.log.Redo, k, now) }

// CaughtUp says that what was drawn before we came is here: what comes from now
// on is news, however it comes.
func (x *Exchange) CaughtUp() { x.take.caught = true }

// Complete reports whether we hold all that our neighbours said to hold. Of those
// who did not send it when asked, nobody waits for it.
func (x *Exchange) Complete() bool { return x.pull.complete() }

// Sum is the digest of all that we hold, verified and signed.
func (x *Exchange) Sum() canvas.Digest {
	x.out.sign()
	x.verify()
	return x.log.Digest()
}

// Agree reports whether all neighbours hold what we do, and how many there are
// that could: nobody asks those who have lied.
func (x *Exchange) Agree() (synced int, all bool) {
	sum := x.Sum()
	all = true
	for _, n := range x.near.synced {
		if x.log.Void(n.site) == nil {
			synced++
			all = all && n.known && !n.unsteady && n.sum == sum
		}
	}
	return synced, all
}

// Pulled is how many bytes each neighbour has sent of what was drawn before.
func (x *Exchange) Pulled() map[signaling.ID]int { return x.pull.pulled }

// Author is who drew e, if that is known.
func (x *Exchange) Author(e canvas.Entry) signaling.ID { return x.near.author(e) }

// Leaves reports whether a neighbour has said that it leaves.
func (x *Exchange) Leaves(id signaling.ID) bool {
	n := x.near.synced[id]
	return n != nil && n.leaves
}

// Sites are those that the neighbours write as.
func (x *Exchange) Sites() map[signaling.ID]canvas.Site {
	sites := make(map[signaling.ID]canvas.Site, len(x.near.synced))
	for id, n := range x.near.synced {
		sites[id] = n.site
	}
	return sites
}

// A Delivery is what some neighbours were not sent, and have to pull.
type Delivery struct {
	of   *Exchange
	list []*owed
}

// Flush sends all that was drawn. Who has to pull some of it is told so.
func (x *Exchange) Flush(now time.Time) *Delivery {
	x.out.flush()
	return &Delivery{x, x.tell.owes(now)}
}

// Done reports whether they have pulled it, or do not want it.
func (d *Delivery) Done(now time.Time) bool { return d.of.tell.delivered(d.list, now) }
