package canvas

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"strconv"
)

func (m *members) exchange(event string) (Message, error) {
	if v, ok := m.count(mV); event == "have" && (!ok || v != 1) {
		return nil, ErrUnknown // a later protocol's
	}
	have, err := m.vector(mHave)
	if err != nil {
		return nil, err
	}
	dead, err := m.vector(mDead)
	if err != nil {
		return nil, err
	}
	more := string(m[mMore]) == "true"
	if event == "want" {
		return Want{have, dead, more}, nil
	}
	sum, err := sumOf(m[mSum])
	return Have{have, dead, sum, more}, err
}

func sumOf(raw []byte) (uint64, error) {
	text, _ := textOf(raw)
	v, err := strconv.ParseUint(string(text), 16, 64)
	if err != nil || !bytes.Equal(text, appendHex(nil, v, 16)) {
		return 0, errors.New("sum is not of 16 hexadecimal digits")
	}
	return v, nil
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
