package signaling

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/r3labs/sse/v2"
	"gopkg.in/cenkalti/backoff.v1"
)

// maxEvent bounds one event, in bytes.
const maxEvent = 1 << 20

var errSilent = errors.New("no sign of life on the event stream")

// subscribe reads one event stream to its end. It calls open when the answer is
// a stream, with an error when it is something else, and then handle for every
// event that arrived whole. Silence for longer than idle ends the stream.
//
// The r3labs client opens the stream and parses it. Its retries are switched
// off, for they ignore ctx and do not tell a refusal from an outage, and its
// reader is fed by a [wholeEvents], for by itself it hands over the half event
// before a cut.
func subscribe(ctx context.Context, client *http.Client, url, token, lastID string, idle time.Duration,
	open func(error), handle func(name, id string, data []byte)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(idle, func() { cancel(errSilent) })
	defer silence.Stop()

	c := sse.NewClient(url, sse.ClientMaxBufferSize(maxEvent))
	c.ReconnectStrategy = &backoff.StopBackOff{}
	c.Headers["Authorization"] = "Bearer " + token
	if lastID != "" {
		c.LastEventID.Store([]byte(lastID))
	}
	own := *client
	own.Transport = transportFunc(func(r *http.Request) (*http.Response, error) {
		return roundTrip(client.Transport, r, func() { silence.Reset(idle) })
	})
	c.Connection = &own
	c.ResponseValidator = func(_ *sse.Client, resp *http.Response) error {
		err := checkStream(resp)
		if err != nil {
			resp.Body.Close() // the library does not
		}
		open(err)
		return err
	}
	err := c.SubscribeRawWithContext(ctx, func(m *sse.Event) {
		if len(m.Data) > 0 {
			handle(string(m.Event), string(m.ID), m.Data)
		}
	})
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if err == nil {
		err = io.EOF
	}
	return err
}

func checkStream(resp *http.Response) error {
	if resp.StatusCode != http.StatusOK {
		return statusError(resp)
	}
	if !isType(resp, "text/event-stream") {
		return ErrNotServer
	}
	return nil
}

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// roundTrip passes a request on and reports every sign of life in the answer.
func roundTrip(next http.RoundTripper, r *http.Request, alive func()) (*http.Response, error) {
	if next == nil {
		next = http.DefaultTransport
	}
	resp, err := next.RoundTrip(r)
	if err == nil && isType(resp, "text/event-stream") {
		alive()
		resp.Body = &wholeEvents{body: resp.Body, alive: alive}
	}
	return resp, err
}

// wholeEvents reads an event stream and lets through only events that have
// arrived to their last byte, in the simplest form the standard allows: LF
// line ends, a colon behind every field name, neither comments nor unknown
// fields (WHATWG HTML, section 9.2.6).
type wholeEvents struct {
	body  io.ReadCloser
	alive func()

	started bool   // the byte order mark, if any, is behind us
	lastCR  bool   // an LF would belong to that CR
	line    []byte // so far
	event   []byte // lines so far
	ready   []byte // events to hand over
	chunk   [4096]byte
	err     error
}

func (e *wholeEvents) Read(p []byte) (int, error) {
	for len(e.ready) == 0 {
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
	n := copy(p, e.ready)
	e.ready = e.ready[n:]
	return n, nil
}

func (e *wholeEvents) Close() error { return e.body.Close() }

func (e *wholeEvents) feed(data []byte) {
	for _, b := range data {
		switch {
		case b == '\n' && e.lastCR:
			e.lastCR = false
		case b == '\n' || b == '\r':
			e.lastCR = b == '\r'
			e.endLine()
		default:
			e.lastCR = false
			e.line = append(e.line, b)
		}
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
			e.ready = append(append(e.ready, e.event...), '\n')
			e.event = e.event[:0]
		}
		return
	}
	name, value, _ := bytes.Cut(line, []byte(":"))
	switch string(name) {
	case "id":
		if bytes.IndexByte(value, 0) >= 0 {
			return // the standard's own exception
		}
	case "event", "data", "retry":
	default:
		return
	}
	e.event = append(append(append(append(e.event, name...), ':'), value...), '\n')
}
