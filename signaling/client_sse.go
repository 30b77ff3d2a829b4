package signaling

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/r3labs/sse/v2"
	"gopkg.in/cenkalti/backoff.v1"
)

var (
	errSilent    = errors.New("no sign of life on the event stream")
	errHeldBack  = fmt.Errorf("%w, though the server answers: something in between holds messages back, such as a proxy that buffers", errSilent)
	errReconnect = errors.New("told to connect anew")
)

// A message is one Server-Sent Event. Its id is the last one the server gave.
type message struct {
	name, id string
	data     []byte
}

// subscribe reads one event stream to its end, which is never nil: [io.EOF]
// where the server ended it. It calls handle for every event that arrived
// whole and has data. No byte for longer than Silence ends the stream too.
//
// The r3labs client opens the stream and parses it. Its retries are switched
// off, for they ignore ctx and do not tell a refusal from an outage, and its
// reader is fed by a [wholeEvents], for by itself it hands over the half event
// before a cut.
func (c *Client) subscribe(ctx context.Context, token, lastID string, handle func(message)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(c.opts.Silence, func() { cancel(errSilent) })
	defer silence.Stop()
	alive := func() { silence.Reset(c.opts.Silence) }

	client := sse.NewClient(c.base+"/connect", sse.ClientMaxBufferSize(maxEvent))
	client.ReconnectStrategy = &backoff.StopBackOff{}
	identify(func(name, value string) { client.Headers[name] = value }, token)
	client.Headers["Accept-Encoding"] = "identity" // what compresses also holds back
	if lastID != "" {
		client.LastEventID.Store([]byte(lastID))
	}
	own := *c.opts.HTTPClient
	own.Transport = &transport{own.Transport, alive}
	client.Connection = &own
	var refused error
	heard := false // anything at all
	beats := false // what the server says from time to time gets through
	client.ResponseValidator = func(_ *sse.Client, resp *http.Response) error {
		if refused = c.checkStream(resp); refused != nil {
			resp.Body.Close() // the library does not
		}
		return refused
	}
	err := client.SubscribeRawWithContext(ctx, func(m *sse.Event) {
		heard, beats = true, beats || string(m.Event) == "ping"
		if len(m.Data) > 0 {
			handle(message{string(m.Event), strings.TrimPrefix(string(m.ID), noID), m.Data})
		}
	})
	switch cause := context.Cause(ctx); {
	case cause == errSilent && !beats && c.answers(token):
		return errHeldBack
	case cause != nil:
		return cause
	case refused != nil:
		return refused
	case err == nil:
		return io.EOF
	case !heard:
		return noServer(c.base, err)
	}
	return err
}

// answers reports whether the server takes requests.
func (c *Client) answers(token string) bool {
	ctx, cancel := context.WithTimeout(c.ctx, postTime)
	defer cancel()
	_, err := c.access(ctx, token)
	return err == nil
}

func (c *Client) checkStream(resp *http.Response) error {
	if resp.StatusCode != http.StatusOK {
		return statusError(resp)
	}
	if !isType(resp, "text/event-stream") {
		return fmt.Errorf("%s: %w", c.base, ErrNotServer)
	}
	return nil
}

// A transport reports every sign of life in an event stream, and lets only
// whole events through.
type transport struct {
	next  http.RoundTripper // nil means the default one
	alive func()
}

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	next := t.next
	if next == nil {
		next = http.DefaultTransport
	}
	resp, err := next.RoundTrip(r)
	if err == nil && isType(resp, "text/event-stream") {
		t.alive()
		resp.Body = &wholeEvents{body: resp.Body, alive: t.alive}
	}
	return resp, err
}
