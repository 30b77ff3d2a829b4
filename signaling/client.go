package signaling

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// ClientOptions configures [Dial]. Name is required; every other zero value is
// a working default.
type ClientOptions struct {
	// Name is what the others see.
	Name string

	// HTTPClient reaches the server. Nil means http.DefaultClient. Its
	// Timeout must be zero, for the event stream never ends.
	HTTPClient *http.Client

	// Silence is how long the stream may carry nothing, not even a ping,
	// before it counts as dead. Zero means 25 seconds.
	Silence time.Duration

	// Logger hears about reconnects. Nil discards it.
	Logger *slog.Logger
}

// A Client is one peer's connection to a [Server]. Methods may be called
// concurrently, but Next only by one goroutine at a time.
//
// The stream is opened again whenever it ends, for as long as the server takes
// the client; Next tells of both. After a [Connected] that is not Recovered it
// is the caller's part to join its rooms again.
type Client struct {
	opts ClientOptions
	base string // the server's URL, without a slash at its end

	ctx    context.Context // the client's life
	cancel context.CancelFunc
	events chan Event // closed when the client has ended for good
	done   sync.WaitGroup

	mu     sync.Mutex
	token  string
	self   User
	err    error     // why the client ended
	joinAt time.Time // joins have to wait until then
}

// Dial gets a token from the server at base, such as http://localhost:8081,
// and opens the event stream. Canceling ctx abandons dialing; it does not end a
// client that is connected. Close does. It fails with [ErrNoServer],
// [ErrNotServer] or a [StatusError].
func Dial(ctx context.Context, base string, opts ClientOptions) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%q is no server's URL, such as http://localhost:8081", base)
	}
	setDefault(&opts.HTTPClient, http.DefaultClient)
	setDefault(&opts.Silence, 25*time.Second)
	setDefault(&opts.Logger, slog.New(slog.DiscardHandler))
	c := &Client{opts: opts, base: strings.TrimRight(base, "/"), events: make(chan Event)}
	c.ctx, c.cancel = context.WithCancel(context.WithoutCancel(ctx))
	if c.token, err = c.access(ctx, ""); err != nil {
		c.cancel()
		return nil, err
	}
	first := make(chan error, 1)
	c.done.Go(func() { c.run(first) })
	select {
	case err = <-first:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	c.done.Go(c.refresh)
	return c, nil
}

// Self is who the client is to the others.
func (c *Client) Self() Peer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.self.Peer
}

// Next returns the next event. When the client has ended for good, by Close or
// because the server will not have it back, it returns why.
func (c *Client) Next(ctx context.Context) (Event, error) {
	select {
	case ev, ok := <-c.events:
		if !ok {
			c.mu.Lock()
			defer c.mu.Unlock()
			return nil, c.err
		}
		return ev, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Close ends the stream and returns when all of the client's goroutines have
// ended. The server keeps the peer's place for its grace period: Leave before.
// Closing twice is harmless.
func (c *Client) Close() error {
	c.cancel()
	c.done.Wait()
	return nil
}

// run keeps a stream open. It tells first how the first attempt went, and gives
// up if that failed.
func (c *Client) run(first chan<- error) {
	defer close(c.events)
	var (
		lastID  string
		renewed bool      // the token is new since the last success
		gone    time.Time // since when there is no stream
	)
	for opened := false; ; {
		err := c.stream(&lastID, func() {
			renewed, gone = false, time.Time{}
			if !opened {
				opened = true
				first <- nil
			} else {
				c.emit(State{Name: "connected"})
			}
		})
		if !opened {
			c.end(err)
			first <- err
			return
		}
		if rejected(err) && !renewed {
			if err2 := c.renew(); err2 == nil {
				renewed = true
				continue
			} else if !rejected(err2) {
				err = err2
			}
		}
		if c.ctx.Err() != nil || rejected(err) || errors.Is(err, ErrReplaced) {
			c.end(err)
			c.emit(State{Name: "lost", Err: err})
			return
		}
		if gone.IsZero() {
			gone = time.Now()
		}
		c.opts.Logger.Info("event stream lost", "err", err)
		c.emit(State{Name: "reconnecting", Err: err})
		if !sleep(c.ctx, backOff(time.Since(gone))) {
			c.end(ErrClosed)
			return
		}
	}
}

// backOff is how long to wait for a server that has been gone for so long: two
// fifths of that, at least half a second, at most 15, give or take 30 %.
func backOff(gone time.Duration) time.Duration {
	wait := min(max(gone*2/5, 500*time.Millisecond), 15*time.Second)
	return time.Duration(float64(wait) * (0.7 + 0.6*rand.Float64()))
}

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
	var refused error
	connected := false
	c.mu.Lock()
	token := c.token
	c.mu.Unlock()
	err := subscribe(ctx, c.opts.HTTPClient, c.base+"/connect", token, *lastID, c.opts.Silence,
		func(err error) { refused = err },
		func(name, id string, data []byte) {
			ev, err := parseEvent(name, data)
			if err != nil {
				c.opts.Logger.Warn("bad event", "err", err)
				return
			}
			if id != "" {
				*lastID = id // only of events that were understood
			}
			switch ev := ev.(type) {
			case Connected:
				c.welcome(ev, data)
				if connected = true; up != nil {
					up()
				}
			case Replaced:
				cancel(ErrReplaced)
				return
			}
			if ev != nil {
				c.emit(ev)
			}
		})
	switch {
	case refused != nil:
		return refused
	case err != nil && !connected && !errors.Is(err, io.EOF):
		return noServer(c.base, err)
	case !connected:
		return ErrNotServer
	}
	return err
}

// welcome takes note of who the server says we are.
func (c *Client) welcome(ev Connected, data []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.self = ev.User
	if !bytes.Contains(data, []byte(`"recovered"`)) {
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
