package signaling

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// ClientOptions configures [Dial]. Name is required; every other zero value is
// a working default.
type ClientOptions struct {
	// Name is what the others see.
	Name string

	// HTTPClient reaches the server. Nil means one like http.DefaultClient that
	// keeps more connections open. Its Timeout must be zero, for the event stream
	// never ends.
	HTTPClient *http.Client

	// Silence is how long the stream may carry nothing, not even a ping,
	// before it counts as dead. Zero means 25 seconds.
	Silence time.Duration

	// MaxPause bounds the pause between two attempts to open the stream again.
	// Zero means 15 seconds.
	MaxPause time.Duration

	// Logger hears about reconnects. Nil discards it.
	Logger *slog.Logger
}

// idleConns is how many connections to a server are kept open: who enters a large
// room describes itself to many peers at once, and Go's two would be made anew each
// time.
const idleConns = 16

var defaultClient = sync.OnceValue(func() *http.Client {
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultClient // the program has its own
	}
	transport = transport.Clone()
	transport.MaxIdleConnsPerHost = idleConns
	return &http.Client{Transport: transport}
})

// A Client is one peer's connection to a [Server]. Methods may be called
// concurrently.
//
// The stream is opened again whenever it ends, for as long as the server takes
// the client; Events tells of both. After a [Connected] that is not Recovered it
// is the caller's part to join its rooms again.
type Client struct {
	opts ClientOptions
	base string // the server's URL, without a slash at its end; fixed once there is a token

	ctx    context.Context // the client's life
	cancel context.CancelFunc
	events chan Event // closed when the client has ended for good
	done   sync.WaitGroup

	mu     sync.Mutex
	cut    context.CancelCauseFunc // ends the present stream
	token  string
	ahead  time.Duration // the server's clock, of ours
	self   User
	err    error     // why the client ended
	joinAt time.Time // joins have to wait until then

	own, server netip.Addr // of the latest connection
}

// Dial gets a token from the server at base, such as http://localhost:8081,
// and opens the event stream. Canceling ctx abandons dialing; it does not end a
// client that is connected. Close does. It fails with [ErrNoName],
// [ErrNoServer], [ErrNotServer] or a [StatusError].
func Dial(ctx context.Context, base string, opts ClientOptions) (*Client, error) {
	u, err := ServerURL(base)
	if err != nil {
		return nil, err
	}
	if opts.Name = CleanName(opts.Name); opts.Name == "" {
		return nil, ErrNoName
	}
	setDefault(&opts.HTTPClient, defaultClient())
	own := *opts.HTTPClient
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	opts.HTTPClient = &own
	setDefault(&opts.Silence, 25*time.Second)
	setDefault(&opts.MaxPause, 15*time.Second)
	setDefault(&opts.Logger, slog.New(slog.DiscardHandler))
	c := &Client{opts: opts, base: u.String(), events: make(chan Event)}
	c.ctx, c.cancel = context.WithCancel(context.WithoutCancel(ctx))
	if err = c.arrive(ctx); err != nil {
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

// Events tells what the server and other peers say, in order. It has to be
// read. The channel is closed when the client has ended for good, by Close or
// because the server will not have it back: Err then says why.
func (c *Client) Events() <-chan Event { return c.events }

// Next returns the next of the Events, or Err if there are no more.
func (c *Client) Next(ctx context.Context) (Event, error) {
	select {
	case ev, ok := <-c.events:
		if !ok {
			return nil, c.Err()
		}
		return ev, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Err is nil until the Events have ended.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Reconnect opens the stream again. It spares whoever knows that it is dead, as
// after a change of one's own address, the wait until it has been silent for
// too long.
func (c *Client) Reconnect() {
	c.opts.HTTPClient.CloseIdleConnections() // they are as dead
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cut != nil {
		c.cut(errReconnect)
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
