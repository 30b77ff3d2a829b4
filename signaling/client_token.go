package signaling

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// arrive gets the first token. Where a host sends everybody on to its encrypted
// half, or to another place below its name, that is where the server is from then
// on. Nobody is followed to another host, or out of encryption.
func (c *Client) arrive(ctx context.Context) error {
	for hops := 0; ; hops++ {
		token, err := c.access(ctx, "")
		var status *StatusError
		if !errors.As(err, &status) || status.to == nil || hops == maxHops {
			c.token = token
			return err
		}
		old, _ := url.Parse(c.base) // it was parsed before
		to, ok := strings.CutSuffix(status.to.EscapedPath(), "/access")
		if !ok || status.to.Hostname() != old.Hostname() || old.Scheme == "https" && status.to.Scheme != "https" {
			return err
		}
		c.base = status.to.Scheme + "://" + status.to.Host + to
	}
}

// maxHops bounds how often one is sent on.
const maxHops = 3

// access asks for a token: with a valid one, for a fresh one for the same peer.
func (c *Client) access(ctx context.Context, token string) (string, error) {
	text, err := c.post(ctx, "/access", token, map[string]string{"username": c.opts.Name}, patience)
	var status *StatusError
	if errors.As(err, &status) {
		switch status.Code {
		case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented:
			return "", fmt.Errorf("%s: %w", c.base, ErrNotServer)
		}
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
	c.compareClocks(answer.Token, time.Now())
	return answer.Token, nil
}

// compareClocks notes by how much the server's clock is ahead of ours, by a token
// that it has just made. It tells whole seconds, and has taken a moment to come.
func (c *Client) compareClocks(token string, now time.Time) {
	var made claims
	_, _, err := jwt.NewParser().ParseUnverified(token, &made)
	if err != nil || made.IssuedAt == nil {
		return
	}
	ahead := made.IssuedAt.Add(time.Second / 2).Sub(now.Round(0))
	if ahead.Abs() <= goodClock {
		ahead = 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = ahead
}

// goodClock is by how much clocks differ that are taken to be the same.
const goodClock = 3 * time.Second

// Ahead is by how much the server's clock is ahead of ours, as far as that can be
// told by the last token that it made: zero if it is a few seconds or less.
func (c *Client) Ahead() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ahead
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

// refresh replaces the token whenever half of its life is over, so that a peer
// that is cut off for long comes back with one that is good.
func (c *Client) refresh() {
	for wait := time.Duration(0); ; {
		c.mu.Lock()
		token := c.token
		c.mu.Unlock()
		id, life := claimed(token)
		if wait == 0 {
			wait = max(life/2, time.Minute)
		}
		if !sleep(c.ctx, wait) {
			return
		}
		wait = 0
		fresh, err := c.access(c.ctx, token)
		if err != nil {
			c.opts.Logger.Warn("token not refreshed", "err", err)
		}
		if same, _ := claimed(fresh); rejected(err) || err == nil && same != id {
			// The tutorial's server makes us somebody else each time. There the
			// token is renewed when the stream is refused.
			wait = tokenLife / 2
			continue
		}
		c.mu.Lock()
		if err == nil && c.token == token { // and not renewed meanwhile
			c.token = fresh
		}
		c.mu.Unlock()
	}
}

// claimed is whose a token says it is, and for how long it was made; only the
// server can tell whether that is true. Our own clock may be another than the
// server's.
func claimed(token string) (ID, time.Duration) {
	var c claims
	_, _, err := jwt.NewParser().ParseUnverified(token, &c)
	if err != nil || c.ExpiresAt == nil || c.IssuedAt == nil {
		return c.ID, tokenLife
	}
	return c.ID, c.ExpiresAt.Sub(c.IssuedAt.Time)
}
