package mesh

import (
	"context"
	"time"

	"github.com/pion/webrtc/v4"

	"drawmesh/signaling"
)

// offer makes the data channel and offers it.
func (c *connection) offer() (err error) {
	if c.own, err = c.pc.CreateDataChannel("updates", nil); err != nil {
		return c.failed("offer", err)
	}
	c.watch(c.own)
	d, err := c.pc.CreateOffer(nil)
	if err == nil {
		err = c.describe(d)
	}
	if err != nil {
		return c.failed("offer", err)
	}
	return nil
}

// takeUp answers the peer's offer.
func (c *connection) takeUp(offer signaling.SessionDescription) error {
	c.offered = offer.SDP
	if err := c.remote(offer); err != nil {
		return err
	}
	d, err := c.pc.CreateAnswer(nil)
	if err == nil {
		err = c.describe(d)
	}
	if err != nil {
		return c.failed("answer", err)
	}
	c.agreed = time.Now()
	return nil
}

// describe adopts a description and sends it.
func (c *connection) describe(d webrtc.SessionDescription) error {
	if err := c.adopt(d); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.ctx, c.link.mesh.opts.ConnectTimeout)
	defer cancel()
	return c.signal(ctx)
}

// adopt adopts a description of our side, with the candidates that can be
// gathered at once: on a local network that is all of them, and two messages
// make a link.
func (c *connection) adopt(d webrtc.SessionDescription) error {
	if err := c.pc.SetLocalDescription(d); err != nil {
		return err
	}
	c.gather()
	return nil
}

// signal sends our description.
func (c *connection) signal(ctx context.Context) error {
	local := c.pc.LocalDescription()
	if say := c.link.mesh.opts.Capability; say != nil {
		c.told = say()
	}
	return c.link.mesh.opts.Signaler.Describe(ctx, c.link.id, signaling.SessionDescription{
		Type: local.Type.String(), SDP: local.SDP, Mesh: c.told,
	})
}

// gather waits a little for candidates. Those that come later, from a slow STUN
// server say, are trickled.
func (c *connection) gather() {
	timeout := time.NewTimer(gatherTime)
	defer timeout.Stop()
	for {
		select {
		case v := <-c.inbox:
			switch cand, ok := v.(*webrtc.ICECandidate); {
			case !ok:
				c.later = append(c.later, v)
			case cand == nil:
				return // that was all
			}
		case <-timeout.C:
			return
		case <-c.ctx.Done():
			return
		}
	}
}

// trickle sends a late candidate. The description's answer has come before, as
// the tutorial's page needs it.
func (c *connection) trickle(cand *webrtc.ICECandidate) error {
	if cand == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(c.ctx, c.link.mesh.opts.ConnectTimeout)
	defer cancel()
	init := cand.ToJSON()
	err := c.link.mesh.opts.Signaler.Trickle(ctx, c.link.id, signaling.ICECandidate{
		Candidate: init.Candidate, SDPMid: init.SDPMid,
		SDPMLineIndex: init.SDPMLineIndex, UsernameFragment: init.UsernameFragment,
	})
	if err != nil && c.channel.raw == nil {
		return c.failed("connect", err)
	}
	return nil
}

// remote adopts the peer's description, and the candidates that came before it.
func (c *connection) remote(d signaling.SessionDescription) error {
	sdp, candidates, err := screen(d.SDP, c.link.mesh.onLink())
	if err == nil {
		err = c.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.NewSDPType(d.Type), SDP: sdp})
	}
	if err != nil {
		return c.failed(d.Type, err)
	}
	if !c.described {
		c.agreed = time.Now()
	}
	c.described, c.candidates = true, candidates
	c.capability = d.Mesh
	c.mends = c.link.mesh.opts.Mends != nil && c.link.mesh.opts.Mends(d.Mesh)
	for _, cand := range c.early {
		c.candidate(cand)
	}
	c.early = nil
	return nil
}

// candidate takes one of the peer's candidates. Bad ones are its own loss, and
// those of an older connection are told by their ufrag (RFC 8838, section 4.4).
func (c *connection) candidate(cand signaling.ICECandidate) {
	switch {
	case !c.described:
		if len(c.early) < maxEarly {
			c.early = append(c.early, cand)
		}
	case !wanted(cand.Candidate, c.link.mesh.onLink()): // the end of them, for instance
	case c.candidates < maxCandidates:
		c.candidates++
		err := c.pc.AddICECandidate(webrtc.ICECandidateInit{
			Candidate: cand.Candidate, SDPMid: cand.SDPMid,
			SDPMLineIndex: cand.SDPMLineIndex, UsernameFragment: cand.UsernameFragment,
		})
		if err != nil {
			c.link.mesh.opts.Logger.Debug("bad candidate", "peer", c.link.id, "err", err)
		}
	}
}

// heard takes what the peer signals while the connection is being made, or is.
func (c *connection) heard(ev signaling.Event) error {
	switch ev := ev.(type) {
	case signaling.Candidate:
		c.candidate(ev.Data)
	case signaling.Relayed:
		if ev.Name == renegotiate {
			c.asked()
		}
	case signaling.Description:
		if ev.Data.Type == "offer" {
			return c.heardOffer(ev)
		}
		return c.heardAnswer(ev.Data)
	}
	return nil
}

func (c *connection) heardOffer(ev signaling.Description) error {
	switch {
	case ev.Data.SDP != c.offered && !c.link.mayNegotiate():
		return nil
	case c.own == nil && session(ev.Data.SDP) != "" && session(ev.Data.SDP) == session(c.offered):
		return c.restarted(ev.Data)
	}
	c.link.offered = &ev // its side was lost, ours does not know yet
	return c.failed("connect", errRenewed)
}

func (c *connection) heardAnswer(answer signaling.SessionDescription) error {
	switch {
	case c.own == nil || answer.SDP == c.answer: // nothing to us, or it came twice
		return nil
	case c.channel.raw != nil:
		return c.answered(answer)
	case c.answer != "":
		// The first one was to an offer that we had given up. An answer does not
		// say which offer it is to.
		return c.failed("offer", errStale)
	}
	c.answer = answer.SDP
	return c.remote(answer)
}

func (c *connection) failed(op string, err error) error {
	return &LinkError{c.link.id, op, err}
}
