package signaling

import (
	"log/slog"
	"net/http"
	"net/netip"
	"time"
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
	// Zero means 64, and 1024 for this machine itself, which may also ask for as
	// many more tokens; negative means no limit. An address is what http.Request
	// says, of IPv6 the /64: behind a proxy that is not trusted everybody has the
	// same.
	MaxStreams int

	// AccessRate is how many tokens a second one address may ask for, in
	// bursts of up to 64, or MaxStreams if that is more. Zero means 5, negative
	// no limit.
	AccessRate float64

	// RelayRate is how many messages a second one peer may post, relayed or to
	// the server itself, in bursts of five times as many. Zero means 200,
	// negative no limit.
	RelayRate float64

	// TrustedProxies are the networks whose X-Forwarded-For tells the address
	// of a client. Empty means that nobody's does.
	TrustedProxies []netip.Prefix

	// Origins are those of other sites whose pages may use this server, such as
	// https://example.org. Empty means none.
	Origins []string

	// ICEServers returns the STUN and TURN servers to tell a peer of, whose
	// request for a stream this is. Nil means none.
	ICEServers func(*http.Request, ID) []ICEServer

	// ICELife is how long what ICEServers returns is good for; peers are told of
	// new ones after half of that. Zero means for ever.
	ICELife time.Duration

	// OnJoin hears which room a peer has entered, again when it has entered it
	// before. It may be called concurrently, and must not block. Nil means that
	// nobody wants to know.
	OnJoin func(room string)

	// Bus makes the server share its rooms with others that have the same
	// secrets. Nil means that there are none. See signaling/redis.
	Bus Bus

	// OnRelay hears how long a message took from its sender's request to its
	// receiver's stream. It may be called concurrently, and must not block. Nil
	// means that nobody wants to know.
	OnRelay func(took time.Duration)

	// OnLimit hears of requests that were refused because their senders have come to
	// a limit: too_many_streams or too_many_tokens of an address, too_many_requests
	// of a peer; and the address. It may be called concurrently, and must not block.
	// Nil means that nobody wants to know.
	OnLimit func(reason, address string)

	// Logger hears who comes and goes, at debug level, and what an operator should
	// know. Nil discards it.
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
