package canvas

import (
	"errors"
	"fmt"
)

// reserved reports whether a member of a message belongs to the entry, and not to
// the payload of its kind.
func reserved(name []byte) bool {
	switch string(name) {
	case "event", "n", "t", "k", "o":
		return true
	}
	return false
}

// known reports whether messages of a name are something else than entries of
// other kinds.
func known(name string) bool {
	switch name {
	case "draw", "drawRect", "undo", "redo", "clear", "head":
		return true
	}
	return false
}

func (o Other) check() error {
	if err := checkName([]byte(o.Name)); err != nil {
		return fmt.Errorf("event: %w", err)
	}
	if known(o.Name) {
		return fmt.Errorf("%s is no other kind", o.Name)
	}
	if len(o.Payload) > maxPayload {
		return fmt.Errorf("%s: more than %d bytes", o.Name, maxPayload)
	}
	var m fields
	if !scan([]byte(o.Payload), &m) || string(m[fLive]) == "true" {
		return fmt.Errorf("%s: payload is no object of an entry", o.Name)
	}
	canonical, err := canonicalObject(nil, []byte(o.Payload), reserved)
	if err == nil && string(canonical) != o.Payload {
		err = errors.New("payload is not in its canonical form")
	}
	if err != nil {
		return fmt.Errorf("%s: %w", o.Name, err)
	}
	return nil
}

// other reads a message of another kind.
func (m *fields) other(data []byte) (Other, error) {
	o := Other{Name: string(m.event())}
	payload, err := canonicalObject(nil, data, reserved)
	o.Payload = string(payload)
	if err == nil {
		err = o.check()
	}
	return o, err
}
