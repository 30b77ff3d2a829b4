package mesh

import (
	"time"

	"github.com/pion/webrtc/v4"

	"drawmesh/signaling"
)

// A Candidate is one end of a path.
type Candidate struct {
	Kind     string `json:"kind"`     // "host", "srflx", "prflx" or "relay"
	Protocol string `json:"protocol"` // "udp" or "tcp"
	Address  string `json:"address"`
	Port     uint16 `json:"port"`
}

// A Path is the way that a link's packets take.
type Path struct {
	Local, Remote Candidate
	RoundTrip     time.Duration // of ICE's last check; zero before one has come back
	Answers       uint64        // to ICE's checks, which go on every other second; where these do not, half of the path is dead
}

// Path is the way to a peer. It reports false unless the link is open.
func (m *Mesh) Path(id signaling.ID) (p Path, ok bool) {
	m.mu.Lock()
	l := m.peers[id]
	m.mu.Unlock()
	if l == nil {
		return p, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.channel.dc == nil {
		return p, false
	}
	ice := l.channel.dc.Transport().Transport().ICETransport()
	pair, err := ice.GetSelectedCandidatePair()
	if err != nil || pair == nil || pair.Local == nil || pair.Remote == nil {
		return p, false
	}
	if s, ok := ice.GetSelectedCandidatePairStats(); ok {
		p.RoundTrip = time.Duration(s.CurrentRoundTripTime * float64(time.Second))
		p.Answers = s.ResponsesReceived
	}
	p.Local, p.Remote = candidateOf(pair.Local), candidateOf(pair.Remote)
	return p, true
}

func candidateOf(c *webrtc.ICECandidate) Candidate {
	return Candidate{c.Typ.String(), c.Protocol.String(), c.Address, c.Port}
}
