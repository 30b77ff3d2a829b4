package exchange

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// An Exchange is a peer's copy of the drawing, and its exchange with those of its
// neighbours. It is passive and for one goroutine at a time. What it has to tell
// collects until Events is called.
type Exchange struct {
	*drawing
	near *neighbours
	wire Wire
	rate int    // as Options.Rate
	role string // as Options.Role

	out     *outbox
	pen     *pen
	tell    *teller
	life    *heartbeat
	answers *answers
	pull    *puller
	sponsor *sponsor
	take    *receiver
	compare *comparer

	entries []canvas.Entry // scratch of a hearing
}

// Options configures [New]. Wire is required; every other zero value is a
// working default.
type Options struct {
	Wire Wire

	// Log is the drawing to begin with. Nil means an empty one.
	Log *canvas.Log

	// Rate is how many operations a second are sent, and taken from each
	// neighbour, as they are drawn. Zero means 500; negative, no limit.
	Rate int

	// Role is what to say to be beside descriptions, such as "bot". Empty says nothing.
	Role string

	// Wrote hears of each own entry, as it is written. Nil does not.
	Wrote func(canvas.Entry)
}

// New returns an exchange without neighbours.
func New(opts Options) *Exchange {
	if opts.Log == nil {
		opts.Log = canvas.NewLog(canvas.NewSigner())
	}
	d := &drawing{log: opts.Log, begun: opts.Log.Version(), views: make(map[*View]struct{})}
	near := newNeighbours()
	x := &Exchange{drawing: d, near: near, wire: opts.Wire, rate: opts.Rate, role: opts.Role}
	x.out = &outbox{drawing: d, near: near, wire: opts.Wire, route: everybody{}, live: ownLimit(opts.Rate), wrote: opts.Wrote}
	x.pen = &pen{drawing: d, out: x.out}
	x.tell = &teller{drawing: d, near: near, out: x.out, wire: opts.Wire}
	x.life = &heartbeat{drawing: d, near: near, out: x.out, wire: opts.Wire, random: rand.Float64}
	x.answers = &answers{drawing: d, near: near, tell: x.tell, wire: opts.Wire}
	x.pull = &puller{drawing: d, near: near, tell: x.tell, wire: opts.Wire, pulled: make(map[signaling.ID]int)}
	x.sponsor = &sponsor{drawing: d, near: near, pen: x.pen, out: x.out, wire: opts.Wire}
	x.take = &receiver{drawing: d, near: near, sponsor: x.sponsor, wire: opts.Wire}
	x.compare = &comparer{drawing: d, near: near, wire: opts.Wire}
	return x
}

// Opened takes in a neighbour, who said theirs beside its last description, as
// we said ours. Its capability tells whether it is a synced one.
func (x *Exchange) Opened(id signaling.ID, theirs, ours json.RawMessage, now time.Time) {
	x.restless = true
	x.out.flush() // the newcomer is told of it as of all that was drawn before
	c, ok := parseCapability(theirs)
	if !ok || c.Key.Site() == x.log.Site() {
		x.near.plain[id] = &plain{id: id, limits: newLimits(x.rate), redraw: now}
		return
	}
	n := &synced{
		id: id, key: c.Key, site: c.Key.Site(), limits: newLimits(x.rate),
		life: life{acks: c.Acks, heard: now, pinged: now},
	}
	n.pause = x.life.idle(n)
	x.near.add(n)
	if c.Have != nil && x.tells(ours) {
		n.told = x.log.Version()
	} else {
		x.tell.tell(n)
	}
	if c.Have != nil {
		m, err := ParseMessage(c.Have)
		if have, ok := m.(Have); ok && err == nil {
			err = x.heardHave(n, have, now)
		} else {
			err = errHave
		}
		if err != nil {
			x.fault(id, err)
		}
	}
}

var errHave = errors.New("what it says to hold, beside its description, cannot be read")

// Wavers notes that a neighbour's link is unsteady, or is no more.
func (x *Exchange) Wavers(id signaling.ID, unsteady bool, now time.Time) {
	if n := x.near.synced[id]; n != nil {
		n.unsteady, n.heard, x.restless = unsteady, now, true
	}
}

// Closed lets go of a neighbour.
func (x *Exchange) Closed(id signaling.ID) {
	x.restless = true
	x.near.remove(id)
	x.pull.forsake(id)
}

// Tick does what time makes due.
func (x *Exchange) Tick(now time.Time) {
	x.life.wake(now)
	x.sponsor.adoptDue(now)
	for _, n := range x.near.plain {
		x.sponsor.show(n, now)
	}
	for _, n := range x.near.synced {
		x.compare.look(n, now)
		if !x.out.stuck(n.id) {
			x.tell.remind(n)
		}
		x.life.look(n, now)
	}
	x.stale = false
	x.tell.announce(now)
	x.take.look()
	x.pull.ask(now)
	x.restless = !x.calm()
}

// calm reports whether nothing is due before long but pings.
func (x *Exchange) calm() bool {
	if len(x.sponsor.waiting) > 0 || x.unverified {
		return false
	}
	for _, n := range x.near.plain {
		if !n.redraw.IsZero() || n.missed || n.replay != nil {
			return false
		}
	}
	for _, n := range x.near.synced {
		if !n.known || n.unsteady || n.told != x.log.Version() || n.holds != x.log.Digest() || x.out.behind(n) || n.lacks(x.log) {
			return false
		}
	}
	return true
}

// Restless reports whether something may be due before long.
func (x *Exchange) Restless() bool { return x.restless }

// Pump sends more of what neighbours asked for, and reports whether there is more
// to come.
func (x *Exchange) Pump() bool {
	more := x.answers.pump()
	return x.sponsor.pump() || more
}

// Ship sends what was drawn, unless it may wait for more: then it says once how
// long to wait. Due says that this has passed.
func (x *Exchange) Ship(now time.Time) (wait time.Duration) { return x.out.ship(now) }

// Due says that the time is over which Ship said to wait.
func (x *Exchange) Due() { x.out.due = false }

// Bye tells the neighbours that we leave, after all that we drew.
func (x *Exchange) Bye() { x.life.bye() }

// Events returns what there is to tell since the last call.
func (x *Exchange) Events() []Event {
	events := x.events
	x.events = nil
	return events
}
