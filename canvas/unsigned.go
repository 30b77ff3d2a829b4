package canvas

import "fmt"

// Add takes in an entry as it is said, whether anybody signed it or not, into a log
// of [NewUnsigned]. Nothing has happened if the error is not nil: it is
// ErrDuplicate, a *GapError, or says what is wrong with the entry.
func (l *Log) Add(e Entry) (Change, error) {
	if err := e.Check(); err != nil {
		return Change{}, fmt.Errorf("site %s: entry %d: %w", e.Site, e.N, err)
	}
	held := len(l.list)
	s, err := l.admit(e)
	if err != nil {
		return Change{}, err
	}
	l.edge = l.end
	r := rowOf(e)
	change := l.put(s, &r, Chain{})
	if len(l.list) > held {
		l.retire(s) // if all that came of it is dead
	}
	return change, nil
}

// admit returns the site whose next entry e is.
func (l *Log) admit(e Entry) (*siteLog, error) {
	have, _ := l.Holds(e.Site)
	switch {
	case e.N <= have:
		return nil, ErrDuplicate
	case e.N > have+1:
		return nil, &GapError{e.Site, have, e.N}
	case l.weight >= 2*MaxLive:
		return nil, ErrFull
	}
	if l.sites[e.Site] == nil && len(l.list) >= MaxSites {
		return nil, ErrSites
	}
	if s := l.hold(e.Site); s != nil {
		if t, lives := s.lastT(); lives && e.T < t {
			return nil, fmt.Errorf("site %s: entry %d: t %d comes before that of the last, %d", e.Site, e.N, e.T, t)
		}
		return s, nil
	}
	return l.open(base{site: e.Site}), nil
}

// hold is what there is of a site, also of one that is over.
func (l *Log) hold(site Site) *siteLog {
	if s := l.sites[site]; s != nil {
		return s
	}
	return l.reopen(site)
}

// MarkDead wipes, in a log of [NewUnsigned], what dead counts of each site, come or
// not: what follows it is no gap.
func (l *Log) MarkDead(dead Vector) Change {
	l.edge = l.end
	any := false
	for _, site := range dead.Sites() {
		held := len(l.list)
		s := l.hold(site)
		if s == nil {
			s = l.open(base{site: site})
		}
		any = s.drop(dead[site]) || any
		if len(l.list) > held {
			l.retire(s)
		}
	}
	if !any {
		return Change{}
	}
	return l.lost()
}

// MarkClear wipes, in a log of [NewUnsigned], what was drawn up to the time of c,
// whether anybody signed it or not.
func (l *Log) MarkClear(c Clear) Change {
	l.edge = l.end
	if !l.clear.Less(c) {
		return Change{}
	}
	return l.wipe(c)
}
