package signaling

import (
	"log/slog"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// ServerOptions configures [NewServer]. Secrets is required; every other zero
// value is a working default.
type ServerOptions struct {
	// Secrets sign and verify the tokens: the first signs, all verify. Each has
	// at least 32 bytes. See NewSecret.
	Secrets [][]byte

	// Grace is how long a peer whose stream dropped stays in its rooms. Zero
	// means 10 seconds.
	Grace time.Duration

	// Heartbeat is the time between pings on a stream. Zero means 10 seconds;
	// more than 20 would make clients take the stream for dead.
	Heartbeat time.Duration

	// MaxPeers is how many peers one room holds. Zero means 32: a full mesh
	// of more is heavy on browsers.
	MaxPeers int

	// MaxStreams is how many event streams one address may hold at a time.
	// Zero means 64, negative no limit. An address is what http.Request says,
	// of IPv6 the /64: behind a proxy everybody has the same.
	MaxStreams int

	// AccessRate is how many tokens a second one address may ask for, in
	// bursts of up to 64, or MaxStreams if that is more. Zero means 5, negative
	// no limit.
	AccessRate float64

	// RelayRate is how many messages a second one peer may post, relayed or to
	// the server itself, in bursts of five times as many. Zero means 200,
	// negative no limit.
	RelayRate float64

	// Logger hears who comes and goes. Nil discards it.
	Logger *slog.Logger
}

func (o ServerOptions) withDefaults() ServerOptions {
	setDefault(&o.Grace, 10*time.Second)
	setDefault(&o.Heartbeat, 10*time.Second)
	setDefault(&o.MaxPeers, 32)
	setDefault(&o.MaxStreams, 64)
	setDefault(&o.AccessRate, 5)
	setDefault(&o.RelayRate, 200)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

func setDefault[T comparable](v *T, value T) {
	var zero T
	if *v == zero {
		*v = value
	}
}

// A Server introduces peers to one another. It is an [http.Handler] for
// /access, /connect, /{room}/join, /{room}/leave and /relay/{peer}/{event}.
// The http.Server around it must have no WriteTimeout, for event streams do
// not end; they carry deadlines of their own.
type Server struct {
	opts    ServerOptions
	signer  signer
	hub     *Hub
	handler http.Handler

	streams  *counter   // by address
	accesses *rateTable // by address
	posts    *rateTable // by peer

	closed chan struct{}
	once   sync.Once
}

// NewServer returns a server without peers.
func NewServer(opts ServerOptions) (*Server, error) {
	signer, err := newSigner(opts.Secrets)
	if err != nil {
		return nil, err
	}
	opts = opts.withDefaults()
	s := &Server{
		opts:     opts,
		signer:   signer,
		hub:      newHub(opts.Grace, opts.MaxPeers, opts.Logger),
		streams:  &counter{max: opts.MaxStreams, n: make(map[string]int)},
		accesses: newRateTable(rate.Limit(opts.AccessRate), max(64, opts.MaxStreams)),
		posts:    newRateTable(rate.Limit(opts.RelayRate), max(1, int(5*opts.RelayRate))),
		closed:   make(chan struct{}),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /access", s.access)
	mux.HandleFunc("GET /connect", s.connect)
	mux.HandleFunc("POST /{room}/join", s.authenticated(s.join))
	mux.HandleFunc("POST /{room}/leave", s.authenticated(s.leave))
	mux.HandleFunc("POST /relay/{peer}/{event}", s.authenticated(s.relay))
	s.handler = http.NewCrossOriginProtection().Handler(mux)
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // a token may be in the URL
	h.Set("X-Content-Type-Options", "nosniff")
	s.handler.ServeHTTP(w, r)
}

// Close ends every event stream, so that the http.Server around it can shut
// down. Closing twice is harmless.
func (s *Server) Close() error {
	s.once.Do(func() { close(s.closed) })
	return nil
}
