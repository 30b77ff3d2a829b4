package mesh

import "drawmesh/signaling"

// Traffic is what went over a link: bytes of UDP payload, but for what ICE says
// itself and what a connection that never opened took.
type Traffic struct{ Sent, Received int64 }

func (t Traffic) plus(u Traffic) Traffic { return Traffic{t.Sent + u.Sent, t.Received + u.Received} }

// traffic is what has gone over the channel's connection so far.
func (ch openChannel) traffic() Traffic {
	if ch.dc == nil {
		return Traffic{}
	}
	s := ch.dc.Transport().Transport().ICETransport().Stats()
	return Traffic{int64(s.BytesSent), int64(s.BytesReceived)}
}

// Traffic is what has gone over the present link to a peer, so far.
func (m *Mesh) Traffic(id signaling.ID) Traffic {
	m.mu.Lock()
	l := m.peers[id]
	m.mu.Unlock()
	if l == nil {
		return Traffic{}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.past.plus(l.channel.traffic())
}
