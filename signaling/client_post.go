package signaling

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"time"
)

const (
	postTime = 15 * time.Second // for one request
	patience = 30 * time.Second // with a server that says it is busy
)

// Join enters a room. It fails with [ErrRoomFull] if that holds as many as it
// may.
func (c *Client) Join(ctx context.Context, room string) error {
	return c.join(ctx, room, patience)
}

// TryJoin is Join for who tells somebody meanwhile: it asks once, also if the
// server is merely busy.
func (c *Client) TryJoin(ctx context.Context, room string) error {
	return c.join(ctx, room, 0)
}

func (c *Client) join(ctx context.Context, room string, patience time.Duration) error {
	c.mu.Lock()
	wait := time.Until(c.joinAt)
	token := c.token
	c.mu.Unlock()
	if wait > 0 && !sleep(ctx, wait) {
		return ctx.Err()
	}
	_, err := c.post(ctx, "/"+url.PathEscape(room)+"/join", token, nil, patience)
	return err
}

// Leave leaves a room.
func (c *Client) Leave(ctx context.Context, room string) error {
	return c.send(ctx, "/"+url.PathEscape(room)+"/leave", nil)
}

// Describe sends an offer or an answer. It is the caller's part to send the
// candidates that belong to it only when it has returned, one after another:
// the tutorial's page drops a candidate that comes before its description.
func (c *Client) Describe(ctx context.Context, to ID, d SessionDescription) error {
	return c.Relay(ctx, to, "session-description", d)
}

// Trickle sends one ICE candidate.
func (c *Client) Trickle(ctx context.Context, to ID, candidate ICECandidate) error {
	return c.Relay(ctx, to, "ice-candidate", candidate)
}

// Relay sends any other event, with a body that can be JSON. It fails with
// [ErrNoPeer] if that peer shares no room with us.
func (c *Client) Relay(ctx context.Context, to ID, event string, body any) error {
	return c.send(ctx, "/relay/"+url.PathEscape(string(to))+"/"+url.PathEscape(event), body)
}

func (c *Client) send(ctx context.Context, path string, body any) error {
	c.mu.Lock()
	token := c.token
	c.mu.Unlock()
	_, err := c.post(ctx, path, token, body, patience)
	return err
}

// post sends one request, and again when the server is merely busy, for as long
// as patience lasts.
func (c *Client) post(ctx context.Context, path, token string, body any, patience time.Duration) ([]byte, error) {
	var data []byte
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	for start := time.Now(); ; {
		text, err := c.postOnce(ctx, path, token, data)
		var busy *StatusError
		if !errors.As(err, &busy) || busy.wait == 0 || time.Since(start)+busy.wait > patience {
			return text, err
		}
		select {
		case <-time.After(busy.wait):
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-c.ctx.Done():
			return nil, ErrClosed
		}
	}
}

// noteRoute takes note of a connection's addresses.
func (c *Client) noteRoute(got httptrace.GotConnInfo) {
	own, server := RouteOf(got.Conn)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.own, c.server = own, server
}

// RouteOf is the way that a connection takes: our address, and the other one. They
// are zero if it is no network's.
func RouteOf(conn net.Conn) (own, other netip.Addr) {
	from, errFrom := netip.ParseAddrPort(conn.LocalAddr().String())
	to, errTo := netip.ParseAddrPort(conn.RemoteAddr().String())
	if errFrom != nil || errTo != nil {
		return own, other
	}
	return from.Addr().Unmap(), to.Addr().Unmap()
}

// Route is the way to the server as the latest request took it: our address, and
// what it was sent to. They are zero where that was no network's.
func (c *Client) Route() (own, server netip.Addr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.own, c.server
}

// identify sets the headers that say who we are: the one that every server of this
// protocol knows, and the one that a proxy's password leaves alone.
func identify(set func(name, value string), token string) {
	set("Authorization", "Bearer "+token)
	set(TokenHeader, token)
}

func (c *Client) postOnce(ctx context.Context, path, token string, data []byte) ([]byte, error) {
	bounded, cancel := context.WithTimeout(ctx, postTime)
	defer cancel()
	bounded = httptrace.WithClientTrace(bounded, &httptrace.ClientTrace{GotConn: c.noteRoute})
	req, err := http.NewRequestWithContext(bounded, "POST", c.base+path, bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		identify(req.Header.Set, token)
	}
	resp, err := c.opts.HTTPClient.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, noServer(c.base, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, statusError(resp)
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxRelay))
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("<")) {
		// A network that wants to be signed in to answers everything with its page.
		return nil, fmt.Errorf("%s: %w", c.base, ErrNotServer)
	}
	return text, err
}
