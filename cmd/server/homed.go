package main

import (
	"net"
	"net/netip"
	"sync"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// maxAsked bounds how many clients a homed remembers, twice.
const maxAsked = 10_000

// A homed is a UDP socket at all of a machine's addresses that answers from the one
// that was asked. The system's own choice may be another, and what comes from there
// NATs drop, and clients too. Methods may be called concurrently.
type homed struct {
	net.PacketConn
	read  func(b []byte) (n int, at net.IP, from net.Addr, err error)
	write func(b []byte, at net.IP, to net.Addr) (int, error)

	mu       sync.Mutex
	now, old map[netip.AddrPort]netip.Addr // where each client has asked; old ones are forgotten together
}

// listenHomed opens one, or a plain socket on systems that do not tell where a
// datagram was sent to.
func listenHomed(network, address string) (net.PacketConn, error) {
	conn, err := net.ListenPacket(network, address)
	if err != nil {
		return nil, err
	}
	h := &homed{PacketConn: conn, now: make(map[netip.AddrPort]netip.Addr)}
	if network == "udp6" {
		c := ipv6.NewPacketConn(conn)
		err = c.SetControlMessage(ipv6.FlagDst, true)
		h.read = func(b []byte) (int, net.IP, net.Addr, error) {
			n, info, from, err := c.ReadFrom(b)
			if info == nil {
				info = new(ipv6.ControlMessage)
			}
			return n, info.Dst, from, err
		}
		h.write = func(b []byte, at net.IP, to net.Addr) (int, error) {
			return c.WriteTo(b, &ipv6.ControlMessage{Src: at}, to)
		}
	} else {
		c := ipv4.NewPacketConn(conn)
		err = c.SetControlMessage(ipv4.FlagDst, true)
		h.read = func(b []byte) (int, net.IP, net.Addr, error) {
			n, info, from, err := c.ReadFrom(b)
			if info == nil {
				info = new(ipv4.ControlMessage)
			}
			return n, info.Dst, from, err
		}
		h.write = func(b []byte, at net.IP, to net.Addr) (int, error) {
			return c.WriteTo(b, &ipv4.ControlMessage{Src: at}, to)
		}
	}
	if err != nil {
		return conn, nil
	}
	return h, nil
}

// ReadFrom reads a datagram, and notes where it was sent to.
func (h *homed) ReadFrom(b []byte) (int, net.Addr, error) {
	n, dst, from, err := h.read(b)
	at, known := netip.AddrFromSlice(dst)
	if known && (at.IsGlobalUnicast() || at.IsLoopback()) {
		h.note(addrPort(from), at.Unmap())
	}
	return n, from, err
}

// WriteTo sends a datagram from where its receiver has asked.
func (h *homed) WriteTo(b []byte, to net.Addr) (int, error) {
	return h.write(b, h.asked(addrPort(to)), to)
}

func (h *homed) note(from netip.AddrPort, at netip.Addr) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.now[from] == at {
		return
	}
	if len(h.now) == maxAsked {
		h.now, h.old = make(map[netip.AddrPort]netip.Addr), h.now
	}
	h.now[from] = at
}

// asked is where a client has asked; nil if that is not known, for the system to
// choose.
func (h *homed) asked(client netip.AddrPort) net.IP {
	h.mu.Lock()
	defer h.mu.Unlock()
	at, ok := h.now[client]
	if !ok {
		at = h.old[client]
	}
	return at.AsSlice()
}

func addrPort(a net.Addr) netip.AddrPort {
	udp, ok := a.(*net.UDPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	return udp.AddrPort()
}
