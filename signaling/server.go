package signaling

import (
	"context"
	"net/http"
	"time"

	"golang.org/x/time/rate"
)

// A Server introduces peers to one another. It is an [http.Handler] for
// /access, /connect, /{room}/join, /{room}/leave and /relay/{peer}/{event}.
// The http.Server around it must have no WriteTimeout, for event streams do
// not end; they carry deadlines of their own. Over HTTP/1 they take their
// connections from the http.Server, unless the ResponseWriter has no Hijack:
// handlers around it then see the request end at once. See [Server.Wait].
type Server struct {
	opts    ServerOptions
	signer  *signer
	hub     *Hub
	handler http.Handler

	strangers addressLimits
	local     addressLimits // of this machine itself
	posts     *rateTable    // by peer
	counts    *counts
	proxies   *proxies

	feeds feeds
}

// NewServer returns a server without peers.
func NewServer(opts ServerOptions) (*Server, error) {
	signer, err := newSigner(opts.Secrets)
	if err != nil {
		return nil, err
	}
	unset := opts.MaxStreams == 0
	opts = opts.withDefaults()
	s := &Server{
		opts:      opts,
		signer:    signer,
		hub:       newHub(opts.Grace, opts.MaxPeers, opts.Logger),
		strangers: newAddressLimits(opts.MaxStreams, opts.AccessRate),
		local:     newAddressLimits(opts.MaxStreams, opts.AccessRate),
		posts:     newRateTable(rate.Limit(opts.RelayRate), max(1, int(5*opts.RelayRate))),
		counts:    &counts{refusals: make(map[string]uint64)},
		proxies:   &proxies{log: opts.Logger, trusts: opts.Trusts},
	}
	if unset {
		s.local = newAddressLimits(localFactor*opts.MaxStreams, localFactor*opts.AccessRate)
	}
	if opts.Bus != nil {
		s.hub.joinCluster(opts.Bus)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /access", s.access)
	mux.HandleFunc("GET /connect", s.connect)
	mux.HandleFunc("POST /{room}/join", s.authenticated(s.join))
	mux.HandleFunc("POST /{room}/leave", s.authenticated(s.leave))
	mux.HandleFunc("POST /relay/{peer}/{event}", s.authenticated(s.relay))
	if s.handler, err = s.sameOrigin(mux); err != nil {
		return nil, err
	}
	return s, nil
}

// Values of headers, one for all answers: nobody writes into them.
var (
	noStore    = []string{"no-store"}
	noReferrer = []string{"no-referrer"}
	noSniff    = []string{"nosniff"}
	plainText  = []string{"text/plain; charset=utf-8"}
)

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h["Cache-Control"] = noStore
	h["Referrer-Policy"] = noReferrer // a token may be in the URL
	h["X-Content-Type-Options"] = noSniff
	if r.Method == http.MethodPost {
		// Whether or not anybody reads the body. Where there are no deadlines the
		// transport's own have to do.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTime))
	}
	s.handler.ServeHTTP(w, r)
}

// perStream is how much a drain takes for each event stream: so many clients
// come back to the next server in a second, and not all at once.
const perStream = 10 * time.Millisecond

// Drain ends the event streams one after another, at random, and returns how
// long that takes: at most as long as it may. Streams that are opened meanwhile
// are served, for a browser never comes back after a refusal, and end as soon.
// Draining twice is harmless.
func (s *Server) Drain(most time.Duration) time.Duration { return s.feeds.drain(most) }

// Wait waits until every event stream has ended, or ctx has. The http.Server's
// Shutdown knows nothing of those over HTTP/1.
func (s *Server) Wait(ctx context.Context) error { return s.feeds.wait(ctx) }

// Close ends every event stream at once. Closing twice is harmless.
func (s *Server) Close() error {
	s.feeds.close()
	s.hub.cluster.close()
	return nil
}
