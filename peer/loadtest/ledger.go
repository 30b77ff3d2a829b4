package loadtest

import (
	"cmp"

	"drawmesh/canvas"
	"drawmesh/peer"
)

// A tally is what one bot has heard of one sender.
type tally struct {
	from   sender
	stamps *stamps  // of a bot in this process
	came   sequence // entries, those included that it took care of for others
	opened int64    // when the link to it first opened, in microseconds since 1970; 0: never

	delivered, late, twice int // operations: new ones, of these out of order, duplicates
	wiped                  int // by a clear before they came: not lost
	timed                  int // of the delivered, those that came live
	sum, max               int64

	bytes peer.Traffic // over the link to it

	cast   *cast   // its scenario; nil: not asked for yet, or there is none
	stages []tagID // its tags, by stage; 0: likewise
}

// A ledger is what one bot has heard. Its bot's mutex guards it. All times are
// in microseconds since 1970, by the own clock.
type ledger struct {
	offsets *clockOffsets
	notes   *notes
	tag     func(t *tally, at int64) tagID // of what a sender drew then
	bySite  map[canvas.Site]*tally         // nil: a stranger's
	byName  map[string]*tally
	foreign int   // operations of strangers
	latest  int64 // when the last new operation came
}

func newLedger(offsets *clockOffsets, notes *notes, tag func(t *tally, at int64) tagID) ledger {
	return ledger{
		offsets: offsets, notes: notes, tag: tag, bySite: make(map[canvas.Site]*tally), byName: make(map[string]*tally),
	}
}

// tallyOf is the tally of a sender.
func (l *ledger) tallyOf(s sender) *tally {
	t := l.byName[s.name]
	if t == nil {
		t = &tally{from: s}
		l.byName[s.name] = t
	}
	return t
}

// linked notes that the link to a sender is open.
func (l *ledger) linked(s sender, now int64) {
	if t := l.tallyOf(s); t.opened == 0 {
		t.opened = now
	}
}

// carried notes what a link to a sender carried.
func (l *ledger) carried(s sender, bytes peer.Traffic) {
	t := l.tallyOf(s)
	t.bytes.Sent += bytes.Sent
	t.bytes.Received += bytes.Received
}

// entry takes an entry. The first time that one of its site comes, who finds the
// sender. It reports whether that is a bot.
func (l *ledger) entry(e canvas.Entry, now int64, who func() (sender, *stamps, bool)) (ours bool) {
	t := l.siteOf(e.Site, who)
	if t == nil {
		l.foreign++
		return false
	}
	if e.By != "" {
		l.foreign++ // it took care of what a plain peer drew
		t.came.add(e.N)
		return true
	}
	l.take(t, e, now)
	return true
}

// siteOf is the tally of who writes as a site, nil if that is no bot.
func (l *ledger) siteOf(site canvas.Site, who func() (sender, *stamps, bool)) *tally {
	t, known := l.bySite[site]
	if known {
		return t
	}
	if from, stamps, ours := who(); ours {
		t = l.tallyOf(from)
		t.stamps = stamps
	}
	l.bySite[site] = t
	return t
}

// wiped notes how many of a bot's entries a clear has wiped: those of them that have
// not come never will.
func (l *ledger) wiped(dead uint32, site canvas.Site, of writer) {
	t := l.siteOf(site, func() (sender, *stamps, bool) { return of.sender, of.stamps, true })
	t.wiped += t.came.skip(dead)
}

// take takes an entry of a bot's own.
func (l *ledger) take(t *tally, e canvas.Entry, now int64) {
	n := note{what: noteDelivered, part: uint16(t.from.part), took: -1}
	due, tag, known := t.due(e, now)
	if n.tag = tag; tag == 0 {
		n.tag = l.tag(t, cmp.Or(due, now))
	}
	switch t.came.add(e.N) {
	case duplicate:
		t.twice++
		n.what = noteTwice
		l.notes.add(n)
		return
	case outOfOrder:
		t.late++
		n.what = noteLate
	}
	t.delivered++
	l.latest = now
	if known {
		n.took = l.time(t, due, now)
	}
	l.notes.add(n)
}

// due is when an entry was, or was written if nobody said when it was, and its
// tags if they are known.
func (t *tally) due(e canvas.Entry, now int64) (due int64, tag tagID, known bool) {
	if s, ok := e.Op.(canvas.Segment); ok && !t.from.unmarked {
		return watermarkOf(s, now).due, 0, true
	}
	if t.stamps == nil {
		return 0, 0, false // another part's
	}
	s, known := t.stamps.of(e.N)
	return s.at, s.tag, known
}

// time is how long an operation took that has just come; below 0 if that cannot
// be told.
func (l *ledger) time(t *tally, due, now int64) int64 {
	shift := l.offsets.shift(t.from.part, now-due)
	if t.opened == 0 || due+shift < t.opened {
		return -1 // drawn before we could hear it: caught up, not late
	}
	took := max(now-due-shift, 0)
	t.timed++
	t.sum += took
	t.max = max(t.max, took)
	return took
}
