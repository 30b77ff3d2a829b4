package loadtest

import (
	"drawmesh/canvas"
	"drawmesh/peer"
)

// A sender is a bot whose strokes may be heard.
type sender struct {
	name string
	part int
}

// A tally is what one bot has heard of one sender.
type tally struct {
	from   sender
	came   sequence
	opened int64 // when the link to it first opened, in microseconds since 1970; 0: never

	delivered, late, twice int // strokes: new ones, of these out of order, duplicates
	timed                  int // of the delivered, those that came live
	sum, max               int64

	bytes peer.Traffic // over the link to it
}

// A ledger is what one bot has heard. Its bot's mutex guards it. All times are
// in microseconds since 1970, by the own clock.
type ledger struct {
	offsets *clockOffsets
	bySite  map[canvas.Site]*tally // nil: a stranger's
	byName  map[string]*tally
	latency []*Histogram // by part - 1, since they were last taken
	got     int          // strokes delivered, since that was last taken
	foreign int          // strokes of strangers
	latest  int64        // when the last new stroke came
}

func newLedger(offsets *clockOffsets) ledger {
	return ledger{
		offsets: offsets, bySite: make(map[canvas.Site]*tally), byName: make(map[string]*tally),
		latency: make([]*Histogram, len(offsets.clocks)),
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

// stroke takes a stroke of a site. The first time, who finds the sender.
func (l *ledger) stroke(site canvas.Site, s canvas.Segment, now int64, who func() (sender, bool)) {
	t, known := l.bySite[site]
	if !known {
		if from, ours := who(); ours {
			t = l.tallyOf(from)
		}
		l.bySite[site] = t
	}
	if t == nil {
		l.foreign++
		return
	}
	l.take(t, watermarkOf(s, now), now)
}

func (l *ledger) take(t *tally, m watermark, now int64) {
	switch t.came.add(m.n) {
	case duplicate:
		t.twice++
		return
	case outOfOrder:
		t.late++
	}
	t.delivered++
	l.got++
	l.latest = now
	shift := l.offsets.shift(t.from.part, now-m.due)
	if t.opened == 0 || m.due+shift < t.opened {
		return // drawn before we could hear it: caught up, not late
	}
	took := max(now-m.due-shift, 0)
	t.timed++
	t.sum += took
	t.max = max(t.max, took)
	h := &l.latency[t.from.part-1]
	if *h == nil {
		*h = new(Histogram)
	}
	(*h).add(took, 1)
}
