package signaling

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// parseEvent decodes the data of the named event. Unknown members are ignored,
// for later versions; pings, and whatever comes from no peer, are nil.
func parseEvent(name string, data []byte) (Event, error) {
	switch name {
	case "connected":
		return decode(name, data, func(e Connected) ID { return e.User.ID })
	case "add-peer":
		return decode(name, data, func(e AddPeer) ID { return e.Peer.ID })
	case "remove-peer":
		return decode(name, data, func(e RemovePeer) ID { return e.Peer.ID })
	case "session-description":
		return decode(name, data, func(e Description) ID { return e.Peer.ID })
	case "ice-candidate":
		return decode(name, data, func(e Candidate) ID { return e.Peer.ID })
	case "ice-servers":
		var ev ICEServers
		if err := json.Unmarshal(data, &ev); err != nil {
			return nil, fmt.Errorf("event %s: %w", name, err)
		}
		return ev, nil
	case "replaced":
		return Replaced{}, nil
	case "ping":
		return nil, nil
	}
	r := Relayed{Name: name}
	if json.Unmarshal(data, &r) != nil || r.Peer.ID == "" {
		return nil, nil
	}
	return r, nil
}

// decode decodes an event of which id tells whom it is about.
func decode[E Event](name string, data []byte, id func(E) ID) (Event, error) {
	var ev E
	if err := json.Unmarshal(data, &ev); err != nil {
		return nil, fmt.Errorf("event %s: %w", name, err)
	}
	if id(ev) == "" {
		return nil, fmt.Errorf("event %s: no id of a peer", name)
	}
	return ev, nil
}

// A frame is an event ready for the wire, but for its id.
type frame struct {
	name   string
	data   []byte    // JSON, one line
	posted time.Time // by a peer; zero if the server speaks
	from   ID        // that peer
}

func encodeEvent(ev Event) frame {
	data, err := json.Marshal(ev)
	if err != nil { // the types above are always marshaled without one
		panic("signaling: " + err.Error())
	}
	return frame{name: ev.event(), data: data}
}

// relayFrame wraps a body of valid JSON and stamps the sender on it.
func relayFrame(from Peer, name string, body []byte) frame {
	peer, _ := json.Marshal(from) // two strings
	var buf bytes.Buffer
	buf.Grow(len(`{"peer":,"data":}`) + len(peer) + len(body))
	buf.WriteString(`{"peer":`)
	buf.Write(peer)
	buf.WriteString(`,"data":`)
	// Line breaks between tokens would break the stream; within strings, JSON
	// has none.
	for i := bytes.IndexAny(body, "\r\n"); i >= 0; i = bytes.IndexAny(body, "\r\n") {
		buf.Write(body[:i])
		body = body[i+1:]
	}
	buf.Write(body)
	buf.WriteByte('}')
	return frame{name: name, data: buf.Bytes(), from: from.ID}
}

// append adds the frame as a Server-Sent Event, with an id unless it is empty.
// Neither may hold a line break or NUL, or whoever chose it could speak for
// the server.
func (f frame) append(dst []byte, id string) ([]byte, error) {
	for _, s := range []string{f.name, id} {
		if strings.ContainsAny(s, "\r\n\x00") {
			return dst, fmt.Errorf("event %q, id %q: line break or NUL", f.name, id)
		}
	}
	if bytes.ContainsAny(f.data, "\r\n\x00") {
		return dst, fmt.Errorf("event %s: line break or NUL in its data", f.name)
	}
	dst = append(dst, "event: "...)
	dst = append(dst, f.name...)
	if id != "" {
		dst = append(dst, "\nid: "...)
		dst = append(dst, id...)
	}
	dst = append(dst, "\ndata: "...)
	dst = append(dst, f.data...)
	return append(dst, "\n\n"...), nil
}
