package peer

import (
	"errors"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// listen passes on what the server says. It ends, and closes heard, when the
// server has no more to say.
func (p *Peer) listen(heard chan<- signaling.Event) {
	defer close(heard)
	for {
		ev, err := p.server.Next(p.ctx)
		if err != nil {
			if p.ctx.Err() == nil {
				p.mu.Lock()
				p.err = err
				p.mu.Unlock()
			}
			return
		}
		select {
		case heard <- ev:
		case <-p.ctx.Done():
			return
		}
	}
}

// loop takes what the server and the links say, one event at a time.
func (p *Peer) loop(heard <-chan signaling.Event) {
	defer close(p.done)
	defer p.cancel()
	joined := false
	for {
		select {
		case ev, ok := <-heard:
			if !ok {
				return
			}
			if ev, ok := ev.(signaling.Connected); ok {
				if joined && !ev.Recovered {
					p.rejoin(ev.Rooms)
				}
				joined = true // the first time, Join does that
				continue
			}
			p.signaled(ev)
		case ev, ok := <-p.mesh.Events():
			if !ok {
				return
			}
			p.linked(ev)
		}
	}
}

// rejoin enters the room again after events were lost, and lets go of whoever
// the server says has left meanwhile. A server that was restarted says nothing.
func (p *Peer) rejoin(rooms map[string][]signaling.Peer) {
	if roster, ok := rooms[p.room]; ok {
		stay := make(map[signaling.ID]bool)
		for _, m := range roster {
			stay[m.ID] = true
		}
		for _, m := range p.Members() {
			if !stay[m.ID] {
				p.left(m.Peer)
			}
		}
	}
	p.tasks.Go(func() {
		if err := p.server.Join(p.ctx, p.room); err != nil && p.ctx.Err() == nil {
			// The stream will end too, and we come here again.
			p.opts.Logger.Warn("not joined again", "err", err)
		}
	})
}

func (p *Peer) signaled(ev signaling.Event) {
	switch ev := ev.(type) {
	case signaling.State:
		p.opts.OnEvent(Signaling{State: ev.Name, Err: ev.Err})
	case signaling.AddPeer:
		if ev.Peer.ID == p.ID() || ev.Room != p.room {
			return
		}
		p.mu.Lock()
		m, known := p.members[ev.Peer.ID]
		if !known {
			m.Link = Connecting
		}
		m.Peer = ev.Peer
		p.members[ev.Peer.ID] = m
		p.mu.Unlock()
		if !known {
			p.opts.Logger.Info("joined", "peer", ev.Peer.ID)
			p.opts.OnEvent(Presence{Peer: ev.Peer, Joined: true})
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
	}
}

// left takes a member out.
func (p *Peer) left(who signaling.Peer) {
	p.mesh.Remove(who.ID)
	p.mu.Lock()
	m, known := p.members[who.ID]
	delete(p.members, who.ID)
	p.mu.Unlock()
	if known {
		p.opts.Logger.Info("left", "peer", who.ID)
		p.opts.OnEvent(Presence{Peer: m.Peer})
	}
}

func (p *Peer) linked(ev mesh.Event) {
	switch ev := ev.(type) {
	case mesh.Change:
		p.mu.Lock()
		if m, ok := p.members[ev.Peer]; ok && ev.State != mesh.Closed {
			m.Link = LinkState(ev.State)
			p.members[ev.Peer] = m
		}
		p.mu.Unlock()
		p.opts.OnEvent(Link{Peer: ev.Peer, State: LinkState(ev.State), Took: ev.Took, Err: ev.Err})
	case mesh.Message:
		if !ev.Text {
			return // not of the plain protocol
		}
		switch op, err := canvas.ParseOp(ev.Data); {
		case errors.Is(err, canvas.ErrUnknown):
		case err != nil:
			p.opts.OnEvent(Fault{Peer: ev.From, Err: err})
		default:
			p.opts.OnEvent(Drawn{From: ev.From, Op: op})
		}
	}
}
