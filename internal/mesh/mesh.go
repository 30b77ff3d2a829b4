// Package mesh keeps one peer's links: a WebRTC connection with one data
// channel to every other member of a room. It carries messages and never looks
// inside them.
package mesh

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/transport/v5"
	"github.com/pion/webrtc/v4"

	"drawmesh/signaling"
)

// MaxMessage is the longest message that is sent or received, in bytes. A peer
// that sends a longer one loses its link.
const MaxMessage = 64 << 10

// A Signaler carries descriptions and candidates to other peers.
type Signaler interface {
	Describe(ctx context.Context, to signaling.ID, d signaling.SessionDescription) error
	Trickle(ctx context.Context, to signaling.ID, c signaling.ICECandidate) error
	Relay(ctx context.Context, to signaling.ID, event string, body any) error
}

// Options configures [New]. Signaler is required; every other zero value is a
// working default.
type Options struct {
	Signaler Signaler

	// Route returns our address and the server's, on the way to that, or what is not
	// known as zero. Candidates are chosen by it. Nil means that nothing is known.
	Route func() (own, server netip.Addr)

	// Self is one's own id: nobody links to oneself.
	Self signaling.ID

	// Capability is what goes along with a description, for synced peers. It is
	// called for each, from any goroutine, and must not wait. Nil means nothing.
	Capability func() json.RawMessage

	// Mends reports, by a peer's capability, whether it mends a connection whose
	// network path is lost, by ICE restarts. Nil means that nobody does: then
	// lost connections are made anew.
	Mends func(capability json.RawMessage) bool

	// ICEServers are the STUN and TURN servers to use.
	ICEServers []webrtc.ICEServer

	// ConnectTimeout bounds one attempt at a link. Zero means 15 seconds.
	ConnectTimeout time.Duration

	// Moved is called when one of our addresses is gone. It must not wait. Nil
	// means that nobody cares.
	Moved func()

	// Net is the network to gather candidates on. Nil means the machine's.
	Net transport.Net

	// Setups are shared with the other meshes of the process. Nil means that the
	// mesh has its own.
	Setups *Setups

	// Loopback keeps to this machine: cheaper where all peers are on it.
	Loopback bool

	// Logger hears of negotiations, pion's messages included. Nil discards it.
	Logger *slog.Logger
}

// A Mesh is one peer's links. Methods may be called concurrently and do not
// wait for the network.
//
// The mutex guards the membership. Each link's goroutine owns its connection,
// and alone writes to events: when nobody reads those, links wait, and SCTP's
// window makes their peers wait too.
type Mesh struct {
	opts   Options
	api    *webrtc.API
	net    transport.Net
	events chan Event
	ctx    context.Context // the mesh's life
	cancel context.CancelFunc
	links  sync.WaitGroup // and look
	read   buffers        // of messages that were

	mu     sync.Mutex
	config webrtc.Configuration // of connections to come
	peers  map[signaling.ID]*link
	early  early
}

// New returns a mesh without links.
func New(opts Options) (*Mesh, error) {
	if opts.ConnectTimeout == 0 {
		opts.ConnectTimeout = 15 * time.Second
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.Route == nil {
		opts.Route = func() (own, server netip.Addr) { return own, server }
	}
	if opts.Setups == nil {
		opts.Setups = NewSetups()
	}
	if opts.Net == nil {
		network, err := newHostNet(opts.Route, opts.Logger)
		if err != nil {
			return nil, fmt.Errorf("mesh: %w", err)
		}
		opts.Net = network
	}
	config, err := configuration(opts)
	if err != nil {
		return nil, fmt.Errorf("mesh: %w", err)
	}
	m := &Mesh{
		opts: opts, api: newAPI(settings(opts)), net: opts.Net, config: config,
		events: make(chan Event, 64),
		peers:  make(map[signaling.ID]*link),
	}
	m.ctx, m.cancel = context.WithCancel(context.Background())
	if !opts.Loopback {
		m.links.Go(m.look)
	}
	return m, nil
}

// Events tells what happens, in order for each peer. It has to be read.
func (m *Mesh) Events() <-chan Event { return m.events }

// Add links to a peer, or makes sure that there is a link. The side that is
// told to makes the offers.
func (m *Mesh) Add(id signaling.ID, offer bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if id == m.opts.Self || m.ctx.Err() != nil {
		return
	}
	before := m.peers[id]
	if before != nil && before.ctx.Err() == nil {
		if before.healthy(offer) {
			return // the server has been restarted, say
		}
		before.hangUp()
	}
	l := newLink(m, id, offer)
	m.peers[id] = l
	for _, ev := range m.early.take(id) {
		l.tell(ev)
	}
	m.links.Go(func() {
		if before != nil {
			<-before.told // or its last word would come after our first
		}
		l.run()
	})
}

// Remove closes the link to a peer that has left.
func (m *Mesh) Remove(id signaling.ID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.early.take(id)
	if l := m.peers[id]; l != nil {
		l.hangUp()
	}
}

// forget drops a link that has said its last word.
func (m *Mesh) forget(l *link) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.peers[l.id] == l {
		delete(m.peers, l.id)
	}
}

// Handle takes what a peer has relayed: a Description or a Candidate, or another
// event that is ours, or is ignored.
func (m *Mesh) Handle(from signaling.ID, ev signaling.Event) {
	ev, ok := heeded(ev)
	if !ok {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if l := m.peers[from]; l != nil && l.ctx.Err() == nil {
		l.tell(ev)
	} else if _, relayed := ev.(signaling.Relayed); !relayed && from != m.opts.Self {
		m.early.put(from, ev)
	}
}

// Send queues a message for one peer. It reports whether the link is open. The
// data must not change afterwards.
func (m *Mesh) Send(to signaling.ID, msg Message) bool {
	m.mu.Lock()
	l := m.peers[to]
	m.mu.Unlock()
	return l != nil && l.send(msg)
}

// Broadcast queues a message for every peer whose link is open, and returns
// their number. The data must not change afterwards.
func (m *Mesh) Broadcast(msg Message) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, l := range m.peers {
		if l.send(msg) {
			n++
		}
	}
	return n
}

// Queued returns how many bytes a peer has not acknowledged yet.
func (m *Mesh) Queued(id signaling.ID) int {
	m.mu.Lock()
	l := m.peers[id]
	m.mu.Unlock()
	if l == nil {
		return 0
	}
	return l.queued()
}

// Reset drops the connection to a peer and makes it again.
func (m *Mesh) Reset(id signaling.ID, cause error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if l := m.peers[id]; l != nil {
		l.fail(cause)
	}
}

// Flush waits until no link is in its first attempt, and every open one has
// had all that was sent acknowledged.
func (m *Mesh) Flush(ctx context.Context) error {
	// Pion tells when one threshold is passed, and the queues use that one.
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !m.flushed() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		case <-m.ctx.Done():
			return m.ctx.Err()
		}
	}
	return nil
}

func (m *Mesh) flushed() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, l := range m.peers {
		if !l.flushed() {
			return false
		}
	}
	return true
}

// Close closes all links and returns when their goroutines have ended. Events
// is closed too. Closing twice is harmless.
func (m *Mesh) Close() error {
	m.mu.Lock()
	first := m.ctx.Err() == nil
	m.cancel()
	m.mu.Unlock()
	m.links.Wait()
	if first {
		close(m.events)
	}
	return nil
}

// report tells of an event, unless the mesh closes first.
func (m *Mesh) report(ev Event) {
	select {
	case m.events <- ev:
	case <-m.ctx.Done():
	}
}
