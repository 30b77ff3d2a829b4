package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"drawmesh/canvas"
)

// A rawOp is an Op whose operation is still JSON.
type rawOp struct {
	atMS float64
	from string
	op   []byte
}

// scanOp reads a line as [Writer] writes it: nearly all lines of a recording
// are such. What it leaves, encoding/json reads.
func scanOp(line []byte) (rawOp, bool) {
	var raw rawOp
	rest, ok := bytes.CutPrefix(line, []byte(`{"type":"op"`))
	if !ok || !bytes.HasSuffix(rest, []byte("}")) {
		return raw, false
	}
	if number, found := bytes.CutPrefix(rest, []byte(`,"at_ms":`)); found {
		end := max(bytes.IndexByte(number, ','), 0)
		at, err := strconv.ParseFloat(string(number[:end]), 64)
		if err != nil {
			return raw, false
		}
		raw.atMS, rest = at, number[end:]
	}
	if text, found := bytes.CutPrefix(rest, []byte(`,"from":"`)); found {
		end := bytes.IndexByte(text, '"')
		if end < 0 || bytes.IndexByte(text[:end], '\\') >= 0 {
			return raw, false
		}
		raw.from, rest = string(text[:end]), text[end+1:]
	}
	raw.op, ok = bytes.CutPrefix(rest[:len(rest)-1], []byte(`,"op":`))
	return raw, ok
}

func (raw rawOp) parse() (Record, error) {
	at, err := duration(raw.atMS)
	if err != nil {
		return nil, err
	}
	if op := parseToggle(raw.op); op != nil {
		return Op{at, raw.from, canvas.Entry{Op: op}}, nil
	}
	m, err := canvas.ParseMessage(raw.op)
	switch m := m.(type) {
	case nil:
		return nil, err
	case canvas.Plain:
		return Op{at, raw.from, canvas.Entry{Op: m.Op}}, nil
	case canvas.Entry:
		if m.Site == (canvas.Site{}) { // its place cannot be told
			m = canvas.Entry{Op: m.Op}
		}
		return Op{at, raw.from, m}, nil
	}
	return nil, canvas.ErrUnknown
}

// parseToggle returns the undo or redo that a program asks for, or nil. With a
// stamp it is about somebody's stroke, and without about the latest.
func parseToggle(op []byte) canvas.Op {
	if !bytes.Contains(op, []byte(`do"`)) {
		return nil
	}
	var m struct {
		Event string          `json:"event"`
		N     json.RawMessage `json:"n"`
	}
	if json.Unmarshal(op, &m) != nil || m.N != nil {
		return nil
	}
	switch m.Event {
	case "undo":
		return canvas.Undo{}
	case "redo":
		return canvas.Redo{}
	}
	return nil
}

var errTime = errors.New("at_ms is no time")

// duration is so many milliseconds, to the microsecond.
func duration(ms float64) (time.Duration, error) {
	const most = 1e12 // 30 years
	if !(ms >= 0 && ms <= most) {
		return 0, fmt.Errorf("%w: %g", errTime, ms)
	}
	return time.Duration(math.Round(ms*1000)) * time.Microsecond, nil
}
