package mesh

import (
	"errors"
	"io"
	"time"

	"github.com/pion/datachannel"
	"github.com/pion/webrtc/v4"
)

// How much SCTP may buffer: what waits there is latency. With 256 KiB the p99
// of a flood was 1.9 s.
const (
	highMark = 16 << 10 // bytes at which to wait
	lowMark  = 8 << 10  // bytes at which to go on

	firstRead = 1 << 10 // bytes: longer messages than that are rare
)

// watch waits for a data channel to open.
func (c *connection) watch(dc *webrtc.DataChannel) {
	dc.OnOpen(func() {
		raw, err := dc.Detach()
		if err == nil {
			c.post(openChannel{dc, raw})
		}
	})
}

// serve carries the connection from its description to its end, and returns
// why it ended. The slot is that of its set-up.
func (c *connection) serve(at *slot) error {
	c.begun = time.Now()
	c.timer = time.NewTimer(c.due(0))
	defer c.timer.Stop()
	c.link.signal() // of what came before
	for {
		var err error
		select {
		case <-c.ctx.Done():
			return nil
		case <-c.timer.C:
			err = c.overdue(at)
		case v := <-c.inbox:
			if err = c.take(v); !c.opened.IsZero() {
				at.end()
			}
		case <-c.link.wake:
			err = c.woken()
		}
		for err == nil && len(c.later) > 0 {
			v := c.later[0]
			c.later = c.later[1:]
			err = c.take(v)
		}
		if err != nil {
			return err
		}
	}
}

// due is how long after a part of the set-up the next one has to be over.
func (c *connection) due(took time.Duration) time.Duration {
	next := c.link.mesh.opts.ConnectTimeout
	for _, part := range []time.Duration{busyTime, setupTime, answerTime} {
		if part > took {
			next = min(next, part)
		}
	}
	return next - took
}

// overdue does what time makes due.
func (c *connection) overdue(at *slot) error {
	if c.channel.raw != nil {
		return c.tryMending()
	}
	took := time.Since(c.begun)
	switch {
	case took >= answerTime && !c.described:
		return c.failed("offer", errUnanswered)
	case took >= c.link.mesh.opts.ConnectTimeout:
		return c.failed("connect", errTimeout)
	case took >= setupTime:
		at.end()
	default:
		at.wait()
	}
	c.timer.Reset(c.due(took))
	return nil
}

// woken does what others have left for the link to do.
func (c *connection) woken() error {
	for ev, ok := c.link.nextMail(); ok; ev, ok = c.link.nextMail() {
		if err := c.heard(ev); err != nil {
			return err
		}
	}
	if c.link.takeMoved() && c.moved() {
		c.suffer(0)
	}
	return c.pump()
}

// take takes what a callback has posted.
func (c *connection) take(v any) error {
	switch v := v.(type) {
	case *webrtc.ICECandidate:
		return c.trickle(v)
	case iceState:
		if v.ICEConnectionState == webrtc.ICEConnectionStateConnected && c.path.IsZero() {
			c.path = v.at
		}
	case state:
		return c.changed(v)
	case openChannel:
		c.open(v)
	case readError:
		return v.error
	}
	return nil
}

// changed takes a change of ICE and DTLS together.
func (c *connection) changed(s state) error {
	switch s.PeerConnectionState {
	case webrtc.PeerConnectionStateConnected:
		if c.keys.IsZero() {
			c.keys = s.at
		}
		c.recover()
	case webrtc.PeerConnectionStateDisconnected:
		switch {
		case c.channel.raw == nil: // the attempt has a time limit of its own
		case c.mends:
			c.suffer(mendWait)
		default:
			c.suffer(waitTime)
		}
	case webrtc.PeerConnectionStateFailed:
		return c.failed("connect", errICE)
	case webrtc.PeerConnectionStateClosed:
		if c.channel.raw == nil {
			return c.failed("connect", errGone)
		}
	}
	return nil // once there is a channel, reading it ends too
}

// open begins to use the data channel. There is one a link, made by whoever
// offers: others are closed.
func (c *connection) open(ch openChannel) {
	if c.channel.raw != nil || c.own != nil && c.own != ch.dc {
		ch.raw.Close()
		return
	}
	c.opened = time.Now()
	c.channel = ch
	c.timer.Stop()
	ch.dc.SetBufferedAmountLowThreshold(lowMark)
	ch.dc.OnBufferedAmountLow(c.link.signal)
	c.link.enter(Open, ch, Change{Took: time.Since(c.link.since), Setup: c.parts(), Capability: c.capability, Described: c.told})
	c.reading.Go(func() { c.post(readError{c.receive()}) })
}

// parts is how long the parts of the set-up took. A part whose end was not told
// in time counts to the next one.
func (c *connection) parts() Setup {
	at := c.link.since
	since := func(end time.Time) time.Duration {
		took := max(end.Sub(at), 0)
		at = at.Add(took)
		return took
	}
	return Setup{since(c.agreed), since(c.path), since(c.keys), since(c.opened)}
}

// receive hands over what comes in. When nobody takes it, it stops reading, and
// SCTP's window stops the peer. It returns why there is no more.
func (c *connection) receive() error {
	in := c.channel.raw.(datachannel.Reader)
	buf := make([]byte, firstRead)
	for {
		n, text, err := in.ReadDataChannel(buf)
		switch {
		case errors.Is(err, io.ErrShortBuffer) && len(buf) < MaxMessage:
			buf = make([]byte, min(8*len(buf), MaxMessage)) // the message is still there
			continue
		case errors.Is(err, io.ErrShortBuffer):
			return c.failed("receive", errTooLong)
		case err != nil:
			close(c.ended)
			return c.failed("receive", errGone)
		}
		c.link.mesh.report(Message{From: c.link.id, Data: c.link.mesh.read.clone(buf[:n]), Text: text})
	}
}

// pump moves messages from the queue to SCTP, as long as little waits there:
// what is queued here can still be overtaken by better news, and a deep buffer
// there is latency.
func (c *connection) pump() error {
	if c.channel.raw == nil {
		return nil
	}
	for {
		msg, ok, err := c.link.next()
		if err == nil && (!ok || c.channel.full()) {
			return nil
		}
		if err == nil {
			err = c.channel.write(msg)
		}
		if err != nil {
			return c.failed("send", err)
		}
		c.link.sent()
	}
}
