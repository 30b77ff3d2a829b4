package signaling

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"sync"
	"sync/atomic"
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

// A cluster is the other servers that share a hub's rooms. The hub's mutex guards
// every field but those that do not change.
type cluster struct {
	hub  *Hub
	bus  Bus
	self string // this server's name on the bus
	log  *slog.Logger
	out  chan outgoing
	stop context.CancelFunc
	all  sync.WaitGroup

	sent, lost atomic.Uint64 // messages

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

// joinCluster makes a hub share its rooms, until the cluster is closed.
func (h *Hub) joinCluster(bus Bus) {
	c := &cluster{
		hub: h, bus: bus, self: rand.Text(), log: h.log, heard: time.Now(),
		out: make(chan outgoing, busQueue), others: make(map[string]*otherServer),
	}
	var ctx context.Context
	ctx, c.stop = context.WithCancel(context.Background())
	h.mu.Lock()
	h.cluster = c
	c.tell("", busMessage{Kind: busAsk})
	h.mu.Unlock()
	c.all.Go(func() { c.publish(ctx) })
	c.all.Go(func() { bus.Subscribe(ctx, c.self, c.receive) })
	c.all.Go(func() { c.heartbeat(ctx) })
}

func (c *cluster) close() {
	if c != nil {
		c.stop()
		c.all.Wait()
	}
}

// tell queues a message, or loses it if too many wait already. h.mu is held, so
// that the queue's order is the order of events.
func (c *cluster) tell(to string, m busMessage) {
	c.send(to, m, nil)
}

func (c *cluster) send(to string, m busMessage, done chan error) bool {
	m.From = c.self
	data, err := json.Marshal(m)
	if err != nil { // only the data of a relay could be at fault, and is valid
		return false
	}
	select {
	case c.out <- outgoing{Envelope{to, data}, done}:
		return true
	default:
		c.lost.Add(1)
		return false
	}
}

// announce tells the others of a join or a leave. h.mu is held.
func (c *cluster) announce(kind, room string, p Peer, stamp uint64) {
	if c != nil {
		c.seq++
		c.tell("", busMessage{Kind: kind, Seq: c.seq, Member: &busMember{room, p, stamp}})
	}
}

// claimed tells the others that a peer has a stream here. h.mu is held.
func (c *cluster) claimed(p Peer) {
	if c != nil {
		c.tell("", busMessage{Kind: busTook, Member: &busMember{Peer: p}})
	}
}

// relay queues a message to another server's peer, and returns how to wait for
// its delivery to that server. h.mu is held, but not by the one who waits.
func (c *cluster) relay(server string, from Peer, to ID, event string, body []byte) (wait func() error) {
	done := make(chan error, 1)
	m := busMessage{Kind: busRelay, Member: &busMember{Peer: from}, To: to, Event: event, Data: body}
	if c.away || !c.send(server, m, done) {
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
func (c *cluster) publish(ctx context.Context) {
	for {
		var batch []outgoing
		select {
		case first := <-c.out:
			batch = append(batch, first)
		case <-ctx.Done():
			return
		}
		for len(batch) < busBatch && len(c.out) > 0 {
			batch = append(batch, <-c.out)
		}
		envelopes := make([]Envelope, len(batch))
		for i, o := range batch {
			envelopes[i] = o.Envelope
		}
		bounded, cancel := context.WithTimeout(ctx, publishTime)
		taken, err := c.bus.Publish(bounded, envelopes)
		cancel()
		for i, o := range batch {
			var lost error
			count := &c.sent
			if err != nil || i >= len(taken) || !taken[i] {
				lost, count = ErrAway, &c.lost
			}
			if count.Add(1); o.done != nil {
				o.done <- lost
			}
		}
	}
}

// heartbeat tells the others every second that this server is here, and looks
// whether they are.
func (c *cluster) heartbeat(ctx context.Context) {
	ticker := time.NewTicker(beatTime)
	defer ticker.Stop()
	told := false // that it is away
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		c.hub.mu.Lock()
		c.tell("", busMessage{Kind: busBeat, Seq: c.seq})
		c.away = time.Since(c.heard) > awayTime
		if !c.away {
			c.expire()
		}
		away := c.away
		c.hub.mu.Unlock()
		switch {
		case away && !told:
			c.log.Warn("the bus between the servers is out of reach: each goes on by itself")
		case told && !away:
			c.log.Info("the bus between the servers is back")
		}
		told = away
	}
}

// expire removes the peers of servers that are gone. They keep their places for the
// grace period, as any whose stream has dropped. h.mu is held.
func (c *cluster) expire() {
	for name, s := range c.others {
		if time.Since(s.heard) > max(ghostTime, c.hub.grace+beatTime) {
			delete(c.others, name)
			c.hub.departAll(name, nil)
		}
	}
}
