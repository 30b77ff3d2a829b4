package mesh

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/pion/datachannel"
	"github.com/pion/webrtc/v4"

	"drawmesh/signaling"
)

const (
	answerTime = 5 * time.Second       // for an offer to be answered
	gatherTime = 40 * time.Millisecond // for candidates to get into the description
	endTime    = time.Millisecond      // for the peer's end to be noticed, or twice that
	abortTime  = 50 * time.Millisecond // for pion to be done with an aborted association
)

// A connection is one attempt at a link, and what comes of it. The link's
// goroutine owns it; pion's callbacks only post to its channels.
type connection struct {
	link   *link
	pc     *webrtc.PeerConnection
	ctx    context.Context // the connection's life
	cancel context.CancelFunc

	inbox   chan any       // a candidate, an iceState, a state, an openChannel or a readError
	later   []any          // of that, what came while we gathered candidates
	reading sync.WaitGroup // receive
	ended   chan struct{}  // closed when the peer has ended the channel
	aborted chan struct{}  // closed when pion has noted the end of SCTP
	timer   *time.Timer    // for what is due next: of the set-up, or an outage

	begun      time.Time                // when we had sent our description
	own        *webrtc.DataChannel      // that we offer; nil if the peer does
	channel    openChannel              // zero until there is one
	opened     time.Time                // when that was
	agreed     time.Time                // when both descriptions were there
	path, keys time.Time                // when ICE and DTLS were done
	offered    string                   // the SDP we were offered last, or
	answer     string                   // were answered with
	capability json.RawMessage          // the other's
	told       json.RawMessage          // our own, as we last said it
	described  bool                     // the remote description is set
	early      []signaling.ICECandidate // until then
	candidates int                      // heard of

	mends     bool      // the other side takes up restarts
	outage    outage    // that goes on
	lastAsked time.Time // for an offer
}

// A readError is why nothing more can be read.
type readError struct{ error }

// An iceState and a state are pion's, and when they came.
type (
	iceState struct {
		webrtc.ICEConnectionState
		at time.Time
	}
	state struct {
		webrtc.PeerConnectionState
		at time.Time
	}
)

// An openChannel is a data channel that can be used.
type openChannel struct {
	dc  *webrtc.DataChannel         // for its buffer
	raw datachannel.ReadWriteCloser // for its messages
}

// full reports whether SCTP has enough to do.
func (ch openChannel) full() bool { return ch.dc.BufferedAmount() >= highMark }

// write gives a message to SCTP, which does not wait. One goroutine may write at
// a time: the link's mutex, or its queue, sees to that.
func (ch openChannel) write(msg Message) error {
	_, err := ch.raw.(datachannel.Writer).WriteDataChannel(msg.Data, msg.Text)
	return err
}

// connect makes one connection and serves it to its end. It tells when that
// connection was opened, if ever, and why it ended.
func (l *link) connect() (opened time.Time, err error) {
	offer := l.offered
	var at *slot
	if offer == nil {
		at = l.mesh.opts.Setups.begin(l.ctx)
	}
	defer at.end()
	c, err := l.dial()
	if err != nil {
		err = &LinkError{l.id, "connect", err}
		l.ended(err)
		return opened, err
	}
	if offer != nil {
		c.early, l.offered = l.early, nil
		err = c.takeUp(offer.Data)
	} else {
		err = c.offer()
	}
	l.early = nil
	if err == nil {
		err = c.serve(at)
	}
	l.ended(err) // at once: closing can take pion nearly half a second
	c.close()
	return c.opened, err
}

// dial makes a connection that has not begun to negotiate.
func (l *link) dial() (*connection, error) {
	pc, err := l.mesh.api.NewPeerConnection(l.mesh.configuration())
	if err != nil {
		return nil, err
	}
	c := &connection{
		link: l, pc: pc,
		inbox: make(chan any, 8), ended: make(chan struct{}), aborted: make(chan struct{}),
	}
	c.ctx, c.cancel = context.WithCancel(l.ctx)
	pc.OnICECandidate(func(cand *webrtc.ICECandidate) { c.post(cand) })
	pc.OnICEConnectionStateChange(func(s webrtc.ICEConnectionState) {
		if s == webrtc.ICEConnectionStateConnected {
			c.post(iceState{s, time.Now()})
		}
	})
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s != webrtc.PeerConnectionStateConnecting {
			c.post(state{s, time.Now()})
		}
	})
	pc.OnDataChannel(c.watch)
	pc.SCTP().OnClose(func(error) { close(c.aborted) })
	return c, nil
}

// close ends the connection, and returns when all of its goroutines have ended
// and all that had arrived has been handed over.
func (c *connection) close() {
	c.cancel() // first, to release callbacks
	if c.endedByPeer() {
		// Until pion has noted that, it would wait for our own abort to be sent,
		// in vain, and hold a lock that it needs to note it.
		select {
		case <-c.aborted:
		case <-time.After(abortTime):
		}
	}
	c.pc.GracefulClose()
	c.reading.Wait()
}

// endedByPeer reports whether the peer has ended the channel. Both sides often do
// at once: who stays gives the other a moment.
func (c *connection) endedByPeer() bool {
	select {
	case <-c.ended:
		return true
	default:
	}
	if c.link.mesh.ctx.Err() != nil {
		return false
	}
	select {
	case <-c.ended:
		return true
	case <-time.After(endTime + rand.N(endTime)):
		return false
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
