package exchange

import (
	"time"

	"golang.org/x/time/rate"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// A synced is a neighbour that keeps a log as we do. Each part of it belongs to
// the part of the exchange that it is named after.
type synced struct {
	id   signaling.ID
	key  canvas.PublicKey
	site canvas.Site // the key's

	holdings
	limits
	life
	request
	dispute

	lazily  bool   // the receiver's: what it drew was taken in before anybody looked at a signature
	told    uint64 // the teller's: the log's version that it was last told
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

	refused string // the sponsor's: why it does not write what it draws, as people were told
}

// neighbours are those whose link is open. They belong to the Exchange.
type neighbours struct {
	synced map[signaling.ID]*synced
	plain  map[signaling.ID]*plain

	// authors are whose sites are known, also of those who have left. It is "" while
	// several say that a site is theirs: only one of them can sign as it.
	authors map[canvas.Site]signaling.ID

	// forwarded limits what is drawn by those who are not linked to us, but come
	// through others.
	forwarded map[canvas.Site]*rate.Limiter
}

const (
	maxAuthors   = 1 << 14 // known of those who have left: a megabyte
	maxForwarded = 1 << 12 // limited at a time
)

func newNeighbours() *neighbours {
	return &neighbours{
		synced:    make(map[signaling.ID]*synced),
		plain:     make(map[signaling.ID]*plain),
		authors:   make(map[canvas.Site]signaling.ID),
		forwarded: make(map[canvas.Site]*rate.Limiter),
	}
}

// count is how many there are.
func (ns *neighbours) count() int { return len(ns.synced) + len(ns.plain) }

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
// a neighbour. Whose stroke was adopted is what the adopter says, and not believed
// of somebody who signs what he draws.
func (ns *neighbours) author(e canvas.Entry) signaling.ID {
	if by := signaling.ID(e.By); by != "" && ns.synced[by] == nil {
		return by
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

// limitOf limits what a site draws that somebody else forwards.
func (ns *neighbours) limitOf(site canvas.Site, perSecond int) *rate.Limiter {
	l := ns.forwarded[site]
	if l == nil {
		if len(ns.forwarded) >= maxForwarded {
			for other := range ns.forwarded {
				delete(ns.forwarded, other)
				break
			}
		}
		l = authorLimit(perSecond)
		ns.forwarded[site] = l
	}
	return l
}
