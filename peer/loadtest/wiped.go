package loadtest

import (
	"maps"

	"drawmesh/canvas"
)

// countWiped notes at all bots what clears have wiped of the others' before it came.
// Any bot's log of the room tells, its own of what nobody else has ever had.
func (r *Run) countWiped() {
	rooms := r.writers()
	dead := make(map[int]canvas.Vector)
	for _, b := range r.live() {
		b.peer.Look(func(log *canvas.Log) {
			if dead[b.room] == nil {
				dead[b.room] = make(canvas.Vector)
			}
			for site := range rooms[b.room] {
				if _, n := log.Holds(site); n > 0 {
					dead[b.room].Join(canvas.Vector{site: n})
				}
			}
		})
	}
	for _, b := range r.live() {
		b.mu.Lock()
		for site, n := range dead[b.room] {
			if site != b.site {
				b.ledger.wiped(n, site, rooms[b.room][site])
			}
		}
		b.mu.Unlock()
	}
}

// A writer is a bot that writes as a site.
type writer struct {
	sender
	stamps *stamps // of a bot in this process
}

// writers are all that may have written in each room. Of other parts' bots it is not
// known in which one.
func (r *Run) writers() map[int]map[canvas.Site]writer {
	r.mu.Lock()
	afar := make(map[canvas.Site]writer)
	for site, from := range r.afar {
		afar[site] = writer{from, nil}
	}
	r.mu.Unlock()
	rooms := make(map[int]map[canvas.Site]writer)
	for _, b := range r.all() {
		if rooms[b.room] == nil {
			rooms[b.room] = maps.Clone(afar)
		}
		rooms[b.room][b.site] = writer{b.sender, &b.stamps}
	}
	return rooms
}
