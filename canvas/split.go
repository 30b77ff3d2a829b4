package canvas

import (
	"maps"
	"slices"
)

// Split parts h into messages that bounds allow, in the order to send them.
func (h Have) Split() []Have {
	have, dead := split(h.Have), split(h.Dead)
	list := make([]Have, max(len(have), len(dead)))
	for i := range list {
		list[i] = Have{part(have, i), part(dead, i), h.Sum, i < len(list)-1}
	}
	return list
}

// Split parts w into messages that bounds allow, in the order to send them.
func (w Want) Split() []Want {
	have, dead := split(w.Have), split(w.Dead)
	list := make([]Want, max(len(have), len(dead)))
	for i := range list {
		list[i] = Want{part(have, i), part(dead, i), i < len(list)-1}
	}
	return list
}

// Split parts s into messages that bounds allow, in the order to send them.
func (s Sums) Split() []Sums {
	if len(s.Sums) <= MaxCut {
		return []Sums{s}
	}
	var list []Sums
	for chunk := range slices.Chunk(s.Sums.sites(), MaxCut) {
		part := make(SiteSums, len(chunk))
		for _, site := range chunk {
			part[site] = s.Sums[site]
		}
		list = append(list, Sums{part, true})
	}
	list[len(list)-1].More = false
	return list
}

// sites are those of s, in order.
func (s SiteSums) sites() []Site { return slices.SortedFunc(maps.Keys(s), Site.compare) }

// split parts v into vectors of at most MaxCut sites, at least one.
func split(v Vector) []Vector {
	if len(v) <= MaxCut {
		return []Vector{v}
	}
	var parts []Vector
	for chunk := range slices.Chunk(marks(v), MaxCut) {
		p := make(Vector, len(chunk))
		for _, m := range chunk {
			p[m.site] = m.n
		}
		parts = append(parts, p)
	}
	return parts
}

func part(parts []Vector, i int) Vector {
	if i < len(parts) {
		return parts[i]
	}
	return Vector{}
}
