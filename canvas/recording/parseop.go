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

// A rawOp is an Op of which a part is still JSON.
type rawOp struct {
	atMS   float64
	from   string
	stroke []byte // nil: it is not said
	op     []byte
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
	rec := Op{At: at, From: raw.from}
	op, stroke := parseToggle(raw.op)
	if op == nil {
		m, err := canvas.ParseMessage(raw.op)
		switch m := m.(type) {
		case nil:
			return nil, err
		case canvas.Clear:
			return Clear{At: at, From: raw.from, Clear: m}, nil
		case canvas.Plain:
			switch o := m.Op.(type) {
			case canvas.Preview:
				return Preview{at, raw.from, o}, nil
			case canvas.Clear:
				return raw.clear(at)
			}
			op = m.Op.(canvas.LogOp) // all others are
		case canvas.Entry:
			switch {
			case ofFirst(m.Site):
				e, err := canvas.ParseFirst(raw.op)
				rec.Entry = e.Entry
				return rec, err
			case m.Site != canvas.Site{}:
				rec.Entry = m
				return rec, nil
			}
			op = m.Op // its place cannot be told
		default:
			return nil, canvas.ErrUnknown
		}
	}
	if raw.stroke != nil {
		stroke = raw.stroke
	}
	rec.Entry.Op = op
	if rec.Stroke, err = parseStroke(stroke); err != nil {
		return nil, err
	}
	return rec, nil
}

// clear reads a clear of the first log, or of a plain peer.
func (raw rawOp) clear(at time.Duration) (Record, error) {
	c := Clear{At: at, From: raw.from}
	e, err := canvas.ParseFirst(raw.op)
	switch {
	case err == nil:
		c.First = &e
	case !errors.Is(err, canvas.ErrUnknown):
		return nil, err
	}
	return c, nil
}

// parseToggle returns the undo or redo that a program asks for, or nil, and which
// stroke it says that this is about. With a stamp it is part of a log.
func parseToggle(text []byte) (op canvas.LogOp, stroke []byte) {
	if !bytes.Contains(text, []byte(`do"`)) {
		return nil, nil
	}
	var m struct {
		Event  string          `json:"event"`
		N      json.RawMessage `json:"n"`
		Stroke json.RawMessage `json:"stroke"`
	}
	if json.Unmarshal(text, &m) != nil || m.N != nil {
		return nil, nil
	}
	switch m.Event {
	case "undo":
		return canvas.Undo{}, m.Stroke
	case "redo":
		return canvas.Redo{}, m.Stroke
	}
	return nil, nil
}

// parseStroke reads a stroke's id; none where there is none, or null.
func parseStroke(raw []byte) (canvas.Stroke, error) {
	if raw == nil || string(raw) == "null" {
		return canvas.Stroke{}, nil
	}
	text := string(raw)
	_ = json.Unmarshal(raw, &text) // what is no text is no id either
	return canvas.ParseStroke(text)
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
