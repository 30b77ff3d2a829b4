package peer

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/pion/transport/v5"
	"github.com/pion/webrtc/v4"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
)

// Options configures [Join]. Every zero value is a working default.
type Options struct {
	// Name is what the others see. It need not be unique. Empty means "drawbot".
	Name string

	// Role is what people are told that the peer is: "bot" or "keeper". It is a claim
	// and changes nothing else. Empty means "bot".
	Role string

	// Log is the drawing to begin with, such as one that was stored. It is the
	// peer's from then on. Its site is one that has never written elsewhere:
	// [canvas.NewSite]. Nil means an empty one.
	Log *canvas.Log

	// LiveRate is how many operations a second are sent, and taken from each
	// other peer, one by one as they are drawn; ten times as many at once. What
	// exceeds it is pulled in bulk, a moment later and at a fraction of the cost.
	// Only what a peer of the plain protocol draws beyond it is lost. Zero means
	// 500, as everybody else has it. Negative means no limit, for load tests.
	LiveRate int

	// ConnectTimeout bounds one attempt at connecting to a peer, from its
	// description to an open data channel. Zero means 15 seconds.
	ConnectTimeout time.Duration

	// ICEServers are the STUN and TURN servers to use. Nil means those that the
	// signaling server names; empty means host candidates only, which is enough
	// on one network.
	ICEServers []webrtc.ICEServer

	// HTTPClient reaches the server. Nil means one like http.DefaultClient that
	// keeps more connections open. Its Timeout must be zero, for the event stream
	// never ends.
	HTTPClient *http.Client

	// Loopback keeps to this machine, for rooms whose peers are all on it:
	// half the work for each link.
	Loopback bool

	// Setups bound how many links are set up at a time. Peers of one process
	// should share them. Nil means that the peer has its own.
	Setups *Setups

	// Net is the network to gather candidates on. Nil means the machine's.
	Net transport.Net

	// Trace hears of all that [Peer.Events] tells, whether or not anybody reads
	// those, and of what the peer itself enters into the drawing: a [Drawn] from its
	// own ID. It hears at the moment when the peer learns it, but for what was drawn
	// before we came, which waits up to 2 s to be known by whom. It is for
	// measuring. The peer waits meanwhile, so it must be quick, and call none of
	// the peer's methods. Calls may come from several goroutines at once. Nil hears
	// nothing.
	Trace func(Event)

	// Logger hears what somebody debugging a room wants to know, pion's
	// messages included. Nil discards them.
	Logger *slog.Logger

	// feed bounds what waits for whoever reads Events. Its zero values are
	// the constants there; tests have others.
	feed feedLimits
}

// Setups bound how many links are set up at a time.
type Setups = mesh.Setups

// NewSetups returns bounds that suit the machine.
func NewSetups() *Setups { return mesh.NewSetups() }
