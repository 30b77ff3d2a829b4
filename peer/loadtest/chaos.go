package loadtest

import (
	"math/rand/v2"

	"drawmesh/peer"
	"drawmesh/signaling"
)

// killOne, cutOne and dropOne do the harm of chaos.
func (r *Run) killOne(random *rand.Rand) {
	if live := r.live(); len(live) > 0 {
		live[random.IntN(len(live))].kill()
		r.count(&r.total.kills)
	}
}

func (r *Run) cutOne(random *rand.Rand) {
	if live := r.live(); len(live) > 0 {
		live[random.IntN(len(live))].http.cut()
		r.count(&r.total.cuts)
	}
}

func (r *Run) dropOne(random *rand.Rand) {
	live := r.live()
	if len(live) == 0 {
		return
	}
	b := live[random.IntN(len(live))]
	var open []signaling.ID
	for _, m := range b.peer.Members() { // in order, so that the seed decides
		if m.Link == peer.Open {
			open = append(open, m.ID)
		}
	}
	if len(open) > 0 {
		b.peer.Reset(open[random.IntN(len(open))])
		r.count(&r.total.drops)
	}
}
