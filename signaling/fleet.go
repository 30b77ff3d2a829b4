package signaling

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"sync"
	"time"
)

const (
	beatTime    = time.Second
	awayTime    = 3 * time.Second        // without hearing even oneself
	ghostTime   = 25 * time.Second       // without hearing a server, at least
	publishTime = 300 * time.Millisecond // for one batch
	relayTime   = 700 * time.Millisecond // for one message, waiting included
	busQueue    = 4096                   // messages that wait to be published
	busBatch    = 128
)

// A fleet is the other servers that share a hub's rooms. The hub's mutex guards
// every field but those that do not change.
type fleet struct {
	hub  *Hub
	bus  Bus
	self string // this server's name on the bus
	log  *slog.Logger
	out  chan outgoing
	stop context.CancelFunc
	all  sync.WaitGroup

	seq    uint64 // joins and leaves told
	heard  time.Time
	away   bool // we do not even hear ourselves
	others map[string]*otherServer
}

// An otherServer is what is known of one.
type otherServer struct {
	seq   uint64
	known bool      // its state is
	heard time.Time // last
	asked time.Time // for its state
}

// An outgoing message waits to be published. Whoever waits for that gives done
// one slot.
type outgoing struct {
	Envelope
	done chan error
}

// joinFleet makes a hub share its rooms, until the fleet is closed.
func (h *Hub) joinFleet(bus Bus) {
	f := &fleet{
		hub: h, bus: bus, self: rand.Text(), log: h.log, heard: time.Now(),
		out: make(chan outgoing, busQueue), others: make(map[string]*otherServer),
	}
	var ctx context.Context
	ctx, f.stop = context.WithCancel(context.Background())
	h.mu.Lock()
	h.fleet = f
	f.tell("", busMessage{Kind: busAsk})
	h.mu.Unlock()
	f.all.Go(func() { f.publish(ctx) })
	f.all.Go(func() { bus.Subscribe(ctx, f.self, f.receive) })
	f.all.Go(func() { f.beat(ctx) })
}

func (f *fleet) close() {
	if f != nil {
		f.stop()
		f.all.Wait()
	}
}

// tell queues a message, or loses it if too many wait already. h.mu is held, so
// that the queue's order is the order of events.
func (f *fleet) tell(to string, m busMessage) {
	f.send(to, m, nil)
}

func (f *fleet) send(to string, m busMessage, done chan error) bool {
	m.From = f.self
	data, err := json.Marshal(m)
	if err != nil { // only the data of a relay could be at fault, and is valid
		return false
	}
	select {
	case f.out <- outgoing{Envelope{to, data}, done}:
		return true
	default:
		return false
	}
}

// announce tells the others of a join or a leave. h.mu is held.
func (f *fleet) announce(kind, room string, p Peer, stamp uint64) {
	if f != nil {
		f.seq++
		f.tell("", busMessage{Kind: kind, Seq: f.seq, Member: &busMember{room, p, stamp}})
	}
}

// took tells the others that a peer has a stream here. h.mu is held.
func (f *fleet) took(p Peer) {
	if f != nil {
		f.tell("", busMessage{Kind: busTook, Member: &busMember{Peer: p}})
	}
}

// relay queues a message to another server's peer, and returns how to wait for
// its delivery to that server. h.mu is held, but not by the one who waits.
func (f *fleet) relay(server string, from Peer, to ID, event string, body []byte) (wait func() error) {
	done := make(chan error, 1)
	m := busMessage{Kind: busRelay, Member: &busMember{Peer: from}, To: to, Event: event, Data: body}
	if f.away || !f.send(server, m, done) {
		return func() error { return ErrAway }
	}
	return func() error {
		select {
		case err := <-done:
			return err
		case <-time.After(relayTime):
			return ErrAway
		}
	}
}

// publish empties the queue, in batches.
func (f *fleet) publish(ctx context.Context) {
	for {
		var batch []outgoing
		select {
		case first := <-f.out:
			batch = append(batch, first)
		case <-ctx.Done():
			return
		}
		for len(batch) < busBatch && len(f.out) > 0 {
			batch = append(batch, <-f.out)
		}
		envelopes := make([]Envelope, len(batch))
		for i, o := range batch {
			envelopes[i] = o.Envelope
		}
		bounded, cancel := context.WithTimeout(ctx, publishTime)
		taken, err := f.bus.Publish(bounded, envelopes)
		cancel()
		for i, o := range batch {
			switch {
			case o.done == nil:
			case err != nil || i >= len(taken) || !taken[i]:
				o.done <- ErrAway
			default:
				o.done <- nil
			}
		}
	}
}

// beat tells the others every second that this server is here, and looks
// whether they are.
func (f *fleet) beat(ctx context.Context) {
	ticker := time.NewTicker(beatTime)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		f.hub.mu.Lock()
		f.tell("", busMessage{Kind: busBeat, Seq: f.seq})
		was := f.away
		f.away = time.Since(f.heard) > awayTime
		changed := was != f.away
		if !f.away {
			f.bury()
		}
		away := f.away
		f.hub.mu.Unlock()
		if changed {
			f.log.Warn("bus", "away", away)
		}
	}
}

// bury removes the peers of servers that are gone. They keep their places for the
// grace period, as any whose stream has dropped. h.mu is held.
func (f *fleet) bury() {
	for name, s := range f.others {
		if time.Since(s.heard) > max(ghostTime, f.hub.grace+beatTime) {
			delete(f.others, name)
			f.hub.departAll(name, nil)
		}
	}
}
