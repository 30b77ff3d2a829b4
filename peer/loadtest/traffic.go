package loadtest

import "drawmesh/peer"

// A carried is what a link has carried so far.
type carried struct {
	to    sender
	bytes peer.Traffic
}

// grow takes a later count: what was counted once is not counted again.
func (c *carried) grow(to peer.Traffic) {
	c.bytes.Sent = max(c.bytes.Sent, to.Sent)
	c.bytes.Received = max(c.bytes.Received, to.Received)
}

// weigh notes what has gone over the links that it has now. They may go on, and
// be weighed again.
func (b *participant) weigh() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, c := range b.links {
		c.grow(b.peer.Traffic(id))
	}
}

// carried takes what a link has carried in all, also after the bot's end: it may
// have closed just then. b.mu is held.
func (b *participant) carried(ev peer.Link) {
	if c := b.links[ev.Peer]; c != nil {
		c.grow(ev.Bytes)
		b.ledger.carried(c.to, c.bytes)
		delete(b.links, ev.Peer)
	}
}
