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
)

// ErrPace means that a plain peer drew more at once than is taken of anybody.
var ErrPace = errors.New("too many operations at once: some are lost")

// limits are what is left of what a neighbour may send.
type limits struct {
	live, bulk *rate.Limiter
	sites      *rate.Limiter // that we have never heard of, and proofs
	exceeded   time.Time     // when it last did, as text
	lossTold   bool          // to people, of a plain one
}

// newLimits makes the limits for a number of operations a second: none if it is
// negative, the usual if it is zero.
func newLimits(perSecond int) limits {
	if perSecond < 0 {
		return limits{
			live: rate.NewLimiter(rate.Inf, 0), bulk: rate.NewLimiter(rate.Inf, 0), sites: rate.NewLimiter(newSitesRate, newSites),
		}
	}
	if perSecond == 0 {
		perSecond = liveRate
	}
	return limits{
		live:  rate.NewLimiter(rate.Limit(perSecond), perSecond*liveSeconds),
		bulk:  rate.NewLimiter(rate.Limit(perSecond*bulkRate), bulkBurst),
		sites: rate.NewLimiter(newSitesRate, newSites),
	}
}

// admits takes one operation into account, and reports whether it may come.
func (l *limits) admits(now time.Time) bool {
	if l.live.AllowN(now, 1) {
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
	l := newLimits(perSecond).live
	l.SetBurst(l.Burst() * 4 / 5)
	return l
}

// draws reports whether a message is one that draws, by its first bytes: then
// it need not be read in order to be dropped.
func draws(data []byte) bool { return bytes.HasPrefix(data, []byte(`{"event":"draw`)) }
