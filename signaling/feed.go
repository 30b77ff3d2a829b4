package signaling

import (
	"errors"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"time"
)

// Why a stream ends, besides what the network says.
var (
	errSlow     = errors.New("its reader is too slow")
	errShutdown = errors.New("the server shuts down")
)

// A feed serves one event stream. While there is nothing to do for it, it has no
// goroutine: who has news kicks it, and then it runs until there is no more. Run
// owns the fields below it, one run at a time.
type feed struct {
	server  *Server
	session *session
	stream  *stream
	to      carrier
	release func()                // gives back its address's place among the streams
	state   atomic.Int32          // idle, running or again
	over    atomic.Pointer[error] // why it has to end; nil while it has not

	ping    time.Time     // when the next is due
	renewal time.Time     // likewise, of ICE servers; zero: never
	asked   *http.Request // for the stream; nil unless ICE servers are renewed
	timer   *time.Timer   // kicks it for the earlier of both
	told    bool          // that another stream has taken over
}

// The states of a feed.
const (
	idle int32 = iota
	running
	again // running, and there may be more to do than when it looked
)

// kick makes the feed look for what there is to do. It never waits.
func (f *feed) kick() {
	if f.claim() {
		go f.run()
	}
}

// claim reports whether the caller has to run the feed, for it does not run.
func (f *feed) claim() bool {
	for {
		switch s := f.state.Load(); {
		case s == again:
			return false
		case f.state.CompareAndSwap(s, s+1):
			return s == idle
		}
	}
}

// end makes the feed end, for the first reason that is given.
func (f *feed) end(why error) {
	f.over.CompareAndSwap(nil, &why)
	f.kick()
}

// start runs a new feed, which begins with hello. Who made it has claimed it.
func (f *feed) start(hello Connected) {
	now := time.Now()
	f.ping = now.Add(f.server.opts.Heartbeat)
	if f.asked != nil {
		f.renewal = now.Add(f.server.opts.ICELife / 2)
	}
	f.timer = time.AfterFunc(time.Until(f.due()), func() {
		if f.claim() {
			f.run()
		}
	})
	out := batches.Get().(*batch)
	out.add(encodeEvent(hello), f.session.id(f.stream.first-1))
	f.work(out)
}

// due is when the feed has something to do in any case.
func (f *feed) due() time.Time {
	if !f.renewal.IsZero() && f.renewal.Before(f.ping) {
		return f.renewal
	}
	return f.ping
}

// run does what there is to do. Who claimed the feed calls it.
func (f *feed) run() { f.work(batches.Get().(*batch)) }

func (f *feed) work(out *batch) {
	for {
		f.state.Store(running)
		if err := f.step(out); err != nil {
			f.finish(err) // and is never idle again
			break
		}
		if f.state.CompareAndSwap(running, idle) {
			break
		}
	}
	out.free()
}

// step writes what the hub has for the stream, and what is due.
func (f *feed) step(out *batch) error {
	if why := f.over.Load(); why != nil {
		return *why
	}
	var n uint64
	out.frames, n = f.server.hub.take(f.session, f.stream, out.frames)
	for i, frame := range out.frames {
		out.add(frame, f.session.id(n+uint64(i)))
	}
	clear(out.frames)
	out.frames = out.frames[:0]
	if f.stream.cut.Load() {
		return errSlow
	}
	if f.stream.replaced.Load() && !f.told {
		// It stays open: a browser whose stream ends opens another, which
		// would take over in turn, and so on for ever.
		out.add(encodeEvent(Replaced{}), "")
		f.told = true
	}
	if now := time.Now(); !now.Before(f.due()) {
		f.remind(out, now)
	}
	return f.write(out)
}

// remind adds what is due, and sets the time of the next.
func (f *feed) remind(out *batch, now time.Time) {
	if !now.Before(f.ping) {
		data := append(strconv.AppendInt([]byte(`{"time":`), now.UnixMilli(), 10), '}')
		out.add(frame{name: "ping", data: data}, "")
		f.ping = f.ping.Add(max(1, now.Sub(f.ping)/f.server.opts.Heartbeat+1) * f.server.opts.Heartbeat)
	}
	if !f.renewal.IsZero() && !now.Before(f.renewal) {
		out.add(encodeEvent(ICEServers{f.server.iceServers(f.asked, f.session.peer.ID)}), "")
		f.renewal = now.Add(f.server.opts.ICELife / 2)
	}
	f.timer.Reset(time.Until(f.due()))
}

// write writes what was put together.
func (f *feed) write(out *batch) error {
	if out.err != nil || len(out.buf) == 0 {
		return out.err
	}
	s := f.server
	err := f.to.write(out.buf)
	s.counts.bytes.Add(uint64(len(out.buf)))
	if s.opts.OnRelay != nil {
		for _, at := range out.posted {
			s.opts.OnRelay(time.Since(at))
		}
	}
	out.buf, out.posted = out.buf[:0], out.posted[:0]
	return err
}

// finish ends the stream.
func (f *feed) finish(why error) {
	s := f.server
	f.timer.Stop()
	s.hub.disconnect(f.session, f.stream)
	f.to.close()
	s.feeds.remove(f)
	f.release()
	if errors.Is(why, errSlow) || errors.Is(why, os.ErrDeadlineExceeded) {
		s.counts.overflows.Add(1)
	}
	s.opts.Logger.Debug("stream ended", "peer", f.session.peer.ID, "err", why)
}
