package signaling

import (
	"context"
	"encoding/json"
	"errors"
)

// A Bus carries messages between servers that share their rooms. Its methods
// may be called concurrently, but Publish only by one goroutine at a time.
type Bus interface {
	// Publish gives each envelope to its server, or to every server, this one
	// included, in order. It returns which of them somebody took. It must not
	// take longer than ctx.
	Publish(ctx context.Context, batch []Envelope) (taken []bool, err error)

	// Subscribe calls handle with what is for this server or for all, in order,
	// until ctx is done. What is published while it has to reconnect is lost.
	Subscribe(ctx context.Context, server string, handle func(data []byte))
}

// An Envelope is one message on a [Bus].
type Envelope struct {
	To   string // a server; empty for all
	Data []byte
}

// ErrAway means that the peer's server cannot be reached at the moment.
var ErrAway = errors.New("the peer's server is out of reach for the moment")

// What servers tell one another. Joins and leaves are numbered; who finds a
// number missing asks for the state, which is all members and the number so far.
const (
	busJoin  = "join"
	busLeave = "leave"
	busState = "state"
	busBeat  = "beat" // every second: I am here, and so far have told so much
	busAsk   = "ask"  // tell me your state
	busTook  = "took" // a peer has a stream here now
	busRelay = "relay"
)

// A busMessage is one of them. Which members it has depends on its kind.
type busMessage struct {
	Kind    string          `json:"kind"`
	From    string          `json:"from"` // the server
	Seq     uint64          `json:"seq,omitempty"`
	Member  *busMember      `json:"member,omitempty"`  // who joins, leaves, is taken or relays
	Members []busMember     `json:"members,omitempty"` // of a state
	To      ID              `json:"to,omitempty"`      // of a relay
	Event   string          `json:"event,omitempty"`
	Data    json.RawMessage `json:"data,omitempty"`
}

// A busMember is a peer in a room, and when it joined: of two that meet, the
// later one makes the offer, so that both servers say the same.
type busMember struct {
	Room  string `json:"room,omitempty"`
	Peer  Peer   `json:"peer"`
	Stamp uint64 `json:"stamp,omitempty"`
}

// parseBus decodes what came over the bus. Other programs may use the same one.
func parseBus(data []byte) (m busMessage, err error) {
	if err := json.Unmarshal(data, &m); err != nil {
		return m, err
	}
	members := m.Members
	if m.Member != nil {
		members = append(members, *m.Member)
	}
	for _, member := range members {
		if member.Peer.ID == "" || len(member.Peer.ID) > 64 {
			return m, errors.New("a member without an id")
		}
		if needsRoom := m.Kind != busTook && m.Kind != busRelay; needsRoom && !ValidRoom(member.Room) {
			return m, errors.New("a member without a room")
		}
	}
	switch m.Kind {
	case busJoin, busLeave, busTook:
		if m.Member == nil {
			return m, errors.New("nobody is named")
		}
	case busRelay:
		if m.Member == nil || !validRelay(m.Event) || !json.Valid(m.Data) || len(m.Data) > maxRelay {
			return m, errors.New("nothing to relay")
		}
	}
	if m.From == "" || len(m.From) > 64 {
		return m, errors.New("from nobody")
	}
	return m, nil
}
