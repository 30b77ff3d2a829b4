// Package peer is a participant of a room: it joins, draws, and sees what the
// others draw.
package peer

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/pion/transport/v5"
	"github.com/pion/webrtc/v4"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// Options configures [Join]. Every zero value is a working default.
type Options struct {
	// Name is what the others see. It need not be unique. Empty means "drawbot".
	Name string

	// OnEvent hears what happens in the room, one event at a time, in order,
	// from one goroutine. It may call any method but Flush and Close, which
	// wait for it. A slow one slows the peers that send. Nil ignores events.
	OnEvent func(Event)

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

	// Logger hears what somebody debugging a room wants to know, pion's
	// messages included. Nil discards them.
	Logger *slog.Logger
}

// Setups bound how many links are set up at a time.
type Setups = mesh.Setups

// NewSetups returns bounds that suit the machine.
func NewSetups() *Setups { return mesh.NewSetups() }

// An Event is what OnEvent hears: [Signaling], [Presence], [Link], [Drawn] or
// [Fault].
type Event interface{ event() }

// Signaling says how the event stream from the server stands, once that has
// changed since [Join].
type Signaling struct {
	// State is "connected" when the server has us in the room again, "outside"
	// when it answers but does not let us in (yet), "reconnecting" when it does
	// not answer, or "lost", which is final. Links to others do not need it.
	State string

	Err error // why, unless connected
}

// Presence says that somebody joined or left.
type Presence struct {
	Peer   signaling.Peer
	Joined bool
}

// Link says how the connection to one peer stands.
type Link struct {
	Peer   signaling.ID
	State  LinkState
	Took   time.Duration // since it was introduced, lost or unsteady; only when open
	Mended bool          // the same connection works again, and nothing was lost; only when open
	Setup  Setup         // the parts of Took; only when open and not mended
	Err    error         // why it was lost; only when lost
	Bytes  Traffic       // what went over it; only when closed
}

// Traffic is what went over a link, in bytes of UDP payload, but for what ICE
// says itself.
type Traffic struct{ Sent, Received int64 }

// A Setup is what making a link took, one part after another.
type Setup struct{ Signaling, ICE, DTLS, Channel time.Duration }

// LinkState is how a link stands.
type LinkState string

// The states of a link.
const (
	Connecting LinkState = "connecting"
	Open       LinkState = "open"
	Unsteady   LinkState = "unsteady" // open, but nothing gets through just now
	Lost       LinkState = "lost"     // and being made again
	Closed     LinkState = "closed"   // the peer left
)

// Drawn is an operation that a peer drew, live or before we came.
type Drawn struct {
	From signaling.ID
	Op   canvas.Op

	// Entry is its place in the log. A preview has none: N is 0.
	Entry canvas.Entry
}

// Fault is something that went wrong with one peer or message; the room goes on.
type Fault struct {
	Peer signaling.ID // empty when it is nobody's
	Err  error
}

func (Signaling) event() {}
func (Presence) event()  {}
func (Link) event()      {}
func (Drawn) event()     {}
func (Fault) event()     {}

// A Member is somebody else in the room.
type Member struct {
	signaling.Peer
	Link LinkState
}
