package peer

import (
	"errors"
	"slices"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// What came too early is kept within bounds, in bytes, for whoever sends it may
// be anybody. What is not kept is pulled, as if it had not come.
const (
	maxHeld    = 1 << 20     // of one neighbour's: some 3,000 operations
	maxHeldAll = 8 * maxHeld // of all, those that are gone included
	entryCost  = 320         // of one without its names and sites
	siteCost   = 40          // of each site that a clear names
)

// held keeps entries that came before others which they follow, for as long as
// those are being asked for.
type held struct {
	bySite map[canvas.Site][]heldEntry // each in the order of their numbers
	bytes  map[signaling.ID]int        // by who sent them
	all    int                         // bytes
}

type heldEntry struct {
	canvas.Entry
	from signaling.ID
}

func newHeld() held {
	return held{bySite: make(map[canvas.Site][]heldEntry), bytes: make(map[signaling.ID]int)}
}

// cost is about how many bytes it takes to keep the entry.
func (e heldEntry) cost() int { return entryCost + len(e.By) + siteCost*len(e.Cut) }

// hold keeps an entry until it can be taken, if there is room.
func (r *replica) hold(n *neighbour, entry canvas.Entry) {
	h, e := &r.held, heldEntry{entry, n.id}
	if h.all+e.cost() > maxHeldAll && r.holdsOfGone() {
		r.letGoOfGone()
	}
	if h.all+e.cost() > maxHeldAll || h.bytes[n.id]+e.cost() > maxHeld {
		return
	}
	list := h.bySite[e.Site]
	at, found := slices.BinarySearchFunc(list, e.N, func(e heldEntry, n uint32) int { return int(int64(e.N) - int64(n)) })
	if !found {
		h.bySite[e.Site] = slices.Insert(list, at, e)
		h.count(e, e.cost())
	}
}

// count takes into account that an entry came, or with a negative cost went.
func (h *held) count(e heldEntry, cost int) {
	h.all += cost
	if h.bytes[e.from] += cost; h.bytes[e.from] == 0 {
		delete(h.bytes, e.from)
	}
}

func (r *replica) holdsOfGone() bool {
	for id := range r.held.bytes {
		if r.neighbours[id] == nil {
			return true
		}
	}
	return false
}

// letGoOfGone makes room: what is held of those who have left lacks something
// that they cannot send any more.
func (r *replica) letGoOfGone() {
	for site, list := range r.held.bySite {
		r.keepHeld(site, slices.DeleteFunc(list, func(e heldEntry) bool {
			gone := r.neighbours[e.from] == nil
			if gone {
				r.held.count(e, -e.cost())
			}
			return gone
		}))
	}
}

// keepHeld is what is held of a site from now on.
func (r *replica) keepHeld(site canvas.Site, list []heldEntry) {
	if r.held.bySite[site] = list; len(list) == 0 {
		delete(r.held.bySite, site)
	}
}

// release takes in what was held of a site, as far as it goes.
func (r *replica) release(site canvas.Site, now time.Time) {
	list := r.held.bySite[site]
	for len(list) > 0 {
		change, err := r.log.Add(list[0].Entry)
		var gap *canvas.GapError
		if errors.As(err, &gap) {
			break
		}
		if err == nil {
			r.taken(list[0].Entry, change, now)
		}
		r.held.count(list[0], -list[0].cost())
		list[0] = heldEntry{}
		list = list[1:]
	}
	r.keepHeld(site, list)
}
