package exchange

import (
	"errors"
	"time"

	"drawmesh/signaling"
)

const (
	pingTime   = 5 * time.Second  // between pings, or a fifth more
	probeTime  = time.Minute      // the same, without a word from who need not be pinged
	silentTime = 15 * time.Second // without a message or an acknowledgment: the link is dead
)

var errSilent = errors.New("no sign of life")

// A life is what is known of a neighbour's being there.
type life struct {
	acks     bool          // it need not be pinged to know that we live
	heard    time.Time     // when it last showed a sign of life
	spoke    time.Time     // when it last sent something
	pinged   time.Time     // when it was last sent a ping
	pause    time.Duration // until the next, at the earliest
	unsteady bool          // nothing gets through just now, and the link is being mended
	leaves   bool          // it has said so: nothing more is to be had from it
}

// A heartbeat shows neighbours that we live, and finds out whether they do.
type heartbeat struct {
	*drawing
	near *neighbours
	out  interface {
		flush()
		stuck(signaling.ID) bool
	}
	wire   Wire
	random func() float64 // gives a number below 1
	ticked time.Time      // when wake was called last
}

// wake notes the time. If it was us who did nothing for a while, the machine
// slept, say, nobody else has been silent.
func (h *heartbeat) wake(now time.Time) {
	if now.Sub(h.ticked) > silentTime/2 {
		for _, n := range h.near.synced {
			n.heard = now
		}
	}
	h.ticked = now
}

// look gives up the link to a neighbour that has died, and pings one that has
// been silent for a while.
func (h *heartbeat) look(n *synced, now time.Time) {
	if n.unsteady {
		return
	}
	if silent := now.Sub(n.heard); silent >= pingTime {
		switch queued := h.wire.Queued(n.id); {
		case queued == 0, queued >= resumeBytes:
			n.heard = now // it takes what we send, or is known not to read just now
		case silent >= silentTime && !n.leaves:
			n.heard = now
			h.wire.Reset(n.id, errSilent)
		}
	}
	if now.Sub(n.pinged) >= n.pause && !(n.acks && now.Sub(n.spoke) < n.pause) && !h.out.stuck(n.id) {
		h.ping(n, now)
	}
}

// answer answers a neighbour's ping, if it knows that we live by pings alone.
func (h *heartbeat) answer(n *synced, now time.Time) {
	if !n.acks && now.Sub(n.pinged) >= pingTime/2 {
		h.ping(n, now)
	}
}

// ping shows a neighbour that we are alive, and the sum of our drawing, and finds
// out whether it is.
func (h *heartbeat) ping(n *synced, now time.Time) {
	n.pinged, n.pause = now, h.idle(n)
	h.wire.Send(n.id, AppendMessage(nil, Ping{Sum: h.log.Digest()}), true)
}

// bye tells the synced neighbours that we leave, after all that we drew.
func (h *heartbeat) bye() {
	h.out.flush()
	for id := range h.near.synced {
		h.wire.Send(id, AppendMessage(nil, Bye{}), true)
	}
}

// idle is the time until the next ping, which differs from the neighbour's, or
// both would send one at once.
func (h *heartbeat) idle(n *synced) time.Duration {
	pause := pingTime
	if n.acks {
		pause = probeTime
	}
	return pause + time.Duration(h.random()*float64(pause/5))
}
