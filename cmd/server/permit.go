package main

import (
	"net"
	"net/netip"
	"slices"
)

// A permit says whom TURN may send to for a stranger: the internet, and nothing
// that only this machine or its network reaches.
type permit struct {
	own []netip.Addr // this machine's addresses, the public one included
	lan bool         // private addresses are allowed
}

// What IANA's registries of special-purpose addresses list (RFC 6890), as far as
// Addr's own methods and internet6 do not tell. No peer has any of these, though
// some lead to somebody: to translators, tunnels, and servers that swallow what
// comes.
var (
	neverPermitted = prefixes(
		"0.0.0.0/8",         // this network
		"192.0.0.0/24",      // protocols
		"192.0.2.0/24",      // documentation
		"192.31.196.0/24",   // AS112, which answers for private addresses' names
		"192.52.193.0/24",   // AMT, multicast in tunnels
		"192.88.99.0/24",    // relays of 6to4
		"192.175.48.0/24",   // AS112
		"198.18.0.0/15",     // benchmarks
		"198.51.100.0/24",   // documentation
		"203.0.113.0/24",    // documentation
		"240.0.0.0/4",       // reserved, and broadcast
		"2001::/23",         // protocols: Teredo, benchmarks, AMT, AS112, ORCHID, DRIP
		"2001:db8::/32",     // documentation
		"2002::/16",         // 6to4
		"2620:4f:8000::/48", // AS112
		"3fff::/20",         // documentation
	)
	carrierNAT = netip.MustParsePrefix("100.64.0.0/10") // RFC 6598
	// Of IPv6, this is what is given out (RFC 4291, section 2.4). What is beyond
	// it is local, reserved, or leads to IPv4 through a translator.
	internet6 = netip.MustParsePrefix("2000::/3")
)

func prefixes(texts ...string) []netip.Prefix {
	all := make([]netip.Prefix, len(texts))
	for i, s := range texts {
		all[i] = netip.MustParsePrefix(s)
	}
	return all
}

// newPermit looks at which addresses are this machine's.
func newPermit(public netip.Addr, lan bool) permit {
	p := permit{own: []netip.Addr{public}, lan: lan}
	addrs, _ := net.InterfaceAddrs() // none are found, at worst
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok {
			if ip, ok := netip.AddrFromSlice(n.IP); ok {
				p.own = append(p.own, ip.Unmap())
			}
		}
	}
	return p
}

// allows reports whether a stranger's datagrams may go to an address. IPv4 has
// four bytes: in sixteen it is in disguise (::ffff:0:0/96).
func (p permit) allows(to net.IP) bool {
	ip, ok := netip.AddrFromSlice(to)
	if !ok || ip.Is4In6() || !ip.IsGlobalUnicast() || slices.Contains(p.own, ip) ||
		slices.ContainsFunc(neverPermitted, func(n netip.Prefix) bool { return n.Contains(ip) }) {
		return false
	}
	if ip.IsPrivate() || carrierNAT.Contains(ip) {
		return p.lan
	}
	return ip.Is4() || internet6.Contains(ip)
}
