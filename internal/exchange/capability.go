package exchange

import (
	"bytes"
	"encoding/json"

	"drawmesh/canvas"
)

// version is of the exchange between synced peers, in their capability. Those of
// the first one, whose entries nobody signs, are plain peers to us.
const version = 2

// A capability is what a synced peer says of itself beside its descriptions.
type capability struct {
	Version int              `json:"v"`
	Key     canvas.PublicKey `json:"key"`
	Restart bool             `json:"restart,omitempty"` // it mends connections by ICE restarts
	Acks    bool             `json:"acks,omitempty"`    // it need not be pinged: acknowledgments show it that we live

	// Role is what it says to be, such as a bot, to people. It is empty of people, and
	// changes nothing.
	Role string `json:"role,omitempty"`

	// Have is what it holds, a whole [Have] as it would be sent when the link
	// opens. Who says it need not be told then.
	Have json.RawMessage `json:"have,omitempty"`
}

// maxHave bounds what goes into a description, in bytes: some 60 sites.
const maxHave = 2 << 10

func parseCapability(said json.RawMessage) (c capability, ok bool) {
	ok = json.Unmarshal(said, &c) == nil && c.Version >= version && c.Key != canvas.PublicKey{}
	return c, ok
}

// Restarts reports whether a peer that said this beside its description mends
// connections by ICE restarts. Also those of the first version may.
func Restarts(said json.RawMessage) bool {
	var c struct {
		Version int  `json:"v"`
		Restart bool `json:"restart"`
	}
	return json.Unmarshal(said, &c) == nil && c.Version >= 1 && c.Restart
}

// Capability is what to say of us beside a description.
func (x *Exchange) Capability() json.RawMessage {
	c := capability{Version: version, Key: x.log.PublicKey(), Restart: true, Acks: true, Role: x.role}
	if holds := x.tell.holds(); len(holds) == 1 && len(holds[0]) <= maxHave {
		c.Have = holds[0]
	}
	data, err := json.Marshal(c)
	if err != nil { // plain values, and JSON of our own
		panic(err)
	}
	return data
}

// tells reports whether a peer that was said this knows what we hold.
func (x *Exchange) tells(said json.RawMessage) bool {
	c, ok := parseCapability(said)
	holds := x.tell.holds()
	return ok && len(holds) == 1 && bytes.Equal(c.Have, holds[0])
}
