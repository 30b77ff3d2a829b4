// Package signaling introduces peers to one another. It holds the messages
// they exchange before a direct connection exists, and both ends of that
// exchange: [Server] and [Client].
//
// A peer listens on one long GET, a Server-Sent Events stream, and speaks with
// short POSTs. The one who joins makes the offers, so there is no glare:
//
//	ana, joining              server              bo, in the room
//	 |-- POST /access ---------->|                        |
//	 |<-- token -----------------|                        |
//	 |-- GET /connect ---------->|                        |
//	 |<-- connected -------------|                        |
//	 |-- POST /studio/join ----->|                        |
//	 |<-- add-peer bo offer:true-|-add-peer ana offer:false->|
//	 |-- POST /relay/bo/session-description (offer) ----->|
//	 |<------------- session-description (answer) --------|
//	 |<------------- ice-candidate, trickled ------------>|
//	 |-- POST /studio/leave ---->|-- remove-peer ana ---->|
package signaling

import (
	"encoding/json"
	"slices"
	"strings"
)

// An ID names one peer. The server takes it from the peer's token, so it lasts
// as long as the token is refreshed, across any number of streams.
type ID string

// A Peer is how the server introduces somebody.
type Peer struct {
	ID   ID     `json:"id"`
	Name string `json:"username,omitempty"`
}

// UnmarshalJSON makes a name fit to be shown, for other servers check none: what
// is no string is no name.
func (p *Peer) UnmarshalJSON(data []byte) error {
	var raw struct {
		ID   ID              `json:"id"`
		Name json.RawMessage `json:"username"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	var name string
	_ = json.Unmarshal(raw.Name, &name)
	*p = Peer{raw.ID, CleanName(name)}
	return nil
}

// An Event is what a peer may hear: [Connected], [AddPeer], [RemovePeer],
// [Description], [Candidate], [Relayed], [ICEServers] or [Replaced]; from a
// [Client] also [State].
type Event interface{ event() string }

// A User is what a token says of the peer that holds it.
type User struct {
	Peer
	IssuedAt int64 `json:"iat,omitempty"` // seconds since 1970
	Expires  int64 `json:"exp,omitempty"` // seconds since 1970
}

// UnmarshalJSON is here because the embedded Peer's would be promoted.
func (u *User) UnmarshalJSON(data []byte) error {
	var times struct {
		IssuedAt float64 `json:"iat"`
		Expires  float64 `json:"exp"`
	}
	if err := json.Unmarshal(data, &times); err != nil {
		return err
	}
	u.IssuedAt, u.Expires = int64(times.IssuedAt), int64(times.Expires)
	return u.Peer.UnmarshalJSON(data)
}

// Connected is the first event of every stream.
type Connected struct {
	User User `json:"user"`

	// Recovered says that the stream goes on exactly where the last one was
	// cut. When it does not, the peer has to join its rooms again and drop
	// whoever is not in Rooms.
	Recovered bool `json:"recovered"`

	// Rooms is who else is in each of the peer's rooms, by room.
	Rooms map[string][]Peer `json:"rooms,omitempty"`

	// ICEServers are the STUN and TURN servers to use.
	ICEServers []ICEServer `json:"iceServers,omitempty"`
}

// An ICEServer is a STUN or TURN server, as browsers want it to be told
// (RTCIceServer).
type ICEServer struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username,omitempty"`
	Credential string   `json:"credential,omitempty"`
}

// UnmarshalJSON accepts one URL without an array, as browsers do. What is no
// server has no URL.
func (s *ICEServer) UnmarshalJSON(data []byte) error {
	*s = ICEServer{}
	var raw struct {
		URLs                 json.RawMessage
		Username, Credential string
	}
	if json.Unmarshal(data, &raw) != nil {
		return nil
	}
	s.Username, s.Credential = raw.Username, raw.Credential
	var url string
	if json.Unmarshal(raw.URLs, &url) == nil {
		s.URLs = []string{url}
	} else if json.Unmarshal(raw.URLs, &s.URLs) != nil {
		s.URLs = nil
	}
	return nil
}

// ICEServers replace those that the peer was told of before.
type ICEServers struct {
	Servers []ICEServer `json:"iceServers"`
}

// AddPeer introduces a peer, to whom the hearer must make an offer if Offer.
type AddPeer struct {
	Peer  Peer   `json:"peer"`
	Room  string `json:"roomId"`
	Offer bool   `json:"offer"`
}

// RemovePeer says that a peer left a room.
type RemovePeer struct {
	Peer Peer   `json:"peer"`
	Room string `json:"roomId"`
}

// A SessionDescription is an offer or an answer (RFC 8829).
type SessionDescription struct {
	Type string `json:"type"` // "offer" or "answer"
	SDP  string `json:"sdp"`

	// Mesh is what the sender can do beyond the plain protocol, opaque here.
	// Absent from plain peers.
	Mesh json.RawMessage `json:"mesh,omitempty"`
}

// Description is a peer's offer or answer, relayed.
type Description struct {
	Peer Peer               `json:"peer"`
	Data SessionDescription `json:"data"`
}

// An ICECandidate is one address a peer may be reached at (RFC 8838).
type ICECandidate struct {
	Candidate        string  `json:"candidate"`
	SDPMid           *string `json:"sdpMid"`
	SDPMLineIndex    *uint16 `json:"sdpMLineIndex"`
	UsernameFragment *string `json:"usernameFragment"`
}

// Candidate is one of a peer's ICE candidates, relayed.
type Candidate struct {
	Peer Peer         `json:"peer"`
	Data ICECandidate `json:"data"`
}

// Relayed is any other event a peer sent through the server.
type Relayed struct {
	Peer Peer            `json:"peer"`
	Data json.RawMessage `json:"data"`

	Name string `json:"-"` // the event's name
}

// Replaced says that another stream with the same token has taken over.
type Replaced struct{}

// State says how a [Client]'s stream stands. It does not travel.
type State struct {
	Name string // "connected", "reconnecting" or "lost"
	Err  error  // why, unless connected
}

func (Connected) event() string   { return "connected" }
func (AddPeer) event() string     { return "add-peer" }
func (RemovePeer) event() string  { return "remove-peer" }
func (Description) event() string { return "session-description" }
func (Candidate) event() string   { return "ice-candidate" }
func (ICEServers) event() string  { return "ice-servers" }
func (Replaced) event() string    { return "replaced" }
func (r Relayed) event() string   { return r.Name }
func (State) event() string       { return "" }

var ownEvents = []string{"connected", "add-peer", "remove-peer", "ice-servers", "replaced", "ping"}

// validRelay reports whether peers may send an event of that name: a letter, and
// up to 63 letters, digits or any of - _.
func validRelay(name string) bool {
	return wordOf(name, 64, "-_") && isLetter(name[0]) && !slices.Contains(ownEvents, name)
}

// wordOf reports whether s has 1 to most characters: letters, digits and those of
// also.
func wordOf(s string, most int, also string) bool {
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && (c < '0' || c > '9') && strings.IndexByte(also, c) < 0 {
			return false
		}
	}
	return len(s) > 0 && len(s) <= most
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
