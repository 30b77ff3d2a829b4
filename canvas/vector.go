package canvas

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// Split parts v into vectors of at most MaxCut sites, at least one.
func (v Vector) Split() []Vector {
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

// AppendVector appends v as JSON to dst, by site, so that equal vectors have equal texts.
func AppendVector(dst []byte, v Vector) []byte {
	dst = append(dst, '{')
	for i, m := range marks(v) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), m.site[:]...), `":`...)
		dst = strconv.AppendUint(dst, uint64(m.n), 10)
	}
	return append(dst, '}')
}

func (m *fields) vector(i field) (Vector, error) {
	v := make(Vector)
	return v, m.bySite(i, func(site Site, value []byte) error {
		n, ok := wholeNumber(value, MaxN)
		if !ok {
			return fmt.Errorf("%s is no count", site)
		}
		v[site] = uint32(n)
		return nil
	})
}

// bySite reads an object whose members are sites, at most MaxCut. Of two for
// one site the last counts.
func (m *fields) bySite(i field, each func(Site, []byte) error) error {
	values := make(map[Site][]byte)
	var bad error
	s := scanner{data: m[i]}
	object := s.object(0, func(name, value []byte) {
		site, err := parseSite(name)
		values[site], bad = value, cmp.Or(bad, err)
	})
	switch {
	case !object:
		bad = errors.New("no object")
	case bad == nil && len(values) > MaxCut:
		bad = fmt.Errorf("%d sites: at most %d", len(values), MaxCut)
	case bad == nil:
		for site, value := range values {
			bad = cmp.Or(bad, each(site, value))
		}
	}
	if bad != nil {
		return fmt.Errorf("%s: %w", names[i], bad)
	}
	return nil
}
