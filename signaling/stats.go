package signaling

import (
	"maps"
	"sync"
	"sync/atomic"
)

// Stats are what a [Server] holds now, and has counted since it began.
type Stats struct {
	Peers, Streams, Rooms int

	Joins     uint64            // into rooms
	Relays    uint64            // messages from peer to peer
	Overflows uint64            // streams that ended because their readers were slow
	SentBytes uint64            // on event streams
	Refusals  map[string]uint64 // requests not served, by reason

	Bus *BusStats // nil without a [Bus]
}

// BusStats are what a [Server] knows of the others that share its rooms.
type BusStats struct {
	Away       bool   // the bus is out of reach
	Servers    int    // others
	Waiting    int    // messages, to be sent
	Sent, Lost uint64 // messages; those that no server took are lost
}

// counts are a server's. Methods may be called concurrently.
type counts struct {
	joins, relays, overflows, bytes atomic.Uint64

	mu       sync.Mutex
	refusals map[string]uint64
}

func (c *counts) refused(reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refusals[reason]++
}

// Stats may be called at any time.
func (s *Server) Stats() Stats {
	peers, rooms := s.hub.size()
	bus := s.hub.cluster.stats()
	c := s.counts
	c.mu.Lock()
	defer c.mu.Unlock()
	return Stats{
		Peers: peers, Rooms: rooms, Streams: s.feeds.count(),
		Joins: c.joins.Load(), Relays: c.relays.Load(), Overflows: c.overflows.Load(), SentBytes: c.bytes.Load(),
		Refusals: maps.Clone(c.refusals), Bus: bus,
	}
}

func (c *cluster) stats() *BusStats {
	if c == nil {
		return nil
	}
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	return &BusStats{Away: c.away, Servers: len(c.others), Waiting: len(c.out), Sent: c.sent.Load(), Lost: c.lost.Load()}
}
