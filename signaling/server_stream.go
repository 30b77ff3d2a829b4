package signaling

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

// connect serves an event stream until either side ends it.
func (s *Server) connect(w http.ResponseWriter, r *http.Request) {
	if !strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		http.NotFound(w, r)
		return
	}
	u, ok := s.user(w, r)
	if !ok || r.Method == http.MethodHead {
		return
	}
	if s.feeds.isClosed() {
		s.refuse(w, refuseClosed)
		return
	}
	release := func() {}
	if limits, address := s.limits(r); !inside(r) {
		if !limits.streams.acquire(address) {
			s.refuseAddress(w, r, refuseStreams)
			return
		}
		release = func() { limits.streams.release(address) }
	}

	// A browser repeats the id by itself; a page that opens a new EventSource
	// cannot set headers.
	lastID := r.Header.Get("Last-Event-ID")
	if lastID == "" {
		lastID = r.URL.Query().Get("lastEventId")
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-cache, no-transform")
	h.Set("X-Accel-Buffering", "no")

	wire, err := takeWire(w, r)
	switch {
	case err == nil:
		f, hello := s.newFeed(u, lastID, wire, r, release)
		go func() { f.end(wire.watch()) }()
		f.start(hello)
	case errors.Is(err, http.ErrNotSupported):
		whole := newResponse(w)
		f, hello := s.newFeed(u, lastID, whole, r, release)
		f.start(hello)
		select {
		case <-r.Context().Done():
			f.end(r.Context().Err())
			<-whole.closed
		case <-whole.closed:
		}
	default:
		release()
	}
}

// newFeed begins a stream for a peer.
func (s *Server) newFeed(u User, lastID string, to carrier, r *http.Request, release func()) (*feed, Connected) {
	f := &feed{server: s, to: to, release: release}
	f.state.Store(running) // until start has run it
	var hello Connected
	f.session, f.stream, hello = s.hub.connect(u, lastID, f.kick)
	hello.ICEServers = s.iceServers(r, u.ID)
	if s.opts.ICEServers != nil && s.opts.ICELife > 0 {
		f.asked = r.WithContext(context.WithoutCancel(r.Context())) // it may outlive the request
	}
	s.feeds.add(f)
	s.opts.Logger.Debug("stream opened", "peer", u.ID)
	return f, hello
}

func (s *Server) iceServers(r *http.Request, id ID) []ICEServer {
	if s.opts.ICEServers == nil {
		return nil
	}
	return s.opts.ICEServers(r, id)
}
