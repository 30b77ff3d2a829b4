package loadtest

import "drawmesh/canvas"

// countWiped notes at all bots what clears have wiped of the others' before it came.
// Any bot's log tells, its own of what nobody else has ever had.
func (r *Run) countWiped() {
	type writer struct {
		*participant
		dead uint32
	}
	live, rooms := r.live(), make(map[int][]*writer)
	for _, b := range r.all() {
		rooms[b.room] = append(rooms[b.room], &writer{participant: b})
	}
	for _, b := range live {
		b.peer.Look(func(log *canvas.Log) {
			for _, w := range rooms[b.room] {
				_, dead := log.Holds(w.site)
				w.dead = max(w.dead, dead)
			}
		})
	}
	for _, b := range live {
		b.mu.Lock()
		for _, w := range rooms[b.room] {
			if w.dead > 0 && w.participant != b {
				b.ledger.wiped(w.dead, w.sender, w.site, &w.stamps)
			}
		}
		b.mu.Unlock()
	}
}
