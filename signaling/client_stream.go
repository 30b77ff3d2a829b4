package signaling

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"
)

// run keeps a stream open. It tells first how the first attempt went, and gives
// up if that failed.
func (c *Client) run(first chan<- error) {
	defer c.cancel()
	defer close(c.events)
	var (
		lastID  string
		opened  bool      // once, that is
		renewed bool      // the token was new when the stream was last asked for
		gone    time.Time // since when there is no stream
	)
	up := func() {
		renewed, gone = false, time.Time{}
		if opened {
			c.emit(State{Name: "connected"})
			return
		}
		opened = true
		first <- nil
	}
	for {
		err := c.stream(&lastID, up)
		if !opened {
			c.end(err)
			first <- err
			return
		}
		switch {
		case !rejected(err):
			renewed = false // whoever answers next may be another server
		case !renewed:
			// Once: a server that takes no token at all must not be asked for ever.
			if err = c.renew(); err == nil {
				renewed = true
				continue
			}
			renewed = rejected(err) // else it did not get there
		}
		if c.ctx.Err() != nil || final(err) || errors.Is(err, ErrReplaced) {
			c.end(err)
			c.emit(State{Name: "lost", Err: err})
			return
		}
		if gone.IsZero() {
			gone = time.Now()
		}
		c.opts.Logger.Info("event stream lost", "err", err)
		c.emit(State{Name: "reconnecting", Err: err})
		if !sleep(c.ctx, max(c.pause(time.Since(gone)), asked(err))) {
			c.end(ErrClosed)
			return
		}
	}
}

// pause is how long to wait for a server that has been gone for so long: two
// fifths of that, at least half a second, give or take 30 % lest all clients
// come back at once. So a server that was gone for 5 s has them back within
// 2.6 s.
func (c *Client) pause(gone time.Duration) time.Duration {
	wait := min(max(gone*2/5, 500*time.Millisecond), c.opts.MaxPause)
	return time.Duration(float64(wait) * (0.7 + 0.6*rand.Float64()))
}

// asked is how long a server that refused us asks to wait.
func asked(err error) time.Duration {
	var refused *StatusError
	if errors.As(err, &refused) {
		return refused.RetryAfter()
	}
	return 0
}

// sleep reports whether it could sleep for d before ctx was done.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

func (c *Client) end(err error) {
	if c.ctx.Err() != nil {
		err = ErrClosed
	}
	c.mu.Lock()
	c.err = err
	c.mu.Unlock()
}

// stream reads one event stream to its end. It calls up when the server has
// said who we are, which only then is known to be one of ours.
func (c *Client) stream(lastID *string, up func()) error {
	ctx, cancel := context.WithCancelCause(c.ctx)
	defer cancel(nil)
	c.mu.Lock()
	token := c.token
	c.cut = cancel
	c.mu.Unlock()
	connected := false
	err := c.subscribe(ctx, token, *lastID, func(m message) {
		ev, err := parseEvent(m.name, m.data)
		if err != nil {
			c.opts.Logger.Warn("bad event", "err", err)
			return
		}
		*lastID = m.id // only of events that were understood
		switch ev := ev.(type) {
		case nil:
			return
		case Connected:
			c.welcome(ev, m.data)
			connected = true
			up()
		case Replaced:
			cancel(ErrReplaced)
			return
		}
		c.emit(ev)
	})
	if !connected && errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: %w", c.base, ErrNotServer)
	}
	return err
}

// welcome takes note of who the server says we are.
func (c *Client) welcome(ev Connected, data []byte) {
	var ours struct {
		Recovered *bool `json:"recovered"`
	}
	_ = json.Unmarshal(data, &ours) // it was valid a moment ago
	c.mu.Lock()
	defer c.mu.Unlock()
	c.self = ev.User
	if ours.Recovered == nil {
		// The tutorial's server subscribes to the peer's events only a moment
		// after it has sent this one.
		c.joinAt = time.Now().Add(20 * time.Millisecond)
	}
}

func (c *Client) emit(ev Event) {
	select {
	case c.events <- ev:
	case <-c.ctx.Done():
	}
}
