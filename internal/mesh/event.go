package mesh

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"drawmesh/signaling"
)

// State is how a link stands.
type State string

// The states of a link.
const (
	Connecting State = "connecting"
	Open       State = "open"
	Unsteady   State = "unsteady" // open, but nothing gets through just now
	Lost       State = "lost"     // and being made again
	Closed     State = "closed"   // for good
)

// An Event is a [Change] or a [Message].
type Event interface{ event() }

// A Change says that a link has come to another state.
type Change struct {
	Peer       signaling.ID
	State      State
	Took       time.Duration   // since it was introduced, lost or unsteady; only when Open
	Mended     bool            // the same connection works again, and nothing was lost; only when Open
	Setup      Setup           // the parts of Took; only when Open
	Err        error           // a *LinkError; only when Lost
	Capability json.RawMessage // the other's; only when Open
	Described  json.RawMessage // our own, as we last said it; only when Open
	Traffic    Traffic         // over all of the link's connections; only when Closed
}

// A Setup is what making a link took, one part after another.
type Setup struct {
	Signaling time.Duration // until both descriptions were there, any wait included
	ICE       time.Duration // for a path
	DTLS      time.Duration // for keys
	Channel   time.Duration // for SCTP and the data channel
}

// A Message came over a link, or is to go over one.
type Message struct {
	From signaling.ID // when it came
	Data []byte
	Text bool // a text frame, not a binary one
}

func (Change) event()  {}
func (Message) event() {}

// A LinkError says why a link was lost.
type LinkError struct {
	Peer signaling.ID
	Op   string // "offer", "answer", "connect", "send" or "receive"
	Err  error
}

func (e *LinkError) Error() string { return fmt.Sprintf("peer %s: %s: %v", e.Peer, e.Op, e.Err) }
func (e *LinkError) Unwrap() error { return e.Err }

// What becomes of a link otherwise than by pion's errors.
var (
	errTimeout    = errors.New("no connection in time")
	errNoOffer    = errors.New("the peer made no offer")
	errUnanswered = errors.New("the offer was not answered")
	errStale      = errors.New("the answer was to another offer")
	errICE        = errors.New("no network path (any more)")
	errSlow       = errors.New("the peer is not keeping up: its queue is full")
	errTooLong    = fmt.Errorf("a message of more than %d bytes", MaxMessage)
	errRenewed    = errors.New("the peer made a new offer")
	errGone       = errors.New("the peer closed the link")
)
