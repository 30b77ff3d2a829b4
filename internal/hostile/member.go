// Package hostile is a member of rooms that does its worst. It has the address and
// a key of its own, as many as it likes, knows the protocol, hears everything, and
// has none of the others' keys. Only tests import it.
//
//	Enter    takes it into a room, over the real signaling and real links
//	Attack   lets it do harm of the kinds that are named, again and again
package hostile

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/pion/transport/v5"

	"drawmesh/canvas"
	"drawmesh/internal/exchange"
	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// Options configures [Enter]. Every zero value is a working default.
type Options struct {
	Name       string        // what the others see; "eve"
	HTTPClient *http.Client  // reaches the server
	Net        transport.Net // to gather candidates on; nil means the machine's
	Loopback   bool          // keep to this machine
	Seed       uint64        // of all that it does at random
}

// A Member is a hostile peer in a room. [Member.Attack] is for one goroutine at a
// time; it owns random, self and sites. The mutex guards what is heard meanwhile.
type Member struct {
	server *signaling.Client
	mesh   *mesh.Mesh
	room   string
	done   chan struct{} // closed when nothing is heard any more
	joined bool          // hear's: once

	random *rand.Rand
	self   *author   // whose key it has told its neighbours first
	used   []*author // other sites that it made up

	mu    sync.Mutex
	says  canvas.PublicKey                  // the key that it tells its neighbours, whosever it is
	there map[signaling.ID]bool             // who is in the room
	near  map[signaling.ID]canvas.PublicKey // those whose link is open, and their keys
	heard []mesh.Message                    // the latest
	log   *canvas.Log                       // of all
	asked time.Time                         // for what it had missed
}

// keptHeard is how many messages of others it keeps to send them again, spoilt.
const keptHeard = 64

// Enter takes a member into a room.
func Enter(ctx context.Context, roomURL string, opts Options) (*Member, error) {
	if opts.Name == "" {
		opts.Name = "eve"
	}
	base, room, err := signaling.SplitRoomURL(roomURL)
	if err != nil {
		return nil, err
	}
	server, err := signaling.Dial(ctx, base, signaling.ClientOptions{Name: opts.Name, HTTPClient: opts.HTTPClient})
	if err != nil {
		return nil, err
	}
	m := &Member{
		server: server, room: room, done: make(chan struct{}),
		random: rand.New(rand.NewPCG(opts.Seed, 666)),
		there:  make(map[signaling.ID]bool),
		near:   make(map[signaling.ID]canvas.PublicKey),
		log:    canvas.NewLog(nil),
	}
	m.self = newAuthor(m.random.Uint64)
	m.says = m.self.key
	m.mesh, err = mesh.New(mesh.Options{
		Signaler: server, Route: server.Route, Self: server.Self().ID, Capability: m.capability, Net: opts.Net, Loopback: opts.Loopback,
	})
	if err != nil {
		server.Close()
		return nil, fmt.Errorf("no links: %w", err)
	}
	go m.hear()
	if err := server.Join(ctx, room); err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

// Close leaves the room.
func (m *Member) Close() {
	m.server.Close()
	m.mesh.Close()
	<-m.done
}

// ID is what the others know it by.
func (m *Member) ID() signaling.ID { return m.server.Self().ID }

// WaitLinked waits until it has links to so many.
func (m *Member) WaitLinked(ctx context.Context, n int) error {
	for len(m.neighbours()) < n {
		if !pause(ctx, 10*time.Millisecond) {
			return ctx.Err()
		}
	}
	return nil
}

func (m *Member) capability() json.RawMessage {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fmt.Appendf(nil, `{"v":2,"key":"%s","acks":true}`, m.says)
}

// neighbours are those whose link is open.
func (m *Member) neighbours() (list []signaling.ID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id := range m.near {
		list = append(list, id)
	}
	slices.Sort(list)
	return list
}

// hear takes what the server and the others say, until Close.
func (m *Member) hear() {
	defer close(m.done)
	signals, links := m.server.Events(), m.mesh.Events()
	for signals != nil || links != nil {
		select {
		case ev, ok := <-signals:
			if !ok {
				signals = nil
			}
			m.signaled(ev)
		case ev, ok := <-links:
			if !ok {
				links = nil
			}
			switch ev := ev.(type) {
			case mesh.Change:
				m.changed(ev)
			case mesh.Message:
				m.heed(ev)
			}
		}
	}
}

func (m *Member) signaled(ev signaling.Event) {
	switch ev := ev.(type) {
	case signaling.Connected:
		if !ev.Recovered && m.joined {
			go m.server.Join(context.Background(), m.room) // whatever comes of it
		}
		m.joined = true
	case signaling.AddPeer:
		m.met(ev.Peer.ID, true)
		m.mesh.Add(ev.Peer.ID, ev.Offer)
	case signaling.RemovePeer:
		m.met(ev.Peer.ID, false)
		m.mesh.Remove(ev.Peer.ID)
	case signaling.Description:
		m.mesh.Handle(ev.Peer.ID, ev)
	case signaling.Candidate:
		m.mesh.Handle(ev.Peer.ID, ev)
	}
}

func (m *Member) met(id signaling.ID, there bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.there[id] = true; !there {
		delete(m.there, id)
	}
}

func (m *Member) changed(ev mesh.Change) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ev.State != mesh.Open {
		delete(m.near, ev.Peer)
		return
	}
	var said struct {
		Key canvas.PublicKey `json:"key"`
	}
	_ = json.Unmarshal(ev.Capability, &said) // a plain peer has none
	m.near[ev.Peer] = said.Key
	m.ask(ev.Peer)
}

// ask asks somebody for what it has missed: to forge well it has to know what it is
// about.
func (m *Member) ask(id signaling.ID) {
	h := m.log.Have()
	for _, want := range (exchange.Want{Have: h.Sites, Clear: h.Clear.T, Void: h.Void}).Split() {
		m.mesh.Send(id, mesh.Message{Data: exchange.AppendMessage(nil, want), Text: true})
	}
}

// heed notes what somebody says, to do harm with it.
func (m *Member) heed(msg mesh.Message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.heard = append(m.heard, msg)
	m.heard = m.heard[max(0, len(m.heard)-keptHeard):]
	if !msg.Text {
		_, _ = m.log.Merge(msg.Data, now()) // what is no frame is of no use
		return
	}
	if gap := m.listen(msg.Data, m.near[msg.From]); gap && time.Since(m.asked) > time.Second {
		m.asked = time.Now()
		m.ask(msg.From)
	}
}

// listen takes the runs of a text into the log, and reports whether it has missed some.
func (m *Member) listen(text []byte, from canvas.PublicKey) (gap bool) {
	var entries []canvas.Entry
	for _, said := range lines(text) {
		switch said := said.(type) {
		case canvas.Entry:
			entries = append(entries, said)
		case canvas.Head:
			if said.Site == (canvas.Site{}) {
				said.Site, said.Key = from.Site(), from
			}
			verdict, _, _ := m.log.TakeLive(entries, said, now(), false)
			gap = gap || verdict == canvas.Gap
			entries = nil
		case canvas.Clear:
			m.log.TakeClear(said, now())
		}
	}
	return gap
}

// now is the time in the measure of the log.
func now() uint64 { return canvas.Ticks(time.Now()) }

// pause waits, and reports whether there is time left.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
