package canvas

import "fmt"

// A Log is the drawing: what everybody has drawn, in an order that all agree
// on. Logs that have seen the same entries are equal, in whatever order, from
// whomever and however often these came. The rules are in docs/sync.md.
//
// It knows no network, no pixels and no clock. It is for one goroutine at a
// time.
type Log struct {
	own   Site
	sites map[Site]*siteLog
	list  []*siteLog // the same, in the order in which they came

	clock  uint64 // the greatest time seen
	ownT   uint64 // of one's own last entry
	sum    uint64 // of all sites' sums
	live   int    // entries
	end    Key    // the last place painted so far
	edge   Key    // end, as it was when the public method was called
	losses uint64 // times that live entries were dropped

	// adopted finds the adoption that is painted, by its content's hash.
	adopted map[uint64]place
	strokes []span            // one's own, by k
	names   map[string]string // of plain peers in live rows, each once: at most maxNames
	cuts    int               // sites that the live clears name

	columns  columns // scratch
	buffer   []byte  // scratch
	deflater deflater
}

// A place is where a row is: a site's index above an n.
type place uint64

// NewLog returns an empty log with a pen that writes as site. A log that is
// only read may have the zero Site.
func NewLog(site Site) *Log {
	return &Log{
		own:     site,
		sites:   make(map[Site]*siteLog),
		adopted: make(map[uint64]place),
		names:   make(map[string]string),
	}
}

// Add takes in an entry from elsewhere, and says how the picture changes.
// Nothing has happened if the error is not nil: it is ErrDuplicate, a
// *GapError or a *RefusedError.
func (l *Log) Add(e Entry) (Change, error) {
	if err := e.Check(); err != nil {
		return Change{}, &RefusedError{e.Site, e.N, err}
	}
	r := rowOf(e)
	l.edge = l.end
	return l.add(e.Site, e.N, &r)
}

// add is Add of a row that has been checked by itself.
func (l *Log) add(site Site, n uint32, r *row) (Change, error) {
	s := l.sites[site]
	var have uint32
	if s != nil {
		have = s.have
	}
	if n <= have {
		return Change{}, ErrDuplicate
	}
	if n > have+1 {
		return Change{}, &GapError{site, have, n}
	}
	if err := l.admit(s, n, r); err != nil {
		return Change{}, &RefusedError{site, n, err}
	}
	if s == nil {
		s = l.open(site)
	}
	r.by = l.intern(r.by)
	s.push(r)
	h := r.hash(site, n)
	s.sum += h
	l.sum += h
	l.live++
	s.cuts += len(r.cut)
	l.cuts += len(r.cut)
	l.clock = max(l.clock, r.t)
	return l.effect(s, n, r), nil
}

// admit says why the row n, the next one of s, is refused. The step in time is
// judged where the last entry is known, which is wherever it is not dead: there
// and there only the entry can be ordered wrongly.
func (l *Log) admit(s *siteLog, n uint32, r *row) error {
	var last uint64
	known := n == 1
	if s != nil {
		if t, ok := s.lastT(); ok {
			last, known = t, true
		}
	}
	if known && (r.t < last || r.t > last+MaxTimeStep) {
		return fmt.Errorf("t %d is not within %d to %d", r.t, last, last+MaxTimeStep)
	}
	if r.kind != kindClear && l.live >= 2*MaxLive {
		return ErrFull
	}
	if l.cuts-l.wiped(r.cut)+len(r.cut) > maxCuts {
		return errCuts
	}
	fresh := 0
	if s == nil {
		fresh++
	}
	for _, m := range r.cut {
		if l.sites[m.site] == nil {
			fresh++
		}
	}
	if len(l.list)+fresh > MaxSites {
		return ErrSites
	}
	return nil
}

func (l *Log) open(site Site) *siteLog {
	s := &siteLog{log: l, site: site, index: uint32(len(l.list))}
	l.sites[site] = s
	l.list = append(l.list, s)
	return s
}

// effect does what the row that was just added does to the others and to the
// picture.
func (l *Log) effect(s *siteLog, n uint32, r *row) Change {
	switch r.kind {
	case kindClear:
		return l.cut(r.cut)
	case kindUndo, kindRedo:
		return s.toggle(r.k, toggle{n, r.kind == kindUndo})
	}
	key := Key{r.t, s.site, n}
	if key.Compare(l.end) > 0 {
		l.end = key // even if not painted now: a clear may change that
	}
	if r.by != "" && !l.adopt(s, n, r) {
		return Change{}
	}
	if s.site == l.own && r.by == "" {
		l.extend(r.k, n)
	}
	c := Change{Kind: Region, From: key, Box: r.bounds()}
	if key.Compare(l.edge) > 0 {
		c.Kind = Appended
	}
	return c
}

// toggle hides or shows the stroke k up to the toggle, and says what changes.
func (s *siteLog) toggle(k uint32, t toggle) Change {
	old := s.toggles[k]
	s.set(k, t)
	var c Change
	cur := cursor{of: s}
	for cur.seek(k); cur.ok && cur.n < t.n; cur.next() {
		r := &cur.row
		if r.k != k || !r.paints() || r.by != "" || (cur.n < old.n && old.undo) == t.undo {
			continue
		}
		c = c.Join(Change{Region, cur.key(), r.bounds()})
	}
	return c
}

// wiped is how many sites those live clears name that a cut is sure to wipe.
func (l *Log) wiped(cut []mark) (sites int) {
	for _, m := range cut {
		if s := l.sites[m.site]; s != nil && m.n >= s.have {
			sites += s.cuts
		}
	}
	return sites
}

// intern is a name that all rows share. It is called for what is taken only:
// what is merely read may be anybody's, and is never kept.
func (l *Log) intern(name string) string {
	if s, ok := l.names[name]; ok {
		return s
	}
	if name == "" || len(l.names) == maxNames {
		return name
	}
	l.names[name] = name
	return name
}

// named is a name as it is shared, if it is.
func (l *Log) named(name []byte) string {
	if s, ok := l.names[string(name)]; ok {
		return s
	}
	return string(name)
}
