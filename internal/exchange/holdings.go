package exchange

import (
	"time"

	"drawmesh/canvas"
)

// holdings are what a neighbour has said to hold. Of a message in parts, have
// and dead collect.
type holdings struct {
	have, dead canvas.Vector
	ahead      bool       // that may be more than we hold; see lacks
	known      bool       // it has said so, in full
	claimed    time.Time  // since when it has had what we lack
	gap        bool       // it sent what we cannot take yet: others' entries lack
	holds      canvas.Sum // the sum that goes with have and dead
	sum        canvas.Sum // what it last said
}

// lacks reports whether the neighbour has said to hold what log does not. Once
// log has caught up, it has until the neighbour says more.
func (h *holdings) lacks(log *canvas.Log) bool {
	h.ahead = h.ahead && !log.Covers(h.have, h.dead)
	return h.ahead
}

// claims notes that the neighbour holds so much, or knows it to be dead. If that
// is more sites than a room can have, nothing is believed any more.
func (h *holdings) claims(log *canvas.Log, have, dead canvas.Vector, now time.Time) error {
	if !h.lacks(log) {
		h.claimed = now
	}
	h.have, h.dead, h.ahead = join(h.have, have), join(h.dead, dead), true
	if len(h.have) > canvas.MaxSites || len(h.dead) > canvas.MaxSites {
		h.have, h.dead = nil, nil
		return canvas.ErrSites
	}
	return nil
}

// same reports whether the neighbour said to hold the same entries as log, by
// number.
func (h *holdings) same(log *canvas.Log) bool {
	return h.known && !h.lacks(log) && log.CoveredBy(h.have, h.dead)
}

// differs reports whether the neighbour holds another drawing although nothing
// is missing. What is on its way is missing.
func (h *holdings) differs(log *canvas.Log) bool {
	return h.holds != log.Sum() && h.same(log)
}

// join raises v to w, and makes it if it is nil.
func join(v, w canvas.Vector) canvas.Vector {
	if v == nil {
		v = make(canvas.Vector, len(w))
	}
	v.Join(w)
	return v
}
