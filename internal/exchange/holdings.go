package exchange

import (
	"time"

	"drawmesh/canvas"
)

// holdings are what a neighbour has said to hold. Of a message in parts it
// collects.
type holdings struct {
	have    canvas.Vector
	clear   canvas.Clear
	void    map[canvas.Site]bool
	ahead   bool          // that may be more than we hold; see lacks
	known   bool          // it has said so, in full
	claimed time.Time     // since when it has had what we lack
	gap     bool          // it sent what we cannot take yet: others' entries lack
	holds   canvas.Digest // the sum that goes with all that
	sum     canvas.Digest // what it last said

	// What it did not send when it was asked, or what we could not take, is not
	// asked for again before long.
	shelf shelf
	again time.Time // when it is
	vain  int       // times in sequence that it came to that
}

// A shelf is some of what a neighbour claims to hold.
type shelf struct {
	have  canvas.Vector
	clear uint64
	void  map[canvas.Site]bool
}

// lacks reports whether the neighbour has said to hold what log does not, and may
// be asked for it. Once log has caught up, it has until the neighbour says more.
func (h *holdings) lacks(log *canvas.Log) bool {
	h.ahead = h.ahead && h.beyond(log, h.shelf)
	return h.ahead
}

// owes is lacks, or that it has not sent it when it was asked. After some times
// nobody waits for it any more.
func (h *holdings) owes(log *canvas.Log) bool {
	return h.vain < maxVain && (h.lacks(log) || h.vain > 0 && h.beyond(log, shelf{}))
}

// beyond reports whether it holds what neither log nor the shelf does.
func (h *holdings) beyond(log *canvas.Log, s shelf) bool {
	cleared := !h.clear.Less(log.LastClear())
	for site, n := range h.have {
		have, dead := log.Holds(site)
		if have == dead && cleared {
			have = 0 // for us it is over, and for it something lives: the site has told two stories
		}
		if n > max(have, s.have[site]) && log.Void(site) == nil && site != log.Site() {
			return true
		}
	}
	for site := range h.void {
		if log.Void(site) == nil && !s.void[site] {
			return true
		}
	}
	return log.LastClear().Less(h.clear) && h.clear.T > s.clear
}

// claims notes that the neighbour holds what it says. If that is more sites than a
// room can have, nothing is believed any more.
func (h *holdings) claims(log *canvas.Log, m Have, now time.Time) error {
	if !h.lacks(log) {
		h.claimed = now
	}
	if m.All || h.have == nil {
		h.have, h.void = make(canvas.Vector, len(m.Have)), make(map[canvas.Site]bool, len(m.Void))
	}
	h.ahead = true
	for site, n := range m.Have {
		if n == 0 {
			delete(h.have, site)
		} else {
			h.have[site] = n
		}
	}
	for _, site := range m.Void {
		h.void[site] = true
	}
	if h.clear.Less(m.Clear) {
		h.clear = m.Clear
	}
	if len(h.have) > canvas.MaxSites || len(h.void) > canvas.MaxVoid {
		h.have, h.void = nil, nil
		return canvas.ErrSites
	}
	return nil
}

const (
	shelfTime = 2 * time.Second // until it is asked for again; twice as long each time
	maxShelf  = time.Minute     // but not longer
	maxVain   = 3               // times that it is waited for
)

// shelve notes that the neighbour was asked in vain.
func (h *holdings) shelve(now time.Time) {
	h.shelf = shelf{h.have.Clone(), h.clear.T, h.void}
	h.again = now.Add(min(shelfTime<<min(h.vain, 8), maxShelf))
	h.vain++
}

// served notes that it has sent something.
func (h *holdings) served() {
	if h.vain > 0 {
		h.vain = 1 // what it has not sent is still owed
	}
}

// unshelve lets it be asked again, if it is time.
func (h *holdings) unshelve(now time.Time) {
	if !h.again.IsZero() && !now.Before(h.again) {
		h.shelf, h.again, h.ahead = shelf{}, time.Time{}, true
	}
}

// same reports whether the neighbour said to hold as much as log, by number.
func (h *holdings) same(log *canvas.Log) bool {
	for site, n := range h.have { // while people draw, one of the first tells
		if log.Vouched(site) != n {
			return false
		}
	}
	ours := log.Have()
	return h.known && len(h.have) == len(ours.Sites) && len(h.void) == len(ours.Void) && h.clear.T == ours.Clear.T
}

// differs reports whether the neighbour holds another drawing although nothing
// is missing. What is on its way is missing.
func (h *holdings) differs(log *canvas.Log) bool {
	return h.holds != log.Digest() && h.same(log)
}
