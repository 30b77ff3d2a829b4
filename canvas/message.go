package canvas

import (
	"errors"
	"fmt"
	"math"
)

// A Message is what a data channel carries as text about the drawing: an [Entry],
// a [Head], a [Clear] or a [Plain].
type Message interface{ message() }

// Plain is an op outside any log: from a plain peer, or a [Preview].
type Plain struct{ Op PlainOp }

func (Entry) message() {}
func (Head) message()  {}
func (Clear) message() {}
func (Plain) message() {}

// ParseMessage decodes one text message between synced peers, which includes
// the plain ones. An Entry's or Head's Site is zero when the message names none:
// it is then the sender's own. Nothing has been verified of a Head, nor of a Clear.
// What carries "live":true is no entry and of no kind that is known here, if it is
// not a [Preview].
func ParseMessage(data []byte) (Message, error) {
	var m fields
	if err := m.scan(data); err != nil {
		return nil, err
	}
	live := string(m[fLive]) == "true"
	switch name := string(m.event()); {
	case name == "head":
		return m.head()
	case name == "clear" && m[fSig] != nil:
		return m.clear()
	case live && name != "drawRect":
		return nil, ErrUnknown
	case name == "undo":
		return m.entry(name, Undo{})
	case name == "redo":
		return m.entry(name, Redo{})
	case !known(name):
		if m[fN] == nil || m[fT] == nil || m[fK] == nil {
			return nil, ErrUnknown
		}
		op, err := m.other(data)
		if err != nil {
			return nil, err
		}
		return m.entry(name, op)
	}
	op, err := m.op()
	if err != nil {
		return nil, err
	}
	if logged, ok := op.(LogOp); ok && m[fN] != nil && !live {
		return m.entry(string(m.event()), logged)
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

func (m *fields) stamp(e *Entry) (err error) {
	var ok bool
	if e.N, ok = m.count(fN); !ok {
		return errors.New("n is no count")
	}
	if e.T, ok = wholeNumber(m[fT], MaxTime); !ok {
		return errors.New("t is no time")
	}
	if e.K, ok = m.count(fK); !ok {
		return errors.New("k is no count")
	}
	if e.Site, err = m.site(); err != nil {
		return err
	}
	if _, shape := e.Op.(Shape); shape && m[fBy] != nil {
		by, ok := textOf(m[fBy])
		if !ok || len(by) == 0 {
			return errors.New("by is no id")
		}
		e.By = string(by)
	}
	return e.checkFields()
}

// site is the author whom a message names, zero if it names none.
func (m *fields) site() (site Site, err error) {
	if m[fO] == nil {
		return site, nil
	}
	text, _ := textOf(m[fO])
	if site, err = parseSite(text); err != nil {
		return site, fmt.Errorf("o: %w", err)
	}
	return site, nil
}

func (m *fields) head() (Message, error) {
	var h Head
	var ok bool
	var err error
	if h.N, ok = m.count(fN); !ok {
		return nil, errors.New("head: n is no count")
	}
	if h.Site, err = m.site(); err == nil {
		err = m.decode(fSig, h.Sig[:])
	}
	if err == nil && m[fKey] != nil {
		err = m.decode(fKey, h.Key[:])
	}
	if err != nil {
		return nil, fmt.Errorf("head: %w", err)
	}
	return h, nil
}

func (m *fields) clear() (Message, error) {
	var c Clear
	var ok bool
	if c.T, ok = wholeNumber(m[fT], MaxTime); !ok {
		return nil, errors.New("clear: t is no time")
	}
	err := m.decode(fKey, c.Key[:])
	if err == nil {
		err = m.decode(fSig, c.Sig[:])
	}
	if err != nil {
		return nil, fmt.Errorf("clear: %w", err)
	}
	return c, nil
}

// decode reads the bytes of a key or a signature.
func (m *fields) decode(i field, dst []byte) error {
	text, _ := textOf(m[i])
	if err := decode64(dst, text); err != nil {
		return fmt.Errorf("%s: %w", names[i], err)
	}
	return nil
}

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
