package signaling

import (
	"bytes"
	"errors"
	"io"
)

// maxEvent bounds one event, in bytes.
const maxEvent = 1 << 20

// noID stands for the empty id, which ends the validity of the one before. The
// r3labs client would not see it, and no real id has a NUL.
const noID = "\x00"

// wholeEvents reads an event stream and lets through only events that have
// arrived to their last byte, in the simplest form the standard allows: LF
// line ends, a colon behind every field name, neither comments nor unknown
// fields (WHATWG HTML, section 9.2.6).
type wholeEvents struct {
	body  io.ReadCloser
	alive func()

	started bool         // the byte order mark, if any, is behind us
	lastCR  bool         // an LF would belong to that CR
	line    []byte       // so far
	event   []byte       // lines so far
	ready   bytes.Buffer // events to hand over
	chunk   [4096]byte
	err     error
}

func (e *wholeEvents) Read(p []byte) (int, error) {
	for e.ready.Len() == 0 {
		if e.err != nil {
			return 0, e.err
		}
		n, err := e.body.Read(e.chunk[:])
		if n > 0 {
			e.alive()
			e.feed(e.chunk[:n])
		}
		if e.err = err; len(e.line)+len(e.event) > maxEvent {
			e.err = errors.New("event stream: event too large")
		}
	}
	return e.ready.Read(p)
}

func (e *wholeEvents) Close() error { return e.body.Close() }

func (e *wholeEvents) feed(data []byte) {
	for len(data) > 0 {
		if data[0] == '\n' && e.lastCR {
			data = data[1:]
		}
		end := bytes.IndexAny(data, "\r\n")
		if e.lastCR = false; end < 0 {
			e.line = append(e.line, data...)
			return
		}
		e.line = append(e.line, data[:end]...)
		e.lastCR = data[end] == '\r'
		data = data[end+1:]
		e.endLine()
	}
}

func (e *wholeEvents) endLine() {
	line := e.line
	e.line = e.line[:0]
	if !e.started {
		line = bytes.TrimPrefix(line, []byte("\ufeff"))
		e.started = true
	}
	if len(line) == 0 {
		if len(e.event) > 0 {
			e.ready.Write(e.event)
			e.ready.WriteByte('\n')
			e.event = e.event[:0]
		}
		return
	}
	name, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimPrefix(value, []byte(" "))
	switch string(name) {
	case "id":
		if bytes.IndexByte(value, 0) >= 0 {
			return // the standard's own exception
		}
		if len(value) == 0 {
			value = []byte(noID)
		}
	case "event", "data", "retry":
	default:
		return
	}
	e.event = append(append(append(e.event, name...), ": "...), value...)
	e.event = append(e.event, '\n')
}
