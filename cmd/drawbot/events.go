package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// The records that join writes, one JSON object a line. Record's log has
// opRecords, too.
type (
	// A selfRecord is the first: who the program is to the others.
	selfRecord struct {
		Type string       `json:"type"` // "self"
		ID   signaling.ID `json:"id"`
		Name string       `json:"name"`
		Room string       `json:"room"` // its address
	}

	signalingRecord struct {
		Type  string `json:"type"`  // "signaling"
		State string `json:"state"` // "connected", "outside", "reconnecting" or "lost": see peer.Signaling
		Cause string `json:"cause,omitempty"`
	}

	peerRecord struct {
		Type  string       `json:"type"` // "peer"
		ID    signaling.ID `json:"id"`
		Name  string       `json:"name"`
		State string       `json:"state"` // "joined" or "left"
	}

	linkRecord struct {
		Type   string         `json:"type"` // "link"
		Peer   signaling.ID   `json:"peer"`
		State  peer.LinkState `json:"state"`
		TookMS float64        `json:"took_ms,omitempty"` // from introduction to open
		Cause  string         `json:"cause,omitempty"`   // of losing it
	}

	opRecord struct {
		Type string          `json:"type"`            // "op"
		AtMS *float64        `json:"at_ms,omitempty"` // since the recording began
		From signaling.ID    `json:"from,omitempty"`  // unless it is not known any more
		Op   json.RawMessage `json:"op"`              // as on the wire
	}

	errorRecord struct {
		Type  string       `json:"type"`           // "error"
		Line  int          `json:"line,omitempty"` // of standard input
		Peer  signaling.ID `json:"peer,omitempty"`
		Site  string       `json:"site,omitempty"` // whose entries differ from the peer's
		N     uint32       `json:"n,omitempty"`    // the first of them that does
		Cause string       `json:"cause"`
	}
)

// recordOf is what join writes of an event.
func recordOf(ev peer.Event) any {
	switch ev := ev.(type) {
	case peer.Signaling:
		return signalingRecord{"signaling", ev.State, causeOf(ev.Err)}
	case peer.Presence:
		state := "left"
		if ev.Joined {
			state = "joined"
		}
		return peerRecord{"peer", ev.Peer.ID, ev.Peer.Name, state}
	case peer.Link:
		return linkRecord{"link", ev.Peer, ev.State, milliseconds(ev.Took), causeOf(ev.Err)}
	case peer.Drawn:
		return opRecord{Type: "op", From: ev.From, Op: wireOf(ev)}
	case peer.Missed:
		return errorRecord{Type: "error", Cause: fmt.Sprintf("%d events were not read in time, and are not here", ev.Events)}
	case peer.Fault:
		record := errorRecord{Type: "error", Peer: ev.Peer, Cause: causeOf(ev.Err)}
		var d *peer.DisagreementError
		if errors.As(ev.Err, &d) {
			record.Site, record.N = d.Site.String(), d.N
		}
		return record
	}
	return nil
}

// wireOf is what was drawn, as a plain peer would see it. Plain peers see no
// undo: for it, the stamp says what it is about.
func wireOf(ev peer.Drawn) []byte {
	if op, ok := ev.Op.(canvas.PlainOp); ok {
		return canvas.AppendOp(nil, op)
	}
	return canvas.AppendMessage(nil, ev.Entry)
}

func causeOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// milliseconds is d to the microsecond.
func milliseconds(d time.Duration) float64 {
	return math.Round(float64(d)/float64(time.Microsecond)) / 1000
}

// A recordWriter writes records, one a line. Methods may be called
// concurrently.
type recordWriter struct {
	mu     sync.Mutex
	w      io.Writer
	broken chan error // one slot: why nothing can be written any more
}

func newRecordWriter(w io.Writer) *recordWriter {
	return &recordWriter{w: w, broken: make(chan error, 1)}
}

// write writes a record.
func (r *recordWriter) write(record any) {
	line := encode(record)
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, err := r.w.Write(line); err != nil {
		select {
		case r.broken <- err:
		default: // has been told
		}
	}
}

// encode returns a record as a line.
func encode(record any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // it is for jq, not for a page
	if err := enc.Encode(record); err != nil {
		panic(err) // records hold nothing that cannot be encoded
	}
	return b.Bytes()
}
