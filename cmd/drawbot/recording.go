package main

import (
	"sync"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer"
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

// A recording is of all that is in a room's log, also from before it began.
// Methods may be called concurrently.
type recording struct {
	log    *logFile
	header recordingRecord
	warn   func(format string, args ...any)

	mu    sync.Mutex
	from  map[string]bool // who drew
	ops   int
	ended bool
	lost  bool // the server
}

// newRecording returns a recording that has not begun.
func newRecording(log *logFile, warn func(string, ...any), header recordingRecord) *recording {
	header.Type, header.Version = "recording", 1
	return &recording{log: log, warn: warn, header: header, from: make(map[string]bool)}
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
		if ev.Entry.N > 0 { // else it is no part of the drawing
			r.draw(ev)
		}
	case peer.Signaling:
		r.server(ev)
	case peer.Fault:
		warnOfDisagreement(r.warn, ev)
	}
}

func (r *recording) draw(ev peer.Drawn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return
	}
	r.beginLocked()
	r.ops++
	r.from[author(ev)] = true
	at := milliseconds(time.Since(r.header.Started))
	r.log.write(opRecord{Type: "op", AtMS: &at, From: ev.From, Op: canvas.AppendMessage(nil, ev.Entry)})
}

// author tells those who draw apart, also those who have left.
func author(ev peer.Drawn) string {
	if ev.Entry.By != "" {
		return ev.Entry.By
	}
	return ev.Entry.Site.String()
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
