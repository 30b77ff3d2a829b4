package signaling

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"time"
)

// writeTime bounds one write to an event stream. A reader that takes none of
// it for that long loses its stream.
const writeTime = 10 * time.Second

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
	select {
	case <-s.closed:
		s.refuse(w, refuseClosed)
		return
	default:
	}
	if limits, address := s.limits(r); !inside(r) {
		if !limits.streams.acquire(address) {
			s.refuseAddress(w, r)
			return
		}
		defer limits.streams.release(address)
	}
	s.counts.streams.Add(1)
	defer s.counts.streams.Add(-1)

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

	sess, st, hello := s.hub.connect(u, lastID)
	defer s.hub.disconnect(sess, st)
	s.opts.Logger.Info("stream opened", "peer", u.ID)
	hello.ICEServers = s.iceServers(r, u.ID)
	out := &streamWriter{w: w, rc: http.NewResponseController(w), server: s}
	out.add(encodeEvent(hello), sess.id(st.next-1))
	err := s.serve(r, out, sess, st)
	if errors.Is(err, errSlow) || errors.Is(err, os.ErrDeadlineExceeded) {
		s.counts.overflows.Add(1)
	}
	s.opts.Logger.Info("stream ended", "peer", u.ID, "err", err)
}

func (s *Server) iceServers(r *http.Request, id ID) []ICEServer {
	if s.opts.ICEServers == nil {
		return nil
	}
	return s.opts.ICEServers(r, id)
}

// Why a stream ends, besides what the network says.
var (
	errSlow     = errors.New("its reader is too slow")
	errShutdown = errors.New("the server shuts down")
)

// serve writes what the hub has for st, in batches, and a ping from time to
// time, until it cannot.
func (s *Server) serve(r *http.Request, out *streamWriter, sess *session, st *stream) error {
	heartbeat := time.NewTicker(s.opts.Heartbeat)
	defer heartbeat.Stop()
	var renewal <-chan time.Time
	if s.opts.ICEServers != nil && s.opts.ICELife > 0 {
		ticker := time.NewTicker(s.opts.ICELife / 2)
		defer ticker.Stop()
		renewal = ticker.C
	}
	replaced, draining := st.replaced, s.draining
	var turn <-chan time.Time
	for {
		if err := out.flush(); err != nil {
			return err
		}
		select {
		case <-st.wake:
			frames, n := s.hub.take(sess, st)
			for i, f := range frames {
				out.add(f, sess.id(n+uint64(i)))
			}
		case <-heartbeat.C:
			data, _ := json.Marshal(map[string]int64{"time": time.Now().UnixMilli()})
			out.add(frame{name: "ping", data: data}, "")
		case <-renewal:
			out.add(encodeEvent(ICEServers{s.iceServers(r, sess.peer.ID)}), "")
		case <-replaced:
			// It stays open: a browser whose stream ends opens another, which
			// would take over in turn, and so on for ever.
			out.add(encodeEvent(Replaced{}), "")
			replaced = nil
		case <-st.cut:
			return errSlow
		case <-r.Context().Done():
			return r.Context().Err()
		case <-draining:
			draining, turn = nil, s.turn()
		case <-turn:
			return errShutdown
		case <-s.closed:
			return errShutdown
		}
	}
}

// A streamWriter collects events and writes them together.
type streamWriter struct {
	w      http.ResponseWriter
	rc     *http.ResponseController
	server *Server
	buf    []byte
	posted []time.Time // when what is in buf was posted, of what peers sent
	err    error
}

func (o *streamWriter) add(f frame, id string) {
	if o.err != nil {
		return
	}
	o.buf, o.err = f.append(o.buf, id)
	if !f.posted.IsZero() && o.server.opts.OnRelay != nil {
		o.posted = append(o.posted, f.posted)
	}
}

func (o *streamWriter) flush() error {
	if o.err != nil || len(o.buf) == 0 {
		return o.err
	}
	// Where there are no deadlines the transport's own have to do.
	_ = o.rc.SetWriteDeadline(time.Now().Add(writeTime))
	if _, o.err = o.w.Write(o.buf); o.err == nil {
		o.err = o.rc.Flush()
	}
	o.server.counts.bytes.Add(uint64(len(o.buf)))
	for _, at := range o.posted {
		o.server.opts.OnRelay(time.Since(at))
	}
	o.posted = o.posted[:0]
	_ = o.rc.SetWriteDeadline(time.Time{}) // in HTTP/2 it would end an idle stream
	if o.buf = o.buf[:0]; cap(o.buf) > 64<<10 {
		o.buf = nil // one burst should not cost memory for ever
	}
	return o.err
}
