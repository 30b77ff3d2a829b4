// Package doctor examines a drawmesh room and its server from where it runs:
// every rule of the protocol that a client can see, what lies in between, and the
// ways from peer to peer. It prints nothing.
//
// All but the last part happens between peers of its own, in rooms of its own. In
// the room that it is asked about it is a peer of the plain protocol for a few
// seconds: it draws nothing, takes care of nobody's strokes, and leaves.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/pion/transport/v5"
	"github.com/pion/transport/v5/stdnet"

	"drawmesh/signaling"
)

// Options configures [Examine]. Every zero value is a working default.
type Options struct {
	// Name is what the others in the room see. Empty means "doctor".
	Name string

	// HTTPClient reaches the server. Nil means one like http.DefaultClient. Its
	// Timeout must be zero.
	HTTPClient *http.Client

	// Net is the network for UDP. Nil means the machine's.
	Net transport.Net

	// Progress hears what is looked at next. Nil means that nobody wants to know.
	Progress func(what string)
}

// How long to wait for what should come at once, and for what may take a while.
const (
	requestTime = 10 * time.Second
	promptTime  = 3 * time.Second        // for an event, before it counts as held back
	settleTime  = 300 * time.Millisecond // for what should not come
	leaveTime   = 2 * time.Second
)

// An examination is under way. The guests are its own peers.
type examination struct {
	opts   Options
	lent   transport.Net // nil: links choose among the machine's own
	call   *caller
	room   string
	report *Report

	mu     sync.Mutex
	guests []*guest
}

// Examine examines the room at roomURL, which takes 12 seconds if all is well
// and two minutes at most. Its error is nil, or says that roomURL is no room's or
// that ctx has ended: the report then has what was seen until then.
func Examine(ctx context.Context, roomURL string, opts Options) (*Report, error) {
	base, room, err := signaling.SplitRoomURL(roomURL)
	if err != nil {
		return nil, fmt.Errorf("%q is no room's address: %w", roomURL, err)
	}
	if opts.Name == "" {
		opts.Name = "doctor"
	}
	if opts.Progress == nil {
		opts.Progress = func(string) {}
	}
	lent := opts.Net
	if opts.Net == nil {
		if opts.Net, err = stdnet.NewNet(); err != nil {
			return nil, fmt.Errorf("the machine's network: %w", err)
		}
	}
	call, err := newCaller(base, opts.HTTPClient)
	if err != nil {
		return nil, err
	}
	defer call.client.CloseIdleConnections()
	bounded, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	report := &Report{Room: roomURL, Started: time.Now(), over: func() bool { return bounded.Err() != nil }}
	e := &examination{opts: opts, lent: lent, call: call, room: room, report: report}
	e.all(bounded)
	e.leave(ctx)
	e.report.complete(time.Since(e.report.Started))
	return e.report, ctx.Err()
}

// all looks at one part after another, for as long as there is something to
// look at.
func (e *examination) all(ctx context.Context) {
	e.opts.Progress("the server")
	if !e.server(ctx) {
		return
	}
	e.opts.Progress("the event stream")
	quiet, ok := e.stream(ctx)
	if !ok {
		return
	}
	for _, part := range []struct {
		what string
		look func(context.Context)
	}{
		{"rooms", e.rooms},
		{"many who join at once", e.atOnce},
		{"the ways between peers", func(ctx context.Context) { e.ways(ctx, quiet) }},
		{"the room", e.visit},
		{"the heartbeat", func(ctx context.Context) { e.heartbeat(ctx, quiet) }},
	} {
		if ctx.Err() != nil {
			return
		}
		e.opts.Progress(part.what)
		part.look(ctx)
	}
}

// leave lets all guests leave, also when ctx has ended.
func (e *examination) leave(ctx context.Context) {
	e.mu.Lock()
	guests := e.guests
	e.mu.Unlock()
	var leaving sync.WaitGroup
	for _, g := range guests {
		leaving.Go(func() { g.close(ctx) })
	}
	leaving.Wait()
}

// timedOut reports whether err only says that time was up.
func timedOut(err error) bool {
	var slow interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &slow) && slow.Timeout()
}
