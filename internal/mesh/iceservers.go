package mesh

import (
	"github.com/pion/stun/v4"
	"github.com/pion/webrtc/v4"
)

// SetICEServers replaces the STUN and TURN servers, for connections that are
// made or mended from now on. Those that make no sense are left out: somebody
// else chose them.
func (m *Mesh) SetICEServers(servers []webrtc.ICEServer) {
	var good []webrtc.ICEServer
	for _, s := range servers {
		if usable(s) && len(good) < maxICEServers {
			good = append(good, s)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.config.ICEServers = good
}

// maxICEServers bounds how many a peer asks for each of its links.
const maxICEServers = 8

// usable reports whether pion would make a connection with s.
func usable(s webrtc.ICEServer) bool {
	for _, u := range s.URLs {
		uri, err := stun.ParseURI(u)
		if err != nil {
			return false
		}
		turn := uri.Scheme == stun.SchemeTypeTURN || uri.Scheme == stun.SchemeTypeTURNS
		if password, _ := s.Credential.(string); turn && (s.Username == "" || password == "") {
			return false
		}
	}
	return len(s.URLs) > 0
}

func (m *Mesh) configuration() webrtc.Configuration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.config
}
