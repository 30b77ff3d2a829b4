package mesh

import (
	"context"
	"strings"
	"time"

	"github.com/pion/webrtc/v4"

	"drawmesh/signaling"
)

// A connection whose network path is lost is mended by an ICE restart, where the
// other side takes that up: SCTP lives on, and nothing is lost. Who made the
// connection's offer makes all further ones, for pion has no rollback; the other
// asks for them.
const (
	mendWait = 2 * time.Second  // for the path to come back by itself
	mendTime = 60 * time.Second // then a new connection is made
	waitTime = 10 * time.Second // the same, for peers that mend nothing

	renegotiate = "renegotiate" // the event that asks for an offer
	relayTime   = 5 * time.Second
)

// An outage is a time without a network path. The zero value is none.
type outage struct {
	since time.Time
	tries int
}

// suffer begins an outage, and sees to it after the wait. During one it changes
// nothing.
func (c *connection) suffer(wait time.Duration) {
	if !c.outage.since.IsZero() || c.channel.raw == nil {
		return
	}
	c.outage = outage{since: time.Now()}
	c.timer.Reset(wait)
	c.link.waver(Change{State: Unsteady})
}

// recover ends an outage.
func (c *connection) recover() {
	if c.outage.since.IsZero() {
		return
	}
	took := time.Since(c.outage.since)
	c.outage = outage{}
	c.timer.Stop()
	c.link.waver(Change{State: Open, Mended: true, Took: took})
}

// tryMending does what an outage makes due: to offer or to ask for an offer,
// after 1, 2, 4, 8 and then each 15 seconds again, or to give up.
func (c *connection) tryMending() error {
	left := mendTime - time.Since(c.outage.since)
	if !c.mends || left <= 0 {
		return c.failed("connect", errICE)
	}
	if c.own != nil {
		c.restart()
	} else {
		c.relay("asked for no offer", func(ctx context.Context) error {
			return c.link.mesh.opts.Signaler.Relay(ctx, c.link.id, renegotiate, struct{}{})
		})
	}
	wait := min(time.Second<<min(c.outage.tries, 4), 15*time.Second)
	c.outage.tries++
	c.timer.Reset(min(wait, left))
	return nil
}

// restart offers a new path. An offer that has not been answered is offered
// again.
func (c *connection) restart() {
	if c.pc.SignalingState() == webrtc.SignalingStateStable {
		if !c.link.mayNegotiate() {
			return
		}
		err := c.renew()
		if err == nil {
			var d webrtc.SessionDescription
			if d, err = c.pc.CreateOffer(&webrtc.OfferOptions{ICERestart: true}); err == nil {
				err = c.adopt(d)
			}
		}
		if err != nil {
			c.link.mesh.opts.Logger.Warn("no restart", "peer", c.link.id, "err", err)
			return
		}
	}
	c.relay("restart not offered", c.signal)
}

// restarted takes up the peer's offer of a new path, or gives the answer again.
func (c *connection) restarted(offer signaling.SessionDescription) error {
	c.suffer(mendWait)
	if offer.SDP != c.offered {
		c.offered = offer.SDP
		if err := c.renew(); err != nil {
			return c.failed("answer", err)
		}
		if err := c.remote(offer); err != nil {
			return err
		}
		d, err := c.pc.CreateAnswer(nil)
		if err == nil {
			err = c.adopt(d)
		}
		if err != nil {
			return c.failed("answer", err)
		}
	}
	c.relay("restart not answered", c.signal)
	return nil
}

// renew makes a restart use the ICE servers of now: the credentials that the
// connection was made with may have run out.
func (c *connection) renew() error {
	return c.pc.SetConfiguration(c.link.mesh.configuration())
}

// relay sends something while there is an outage. If it does not get through, the
// next try may.
func (c *connection) relay(what string, send func(context.Context) error) {
	ctx, cancel := context.WithTimeout(c.ctx, relayTime)
	defer cancel()
	if err := send(ctx); err != nil {
		c.link.mesh.opts.Logger.Warn(what, "peer", c.link.id, "err", err)
	}
}

// answered takes the answer to a restart.
func (c *connection) answered(answer signaling.SessionDescription) error {
	switch {
	case c.pc.SignalingState() != webrtc.SignalingStateHaveLocalOffer:
		return nil // it came twice
	case session(answer.SDP) != session(c.answer):
		return c.failed("offer", errStale) // its side of the connection is gone
	}
	c.answer = answer.SDP
	return c.remote(answer)
}

// asked takes the peer's word that it has lost the path, which may work in our
// direction still.
func (c *connection) asked() {
	if c.own == nil || !c.mends || c.channel.raw == nil || time.Since(c.lastAsked) < time.Second {
		return
	}
	c.lastAsked = time.Now()
	c.suffer(mendWait)
	c.restart()
}

// session is what tells, in a description, which connection it belongs to: its
// o= line without the version (RFC 8829, section 5.2.2). It is "" without one.
func session(sdp string) string {
	_, rest, found := strings.Cut(sdp, "\no=")
	fields := strings.Fields(rest)
	if !found || len(fields) < 3 {
		return ""
	}
	return fields[0] + " " + fields[1]
}

// waver tells that an open link is unsteady, or is so no more.
func (l *link) waver(change Change) {
	l.mu.Lock()
	l.unsteady = change.State == Unsteady
	l.mu.Unlock()
	change.Peer = l.id
	l.mesh.report(change)
}
