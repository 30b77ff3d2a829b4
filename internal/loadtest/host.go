package loadtest

import (
	"net"
	"net/netip"
	"sync/atomic"

	"github.com/pion/transport/v5"
)

// A host is the network of one bot: it counts what passes, and can die, as a
// machine does that loses its power.
type host struct {
	transport.Net
	sent, received atomic.Int64 // bytes of UDP payload
	dead           atomic.Bool
}

// ListenUDP is what ICE makes its candidates with.
func (h *host) ListenUDP(network string, addr *net.UDPAddr) (transport.UDPConn, error) {
	c, err := h.Net.ListenUDP(network, addr)
	if err != nil {
		return nil, err
	}
	if conn, ok := c.(*net.UDPConn); ok {
		return &socket{hostConn{c, h}, conn}, nil
	}
	return &hostConn{c, h}, nil
}

// A hostConn is one socket of a host.
type hostConn struct {
	transport.UDPConn
	host *host
}

func (c *hostConn) ReadFrom(p []byte) (int, net.Addr, error) {
	for {
		n, addr, err := c.UDPConn.ReadFrom(p)
		if c.host.dead.Load() && err == nil {
			continue
		}
		c.host.received.Add(int64(n))
		return n, addr, err
	}
}

func (c *hostConn) WriteTo(p []byte, addr net.Addr) (int, error) {
	if c.host.dead.Load() {
		return len(p), nil
	}
	c.host.sent.Add(int64(len(p)))
	return c.UDPConn.WriteTo(p, addr)
}

// A socket is one of a host's that is the machine's own: it spares pion an
// address on the heap for each packet.
type socket struct {
	hostConn
	conn *net.UDPConn
}

func (s *socket) ReadFromAddrPort(p []byte) (int, netip.AddrPort, error) {
	for {
		n, addr, err := s.conn.ReadFromUDPAddrPort(p)
		if s.host.dead.Load() && err == nil {
			continue
		}
		s.host.received.Add(int64(n))
		return n, addr, err
	}
}

func (s *socket) WriteToAddrPort(p []byte, addr netip.AddrPort) (int, error) {
	if s.host.dead.Load() {
		return len(p), nil
	}
	s.host.sent.Add(int64(len(p)))
	return s.conn.WriteToUDPAddrPort(p, addr)
}
