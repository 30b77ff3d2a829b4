package peer

import (
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/exchange"
	"drawmesh/signaling"
)

// An Event is what [Peer.Events] tells: [Signaling], [Presence], [Link],
// [Synced], [Drawn], [Lied], [Fault] or [Missed].
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

// Synced says, once, that what was drawn before we came is here, as far as
// anybody could be asked for it. No Drawn that is Old comes after it.
type Synced struct{}

// Drawn is something that somebody else drew.
type Drawn struct {
	From signaling.ID // who drew it; empty if that is not known, as of who left before we came
	Name string       // what they are or were called; empty likewise
	Old  bool         // it was drawn before we came

	Op canvas.Op

	// Stroke is what Op is part of or, if an Undo or a Redo, about. It is none of
	// a Clear, a Preview, and what a peer of the plain protocol drew.
	Stroke canvas.Stroke

	Entry canvas.Entry // the place in the log; its N is 0 where there is none, as of a Preview or a Clear
}

// Lied says that somebody has told two stories of what they drew: one to some and
// another to others, both signed. All that they drew is gone, and nothing more is
// taken of them. The proof holds for whoever looks at it.
type Lied struct {
	From  signaling.ID // empty if it is not known who writes as that site
	Name  string       // what they are or were called; empty likewise
	Proof *canvas.Proof
}

// Fault is something that went wrong with one peer or message; the room goes on.
type Fault struct {
	Peer signaling.ID // empty when it is nobody's
	Name string       // what they are or were called; empty if it is not known
	Err  error
}

// Missed stands where events are missing, for nobody took any for so long that
// too many waited. What they told can be looked up: [Peer.Members] has who is
// there, and [Peer.View] the whole drawing.
type Missed struct{ Events int }

func (Signaling) event() {}
func (Presence) event()  {}
func (Link) event()      {}
func (Synced) event()    {}
func (Drawn) event()     {}
func (Lied) event()      {}
func (Fault) event()     {}
func (Missed) event()    {}

// A Member is somebody else in the room.
type Member struct {
	signaling.Peer
	Link LinkState
}

// ErrNotKept is in the Err of a [Fault] where what a peer of the plain protocol draws
// is not part of the drawing, for that is full. It is told once until that changes.
var ErrNotKept = exchange.ErrNotKept

// A DisagreementError is the Err of a [Fault] where a peer holds another drawing
// although nothing is missing.
type DisagreementError = exchange.DisagreementError
