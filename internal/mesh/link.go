package mesh

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"

	"drawmesh/signaling"
)

// maxQueue is how much may wait for one peer, in bytes. A peer that lets more
// pile up loses its link, and delays nobody.
const maxQueue = 1 << 20

// A link is the way to one peer, over as many connections as it takes.
type link struct {
	mesh       *Mesh
	id         signaling.ID
	introduced time.Time
	mail       chan signaling.Event // descriptions and candidates, to run
	ctx        context.Context      // ends with the link
	hangUp     context.CancelFunc

	// run alone uses this one.
	offered *signaling.Description // an offer to take up next

	mu    sync.Mutex
	offer bool // whether offers are ours to make
	state State
	dc    *webrtc.DataChannel // while open
	out   []Message           // waits to be sent
	bytes int                 // in out
	cause error               // to fail with
	wake  chan struct{}       // one slot: out or cause has changed
}

func newLink(m *Mesh, id signaling.ID, offer bool) *link {
	l := &link{
		mesh: m, id: id, introduced: time.Now(), offer: offer, state: Connecting,
		mail: make(chan signaling.Event, 2*maxEarly),
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

// tell passes on what the peer signaled. What it floods us with is lost.
func (l *link) tell(ev signaling.Event) {
	select {
	case l.mail <- ev:
	default:
		l.mesh.opts.Logger.Warn("signaling lost: too much of it", "peer", l.id)
	}
}

// send queues a message if the link is open.
func (l *link) send(msg Message) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state != Open || l.cause != nil {
		return false
	}
	if l.bytes += len(msg.Data); l.bytes > maxQueue {
		l.cause = errSlow
	} else {
		l.out = append(l.out, msg)
	}
	l.signal()
	return l.cause == nil
}

// fail ends the connection.
func (l *link) fail(cause error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state == Open {
		l.cause = cause
		l.signal()
	}
}

func (l *link) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// next is the message to send next, which stays in the queue until sent.
func (l *link) next() (msg Message, ok bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cause != nil || len(l.out) == 0 {
		return msg, false, l.cause
	}
	return l.out[0], true, nil
}

// sent takes a message from the queue that SCTP has now.
func (l *link) sent(msg Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.out[0] = Message{}
	if l.out = l.out[1:]; len(l.out) == 0 {
		l.out = nil
	}
	l.bytes -= len(msg.Data)
}

func (l *link) queued() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.bytes
	if l.dc != nil {
		n += int(l.dc.BufferedAmount())
	}
	return n
}

func (l *link) flushed() bool {
	if l.queued() > 0 {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state != Connecting
}

// enter brings the link to a state and tells of it.
func (l *link) enter(s State, dc *webrtc.DataChannel, change Change) {
	l.mu.Lock()
	l.state, l.dc = s, dc
	l.out, l.bytes, l.cause = nil, 0, nil
	l.mu.Unlock()
	change.Peer, change.State = l.id, s
	l.mesh.report(change)
}

// run makes connections, one after another, until the link is hung up.
func (l *link) run() {
	l.enter(Connecting, nil, Change{})
	for failures := 0; ; {
		opened, err := l.connect()
		if l.ctx.Err() != nil {
			l.enter(Closed, nil, Change{})
			return
		}
		l.enter(Lost, nil, Change{Err: err})
		l.mesh.opts.Logger.Warn("link lost", "peer", l.id, "err", err)
		if failures++; opened {
			failures = 0
		}
		l.rest(failures, errors.Is(err, signaling.ErrNoPeer))
	}
}

// rest waits until there is reason to try again: time has passed, if offers are
// ours to make, or an offer came.
func (l *link) rest(failures int, gone bool) {
	l.mu.Lock()
	offer := l.offer
	l.mu.Unlock()
	if l.offered != nil || !offer {
		return
	}
	var again <-chan time.Time
	if !gone { // else the server will introduce us again
		again = time.After(backOff(failures))
	}
	for {
		select {
		case <-again:
			return
		case <-l.ctx.Done():
			return
		case ev := <-l.mail:
			if d, ok := ev.(signaling.Description); ok && d.Data.Type == "offer" {
				l.offered = &d
				return
			}
		}
	}
}

// backOff is 1, 2, 4, 8, then 15 seconds, give or take a tenth.
func backOff(failures int) time.Duration {
	wait := min(time.Second<<max(0, min(failures-1, 4)), 15*time.Second)
	return time.Duration(float64(wait) * (0.9 + 0.2*rand.Float64()))
}
