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
	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// leaveTime bounds saying goodbye to a server that may be gone.
const leaveTime = time.Second

// ErrClosed means that the peer has left.
var ErrClosed = errors.New("the peer has left the room")

// A Peer is one's own place in a room. Methods may be called concurrently.
//
// Its goroutine loop owns the members, and is the only one that calls OnEvent.
type Peer struct {
	opts   Options
	room   string
	server *signaling.Client
	mesh   *mesh.Mesh

	ctx    context.Context // the peer's stay
	cancel context.CancelFunc
	done   chan struct{}
	once   sync.Once
	tasks  sync.WaitGroup // loop, listen and joins

	mu      sync.Mutex
	members map[signaling.ID]*member
	err     error
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
	if opts.OnEvent == nil {
		opts.OnEvent = func(Event) {}
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
	links, err := mesh.New(mesh.Options{
		Signaler: server, Self: server.Self().ID,
		ICEServers: opts.ICEServers, ConnectTimeout: opts.ConnectTimeout,
		Net: opts.Net, Loopback: opts.Loopback, Logger: opts.Logger,
	})
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	p := &Peer{
		opts: opts, room: room, server: server, mesh: links,
		done: make(chan struct{}), members: make(map[signaling.ID]*member),
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	heard := make(chan signaling.Event)
	p.tasks.Go(func() { p.listen(heard) })
	p.tasks.Go(func() { p.loop(heard) })
	if err := server.Join(ctx, room); err != nil {
		p.Close()
		return nil, fmt.Errorf("room %s: %w", room, err)
	}
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

// Draw sends ops to everybody whose link is open. It does not wait for the
// network: see Flush. Who does not keep up with a megabyte of them loses the
// link, and gets a new one.
func (p *Peer) Draw(ops ...canvas.Op) error {
	if p.ctx.Err() != nil {
		return ErrClosed
	}
	for _, op := range ops {
		p.mesh.Broadcast(mesh.Message{Data: canvas.AppendOp(nil, op), Text: true})
	}
	return nil
}

// Flush waits until every member's link is open or has failed once, and all
// that was drawn has been acknowledged by the open ones. It fails only when ctx
// or the stay ends before.
func (p *Peer) Flush(ctx context.Context) error {
	err := p.mesh.Flush(ctx)
	if p.ctx.Err() != nil {
		return ErrClosed
	}
	return err
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
		if p.Err() == nil {
			ctx, cancel := context.WithTimeout(p.ctx, leaveTime)
			// Without it, the others learn it from their links.
			_ = p.server.Leave(ctx, p.room)
			cancel()
		}
		p.cancel()
		p.mesh.Close()
		p.server.Close()
	})
	p.tasks.Wait()
	return nil
}
