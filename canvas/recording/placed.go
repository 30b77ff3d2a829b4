package recording

import (
	"cmp"
	"slices"

	"drawmesh/canvas"
)

// Placed are the entries of those whose operations had no place of their own in a
// log, and got one of a site that was lent to them: a few bytes for each. The zero
// value is that of nobody.
type placed struct {
	runs  map[canvas.Site][]run
	ids   []string // of the people
	index map[string]uint32
}

// A run is entries with consecutive numbers by one person.
type run struct{ first, last, who uint32 }

// add takes note of what became of an operation of somebody's.
func (p *placed) add(id string, taken []canvas.Step) {
	if p.runs == nil {
		p.runs, p.index = make(map[canvas.Site][]run), make(map[string]uint32)
	}
	who, known := p.index[id]
	if !known {
		who = uint32(len(p.ids))
		p.ids, p.index[id] = append(p.ids, id), who
	}
	for _, step := range taken {
		e := step.Entry
		if e.N == 0 {
			continue
		}
		runs := p.runs[e.Site]
		if n := len(runs); n > 0 && runs[n-1].last == e.N-1 && runs[n-1].who == who {
			runs[n-1].last = e.N
		} else {
			p.runs[e.Site] = append(runs, run{e.N, e.N, who})
		}
	}
}

// of is the id of who drew an entry, if it had no place of its own.
func (p *placed) of(e canvas.Entry) (id string, ok bool) {
	runs := p.runs[e.Site]
	i, _ := slices.BinarySearchFunc(runs, e.N, func(r run, n uint32) int { return cmp.Compare(r.last, n) })
	if i == len(runs) || e.N < runs[i].first {
		return "", false
	}
	return p.ids[runs[i].who], true
}
