package main

import (
	"bufio"
	"fmt"
	"io"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
)

// A viewer lends its drawing to look: a [peer.Peer] does.
type viewer interface {
	View(func(log *canvas.Log, since canvas.Change))
}

// paint paints the drawing that v has.
func paint(v viewer, board *raster.Board) {
	var ops []canvas.Op
	v.View(func(log *canvas.Log, _ canvas.Change) {
		for e := range log.Paint(canvas.Key{}) {
			ops = append(ops, e.Op)
		}
	})
	board.ApplyAll(ops)
}

// entriesOf is all that the log of v holds, in an order without gaps.
func entriesOf(v viewer) []canvas.Entry {
	var entries []canvas.Entry
	v.View(func(log *canvas.Log, _ canvas.Change) {
		for e := range log.Lacking(nil) {
			entries = append(entries, e)
		}
	})
	return entries
}

// writeLog writes entries as a recording in which all came at once.
func writeLog(w io.Writer, header recordingRecord, entries []canvas.Entry) error {
	header.Type, header.Version = "recording", 1
	header.Started = time.Now()
	out := bufio.NewWriter(w)
	out.Write(encode(header)) // Flush tells of errors
	for _, e := range entries {
		out.Write(encode(opRecord{Type: "op", Op: canvas.AppendMessage(nil, e)}))
	}
	return out.Flush()
}

// syncRecord says what the drawing has come to.
type syncRecord struct {
	Type    string `json:"type"`    // "sync"
	Sum     string `json:"sum"`     // a hash of the drawing, 16 hexadecimal digits
	Peers   int    `json:"peers"`   // linked to, of those who keep the drawing
	Agree   bool   `json:"agree"`   // all of these last said to hold the same
	Entries int    `json:"entries"` // that the drawing consists of
}

// A keeper is what there is to know of a [peer.Peer]'s drawing.
type keeper interface {
	viewer
	Agree() (peers int, all bool)
}

// syncOf is how things stand with k.
func syncOf(k keeper) syncRecord {
	r := syncRecord{Type: "sync"}
	k.View(func(log *canvas.Log, _ canvas.Change) {
		r.Sum, r.Entries = fmt.Sprintf("%016x", log.Sum()), log.Len()
	})
	r.Peers, r.Agree = k.Agree()
	return r
}
