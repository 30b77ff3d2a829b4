package nettest

import (
	"bytes"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/pion/transport/v5"
)

// An Unruly is a host whose packets, on the way out, come late, twice or
// damaged, each by chance.
type Unruly struct {
	transport.Net
	rates Rates

	mu   sync.Mutex
	rng  *rand.Rand
	done [3]int
}

// Rates are of the packets that come late and so after others, twice, and
// damaged.
type Rates struct{ Reorder, Duplicate, Corrupt float64 }

// lateBy is how much later a packet comes that others overtake.
const lateBy = 25 * time.Millisecond

// Unruly adds the next host. The seed makes its chances.
func (w *WAN) Unruly(rates Rates, seed uint64) *Unruly {
	return &Unruly{Net: w.Host(), rates: rates, rng: rand.New(rand.NewPCG(seed, 0))}
}

// Done counts the packets that came late, twice, and damaged.
func (u *Unruly) Done() (reordered, duplicated, corrupted int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.done[0], u.done[1], u.done[2]
}

// ListenUDP is like [net.ListenUDP].
func (u *Unruly) ListenUDP(network string, local *net.UDPAddr) (transport.UDPConn, error) {
	conn, err := u.Net.ListenUDP(network, local)
	if err != nil {
		return nil, err
	}
	return &unrulyConn{conn, u}, nil
}

type unrulyConn struct {
	transport.UDPConn
	host *Unruly
}

// WriteTo sends a packet, more or less.
func (c *unrulyConn) WriteTo(p []byte, to net.Addr) (int, error) {
	late, twice, damaged := c.host.chances()
	out := p
	if damaged >= 0 && len(p) > 0 {
		out = bytes.Clone(p)
		out[damaged%len(p)] ^= 0x55
	}
	if late {
		out := bytes.Clone(out)
		time.AfterFunc(lateBy, func() { c.UDPConn.WriteTo(out, to) }) // closed by then, it fails
	} else if _, err := c.UDPConn.WriteTo(out, to); err != nil {
		return 0, err
	}
	if twice {
		if _, err := c.UDPConn.WriteTo(out, to); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// chances decides on one packet. A damaged one differs at the place that is not
// negative.
func (u *Unruly) chances() (late, twice bool, damaged int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	damaged = -1
	if late = u.rng.Float64() < u.rates.Reorder; late {
		u.done[0]++
	}
	if twice = u.rng.Float64() < u.rates.Duplicate; twice {
		u.done[1]++
	}
	if u.rng.Float64() < u.rates.Corrupt {
		damaged = u.rng.IntN(1 << 16)
		u.done[2]++
	}
	return late, twice, damaged
}
