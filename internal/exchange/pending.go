package exchange

import (
	"drawmesh/canvas"
	"drawmesh/internal/early"
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
	early.Entries[signaling.ID]
	near  *neighbours
	bytes map[signaling.ID]int // by who sent them
	all   int                  // bytes
}

// An earlyEntry is one of them, and who sent it.
type earlyEntry = early.Entry[signaling.ID]

func newPending(near *neighbours) *pending {
	return &pending{Entries: make(early.Entries[signaling.ID]), near: near, bytes: make(map[signaling.ID]int)}
}

// cost is about how many bytes it takes to keep the entry.
func cost(e canvas.Entry) int { return entryCost + len(e.By) + siteCost*len(e.Cut) }

// add keeps an entry until it can be taken, if there is room.
func (p *pending) add(from signaling.ID, e canvas.Entry) {
	if p.all+cost(e) > maxPendingAll {
		p.forsake()
	}
	if p.all+cost(e) > maxPendingAll || p.bytes[from]+cost(e) > maxPending {
		return
	}
	if p.Add(earlyEntry{Entry: e, From: from}) {
		p.count(from, cost(e))
	}
}

// count takes into account that so many bytes came, or with a negative number
// went.
func (p *pending) count(from signaling.ID, bytes int) {
	p.all += bytes
	if p.bytes[from] += bytes; p.bytes[from] == 0 {
		delete(p.bytes, from)
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
	p.Forget(func(e earlyEntry) bool {
		gone := !p.near.near(e.From)
		if gone {
			p.count(e.From, -cost(e.Entry))
		}
		return gone
	})
}

// release gives what is kept of a site to take, in order, until that says that
// it is still too early.
func (p *pending) release(site canvas.Site, take func(canvas.Entry) (early bool)) {
	p.Release(site, func(e earlyEntry) bool {
		early := take(e.Entry)
		if !early {
			p.count(e.From, -cost(e.Entry))
		}
		return early
	})
}
