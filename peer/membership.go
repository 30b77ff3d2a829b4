package peer

import (
	"errors"
	"math/rand/v2"
	"time"

	"drawmesh/signaling"
)

// rejoinTime is the longest wait before asking again to be let in, but for what
// the server asks for.
const rejoinTime = 5 * time.Second

// A membership is what loop knows of its own place in the room. An open stream
// is not one yet: the server may have forgotten us, and have no seat left.
type membership struct {
	began  bool // the first stream is there; Join asks for that one
	stream bool // there is one
	inside bool // the server has said so, and has not forgotten it since
	asked  int  // how often loop has asked to be let in
	told   string
}

// A reply is how it went to ask for the asked-th time.
type reply struct {
	asked int
	err   error
}

// connected takes the beginning of a stream.
func (p *Peer) connected(ev signaling.Connected) {
	p.useICEServers(ev.ICEServers)
	m := &p.place
	first := !m.began
	p.setClock(first)
	m.began, m.stream, m.told = true, true, ""
	switch {
	case first:
		m.inside = true // or else there is no Peer
	case ev.Recovered && m.inside:
		p.tell(Signaling{State: "connected"})
	case ev.Recovered:
		p.ask()
	default:
		m.inside = false
		p.forget(ev.Rooms)
		p.ask()
	}
}

// maxLeap is by how much the server's clock may leap while others are linked to us,
// which go on by the old one.
const maxLeap = 10 * time.Minute

// setClock has the drawing go by the server's clock.
func (p *Peer) setClock(first bool) {
	ahead := p.server.Ahead()
	p.mu.Lock()
	defer p.mu.Unlock()
	if leap := ahead - p.drawing.Ahead(); first || leap.Abs() <= maxLeap || !p.roster.linked() {
		p.drawing.SetAhead(ahead)
	}
}

// ask has enter ask the server at once. What it was asked before does not count
// any more.
func (p *Peer) ask() {
	p.place.asked++
	select {
	case <-p.asks:
	default:
	}
	p.asks <- p.place.asked
}

// enter asks to be let in whenever loop says so, and again until that has
// succeeded: the room may be full, and the answer may have been lost.
func (p *Peer) enter() {
	again := time.NewTimer(0)
	again.Stop()
	defer again.Stop()
	for asked, failures := 0, 0; ; {
		select {
		case asked = <-p.asks:
			failures = 0
		case <-again.C:
		case <-p.entering.Done():
			return
		}
		again.Stop()
		err := p.server.TryJoin(p.entering, p.room)
		if err != nil {
			again.Reset(rejoinPause(failures, err))
			failures++
		}
		select {
		case p.replies <- reply{asked, err}:
		case <-p.entering.Done():
			return
		}
	}
}

// rejoinPause is how long to wait after an err that came after so many others:
// 1, 2, 4 and then 5 s, give or take 30 %, or as long as the server wants it.
func rejoinPause(before int, err error) time.Duration {
	wait := min(time.Second<<min(before, 3), rejoinTime)
	wait = time.Duration(float64(wait) * (0.7 + 0.6*rand.Float64()))
	var refused *signaling.StatusError
	if errors.As(err, &refused) {
		wait = max(wait, refused.RetryAfter())
	}
	return wait
}

// replied takes what the server said to our asking, and tells of it once.
func (p *Peer) replied(r reply) {
	m := &p.place
	if r.asked != m.asked {
		return // the server has forgotten us since
	}
	if m.inside = r.err == nil; m.inside {
		p.tell(Signaling{State: "connected"})
		return
	}
	p.opts.Logger.Warn("not joined again", "err", r.err)
	if m.stream && m.told != r.err.Error() {
		m.told = r.err.Error()
		p.tell(Signaling{State: "outside", Err: r.err})
	}
}

// forget lets go of whoever has left while events were lost. A server that was
// restarted cannot tell who has.
func (p *Peer) forget(rooms map[string][]signaling.Peer) {
	list, known := rooms[p.room]
	p.mu.Lock()
	left := p.roster.compare(list, known)
	p.mu.Unlock()
	for _, who := range left {
		p.left(who)
	}
}
