package canvas

import (
	"cmp"
	"errors"
	"fmt"
)

func (m *members) have() (h Have, err error) {
	if v, ok := m.count(mV); !ok || v != 1 {
		return h, ErrUnknown // a later protocol's
	}
	if h.Have, err = m.vector(mHave); err != nil {
		return h, err
	}
	if h.Dead, err = m.vector(mDead); err != nil {
		return h, err
	}
	h.More = string(m[mMore]) == "true"
	h.Sum, err = sumOf(m[mSum])
	return h, err
}

func (m *members) want() (w Want, err error) {
	if w.Have, err = m.vector(mHave); err != nil {
		return w, err
	}
	w.Dead, err = m.vector(mDead)
	w.More = string(m[mMore]) == "true"
	return w, err
}

func sumOf(raw []byte) (Sum, error) {
	text, _ := textOf(raw)
	return ParseSum(string(text))
}

func (m *members) sums() (SiteSums, error) {
	sums := make(SiteSums)
	return sums, m.bySite(mSums, func(site Site, value []byte) (err error) {
		sums[site], err = sumOf(value)
		return err
	})
}

func (m *members) vector(i member) (Vector, error) {
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
func (m *members) bySite(i member, each func(Site, []byte) error) error {
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
