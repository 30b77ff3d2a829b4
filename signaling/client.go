package signaling

import (
	"bytes"
	"context"
	"encoding/json"
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

	"github.com/golang-jwt/jwt/v5"
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
