package main

import "fmt"

const (
	unlimited       = 1 << 20 // descriptors: so many are never needed
	mostConnections = 1 << 16 // if nobody says otherwise

	ownDescriptors = 16 // of the process itself: standard ones, listeners, STUN, Redis, files

	// Of connections: one address may have a quarter, but no more than a large
	// office needs, whose browsers open six each.
	perAddress     = 1024
	leastOfAddress = 16
)

// budget is how the descriptors of the process are given out.
type budget struct {
	connections int // over HTTP
	each        int // of these, of one address
	relays      int // of TURN
	turn        int // connections to TURN at its own port
}

// share divides so many descriptors. The keepers of drawings need some for their
// own links, and TURN one for each relay, half of which may be asked for over TCP.
func (c *config) share(descriptors uint64) (b budget, err error) {
	all := int(min(descriptors, unlimited))
	left := all - ownDescriptors - all/16
	if c.Keep != "" {
		left -= all / 8
	}
	if c.Turn {
		b.relays = min(maxRelays, all/4)
		b.turn = b.relays / 2
		left -= b.relays + b.turn
	}
	most := left - spareConnections
	b.connections = min(max(most, 1), mostConnections)
	if c.MaxConnections < 0 || c.MaxStreams < 0 {
		return b, fmt.Errorf("--max-connections and --max-streams are at least 1")
	}
	if c.MaxConnections > 0 {
		if c.MaxConnections > most {
			return b, fmt.Errorf("--max-connections %d: the limit of open files (ulimit -n %d) allows %d", c.MaxConnections, all, max(most, 1))
		}
		b.connections = c.MaxConnections
	}
	b.each = min(max(b.connections/4, leastOfAddress), perAddress)
	b.each = max(b.each, 2*c.MaxStreams) // each stream's peer posts too
	return b, nil
}
