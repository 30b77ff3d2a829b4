package peer

import (
	"github.com/pion/webrtc/v4"

	"drawmesh/signaling"
)

// useICEServers makes links to come use the servers that the signaling server
// names, unless Options name others, or all peers are on this machine.
func (p *Peer) useICEServers(told []signaling.ICEServer) {
	if p.opts.ICEServers != nil || p.opts.Loopback {
		return
	}
	servers := make([]webrtc.ICEServer, len(told))
	for i, s := range told {
		servers[i] = webrtc.ICEServer{URLs: s.URLs, Username: s.Username, Credential: s.Credential}
	}
	p.mesh.SetICEServers(servers)
}
