package exchange

import (
	"drawmesh/canvas"
	"drawmesh/signaling"
)

// An Event is a [Drawn], a [Lied] or a [Fault].
type Event interface{ event() }

// Drawn says that somebody drew.
type Drawn struct {
	From  signaling.ID // empty: it is not known who wrote the entry
	Op    canvas.Op
	Entry canvas.Entry // its place in the log; N is 0 where it has none, as a preview or a clear
	Old   bool         // it was drawn before we came
}

// Lied says that a site has told two stories: what it drew is gone, and it draws no
// more.
type Lied struct {
	Peer  signaling.ID // empty: it is not known whose site it is
	Proof *canvas.Proof
}

// Fault is something wrong with a neighbour, or with what it said.
type Fault struct {
	Peer signaling.ID
	Err  error
}

func (Drawn) event() {}
func (Lied) event()  {}
func (Fault) event() {}
