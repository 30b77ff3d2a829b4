package exchange

import (
	"bytes"
	"encoding/json"

	"drawmesh/canvas"
)

// version is of the exchange between synced peers, in their capability.
const version = 1

// A capability is what a synced peer says of itself beside its descriptions.
type capability struct {
	Version int         `json:"v"`
	Site    canvas.Site `json:"site"`
	Lines   bool        `json:"lines,omitempty"`   // it reads several messages in one, a line each
	Restart bool        `json:"restart,omitempty"` // it mends connections by ICE restarts
	Acks    bool        `json:"acks,omitempty"`    // it need not be pinged: acknowledgments show it that we live

	// Have is what it holds, a [Have] as it would be sent when the link
	// opens. Who says it need not be told then.
	Have json.RawMessage `json:"have,omitempty"`
}

// maxHave bounds what goes into a description, in bytes: some 80 sites.
const maxHave = 2 << 10

func parseCapability(said json.RawMessage) (c capability, ok bool) {
	ok = json.Unmarshal(said, &c) == nil && c.Version >= 1
	return c, ok
}

// Restarts reports whether a peer that said this beside its description mends
// connections by ICE restarts.
func Restarts(said json.RawMessage) bool {
	c, ok := parseCapability(said)
	return ok && c.Restart
}

// Capability is what to say of us beside a description.
func (x *Exchange) Capability() json.RawMessage {
	c := capability{Version: version, Site: x.log.Site(), Lines: true, Restart: true, Acks: true}
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
