// Package early keeps entries of a log that came before others which they follow,
// until these have come.
package early

import (
	"slices"

	"drawmesh/canvas"
)

// An Entry is one that came too early, and From whoever it came.
type Entry[From any] struct {
	canvas.Entry
	From From
}

// Entries are those of each site that came too early, in the order of their
// numbers. It has no bounds of its own.
type Entries[From any] map[canvas.Site][]Entry[From]

// Add keeps an entry. It reports whether that is new.
func (m Entries[From]) Add(e Entry[From]) bool {
	list := m[e.Site]
	at, found := slices.BinarySearchFunc(list, e.N, func(e Entry[From], n uint32) int { return int(int64(e.N) - int64(n)) })
	if !found {
		m[e.Site] = slices.Insert(list, at, e)
	}
	return !found
}

// Release gives the entries of a site to take, in order, and lets each go, until
// take says of one that it is still too early.
func (m Entries[From]) Release(site canvas.Site, take func(Entry[From]) (early bool)) {
	list := m[site]
	if len(list) == 0 {
		return
	}
	for len(list) > 0 && !take(list[0]) {
		list[0] = Entry[From]{}
		list = list[1:]
	}
	m.keep(site, list)
}

// Forget lets all entries go of which that is true.
func (m Entries[From]) Forget(gone func(Entry[From]) bool) {
	for site, list := range m {
		m.keep(site, slices.DeleteFunc(list, gone))
	}
}

// keep is what is kept of a site from now on.
func (m Entries[From]) keep(site canvas.Site, list []Entry[From]) {
	if m[site] = list; len(list) == 0 {
		delete(m, site)
	}
}
