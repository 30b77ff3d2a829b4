package mesh

import (
	"context"
	"time"

	"github.com/pion/datachannel"
	"github.com/pion/webrtc/v4"

	"drawmesh/signaling"
)

const (
	answerTime = 5 * time.Second        // for an offer to be answered
	gatherTime = 40 * time.Millisecond  // for candidates to get into the description
	setupTime  = time.Second            // after which a slow set-up no longer counts
	highMark   = 16 << 10               // bytes in SCTP's buffer at which to wait; 256 KB: p99 1.9 s
	lowMark    = 8 << 10                // bytes at which to go on
	shutTime   = 300 * time.Millisecond // for SCTP to end
	apartTime  = 10 * time.Millisecond  // between the ends of SCTP and of DTLS
)

// A connection is one attempt at a link, and what comes of it. The link's
// goroutine owns it; pion's callbacks only post to its inbox.
type connection struct {
	link *link
	pc   *webrtc.PeerConnection
	ctx  context.Context // the connection's life

	inbox chan any      // a candidate, a state or an openChannel, from pion
	low   chan struct{} // one slot: SCTP's buffer has drained
	read  chan error    // why reading ended; then closed
	shut  chan struct{} // one slot: SCTP has ended, once it had begun

	channel    openChannel              // zero until there is one
	capability []byte                   // the other's
	described  bool                     // the remote description is set
	early      []signaling.ICECandidate // until then
	candidates int                      // heard of
}

// An openChannel is a data channel that can be used.
type openChannel struct {
	dc  *webrtc.DataChannel         // for its buffer
	raw datachannel.ReadWriteCloser // for its messages
}

// connect makes one connection and serves it. It reports whether it was ever
// open, and why it ended.
func (l *link) connect() (opened bool, err error) {
	l.mu.Lock()
	mine := l.offer
	l.mu.Unlock()
	var early []signaling.ICECandidate
	if l.offered == nil && !mine {
		if early = l.awaitOffer(); l.ctx.Err() != nil {
			return false, nil
		}
	}
	pc, err := l.mesh.api.NewPeerConnection(l.mesh.config)
	if err != nil {
		return false, &LinkError{l.id, "connect", err}
	}
	ctx, cancel := context.WithCancel(l.ctx)
	c := &connection{
		link: l, pc: pc, ctx: ctx, early: early,
		inbox: make(chan any), low: make(chan struct{}, 1),
		read: make(chan error, 1), shut: make(chan struct{}, 1),
	}
	defer c.close(cancel)
	pc.SCTP().OnClose(func(error) { c.shut <- struct{}{} })
	pc.OnICECandidate(func(cand *webrtc.ICECandidate) { c.post(cand) })
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) { c.post(s) })
	pc.OnDataChannel(c.watch)
	return c.run()
}

// close ends the connection, and hands over all that had arrived.
//
// When SCTP and DTLS end at once, pion waits up to 200 ms for the one, holding
// a lock that the other needs. So each side lets the first end first.
func (c *connection) close(cancel context.CancelFunc) {
	cancel() // releases callbacks
	if c.channel.raw != nil {
		select {
		case <-c.read: // the peer has ended it
		default:
			c.pc.SCTP().Stop()
		}
		select {
		case <-c.shut:
		case <-time.After(shutTime):
		}
		time.Sleep(apartTime)
	}
	c.pc.GracefulClose()
	if c.channel.raw != nil {
		for range c.read {
		}
	}
}

// run negotiates and serves the connection to its end.
func (c *connection) run() (opened bool, err error) {
	l := c.link
	release := func() {}
	if offer := l.offered; offer != nil {
		l.offered = nil
		err = c.answer(offer.Data)
	} else if release = l.setup(); l.ctx.Err() == nil {
		err = c.offer()
	}
	if err == nil {
		err = c.serve(release)
	}
	release()
	return c.channel.raw != nil, err
}

// awaitOffer waits for the peer's offer, and returns the candidates that came
// before it.
func (l *link) awaitOffer() (early []signaling.ICECandidate) {
	for {
		select {
		case <-l.ctx.Done():
			return nil
		case ev := <-l.mail:
			switch ev := ev.(type) {
			case signaling.Candidate:
				early = append(early, ev.Data)
			case signaling.Description:
				if ev.Data.Type == "offer" {
					l.offered = &ev
					return early[max(0, len(early)-maxEarly):]
				}
			}
		}
	}
}

// setup waits for a place among the offers under way, and returns what gives
// it back.
func (l *link) setup() (release func()) {
	select {
	case l.mesh.setups <- struct{}{}:
	case <-l.ctx.Done():
		return func() {}
	}
	held := true
	return func() {
		if held {
			held = false
			<-l.mesh.setups
		}
	}
}

// post gives v to the link's goroutine, unless the connection ends first. It is
// the one thing that pion's callbacks do.
func (c *connection) post(v any) {
	select {
	case c.inbox <- v:
	case <-c.ctx.Done():
	}
}
