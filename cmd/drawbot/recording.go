package main

import (
	"sync"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// A recordingRecord is a log's first line.
type recordingRecord struct {
	Type       string    `json:"type"`    // "recording"
	Version    int       `json:"version"` // of the log's format
	Room       string    `json:"room"`    // its address
	Started    time.Time `json:"started"`
	Width      int       `json:"width"`  // pixels
	Height     int       `json:"height"` // pixels
	Background string    `json:"background"`
}

// A recording is what was drawn since it began. Methods may be called
// concurrently.
type recording struct {
	log    *logFile
	header recordingRecord
	warn   func(format string, args ...any)

	mu    sync.Mutex
	board *raster.Board // nobody paints on it after end
	from  map[signaling.ID]bool
	ops   int
	ended bool
	lost  bool // the server
}

// newRecording returns a recording that has not begun.
func newRecording(board *raster.Board, log *logFile, warn func(string, ...any), header recordingRecord) *recording {
	header.Type, header.Version = "recording", 1
	return &recording{board: board, log: log, warn: warn, header: header, from: make(map[signaling.ID]bool)}
}

// begin starts the clock.
func (r *recording) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.beginLocked()
}

func (r *recording) beginLocked() {
	if r.header.Started.IsZero() {
		r.header.Started = time.Now()
		r.log.write(r.header)
	}
}

// end stops the recording and returns how long it was.
func (r *recording) end() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	return time.Since(r.header.Started)
}

// status is how much there is.
func (r *recording) status() (ops int, took time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ops, time.Since(r.header.Started)
}

// hear is for [peer.Options].
func (r *recording) hear(ev peer.Event) {
	switch ev := ev.(type) {
	case peer.Drawn:
		if _, preview := ev.Op.(canvas.Preview); !preview {
			r.draw(ev)
		}
	case peer.Signaling:
		r.server(ev)
	}
}

func (r *recording) draw(ev peer.Drawn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return
	}
	r.beginLocked()
	r.board.Apply(ev.Op)
	r.ops++
	r.from[ev.From] = true
	at := milliseconds(time.Since(r.header.Started))
	r.log.write(opRecord{Type: "op", AtMS: &at, From: ev.From, Op: canvas.AppendOp(nil, ev.Op)})
}

// server says once that the server is gone, and once that it is back.
func (r *recording) server(ev peer.Signaling) {
	r.mu.Lock()
	lost := r.lost
	r.lost = ev.State != "connected"
	now := r.lost
	r.mu.Unlock()
	switch {
	case now && !lost:
		r.warn("the server is gone (%v); the recording goes on with who is here", ev.Err)
	case !now && lost:
		r.warn("the server is back")
	}
}
