package recording

import (
	"fmt"

	"drawmesh/canvas"
)

// firstSum is the sum of the first log: that of the hashes of all live entries.
type firstSum struct {
	hashes map[canvas.Site][]uint64 // of the entries after the dead ones
	dead   canvas.Vector
	sum    uint64
}

func (f *firstSum) add(e canvas.FirstEntry) {
	if f.hashes == nil {
		f.hashes, f.dead = make(map[canvas.Site][]uint64), make(canvas.Vector)
	}
	f.bury(e.Cut)
	h := e.Hash()
	f.sum += h
	if list := f.hashes[e.Site]; e.Site == unstamped && len(list) > 0 {
		list[0] += h // what wipes one of these wipes all
	} else {
		f.hashes[e.Site] = append(list, h)
	}
}

// bury takes off what is dead.
func (f *firstSum) bury(dead canvas.Vector) {
	for site, n := range dead {
		f.drop(site, n)
	}
}

func (f *firstSum) drop(site canvas.Site, n uint32) {
	if f.hashes == nil {
		f.hashes, f.dead = make(map[canvas.Site][]uint64), make(canvas.Vector)
	}
	if n <= f.dead[site] {
		return
	}
	list := f.hashes[site]
	gone := list[:min(int(n-f.dead[site]), len(list))]
	for _, h := range gone {
		f.sum -= h
	}
	f.hashes[site], f.dead[site] = list[len(gone):], n
}

// forget takes off all that lives of a site.
func (f *firstSum) forget(site canvas.Site) {
	for _, h := range f.hashes[site] {
		f.sum -= h
	}
	delete(f.hashes, site)
}

func (f *firstSum) String() string { return fmt.Sprintf("%016x", f.sum) }
