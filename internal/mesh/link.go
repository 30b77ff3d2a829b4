package mesh

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"drawmesh/signaling"
)

// steady is how long a link has to be open for its past failures to be
// forgotten.
const steady = 30 * time.Second

// A link is the way to one peer, over as many connections as it takes.
type link struct {
	mesh   *Mesh
	id     signaling.ID
	ctx    context.Context // ends with the link
	hangUp context.CancelFunc
	told   chan struct{} // closed when the last Change has been reported

	// run alone uses these.
	since   time.Time                // introduced, or lost
	offered *signaling.Description   // an offer to take up next
	early   []signaling.ICECandidate // that came before it

	negotiated []time.Time // when offers were taken up lately

	mu      sync.Mutex
	offer   bool // whether offers are ours to make
	state   State
	channel openChannel // while open
	past    Traffic     // of former connections
	queue   queue
	cause   error         // to fail with
	mail    waiting       // what the peer signaled, for run
	wake    chan struct{} // one slot: one of those has changed, or relocated, or SCTP's buffer has drained

	unsteady  bool // open, but nothing gets through
	relocated bool // an address of ours is gone
}

func newLink(m *Mesh, id signaling.ID, offer bool) *link {
	l := &link{
		mesh: m, id: id, offer: offer, state: Connecting,
		told: make(chan struct{}),
		wake: make(chan struct{}, 1),
	}
	l.ctx, l.hangUp = context.WithCancel(m.ctx)
	return l
}

// healthy reports whether the link is open, and notes whose the next offer is.
func (l *link) healthy(offer bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state == Open {
		l.offer = offer
	}
	return l.state == Open
}

func (l *link) offers() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.offer
}

// tell passes on what the peer signaled. What it floods us with is lost.
func (l *link) tell(ev signaling.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.mail.put(ev, maxMail) {
		l.mesh.opts.Logger.Warn("signaling lost: too much of it", "peer", l.id)
		return
	}
	l.signal()
}

// nextMail takes the first of what the peer signaled, if there is any.
func (l *link) nextMail() (ev signaling.Event, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.mail.take()
}

// run makes connections, one after another, until the link is hung up.
func (l *link) run() {
	l.since = time.Now()
	l.enter(Connecting, openChannel{}, Change{})
	var wait time.Duration
	for failures := 0; l.await(wait); {
		opened, err := l.connect()
		if failures++; !opened.IsZero() && time.Since(opened) > steady {
			failures = 1
		}
		if wait = backOff(failures); errors.Is(err, signaling.ErrNoPeer) {
			wait = never // the server will introduce us again
		}
	}
	l.ended(nil)
}

// never is as long a wait as there is.
const never = -1

// await waits for an offer or, where offers are ours to make, as long as told.
// It reports false when the link has been hung up.
func (l *link) await(wait time.Duration) bool {
	if l.offered != nil {
		return l.ctx.Err() == nil
	}
	l.signal() // of what the last connection has left
	mine := l.offers()
	var timeout <-chan time.Time
	switch {
	case !mine:
		timeout = time.After(l.mesh.opts.ConnectTimeout)
	case wait != never:
		timeout = time.After(wait)
	}
	for {
		select {
		case <-timeout:
			if mine {
				return true
			}
			if l.stands() == Connecting {
				l.ended(&LinkError{l.id, "connect", errNoOffer})
			}
		case <-l.ctx.Done():
			return false
		case <-l.wake:
			if l.invited() {
				return true
			}
		}
	}
}

// invited reports whether the peer has made an offer. It leaves what came after
// that.
func (l *link) invited() bool {
	for ev, ok := l.nextMail(); ok; ev, ok = l.nextMail() {
		switch ev := ev.(type) {
		case signaling.Candidate:
			if len(l.early) < maxEarly {
				l.early = append(l.early, ev.Data)
			}
		case signaling.Description:
			if ev.Data.Type == "offer" && l.mayNegotiate() {
				l.offered = &ev
				return true
			}
		}
	}
	return false
}

// backOff is 1, 2, then 4 seconds, give or take a tenth: a partition that heals
// should not go on for long after.
func backOff(failures int) time.Duration {
	wait := min(time.Second<<min(failures-1, 2), 4*time.Second)
	return time.Duration(float64(wait) * (0.9 + 0.2*rand.Float64()))
}

func (l *link) stands() State {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state
}

// enter brings the link to a state and tells of it.
func (l *link) enter(s State, ch openChannel, change Change) {
	l.mu.Lock()
	l.past = l.past.plus(l.channel.traffic())
	if s == Closed {
		change.Traffic = l.past
	}
	l.state, l.channel = s, ch
	l.queue, l.cause, l.unsteady = queue{}, nil, false
	l.mu.Unlock()
	change.Peer, change.State = l.id, s
	l.mesh.report(change)
}

// ended says that there is no connection any more, or none to come.
func (l *link) ended(err error) {
	switch {
	case l.ctx.Err() == nil:
		l.since = time.Now()
		l.mesh.opts.Logger.Warn("link lost", "peer", l.id, "err", err)
		l.enter(Lost, openChannel{}, Change{Err: err})
	case l.stands() != Closed:
		l.enter(Closed, openChannel{}, Change{})
		l.mesh.forget(l)
		close(l.told)
	}
}
