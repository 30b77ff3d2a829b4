package recording

import (
	"fmt"
	"slices"

	"drawmesh/canvas"
)

// early are entries that came before others which they follow, of each site in the
// order of their numbers.
type early map[canvas.Site][]canvas.FirstEntry

// maxEarly bounds the entries that wait for others.
const maxEarly = 1 << 17

// count is how many there are.
func (m early) count() (n int) {
	for _, list := range m {
		n += len(list)
	}
	return n
}

// add keeps an entry.
func (m early) add(e canvas.FirstEntry) error {
	list := m[e.Site]
	at, found := slices.BinarySearchFunc(list, e.N, func(e canvas.FirstEntry, n uint32) int { return int(int64(e.N) - int64(n)) })
	switch {
	case found:
		return nil
	case m.count() >= maxEarly:
		return fmt.Errorf("%d entries wait for others that are missing", maxEarly)
	}
	m[e.Site] = slices.Insert(list, at, e)
	return nil
}

// next is the entry of a site that follows so many others, if it is there, and lets
// it and those before it go.
func (m early) next(site canvas.Site, have uint32) (e canvas.FirstEntry, ok bool) {
	list := m[site]
	for len(list) > 0 && list[0].N <= have+1 && !ok {
		e, ok = list[0], list[0].N == have+1
		list = list[1:]
	}
	if m[site] = list; len(list) == 0 {
		delete(m, site)
	}
	return e, ok
}
