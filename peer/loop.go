package peer

import (
	"encoding/json"
	"time"

	"drawmesh/internal/exchange"
	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// loop takes what the server and the links say, one event at a time, until the
// stay ends. What has happened by then can be read until Close.
func (p *Peer) loop() {
	defer close(p.feed.out)
	p.stay()
	p.mu.Lock()
	p.report(true)
	p.mu.Unlock()
	p.tick.Stop()
	p.pump.Stop()
	p.shipping.Stop()
	p.cancel()
	close(p.done)
	for out, ev := p.feed.next(); out != nil; out, ev = p.feed.next() {
		select {
		case out <- ev:
			p.feed.sent(time.Now())
		case <-p.closing:
			return
		}
	}
}

// stay returns when the server has no more to say, or the peer leaves.
func (p *Peer) stay() {
	for {
		links := p.mesh.Events()
		if p.feed.full() {
			links = nil // whoever sends waits, too
		}
		out, next := p.feed.next()
		select {
		case now := <-p.tick.C:
			p.feed.tick(now)
			p.update(func(x *exchange.Exchange) { x.Tick(now) })
			p.letGo(now)
			p.rest()
		case <-p.pump.C:
			p.update(func(*exchange.Exchange) {})
		case <-p.shipping.C:
			p.update((*exchange.Exchange).Due)
		case out <- next:
			p.feed.sent(time.Now())
		case ev, ok := <-p.server.Events():
			if !ok {
				p.ended(p.server.Err())
				return
			}
			p.signaled(ev)
		case r := <-p.replies:
			p.replied(r)
		case ev, ok := <-links:
			if !ok {
				return
			}
			p.linked(ev)
		}
	}
}

// ended notes why the stay has ended, unless that was Close.
func (p *Peer) ended(err error) {
	if p.ctx.Err() != nil {
		return
	}
	p.mu.Lock()
	p.err = err
	p.mu.Unlock()
}

const (
	tickTime = 200 * time.Millisecond
	calmTime = 2 * time.Second // the same, while nothing is due but pings
	pumpTime = 5 * time.Millisecond
)

// update lets do change the drawing, and tells of what comes of it.
func (p *Peer) update(do func(*exchange.Exchange)) {
	p.mu.Lock()
	do(p.drawing)
	if p.drawing.Pump() {
		p.pump.Reset(pumpTime)
	}
	p.ship()
	p.report(false)
	p.mu.Unlock()
}

// rest waits for the next tick, longer while there is little to do: each time that
// an idle program wakes costs more than what it does then.
func (p *Peer) rest() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.caughtUp && p.complete() {
		p.caughtUp = true
		p.drawing.CaughtUp()
	}
	if p.caughtUp && !p.synced && !p.feed.stopped { // for it must not be missed
		p.synced = true
		p.report(true)
		p.tell(Synced{})
	}
	p.roster.recount()
	wait := tickTime
	if p.calm = p.caughtUp && !p.drawing.Restless() && !p.roster.forgotten; p.calm {
		wait = calmTime
	}
	p.tick.Reset(wait)
}

// capability is what to say of us to a peer, beside a description.
func (p *Peer) capability() json.RawMessage {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.drawing.Capability()
}

// ship sends what was drawn, now or soon, and ends a rest. p.mu is held.
func (p *Peer) ship() {
	if p.calm && p.drawing.Restless() {
		p.calm = false
		p.tick.Reset(tickTime)
	}
	if wait := p.drawing.Ship(time.Now()); wait > 0 {
		p.shipping.Reset(wait)
	}
}

func (p *Peer) signaled(ev signaling.Event) {
	switch ev := ev.(type) {
	case signaling.Connected:
		p.connected(ev)
	case signaling.State:
		if ev.Name == "connected" {
			return // what follows tells whether we are in the room
		}
		p.place.stream = false
		p.tell(Signaling{State: ev.Name, Err: ev.Err})
	case signaling.ICEServers:
		p.useICEServers(ev.Servers)
	case signaling.AddPeer:
		if ev.Peer.ID == p.ID() || ev.Room != p.room {
			return
		}
		p.mu.Lock()
		fresh := p.roster.enter(ev.Peer)
		p.mu.Unlock()
		if fresh {
			p.opts.Logger.Info("joined", "peer", ev.Peer.ID)
			p.tell(Presence{Peer: ev.Peer, Joined: true})
		}
		p.mesh.Add(ev.Peer.ID, ev.Offer)
	case signaling.RemovePeer:
		if ev.Room == p.room {
			p.left(ev.Peer)
		}
	case signaling.Description:
		p.mesh.Handle(ev.Peer.ID, ev)
	case signaling.Candidate:
		p.mesh.Handle(ev.Peer.ID, ev)
	case signaling.Relayed:
		p.mesh.Handle(ev.Peer.ID, ev)
	}
}

// left takes a member out.
func (p *Peer) left(who signaling.Peer) {
	p.mesh.Remove(who.ID)
	p.mu.Lock()
	who, known := p.roster.leave(who.ID)
	p.mu.Unlock()
	if known {
		p.opts.Logger.Info("left", "peer", who.ID)
		p.tell(Presence{Peer: who})
	}
}

func (p *Peer) linked(ev mesh.Event) {
	switch ev := ev.(type) {
	case mesh.Change:
		var m *member
		gone := false
		p.update(func(x *exchange.Exchange) {
			if m = p.roster.members[ev.Peer]; m != nil && ev.State != mesh.Closed {
				m.Link = LinkState(ev.State)
				gone = ev.State == mesh.Lost && (m.gone || x.Leaves(ev.Peer))
			}
			switch {
			case ev.State == mesh.Unsteady || ev.Mended:
				x.Wavers(ev.Peer, ev.State == mesh.Unsteady, time.Now())
			case ev.State == mesh.Open:
				x.Opened(ev.Peer, ev.Capability, ev.Described, time.Now())
			default:
				x.Closed(ev.Peer)
			}
		})
		p.tell(Link{Peer: ev.Peer, State: LinkState(ev.State), Took: ev.Took, Mended: ev.Mended, Setup: Setup(ev.Setup), Err: ev.Err, Bytes: Traffic(ev.Traffic)})
		if gone {
			p.left(m.Peer)
		}
		p.letGo(time.Now())
	case mesh.Message:
		p.update(func(x *exchange.Exchange) { x.Heard(ev.From, ev.Data, ev.Text, time.Now()) })
		p.mesh.Recycle(ev)
	}
}

// letGo lets go of those who have another name now, since the server was
// restarted.
func (p *Peer) letGo(now time.Time) {
	p.mu.Lock()
	var list []signaling.Peer
	if p.roster.forgotten {
		list = p.roster.renamed(p.drawing.Log().Site(), p.drawing.Sites(), now)
	}
	p.mu.Unlock()
	for _, who := range list {
		p.left(who)
	}
}
