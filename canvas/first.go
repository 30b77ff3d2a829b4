package canvas

import (
	"errors"
	"fmt"
)

// A FirstEntry is an entry of the first log, which recordings of versions 1 and 2
// and stores of before have. Nobody signed it, its time is a Lamport clock's, and
// what [ParseSite] makes of its site has 11 characters.
type FirstEntry struct {
	Entry        // Op is nil for a clear, and K zero
	Cut   Vector // what a clear wipes: for each site, its first entries
}

// maxCut is how many sites a clear of the first log may name.
const maxCut = 1024

// AddFirst is [Log.Add] of an entry of the first log. A clear wipes what it counts,
// come or not.
func (l *Log) AddFirst(e FirstEntry) (Change, error) {
	if e.Op != nil {
		return l.Add(e.Entry)
	}
	if err := e.checkClear(); err != nil {
		return Change{}, fmt.Errorf("site %s: entry %d: %w", e.Site, e.N, err)
	}
	s, err := l.admit(e.Entry)
	if err != nil {
		return Change{}, err
	}
	l.put(s, &row{t: e.T, k: e.N, kind: kindOther}, Chain{})
	return l.MarkDead(e.Cut), nil
}

func (e FirstEntry) checkClear() error {
	switch {
	case e.Site == Site{} || e.N == 0 || e.N > MaxN || e.T == 0 || e.T > MaxTime:
		return errors.New("clear has no place in a log")
	case len(e.Cut) > maxCut:
		return fmt.Errorf("cut of %d sites: at most %d", len(e.Cut), maxCut)
	case e.Cut[e.Site] >= e.N:
		return fmt.Errorf("cut of its own site at %d: not below n %d", e.Cut[e.Site], e.N)
	}
	for site, n := range e.Cut {
		if site == (Site{}) || n == 0 || n > MaxN {
			return fmt.Errorf("cut of %q at %d", site, n)
		}
	}
	return nil
}

// ParseFirst decodes a text message of the first log that is an entry with a site.
// The error is ErrUnknown where it is none.
func ParseFirst(data []byte) (FirstEntry, error) {
	var m fields
	if err := m.scan(data); err != nil {
		return FirstEntry{}, err
	}
	if name := string(m.event()); m[fN] == nil || m[fO] == nil || !known(name) || name == "head" {
		return FirstEntry{}, ErrUnknown
	} else if name == "clear" {
		return m.firstClear()
	}
	parsed, err := ParseMessage(data)
	if err != nil {
		return FirstEntry{}, err
	}
	e, ok := parsed.(Entry)
	if !ok || !e.Site.first() {
		return FirstEntry{}, ErrUnknown
	}
	first := FirstEntry{Entry: e}
	if h, _ := textOf(m[fH]); (e.By != "" || m[fH] != nil) && string(h) != string(first.appendContentHash(nil)) {
		return FirstEntry{}, errors.New("h is not the hash of what somebody adopted")
	}
	return first, nil
}

func (m *fields) firstClear() (e FirstEntry, err error) {
	var ok bool
	if e.N, ok = m.count(fN); !ok {
		return e, errors.New("clear: n is no count")
	}
	if e.T, ok = wholeNumber(m[fT], MaxTime); !ok {
		return e, errors.New("clear: t is no time")
	}
	if e.Site, err = m.site(); err != nil {
		return e, fmt.Errorf("clear: %w", err)
	}
	e.Cut = make(Vector)
	s := scanner{data: m[fCut]}
	object := s.object(0, func(name, value []byte) {
		site, bad := parseSite(name)
		n, ok := wholeNumber(value, MaxN)
		if !ok {
			n = 0 // which is none, unless another follows: of two the last counts
		}
		if e.Cut[site] = uint32(n); bad != nil || !site.first() {
			err = fmt.Errorf("clear: cut of %q", name)
		}
	})
	if !object {
		err = errors.New("clear: cut is no object")
	}
	if err == nil {
		err = e.checkClear()
	}
	return e, err
}
