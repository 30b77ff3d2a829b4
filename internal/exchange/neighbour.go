package exchange

import (
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// A synced is a neighbour that keeps a log as we do. Each part of it belongs to
// the part of the exchange that it is named after.
type synced struct {
	id    signaling.ID
	site  canvas.Site
	lines bool // it reads several messages in one

	holdings
	limits
	life
	request
	dispute

	told    uint64 // the teller's: our version that it was last told
	skipped uint32 // the outbox's: the last entry of ours that it was not sent; it has to pull that
}

// A plain is a neighbour that knows nothing but the plain protocol.
type plain struct {
	id    signaling.ID
	older bool // it throws at all but segments
	limits

	missed bool      // the outbox's: it was not sent all, and is to be shown it all again
	shown  bool      // the sponsor's: it has been shown the drawing once
	redraw time.Time // when to show it all again; zero: never
	replay *replay   // what it is still to see
}

// neighbours are those whose link is open. They belong to the Exchange.
type neighbours struct {
	synced map[signaling.ID]*synced
	plain  map[signaling.ID]*plain

	// authors are whose sites are known, also of those who have left. It is "" while
	// several say that a site is theirs.
	authors map[canvas.Site]signaling.ID
}

// maxAuthors bounds what is known of those who have left: a megabyte.
const maxAuthors = 4 * canvas.MaxSites

func newNeighbours() *neighbours {
	return &neighbours{
		synced:  make(map[signaling.ID]*synced),
		plain:   make(map[signaling.ID]*plain),
		authors: make(map[canvas.Site]signaling.ID),
	}
}

// count is how many there are.
func (ns *neighbours) count() int { return len(ns.synced) + len(ns.plain) }

// near reports whether there is a link to a peer.
func (ns *neighbours) near(id signaling.ID) bool { return ns.synced[id] != nil || ns.plain[id] != nil }

// add takes in a synced neighbour.
func (ns *neighbours) add(n *synced) {
	ns.synced[n.id] = n
	if ns.claimants(n.site) > 1 {
		ns.authors[n.site] = ""
		return
	}
	if _, known := ns.authors[n.site]; !known && len(ns.authors) >= maxAuthors {
		for site := range ns.authors { // any: an author is only named
			delete(ns.authors, site)
			break
		}
	}
	ns.authors[n.site] = n.id
}

// remove lets go of a neighbour.
func (ns *neighbours) remove(id signaling.ID) {
	n := ns.synced[id]
	delete(ns.synced, id)
	delete(ns.plain, id)
	if n != nil && ns.claimants(n.site) == 1 {
		ns.authors[n.site] = ns.ofSite(n.site).id
	}
}

// claimants is how many neighbours say that a site is theirs.
func (ns *neighbours) claimants(site canvas.Site) (count int) {
	for _, n := range ns.synced {
		if n.site == site {
			count++
		}
	}
	return count
}

// author is who drew e, if that can be told: a plain peer, or one that is or was
// a neighbour.
func (ns *neighbours) author(e canvas.Entry) signaling.ID {
	if e.By != "" {
		return signaling.ID(e.By)
	}
	return ns.authors[e.Site]
}

// ofSite is the neighbour that writes as a site.
func (ns *neighbours) ofSite(site canvas.Site) *synced {
	for _, n := range ns.synced {
		if n.site == site {
			return n
		}
	}
	return nil
}
