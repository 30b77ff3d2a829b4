package signaling

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// What a request may weigh, in bytes.
const (
	maxRelay  = 64 << 10
	maxAccess = 1 << 10
	bodyTime  = 10 * time.Second // to read a body
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

	// Heartbeat is the time between pings on a stream. Zero means 10 seconds.
	Heartbeat time.Duration

	// MaxPeers is how many peers one room holds. Zero means 32: a full mesh
	// of more is heavy on browsers.
	MaxPeers int

	// MaxStreams is how many event streams one address may hold at a time.
	// Zero means 64, negative no limit.
	MaxStreams int

	// AccessRate is how many tokens a second one address may ask for, in
	// bursts of up to MaxStreams. Zero means 5, negative no limit.
	AccessRate float64

	// RelayRate is how many messages a second one peer may relay, in bursts of
	// five times as many. Zero means 200, negative no limit.
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
	relays   *rateTable // by peer

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
		relays:   newRateTable(rate.Limit(opts.RelayRate), int(5*opts.RelayRate)),
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

// bearer is the token of a request, from its header or its query.
func bearer(r *http.Request) string {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return token
	}
	return r.URL.Query().Get("token")
}

// user is who sends a request. When the token does not say, it answers the
// request and reports false.
func (s *Server) user(w http.ResponseWriter, r *http.Request) (User, bool) {
	u, err := s.signer.verify(bearer(r))
	switch {
	case errors.Is(err, errNoToken):
		http.Error(w, "a token is required: POST /access", http.StatusUnauthorized)
	case err != nil:
		http.Error(w, "bad or expired token: POST /access for a new one", http.StatusForbidden)
	}
	return u, err == nil
}

func (s *Server) authenticated(next func(http.ResponseWriter, *http.Request, User)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if u, ok := s.user(w, r); ok {
			next(w, r, u)
		}
	}
}

// body reads a request's body. When it cannot, it answers the request and
// reports false.
func body(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, bool) {
	// Where there are no deadlines the server's own timeouts have to do.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTime))
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		http.Error(w, "body too large", http.StatusRequestEntityTooLarge)
	case err != nil:
		http.Error(w, "incomplete body", http.StatusBadRequest)
	case len(data) > 0 && !json.Valid(data):
		err = errors.New("malformed")
		http.Error(w, "malformed JSON", http.StatusBadRequest)
	}
	return data, err == nil
}

func tooMany(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	http.Error(w, "too many requests", http.StatusTooManyRequests)
}

// access gives a token: to whoever says a name a new one, and to whoever has a
// valid one a fresh one with the same id.
func (s *Server) access(w http.ResponseWriter, r *http.Request) {
	data, ok := body(w, r, maxAccess)
	if !ok {
		return
	}
	var p Peer
	if bearer(r) != "" {
		u, ok := s.user(w, r)
		if !ok {
			return
		}
		p = u.Peer
	} else if !s.accesses.allow(address(r)) {
		tooMany(w)
		return
	}
	var req struct {
		Name any `json:"username"`
	}
	_ = json.Unmarshal(data, &req) // valid JSON, but maybe no object: no name
	if name, _ := req.Name.(string); cleanName(name) != "" {
		p.Name = cleanName(name)
	}
	if p.Name == "" {
		http.Error(w, "a username is required", http.StatusForbidden)
		return
	}
	token, err := s.signer.issue(p)
	if err != nil {
		s.opts.Logger.Error("token not signed", "err", err)
		http.Error(w, "no token could be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]string{"token": token})
}

func (s *Server) join(w http.ResponseWriter, r *http.Request, u User) {
	room := r.PathValue("room")
	if !ValidRoom(room) {
		http.Error(w, "no such room: 1 to 64 letters, digits or - _ . ~", http.StatusNotFound)
		return
	}
	answer(w, s.hub.Join(u.ID, room))
}

func (s *Server) leave(w http.ResponseWriter, r *http.Request, u User) {
	s.hub.Leave(u.ID, r.PathValue("room"))
	answer(w, nil)
}

func (s *Server) relay(w http.ResponseWriter, r *http.Request, u User) {
	if !s.relays.allow(string(u.ID)) {
		tooMany(w)
		return
	}
	data, ok := body(w, r, maxRelay)
	if !ok {
		return
	}
	if len(data) == 0 {
		data = []byte("{}")
	}
	event := r.PathValue("event")
	if !validRelay(event) {
		http.Error(w, "no event that peers may send", http.StatusBadRequest)
		return
	}
	answer(w, s.hub.Relay(u.ID, ID(r.PathValue("peer")), event, data))
}

// answer says OK, or why not.
func answer(w http.ResponseWriter, err error) {
	switch {
	case err == nil:
		io.WriteString(w, "OK")
	case errors.Is(err, ErrNoPeer):
		http.Error(w, err.Error(), http.StatusNotFound)
	case errors.Is(err, ErrRoomFull):
		http.Error(w, err.Error(), http.StatusConflict)
	default:
		http.Error(w, err.Error(), http.StatusPreconditionFailed)
	}
}
