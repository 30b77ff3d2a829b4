package peer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/exchange"
	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// leaveTime bounds saying goodbye to a server that may be gone.
const leaveTime = time.Second

// ErrClosed means that the peer has left.
var ErrClosed = errors.New("the peer has left the room")

var errReset = errors.New("it was reset")

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

	place     membership // loop's
	asks      chan int   // loop's, to enter: one slot, for the latest
	replies   chan reply // enter's, to loop
	entering  context.Context
	stopEnter context.CancelFunc

	mu        sync.Mutex
	members   map[signaling.ID]*member
	forgotten bool // the server may not know all of them
	calm      bool // tick is far off
	caughtUp  bool // complete has been true
	drawing   *exchange.Exchange
	view      *exchange.View
	wire      *wire // the links, as the exchange has them
	joined    time.Time
	err       error
}

// Join enters the room at roomURL, such as http://localhost:8081/studio.
// Canceling ctx abandons joining; it does not end a stay. Close does.
//
// Of its errors, [signaling.ErrNoServer], [signaling.ErrNotServer] and
// [signaling.ErrRoomFull] tell why there is no way in.
func Join(ctx context.Context, roomURL string, opts Options) (*Peer, error) {
	base, room, err := splitURL(roomURL)
	if err != nil {
		return nil, err
	}
	if opts.Name == "" {
		opts.Name = "drawbot"
	}
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
		members: make(map[signaling.ID]*member),
		asks:    make(chan int, 1), replies: make(chan reply),
		tick: time.NewTimer(tickTime), pump: time.NewTimer(0), shipping: time.NewTimer(0),
	}
	links, err := mesh.New(mesh.Options{
		Signaler: server, Self: server.Self().ID, Capability: p.capability, Mends: exchange.Restarts, Moved: server.Reconnect,
		ICEServers: opts.ICEServers, ConnectTimeout: opts.ConnectTimeout,
		Net: opts.Net, Setups: opts.Setups, Loopback: opts.Loopback, Logger: opts.Logger,
	})
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	p.mesh, p.wire = links, &wire{connected{links}}
	p.drawing = exchange.New(exchange.Options{Wire: p.wire, Log: opts.Log, Rate: opts.LiveRate})
	p.view = p.drawing.View()
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.entering, p.stopEnter = context.WithCancel(p.ctx)
	p.tasks.Go(p.loop)
	p.tasks.Go(p.enter)
	if err := server.Join(ctx, room); err != nil {
		p.Close()
		return nil, fmt.Errorf("room %s: %w", room, err)
	}
	p.mu.Lock()
	p.joined = time.Now()
	p.mu.Unlock()
	return p, nil
}

// splitURL parts a room's URL into the server's and the room's name.
func splitURL(roomURL string) (base, room string, err error) {
	u, err := url.Parse(roomURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", "", fmt.Errorf("%q is no room's URL, such as http://localhost:8081/studio", roomURL)
	}
	path := strings.TrimRight(u.Path, "/")
	slash := strings.LastIndexByte(path, '/')
	if slash < 0 || !signaling.ValidRoom(path[slash+1:]) {
		return "", "", fmt.Errorf("%q names no room: 1 to 64 letters, digits or - _ . ~", roomURL)
	}
	u.Path, u.RawPath, u.RawQuery, u.Fragment = path[:slash], "", "", ""
	return u.String(), path[slash+1:], nil
}

// ID is the peer's own id.
func (p *Peer) ID() signaling.ID { return p.server.Self().ID }

// Members is who else is in the room, by id.
func (p *Peer) Members() []Member {
	p.mu.Lock()
	defer p.mu.Unlock()
	members := make([]Member, 0, len(p.members))
	for _, m := range p.members {
		members = append(members, m.Member)
	}
	slices.SortFunc(members, func(a, b Member) int { return cmp.Compare(a.ID, b.ID) })
	return members
}

// Draw puts ops into the drawing, and sends them to everybody. It does not wait
// for the network: see Flush. A segment that begins where the last one ended,
// in the same color, continues its stroke. A [canvas.Clear] wipes all that we
// have seen. The first op that is out of bounds, or finds the room full, ends
// it with an error that says so.
func (p *Peer) Draw(ops ...canvas.Op) error {
	if p.ctx.Err() != nil {
		return ErrClosed
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.ship()
	now := time.Now()
	for _, op := range ops {
		if _, err := p.drawing.Draw(op, now); err != nil {
			return err
		}
	}
	return nil
}

// Undo hides the own latest stroke that shows. It reports whether there is one.
func (p *Peer) Undo() (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.ship()
	k := p.drawing.Log().Undoable()
	if k == 0 {
		return false, nil
	}
	err := p.drawing.Undo(k, time.Now())
	return err == nil, err
}

// Redo shows again what Undo hid last, if nothing was drawn since. It reports
// whether there was something.
func (p *Peer) Redo() (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.ship()
	k := p.drawing.Log().Redoable()
	if k == 0 {
		return false, nil
	}
	err := p.drawing.Redo(k, time.Now())
	return err == nil, err
}

// View lends the drawing to look, with what has changed since the last View.
// It must not keep the log, change it, or call other methods of p.
func (p *Peer) View(look func(log *canvas.Log, since canvas.Change)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.view.Look(look)
}

// Sum is a hash of the drawing: peers that hold the same have the same.
func (p *Peer) Sum() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.drawing.Log().Sum()
}

// Agree reports with how many synced peers we are linked, and whether all of
// them last said to hold the same drawing as we do.
func (p *Peer) Agree() (peers int, all bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.drawing.Agree()
}

// Pulled reports how many bytes we have been sent of what was drawn before we
// could hear it, and by how many peers.
func (p *Peer) Pulled() (bytes, peers int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	pulled := p.drawing.Pulled()
	for _, n := range pulled {
		bytes += n
	}
	return bytes, len(pulled)
}

// Traffic is what has gone over the present link to a member so far.
func (p *Peer) Traffic(id signaling.ID) Traffic { return Traffic(p.mesh.Traffic(id)) }

// introTime is how long after joining the server's introductions may take.
const introTime = 300 * time.Millisecond

// Synced waits until every member's link is open or has failed once, and we
// hold all that our neighbours have said to hold.
func (p *Peer) Synced(ctx context.Context) error { return p.await(ctx, p.synced) }

// await waits until done.
func (p *Peer) await(ctx context.Context, done func() bool) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-p.ctx.Done():
			return ErrClosed
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (p *Peer) synced() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.complete()
}

// complete reports whether we have what was drawn before we came. p.mu is held.
func (p *Peer) complete() bool {
	return !p.joined.IsZero() && p.tried() && time.Since(p.joined) >= introTime && p.drawing.Complete()
}

// tried reports whether every member's link is open or has failed once. p.mu is
// held.
func (p *Peer) tried() bool {
	for _, m := range p.members {
		if m.Link == Connecting {
			return false
		}
	}
	return true
}

// Flush waits until every member's link is open or has failed once, and the
// open ones have acknowledged all that was drawn: whoever has to pull of it says
// so, unless it takes nothing for some seconds. It fails only when ctx or the
// stay ends before.
func (p *Peer) Flush(ctx context.Context) error {
	// The mesh hears of a member a moment after Members, and of its link a moment
	// before.
	err := p.await(ctx, func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.tried()
	})
	if err != nil {
		return err
	}
	p.mu.Lock()
	owed := p.drawing.Flush(time.Now())
	p.mu.Unlock()
	if err = p.mesh.Flush(ctx); err == nil {
		err = p.await(ctx, func() bool {
			p.mu.Lock()
			defer p.mu.Unlock()
			return owed.Done(time.Now())
		})
	}
	if p.ctx.Err() != nil {
		return ErrClosed
	}
	return err
}

// Reset drops the connection to a member, if there is one, and makes it again.
func (p *Peer) Reset(id signaling.ID) { p.mesh.Reset(id, errReset) }

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

// Close leaves the room and returns when all of the peer's goroutines have
// ended. Closing twice is harmless.
func (p *Peer) Close() error {
	p.once.Do(func() {
		p.stopEnter() // lest we leave and are let in again
		close(p.closing)
		if p.Err() == nil {
			p.mu.Lock()
			p.drawing.Bye()
			p.mu.Unlock()
			ctx, cancel := context.WithTimeout(p.ctx, leaveTime)
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

// A wire is the links as the exchange has them. Tests put liars in between.
type wire struct{ exchange.Wire }

// connected is a mesh as a wire.
type connected struct{ *mesh.Mesh }

func (c connected) Send(to signaling.ID, data []byte, text bool) bool {
	return c.Mesh.Send(to, mesh.Message{Data: data, Text: text})
}
