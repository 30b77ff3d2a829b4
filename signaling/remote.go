package signaling

import "time"

// A remote is a room's member whose stream is at another server.
type remote struct {
	peer   Peer
	server string
	stamp  uint64
}

// later reports whether the first of two members joined after the other, and
// thus makes the offer.
func later(stamp uint64, id ID, other uint64, otherID ID) bool {
	return stamp > other || stamp == other && id > otherID
}

// receive takes a message from the bus.
func (c *cluster) receive(data []byte) {
	m, err := parseBus(data)
	if err != nil {
		c.log.Debug("bad message on the bus", "err", err)
		return
	}
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	if m.From == c.self {
		c.echo()
		return
	}
	s := c.others[m.From]
	if s == nil {
		s = new(otherServer)
		c.others[m.From] = s
	}
	s.heard = time.Now()
	switch m.Kind {
	case busJoin, busLeave:
		if s.known && m.Seq == s.seq+1 {
			s.seq = m.Seq
			c.hub.changed(m)
			return
		}
		if s.known && m.Seq <= s.seq {
			return // told before
		}
		c.ask(m.From, s)
	case busState:
		s.seq, s.known = m.Seq, true
		c.hub.departAll(m.From, m.Members)
		for _, member := range m.Members {
			c.hub.arrive(m.From, member)
		}
	case busBeat:
		if !s.known || s.seq != m.Seq {
			c.ask(m.From, s)
		}
	case busAsk:
		c.tell(m.From, c.state())
	case busTook:
		c.hub.yield(m.Member.Peer.ID)
	case busRelay:
		if to := c.hub.sessions[m.To]; to != nil {
			frame := relayFrame(m.Member.Peer, m.Event, m.Data)
			frame.posted = time.Now()
			_ = c.hub.pass(to, frame) // the sender has its answer already
		}
	}
}

// echo takes note that the bus works, for it brought our own message back.
func (c *cluster) echo() {
	c.heard = time.Now()
	if !c.away {
		return
	}
	c.away = false
	for _, s := range c.others { // they were not silent: we were deaf
		s.heard = c.heard
		s.known = false
	}
	c.tell("", busMessage{Kind: busAsk})
	c.tell("", c.state())
}

// ask asks a server for its state, once a second at most.
func (c *cluster) ask(server string, s *otherServer) {
	if time.Since(s.asked) >= beatTime {
		s.asked = time.Now()
		c.tell(server, busMessage{Kind: busAsk})
	}
}

// state is all of this server's members.
func (c *cluster) state() busMessage {
	m := busMessage{Kind: busState, Seq: c.seq}
	for _, r := range c.hub.rooms {
		for _, s := range r.members {
			m.Members = append(m.Members, busMember{r.name, s.peer, r.stamps[s]})
		}
	}
	return m
}

// changed takes another server's join or leave. h.mu is held, as in what
// follows.
func (h *Hub) changed(m busMessage) {
	if m.Kind == busJoin {
		h.arrive(m.From, *m.Member)
	} else {
		h.depart(m.From, m.Member.Room, m.Member.Peer.ID)
	}
}

// arrive puts another server's peer into a room, and introduces it there.
func (h *Hub) arrive(server string, m busMember) {
	h.stamp = max(h.stamp, m.Stamp)
	r := h.room(m.Room)
	if before, ok := r.remote[m.Peer.ID]; ok && !later(m.Stamp, ID(server), before.stamp, ID(before.server)) {
		return // known, or it has moved on since
	}
	if own := h.sessions[m.Peer.ID]; own != nil && own.rooms[m.Room] == r {
		if r.stamps[own] > m.Stamp {
			return // it has moved here since
		}
		h.part(own, r)
		r = h.room(m.Room) // nobody may have been left
	}
	r.remote[m.Peer.ID] = remote{m.Peer, server, m.Stamp}
	for _, s := range r.members {
		h.tell(s, encodeEvent(AddPeer{Peer: m.Peer, Room: m.Room, Offer: later(r.stamps[s], s.peer.ID, m.Stamp, m.Peer.ID)}))
	}
}

// depart takes another server's peer out of a room.
func (h *Hub) depart(server, room string, id ID) {
	r := h.rooms[room]
	if r == nil || r.remote[id].server != server {
		return
	}
	left := encodeEvent(RemovePeer{Peer: r.remote[id].peer, Room: room})
	delete(r.remote, id)
	for _, s := range r.members {
		h.tell(s, left)
	}
	h.tidy(r)
}

// departAll takes out all of a server's peers but those that are still there.
func (h *Hub) departAll(server string, still []busMember) {
	there := make(map[string]map[ID]bool)
	for _, m := range still {
		if there[m.Room] == nil {
			there[m.Room] = make(map[ID]bool)
		}
		there[m.Room][m.Peer.ID] = true
	}
	for name, r := range h.rooms {
		for id, m := range r.remote {
			if m.server == server && !there[name][id] {
				h.depart(server, name, id)
			}
		}
	}
}

// yield ends the stream of a peer that has one at another server now. Its place
// is kept for a while: it is about to join there.
func (h *Hub) yield(id ID) {
	if s := h.sessions[id]; s != nil && s.stream != nil {
		s.stream.replace()
		h.away(s)
	}
}
