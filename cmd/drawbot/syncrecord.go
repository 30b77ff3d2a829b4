package main

import (
	"drawmesh/canvas"
)

// syncRecord says what the drawing has come to.
type syncRecord struct {
	Type    string `json:"type"`    // "sync"
	Sum     string `json:"sum"`     // a hash of the drawing, 32 hexadecimal digits
	Peers   int    `json:"peers"`   // linked to, of those who keep the drawing
	Agree   bool   `json:"agree"`   // all of these last said to hold the same
	Entries int    `json:"entries"` // that the drawing consists of
}

// A keeper is what there is to know of a [peer.Peer]'s drawing.
type keeper interface {
	Look(func(log *canvas.Log))
	Sum() canvas.Digest
	Agree() (peers int, all bool)
}

// syncOf is how things stand with k.
func syncOf(k keeper) syncRecord {
	r := syncRecord{Type: "sync", Sum: k.Sum().String()}
	k.Look(func(log *canvas.Log) { r.Entries = log.Len() })
	r.Peers, r.Agree = k.Agree()
	return r
}
