package loadtest

import (
	"net"
	"net/netip"
	"sync/atomic"

	"github.com/pion/transport/v5"
)

// A network is what one bot reaches the others by: it counts what passes, and can die, as a
// machine does that loses its power.
type network struct {
	transport.Net
	sent, received atomic.Int64 // bytes of UDP payload
	dead           atomic.Bool
}

// ListenUDP is what ICE makes its candidates with.
func (n *network) ListenUDP(network string, addr *net.UDPAddr) (transport.UDPConn, error) {
	c, err := n.Net.ListenUDP(network, addr)
	if err != nil {
		return nil, err
	}
	if conn, ok := c.(*net.UDPConn); ok {
		return &socket{udpConn{c, n}, conn}, nil
	}
	return &udpConn{c, n}, nil
}

// A udpConn is one socket of a network.
type udpConn struct {
	transport.UDPConn
	network *network
}

func (c *udpConn) ReadFrom(p []byte) (int, net.Addr, error) {
	for {
		n, addr, err := c.UDPConn.ReadFrom(p)
		if c.network.dead.Load() && err == nil {
			continue
		}
		c.network.received.Add(int64(n))
		return n, addr, err
	}
}

func (c *udpConn) WriteTo(p []byte, addr net.Addr) (int, error) {
	if c.network.dead.Load() {
		return len(p), nil
	}
	c.network.sent.Add(int64(len(p)))
	return c.UDPConn.WriteTo(p, addr)
}

// A socket is one of a network's that is the machine's own: it spares pion an
// address on the heap for each packet.
type socket struct {
	udpConn
	conn *net.UDPConn
}

func (s *socket) ReadFromAddrPort(p []byte) (int, netip.AddrPort, error) {
	for {
		n, addr, err := s.conn.ReadFromUDPAddrPort(p)
		if s.network.dead.Load() && err == nil {
			continue
		}
		s.network.received.Add(int64(n))
		return n, addr, err
	}
}

func (s *socket) WriteToAddrPort(p []byte, addr netip.AddrPort) (int, error) {
	if s.network.dead.Load() {
		return len(p), nil
	}
	s.network.sent.Add(int64(len(p)))
	return s.conn.WriteToUDPAddrPort(p, addr)
}
