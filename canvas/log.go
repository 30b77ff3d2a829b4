package canvas

// A Log is the drawing: what everybody has drawn, in an order that all agree
// on. Logs that have seen the same entries are equal, in whatever order, from
// whomever and however often these came. The rules are in docs/sync.md.
//
// It knows no network, no pixels and no clock but the one it is given, in [Ticks].
// It is for one goroutine at a time.
type Log struct {
	own    Site
	signer *Signer // nil if own is nobody's or signs nothing
	sites  map[Site]*siteLog
	list   []*siteLog // the same, in the order in which they came
	over   overSites
	void   map[Site]*Proof
	clear  Clear

	clock  uint64 // the greatest time taken
	live   int    // entries
	weight int    // of them: see row.weight
	end    Key    // the last place painted so far
	edge   Key    // end, as it was when the public method was called
	losses uint64 // times that live entries were dropped

	version uint64 // of what Have tells
	whole   uint64 // the version since which it tells less of something
	digest  Digest
	hashed  uint64 // the version of digest

	failed  []Site // whose heads did not verify, until Verify tells
	pending int    // sites with heads that are not verified

	// adopted finds the adoption that is painted, by its content's hash.
	adopted map[uint64]place
	strokes []span            // one's own, by k
	names   map[string]string // of plain peers in live rows, each once: at most maxNames

	fit int // rows that a frame has room for, as the last one had

	// Scratch.
	liveRows  []row
	liveLinks []Chain
	columns   columns
	buffer    []byte
	deflater  deflater
}

// A place is where a row is: a site's index above an n.
type place uint64

// NewLog returns an empty log with a pen that signs as signer. Nil makes one
// without a pen.
func NewLog(signer *Signer) *Log {
	l := newLog()
	if signer != nil {
		l.signer, l.own = signer, signer.Site()
	}
	return l
}

// NewUnsigned returns an empty log that takes entries as they are said, by
// [Log.Add], and whose pen writes as own without a signature: for who reads
// recordings. Nothing of it can be sent.
func NewUnsigned(own Site) *Log {
	l := newLog()
	l.own = own
	return l
}

func newLog() *Log {
	return &Log{
		sites:   make(map[Site]*siteLog),
		void:    make(map[Site]*Proof),
		adopted: make(map[uint64]place),
		names:   make(map[string]string),
		version: 1,
		fit:     fullFrame / 4,
	}
}

// open begins to hold entries of a site after those that base tells of.
func (l *Log) open(b base) *siteLog {
	s := &siteLog{log: l, base: b, index: uint32(len(l.list)), have: b.dead, vouched: b.dead, tip: b.chain()}
	l.sites[b.site] = s
	l.list = append(l.list, s)
	return s
}

// put appends the next row of s, which is within bounds, and after which its chain
// is c.
func (l *Log) put(s *siteLog, r *row, c Chain) Change {
	l.clock = max(l.clock, r.t)
	if r.t <= l.clear.T {
		s.bury(r, c)
		return Change{}
	}
	r.by = l.intern(r.by)
	s.push(r, c)
	l.live++
	s.weight += r.weight()
	l.weight += r.weight()
	return l.effect(s, s.have, r)
}

// effect does what the row that was just put does to the others and to the
// picture.
func (l *Log) effect(s *siteLog, n uint32, r *row) Change {
	switch r.kind {
	case kindUndo, kindRedo:
		return s.toggle(r.k, toggle{n, r.kind == kindUndo})
	case kindOther:
		return Change{}
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

// lost takes note that live rows are gone, and says how the picture changes.
func (l *Log) lost() Change {
	l.losses++
	l.readopt()
	l.forgetStrokes()
	return Change{Kind: Everything, Box: Everywhere}
}

// remove forgets a site.
func (l *Log) remove(s *siteLog) {
	if last := len(l.list) - 1; l.list[last] == s { // as where it has just been opened
		l.list = l.list[:last]
		delete(l.sites, s.site)
		return
	}
	l.compact(func(o *siteLog) bool { return o == s })
}

// compact forgets the sites for which gone says so.
func (l *Log) compact(gone func(*siteLog) bool) {
	kept := l.list[:0:0]
	for _, s := range l.list {
		if gone(s) {
			delete(l.sites, s.site)
			continue
		}
		s.index = uint32(len(kept))
		kept = append(kept, s)
	}
	l.list = kept
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
