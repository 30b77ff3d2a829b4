package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"sync"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// recordsVersion is that of the records, and of what they answer.
const recordsVersion = 2

// The records that join writes, one JSON object a line. They are described in
// docs/bots.md.
type (
	// A selfRecord is the first: who the program is to the others.
	selfRecord struct {
		Type    string       `json:"type"` // "self"
		ID      signaling.ID `json:"id"`
		Name    string       `json:"name"`
		Room    string       `json:"room"` // its address
		Version int          `json:"version"`
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
		Type   string          `json:"type"`           // "op"
		From   signaling.ID    `json:"from,omitempty"` // unless it is not known any more
		Name   string          `json:"name,omitempty"` // likewise
		Stroke canvas.Stroke   `json:"stroke,omitzero"`
		Old    bool            `json:"old,omitempty"` // drawn before we came
		Op     json.RawMessage `json:"op"`            // as on the wire, or as on standard input
	}

	// A syncedRecord comes once, after what is old.
	syncedRecord struct {
		Type string `json:"type"` // "synced"
	}

	missedRecord struct {
		Type   string `json:"type"` // "missed"
		Events int    `json:"events"`
	}

	// An ackRecord says that a line of standard input has been done.
	ackRecord struct {
		Type   string        `json:"type"` // "ack"
		Line   int           `json:"line,omitempty"`
		Stroke canvas.Stroke `json:"stroke,omitzero"` // of our own, which it is part of or about
	}

	// A membersRecord answers a line of standard input.
	membersRecord struct {
		Type    string         `json:"type"` // "members"
		Line    int            `json:"line"`
		Members []memberRecord `json:"members"`
	}

	memberRecord struct {
		ID   signaling.ID   `json:"id"`
		Name string         `json:"name"`
		Link peer.LinkState `json:"link"`
	}

	errorRecord struct {
		Type  string       `json:"type"`           // "error"
		Line  int          `json:"line,omitempty"` // of standard input
		Peer  signaling.ID `json:"peer,omitempty"`
		Name  string       `json:"name,omitempty"` // the peer's
		Cause string       `json:"cause"`
	}

	// A lieRecord says that somebody told two stories of what they drew, and proves
	// it: nothing of it counts.
	lieRecord struct {
		Type  string       `json:"type"` // "lie"
		From  signaling.ID `json:"from,omitempty"`
		Name  string       `json:"name,omitempty"`
		Site  canvas.Site  `json:"site"`
		Proof []byte       `json:"proof"` // a frame (docs/sync.md), in base64
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
		return opRecord{"op", ev.From, ev.Name, ev.Stroke, ev.Old, inputOf(ev)}
	case peer.Synced:
		return syncedRecord{"synced"}
	case peer.Missed:
		return missedRecord{"missed", ev.Events}
	case peer.Lied:
		return lieRecord{"lie", ev.From, ev.Name, ev.Proof.Site(), canvas.AppendProof(nil, ev.Proof)}
	case peer.Fault:
		return errorRecord{Type: "error", Peer: ev.Peer, Name: ev.Name, Cause: causeOf(ev.Err)}
	}
	return nil
}

// inputOf is what was drawn as somebody would write it who wants the same.
func inputOf(ev peer.Drawn) []byte {
	switch op := ev.Op.(type) {
	case canvas.Clear:
		return canvas.AppendOp(nil, canvas.Clear{}) // whose it was signed for, nobody can sign again
	case canvas.Other:
		if op.Payload == "{}" {
			return fmt.Appendf(nil, `{"event":"%s"}`, op.Name)
		}
		return fmt.Appendf(nil, `{"event":"%s",%s`, op.Name, op.Payload[1:])
	case canvas.PlainOp:
		return canvas.AppendOp(nil, op)
	case canvas.Undo:
		return fmt.Appendf(nil, `{"event":"undo","stroke":%q}`, ev.Stroke)
	case canvas.Redo:
		return fmt.Appendf(nil, `{"event":"redo","stroke":%q}`, ev.Stroke)
	}
	return nil
}

// membersOf is who is in the room besides us.
func membersOf(line int, members []peer.Member) membersRecord {
	r := membersRecord{"members", line, make([]memberRecord, len(members))}
	for i, m := range members {
		r.Members[i] = memberRecord{m.ID, m.Name, m.Link}
	}
	return r
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
