package exchange

import (
	"bytes"
	"errors"
	"time"

	"golang.org/x/time/rate"

	"drawmesh/canvas"
)

// What a neighbour may send, and what we send: who draws more lets the others
// pull it, in frames, which cost a tenth. What somebody sends in spite of that is
// as if it had not come, and is pulled as well.
const (
	liveRate    = 500                // operations a second, as text
	liveSeconds = 10                 // worth of them at once
	bulkRate    = 20                 // times as many a second, in frames
	bulkBurst   = 2 * canvas.MaxLive // at once: more than that is no drawing
	frameCost   = 1000               // entries that a frame counts for at least

	gapCost = 100 // operations that a forwarded run counts for beside, of which nothing can be made

	clearRate  = 1  // clears a second: each is passed on to everybody, and wipes what is there
	clearBurst = 60 // at once
)

// ErrPace means that a plain peer drew more at once than is taken of anybody.
var ErrPace = errors.New("too many operations at once: some are lost")

// limits are what is left of what a neighbour may send.
type limits struct {
	live      *rate.Limiter // what it draws itself, as text
	forwarded *rate.Limiter // what others drew, as text; each of them has a limit, too
	bulk      *rate.Limiter // entries in frames
	sites     *rate.Limiter // that we have never heard of, and proofs
	clears    *rate.Limiter
	exceeded  time.Time // when it last did, as text
	lossTold  bool      // to people, of a plain one
}

// newLimits makes the limits for a number of operations a second: none if it is
// negative, the usual if it is zero.
func newLimits(perSecond int) limits {
	l := limits{sites: rate.NewLimiter(newSitesRate, newSites), clears: rate.NewLimiter(clearRate, clearBurst)}
	if perSecond < 0 {
		l.live, l.forwarded, l.bulk = rate.NewLimiter(rate.Inf, 0), rate.NewLimiter(rate.Inf, 0), rate.NewLimiter(rate.Inf, 0)
		return l
	}
	l.live = authorLimit(perSecond)
	perSecond = int(l.live.Limit())
	l.forwarded = rate.NewLimiter(rate.Limit(perSecond*bulkRate), perSecond*bulkRate*liveSeconds)
	l.bulk = rate.NewLimiter(rate.Limit(perSecond*bulkRate), bulkBurst)
	return l
}

// authorLimit is of what one author draws, by whomever it comes.
func authorLimit(perSecond int) *rate.Limiter {
	switch {
	case perSecond < 0:
		return rate.NewLimiter(rate.Inf, 0)
	case perSecond == 0:
		perSecond = liveRate
	}
	return rate.NewLimiter(rate.Limit(perSecond), perSecond*liveSeconds)
}

// admits takes one operation of the neighbour's own into account, and reports whether
// it may come.
func (l *limits) admits(now time.Time) bool { return l.within(l.live, now) }

// admitsForwarded takes one operation of somebody else's into account.
func (l *limits) admitsForwarded(now time.Time) bool { return l.within(l.forwarded, now) }

// wasted takes into account that nothing can be made of what was forwarded: it may be
// that nobody signed it, and to find that out takes longer than to take it in.
func (l *limits) wasted(now time.Time) {
	if l.forwarded.Limit() != rate.Inf {
		l.forwarded.ReserveN(now, gapCost)
	}
}

func (l *limits) within(limit *rate.Limiter, now time.Time) bool {
	if limit.AllowN(now, 1) {
		return true
	}
	l.exceeded = now
	return false
}

// hurried reports whether so much came a moment ago that not all was taken:
// then what is missing does not come by itself.
func (l *limits) hurried(now time.Time) bool { return now.Sub(l.exceeded) < graceTime }

// admitsFrame reports whether a frame may come.
func (l *limits) admitsFrame(now time.Time) bool {
	return l.bulk.Limit() == rate.Inf || l.bulk.TokensAt(now) > 0
}

// merged takes into account what a frame brought.
func (l *limits) merged(entries int, now time.Time) {
	l.bulk.ReserveN(now, min(max(entries, frameCost), bulkBurst))
}

// ownLimit is what we keep to, so that nobody's limit is exceeded though what we
// send may come in bunches.
func ownLimit(perSecond int) *rate.Limiter {
	l := authorLimit(perSecond)
	l.SetBurst(l.Burst() * 4 / 5)
	return l
}

// draws reports whether a message is one that draws, by its first bytes: then
// it need not be read in order to be dropped.
func draws(data []byte) bool { return bytes.HasPrefix(data, []byte(`{"event":"draw`)) }

// forwards reports whether such a message is about somebody else, by what it
// contains. Who drew it is sure only once it has been read.
func forwards(data []byte) bool { return bytes.Contains(data, []byte(`"o":"`)) }
