package peer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"drawmesh/internal/exchange"
	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// leaveTime bounds saying goodbye to a server that may be gone.
const leaveTime = time.Second

// ErrClosed means that the peer has left.
var ErrClosed = errors.New("the peer has left the room")

// A Peer is one's own place in a room. Methods may be called concurrently.
//
// Its goroutine loop owns the members and the feed of events. The mutex guards
// what other goroutines see as well: the members, the drawing and its exchange.
// It is never held across a wait.
type Peer struct {
	opts   Options
	room   string
	server *signaling.Client
	mesh   *mesh.Mesh

	ctx     context.Context // the peer's stay
	cancel  context.CancelFunc
	done    chan struct{} // closed when the stay has ended
	closing chan struct{} // closed by Close
	once    sync.Once
	tasks   sync.WaitGroup // loop and enter
	feed    feed           // loop's
	tick    *time.Timer    // loop's: when to do what time makes due
	pump    *time.Timer    // loop's: when to send more of what neighbours asked for

	shipping *time.Timer // when to send what was drawn a moment ago

	synced    bool       // loop's: Synced has been told
	place     membership // loop's
	asks      chan int   // loop's, to enter: one slot, for the latest
	replies   chan reply // enter's, to loop
	entering  context.Context
	stopEnter context.CancelFunc

	mu       sync.Mutex
	roster   roster
	calm     bool             // tick is far off
	caughtUp bool             // complete has been true
	heard    []exchange.Event // that wait to be told
	drawing  *exchange.Exchange
	wire     *wire // the links, as the exchange has them
	joined   time.Time
	err      error
}

// Join enters the room at roomURL, such as http://localhost:8081/studio.
// Canceling ctx abandons joining; it does not end a stay. Close does.
//
// Of its errors, [signaling.ErrNoServer], [signaling.ErrNotServer] and
// [signaling.ErrRoomFull] tell why there is no way in.
func Join(ctx context.Context, roomURL string, opts Options) (*Peer, error) {
	base, room, err := signaling.SplitRoomURL(roomURL)
	if err != nil {
		return nil, fmt.Errorf("%q is no room's address: %w", roomURL, err)
	}
	if opts.Name == "" {
		opts.Name = "drawbot"
	}
	opts.Role = cmp.Or(opts.Role, "bot")
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	opts.Logger = opts.Logger.With("room", room)
	server, err := signaling.Dial(ctx, base, signaling.ClientOptions{
		Name: opts.Name, HTTPClient: opts.HTTPClient, Logger: opts.Logger,
	})
	if err != nil {
		return nil, err
	}
	p := &Peer{
		opts: opts, room: room, server: server,
		done: make(chan struct{}), closing: make(chan struct{}), feed: newFeed(opts.feed),
		roster: newRoster(),
		asks:   make(chan int, 1), replies: make(chan reply),
		tick: time.NewTimer(tickTime), pump: time.NewTimer(0), shipping: time.NewTimer(0),
	}
	links, err := mesh.New(mesh.Options{
		Signaler: server, Route: server.Route, Self: server.Self().ID, Capability: p.capability, Mends: exchange.Restarts, Moved: server.Reconnect,
		ICEServers: opts.ICEServers, ConnectTimeout: opts.ConnectTimeout,
		Net: opts.Net, Setups: opts.Setups, Loopback: opts.Loopback, Logger: opts.Logger,
	})
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	p.mesh, p.wire = links, &wire{connected{links}}
	p.drawing = exchange.New(exchange.Options{Wire: p.wire, Log: opts.Log, Rate: opts.LiveRate, Role: opts.Role, Wrote: p.wrote})
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.entering, p.stopEnter = context.WithCancel(p.ctx)
	p.tasks.Go(p.loop)
	p.tasks.Go(p.enter)
	if err := server.Join(ctx, room); err != nil {
		p.Close(context.WithoutCancel(ctx)) // the server may have let us in
		return nil, fmt.Errorf("room %s: %w", room, err)
	}
	p.mu.Lock()
	p.joined = time.Now()
	p.mu.Unlock()
	return p, nil
}

// ID is the peer's own id.
func (p *Peer) ID() signaling.ID { return p.server.Self().ID }

// Name is what the others see.
func (p *Peer) Name() string { return p.server.Self().Name }

// Room is the room's name.
func (p *Peer) Room() string { return p.room }

// Events tells what happens in the room, in order, from the moment of joining.
// Any method may be called meanwhile. The channel is closed when the stay has
// ended and what happened until then has been read, or at once by Close; Err
// then says why. Several readers share the events.
//
// A slow reader slows the peers that send, and misses nothing. One that takes
// nothing for 5 seconds while 65,536 events wait finds a [Missed] in the place
// of those that came after them, and so does one that begins to read when 4,096
// wait. Who is not interested need not read.
func (p *Peer) Events() <-chan Event { return p.feed.out }

// Next returns the next of the Events. When there are no more, it returns why
// the stay has ended: what Err says, or ErrClosed.
func (p *Peer) Next(ctx context.Context) (Event, error) {
	select {
	case ev, ok := <-p.feed.out:
		if !ok {
			return nil, cmp.Or(p.Err(), ErrClosed)
		}
		return ev, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Done is closed when the stay has ended for good: by Close, or because the
// server refuses the peer, which Err then says. Close is due in either case.
func (p *Peer) Done() <-chan struct{} { return p.done }

// Err is nil until Done is closed, and after Close.
func (p *Peer) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// Close leaves the room, and returns when all of the peer's goroutines have
// ended. The others are told at once, unless ctx ends first, or a second has
// passed: then they find out by themselves. Closing twice is harmless.
func (p *Peer) Close(ctx context.Context) error {
	p.once.Do(func() {
		close(p.closing)
		p.stopEnter() // lest we leave and are let in again
		if p.Err() == nil {
			p.mu.Lock()
			p.drawing.Bye()
			p.mu.Unlock()
			ctx, cancel := context.WithTimeout(ctx, leaveTime)
			if p.server.Leave(ctx, p.room) != nil {
				_ = p.mesh.Flush(ctx) // then what we said to the others has to do
			}
			cancel()
		}
		p.cancel()
		p.mesh.Close()
		p.server.Close()
	})
	p.tasks.Wait()
	return nil
}
