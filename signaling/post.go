package signaling

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Join enters a room. It fails with [ErrRoomFull] if that holds as many as it
// may.
func (c *Client) Join(ctx context.Context, room string) error {
	c.mu.Lock()
	wait := time.Until(c.joinAt)
	c.mu.Unlock()
	if wait > 0 && !sleep(ctx, wait) {
		return ctx.Err()
	}
	return c.send(ctx, "/"+url.PathEscape(room)+"/join", nil)
}

// Leave leaves a room.
func (c *Client) Leave(ctx context.Context, room string) error {
	return c.send(ctx, "/"+url.PathEscape(room)+"/leave", nil)
}

// Describe sends an offer or an answer. Only when it has returned may
// candidates for it be sent, in order: the tutorial's page drops a candidate
// that comes before its description.
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
	return c.send(ctx, "/relay/"+url.PathEscape(string(to))+"/"+event, body)
}

func (c *Client) send(ctx context.Context, path string, body any) error {
	c.mu.Lock()
	token := c.token
	c.mu.Unlock()
	_, err := c.post(ctx, path, token, body)
	return err
}

// post sends one request, again and again while the server is merely busy.
func (c *Client) post(ctx context.Context, path, token string, body any) ([]byte, error) {
	var data []byte
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	for {
		text, err := c.postOnce(ctx, path, token, data)
		if !passing(err) {
			return text, err
		}
		if !sleep(ctx, time.Second) || c.ctx.Err() != nil {
			return nil, err
		}
	}
}

func (c *Client) postOnce(ctx context.Context, path, token string, data []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, "POST", c.base+path, bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
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
	return io.ReadAll(io.LimitReader(resp.Body, maxRelay))
}

// access asks for a token: with a valid one, for a fresh one for the same peer.
func (c *Client) access(ctx context.Context, token string) (string, error) {
	text, err := c.post(ctx, "/access", token, map[string]string{"username": c.opts.Name})
	var status *StatusError
	if errors.As(err, &status) && (status.Code == http.StatusNotFound || status.Code == http.StatusMethodNotAllowed) {
		return "", fmt.Errorf("%s: %w", c.base, ErrNotServer)
	}
	if err != nil {
		return "", err
	}
	var answer struct {
		Token string `json:"token"`
	}
	if json.Unmarshal(text, &answer) != nil || answer.Token == "" {
		return "", fmt.Errorf("%s: %w", c.base, ErrNotServer)
	}
	return answer.Token, nil
}

// renew replaces a token that was refused, by one for the same peer if the
// server can still tell, else for a new one.
func (c *Client) renew() error {
	c.mu.Lock()
	old := c.token
	c.mu.Unlock()
	token, err := c.access(c.ctx, old)
	if rejected(err) {
		token, err = c.access(c.ctx, "")
	}
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.token = token
	return nil
}

// refresh replaces the token whenever half of its life is over.
func (c *Client) refresh() {
	for {
		c.mu.Lock()
		token := c.token
		c.mu.Unlock()
		id, expires := claimed(token)
		if !sleep(c.ctx, max(time.Until(expires)/2, time.Minute)) {
			return
		}
		fresh, err := c.access(c.ctx, token)
		if err != nil {
			c.opts.Logger.Warn("token not refreshed", "err", err)
			continue
		}
		// The tutorial's server would make us somebody else.
		if same, _ := claimed(fresh); same == id {
			c.mu.Lock()
			c.token = fresh
			c.mu.Unlock()
		}
	}
}

// claimed is what a token says; only the server can tell whether it is true.
func claimed(token string) (ID, time.Time) {
	var c claims
	_, _, err := jwt.NewParser().ParseUnverified(token, &c)
	if err != nil || c.ExpiresAt == nil {
		return c.ID, time.Now().Add(tokenLife)
	}
	return c.ID, c.ExpiresAt.Time
}
