package mesh

import (
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"github.com/pion/transport/v5"
	"github.com/pion/transport/v5/stdnet"
)

// lookTime is how often to look for the machine's addresses. With ICE's timeouts
// alone it would take 7 s to notice that one has changed.
const lookTime = 2 * time.Second

// dialTime bounds reaching a TURN server over TCP. By itself a machine tries for two
// minutes, and pion waits for that when it closes a link.
const dialTime = 3 * time.Second

// A hostNet is the machine's network. It remembers its interfaces, which pion
// would look for at each connection, until refreshed.
type hostNet struct {
	transport.Net // but for the interfaces
	now           atomic.Pointer[stdnet.Net]
	route         func() (own, server netip.Addr)
	log           *slog.Logger
	passed        atomic.Int64 // over so many, as was said last
}

func newHostNet(route func() (own, server netip.Addr), log *slog.Logger) (*hostNet, error) {
	n, err := stdnet.NewNet()
	if err != nil {
		return nil, err
	}
	h := &hostNet{Net: n, route: route, log: log}
	h.now.Store(n)
	return h, nil
}

// refresh looks for the interfaces again.
func (h *hostNet) refresh() {
	if n, err := stdnet.NewNet(); err == nil {
		h.now.Store(n)
	}
}

// Interfaces are those that there were lately, if these are not too many.
func (h *hostNet) Interfaces() ([]*transport.Interface, error) {
	kept, passed, err := h.chosen()
	if err != nil {
		return nil, err
	}
	if n := int64(len(passed)); h.passed.Swap(n) != n && n > 0 {
		h.log.Warn("many networks: no candidates of some", "interfaces", passed)
	}
	return kept, nil
}

func (h *hostNet) chosen() (kept []*transport.Interface, passed []string, err error) {
	all, err := h.now.Load().Interfaces()
	if err != nil {
		return nil, nil, err
	}
	own, _ := h.route()
	kept, passed = choose(all, own)
	return kept, passed, nil
}

// PassedOver are the interfaces that no candidates are gathered on, because there
// are too many.
func (m *Mesh) PassedOver() []string {
	h, ok := m.net.(*hostNet)
	if !ok {
		return nil
	}
	_, passed, _ := h.chosen()
	return passed
}

// choose is of all interfaces those to gather candidates on: first the one that leads
// to the server, and others while there is room. Peers take no more than
// maxCandidates, and a machine that runs containers may have a network for each.
func choose(all []*transport.Interface, own netip.Addr) (kept []*transport.Interface, passed []string) {
	leads := func(i *transport.Interface) int {
		for _, ip := range addressesOf(i) {
			if ip == own.WithZone("").String() {
				return 0
			}
		}
		return 1
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b *transport.Interface) int { return leads(a) - leads(b) })
	room := maxOffered
	for _, i := range all {
		n := len(addressesOf(i))
		switch up := i.Flags&net.FlagUp != 0 && i.Flags&net.FlagLoopback == 0; {
		case !up:
		case n > room && len(kept) > 0:
			passed = append(passed, i.Name)
			continue
		default:
			room -= n
		}
		kept = append(kept, i)
	}
	return kept, passed
}

// maxOffered is how many of our addresses are offered: with those that STUN and TURN
// add, no more than a peer takes.
const maxOffered = maxCandidates / 2

// InterfaceByIndex is one of those.
func (h *hostNet) InterfaceByIndex(i int) (*transport.Interface, error) {
	return h.now.Load().InterfaceByIndex(i)
}

// InterfaceByName is one of those.
func (h *hostNet) InterfaceByName(name string) (*transport.Interface, error) {
	return h.now.Load().InterfaceByName(name)
}

// DialTCP reaches a TURN server, in dialTime.
func (h *hostNet) DialTCP(network string, local, remote *net.TCPAddr) (transport.TCPConn, error) {
	d := net.Dialer{Timeout: dialTime}
	if local != nil {
		d.LocalAddr = local
	}
	conn, err := d.Dial(network, remote.String())
	if err != nil {
		return nil, err
	}
	return conn.(*net.TCPConn), nil
}

// look watches the addresses, and lets links know when one is gone.
func (m *Mesh) look() {
	tick := time.NewTicker(lookTime)
	defer tick.Stop()
	before := addresses(m.net)
	for {
		select {
		case <-m.ctx.Done():
			return
		case <-tick.C:
		}
		if h, ok := m.net.(*hostNet); ok {
			h.refresh()
		}
		now := addresses(m.net)
		gone := slices.ContainsFunc(before, func(ip string) bool { return !slices.Contains(now, ip) })
		if before = now; gone {
			if m.opts.Moved != nil {
				m.opts.Moved()
			}
			m.mu.Lock()
			for _, l := range m.peers {
				l.move()
			}
			m.mu.Unlock()
		}
	}
}

// addresses are a network's, as texts.
func addresses(network transport.Net) (ips []string) {
	interfaces, err := network.Interfaces()
	if err != nil {
		return nil
	}
	for _, i := range interfaces {
		ips = append(ips, addressesOf(i)...)
	}
	return ips
}

func addressesOf(i *transport.Interface) (ips []string) {
	addrs, err := i.Addrs()
	if err != nil {
		return nil
	}
	for _, a := range addrs {
		if ip, _, err := net.ParseCIDR(a.String()); err == nil {
			ips = append(ips, ip.String())
		}
	}
	return ips
}

// move lets run know that one of our addresses is gone.
func (l *link) move() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.relocated = true
	l.signal()
}

func (l *link) takeMoved() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	moved := l.relocated
	l.relocated = false
	return moved
}

// moved reports whether the path that the connection uses began at an address
// that we have no more.
func (c *connection) moved() bool {
	pair, err := c.pc.SCTP().Transport().ICETransport().GetSelectedCandidatePair()
	if err != nil || pair == nil || pair.Local == nil {
		return false
	}
	own := pair.Local.Address
	if pair.Local.RelatedAddress != "" {
		own = pair.Local.RelatedAddress
	}
	return !slices.Contains(addresses(c.link.mesh.net), own)
}
