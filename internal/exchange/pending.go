package exchange

import (
	"slices"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// What came too early is kept within bounds, in bytes, for whoever sends it may
// be anybody. What is not kept is pulled, as if it had not come.
const (
	maxPending    = 1 << 20        // of one neighbour's: some 3,000 operations
	maxPendingAll = 8 * maxPending // of all, those that are gone included
	entryCost     = 320            // of one without its names and sites
	siteCost      = 40             // of each site that a clear names
)

// pending are entries that came before others which they follow, for as long as
// those are being asked for.
type pending struct {
	near   *neighbours
	bySite map[canvas.Site][]early // each in the order of their numbers
	bytes  map[signaling.ID]int    // by who sent them
	all    int                     // bytes
}

// An early entry is one that came too early.
type early struct {
	canvas.Entry
	from signaling.ID
}

func newPending(near *neighbours) *pending {
	return &pending{near: near, bySite: make(map[canvas.Site][]early), bytes: make(map[signaling.ID]int)}
}

// cost is about how many bytes it takes to keep the entry.
func (e early) cost() int { return entryCost + len(e.By) + siteCost*len(e.Cut) }

// add keeps an entry until it can be taken, if there is room.
func (p *pending) add(from signaling.ID, entry canvas.Entry) {
	e := early{entry, from}
	if p.all+e.cost() > maxPendingAll {
		p.forsake()
	}
	if p.all+e.cost() > maxPendingAll || p.bytes[from]+e.cost() > maxPending {
		return
	}
	list := p.bySite[e.Site]
	at, found := slices.BinarySearchFunc(list, e.N, func(e early, n uint32) int { return int(int64(e.N) - int64(n)) })
	if !found {
		p.bySite[e.Site] = slices.Insert(list, at, e)
		p.count(e, e.cost())
	}
}

// count takes into account that an entry came, or with a negative cost went.
func (p *pending) count(e early, cost int) {
	p.all += cost
	if p.bytes[e.from] += cost; p.bytes[e.from] == 0 {
		delete(p.bytes, e.from)
	}
}

// forsake makes room: what is kept of those who have left lacks something that
// they cannot send any more.
func (p *pending) forsake() {
	gone := false
	for id := range p.bytes {
		gone = gone || !p.near.near(id)
	}
	if !gone {
		return
	}
	for site, list := range p.bySite {
		p.keep(site, slices.DeleteFunc(list, func(e early) bool {
			gone := !p.near.near(e.from)
			if gone {
				p.count(e, -e.cost())
			}
			return gone
		}))
	}
}

// keep is what is kept of a site from now on.
func (p *pending) keep(site canvas.Site, list []early) {
	if p.bySite[site] = list; len(list) == 0 {
		delete(p.bySite, site)
	}
}

// release gives what is kept of a site to take, in order, until that says that
// it is still too early.
func (p *pending) release(site canvas.Site, take func(canvas.Entry) (early bool)) {
	list := p.bySite[site]
	if len(list) == 0 {
		return
	}
	for len(list) > 0 && !take(list[0].Entry) {
		p.count(list[0], -list[0].cost())
		list[0] = early{}
		list = list[1:]
	}
	p.keep(site, list)
}
