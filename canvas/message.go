package canvas

import (
	"bytes"
	"errors"
	"fmt"
	"math"
)

// A Message is what a data channel carries as text about the drawing: an [Entry]
// or a [Plain].
type Message interface{ message() }

// Plain is an op outside any log: from a plain peer, or a [Preview].
type Plain struct{ Op PlainOp }

func (Entry) message() {}
func (Plain) message() {}

// ParseMessage decodes one text message between synced peers, which includes
// the plain ones. An Entry's Site is zero when the message names none: it is
// then the sender's own.
func ParseMessage(data []byte) (Message, error) {
	var m fields
	if err := m.scan(data); err != nil {
		return nil, err
	}
	switch string(m.event()) {
	case "undo":
		return m.entry("undo", Undo{})
	case "redo":
		return m.entry("redo", Redo{})
	}
	op, err := m.op()
	if err != nil {
		return nil, err
	}
	if logged, ok := op.(LogOp); ok && m[fN] != nil {
		return m.entry("entry", logged)
	}
	return Plain{op}, nil
}

// entry reads the stamp of an op.
func (m *fields) entry(event string, op LogOp) (Message, error) {
	e := Entry{Op: op}
	if err := m.stamp(&e); err != nil {
		return nil, fmt.Errorf("%s: %w", event, err)
	}
	return e, nil
}

func (m *fields) stamp(e *Entry) error {
	var ok bool
	if e.N, ok = m.count(fN); !ok {
		return errors.New("n is no count")
	}
	if e.T, ok = wholeNumber(m[fT], MaxTime); !ok {
		return errors.New("t is no time")
	}
	if m[fO] != nil {
		text, _ := textOf(m[fO])
		site, err := parseSite(text)
		if err != nil {
			return fmt.Errorf("o: %w", err)
		}
		e.Site = site
	}
	if _, clear := e.Op.(Clear); clear {
		var err error
		if e.Cut, err = m.vector(fCut); err != nil {
			return err
		}
		return e.checkFields()
	}
	if e.K, ok = m.count(fK); !ok {
		return errors.New("k is no count")
	}
	return m.adoption(e)
}

// adoption reads by and h, and makes sure of h.
func (m *fields) adoption(e *Entry) error {
	if m[fBy] != nil || m[fH] != nil {
		by, ok := textOf(m[fBy])
		if !ok || len(by) == 0 {
			return errors.New("by is no id")
		}
		e.By = string(by)
	}
	if err := e.checkFields(); err != nil || e.By == "" {
		return err
	}
	r := rowOf(*e)
	if h, _ := textOf(m[fH]); !bytes.Equal(h, r.appendH(nil)) {
		return errors.New("h is not the hash of what was adopted")
	}
	return nil
}

// appendH appends the upper half of the content's hash.
func (r *row) appendH(dst []byte) []byte { return appendHex(dst, r.content()>>32, 8) }

func (m *fields) count(i field) (uint32, bool) {
	n, ok := wholeNumber(m[i], MaxN)
	return uint32(n), ok
}

// wholeNumber reads a JSON number from 1 to limit without a fraction, however
// it is written.
func wholeNumber(raw []byte, limit float64) (uint64, bool) {
	if len(raw) == 0 || raw[0] == '"' {
		return 0, false
	}
	v, ok := numberOf(raw)
	return uint64(v), ok && v >= 1 && v <= limit && v == math.Trunc(v)
}
