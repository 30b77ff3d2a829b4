package main

import (
	"net"
	"net/netip"
	"testing"
)

func TestPermit(t *testing.T) {
	public := netip.MustParseAddr("198.41.0.4")
	strict, lan := permit{own: []netip.Addr{public}}, permit{own: []netip.Addr{public}, lan: true}
	tests := []struct {
		name, to         string
		want, wantForLAN bool
	}{
		{"public", "8.8.8.8", true, true},
		{"public IPv6", "2606:4700::1111", true, true},
		{"this machine's public address", "198.41.0.4", false, false},
		{"loopback", "127.0.0.1", false, false},
		{"another loopback", "127.9.9.9", false, false},
		{"loopback in IPv6", "::1", false, false},
		{"any", "0.0.0.0", false, false},
		{"this network", "0.1.2.3", false, false},
		{"any in IPv6", "::", false, false},
		{"private, 10", "10.0.0.1", false, true},
		{"private, 172", "172.31.255.255", false, true},
		{"not private, 172", "172.32.0.1", true, true},
		{"private, 192", "192.168.1.1", false, true},
		{"carrier NAT", "100.64.0.1", false, true},
		{"its end", "100.127.255.255", false, true},
		{"beyond", "100.128.0.1", true, true},
		{"link-local, where clouds keep secrets", "169.254.169.254", false, false},
		{"link-local IPv6", "fe80::1", false, false},
		{"unique local", "fd00::1", false, true},
		{"site-local", "fec0::1", false, false},
		{"multicast", "224.0.0.1", false, false},
		{"multicast IPv6", "ff02::1", false, false},
		{"broadcast", "255.255.255.255", false, false},
		{"reserved", "240.0.0.1", false, false},
		{"translated loopback", "64:ff9b::7f00:1", false, false},
		{"tunnelled", "2002:7f00:1::", false, false},
		{"tunnelled by Teredo", "2001::7f00:1", false, false},
		{"compatible", "::127.0.0.1", false, false},
		{"never given out", "30:3030::1", false, false},
		{"likewise", "4000::1", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ip := netip.MustParseAddr(tt.to).AsSlice()
			if got := strict.allows(ip); got != tt.want {
				t.Errorf("got %t, want %t", got, tt.want)
			}
			if got := lan.allows(ip); got != tt.wantForLAN {
				t.Errorf("in a LAN: got %t, want %t", got, tt.wantForLAN)
			}
		})
	}
	for _, ip := range []net.IP{nil, {1, 2, 3}, net.IPv4(8, 8, 8, 8)} { // the last is ::ffff:8.8.8.8
		if strict.allows(ip) || lan.allows(ip) {
			t.Errorf("%v is allowed", []byte(ip))
		}
	}
	own := newPermit(public, true)
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addrs {
		if ip := a.(*net.IPNet).IP; own.allows(ip.To4()) || own.allows(ip.To16()) {
			t.Errorf("this machine's own %v is allowed", ip)
		}
	}
}

// The registries of special-purpose addresses, line by line
// (https://www.iana.org/assignments/iana-ipv4-special-registry and
// iana-ipv6-special-registry): none of them is a peer's, from the first to the
// last, and what lies beside them is allowed where it is public.
func TestPermitRegistries(t *testing.T) {
	const (
		refused = iota
		lan     // allowed in a LAN
	)
	registries := []struct {
		network string
		want    int
		before  bool // the address before it is a public one
		after   bool // the one after it is
	}{
		{"0.0.0.0/8", refused, false, true},
		{"10.0.0.0/8", lan, true, true},
		{"100.64.0.0/10", lan, true, true},
		{"127.0.0.0/8", refused, true, true},
		{"169.254.0.0/16", refused, true, true},
		{"172.16.0.0/12", lan, true, true},
		{"192.0.0.0/24", refused, true, true},
		{"192.0.0.0/29", refused, true, false},
		{"192.0.0.8/32", refused, false, false},
		{"192.0.0.9/32", refused, false, false},
		{"192.0.0.10/32", refused, false, false},
		{"192.0.0.170/31", refused, false, false},
		{"192.0.2.0/24", refused, true, true},
		{"192.31.196.0/24", refused, true, true},
		{"192.52.193.0/24", refused, true, true},
		{"192.88.99.0/24", refused, true, true},
		{"192.168.0.0/16", lan, true, true},
		{"192.175.48.0/24", refused, true, true},
		{"198.18.0.0/15", refused, true, true},
		{"198.51.100.0/24", refused, true, true},
		{"203.0.113.0/24", refused, true, true},
		{"224.0.0.0/4", refused, true, false}, // a registry of its own
		{"240.0.0.0/4", refused, false, false},
		{"255.255.255.255/32", refused, false, false},

		{"::1/128", refused, false, false},
		{"::/128", refused, false, false},
		{"::/96", refused, false, false}, // IPv4-compatible, deprecated
		{"::ffff:0:0/96", refused, false, false},
		{"64:ff9b::/96", refused, false, false},
		{"64:ff9b:1::/48", refused, false, false},
		{"100::/64", refused, false, false},
		{"100:0:0:1::/64", refused, false, false},
		{"2001::/23", refused, true, true},
		{"2001::/32", refused, true, false},
		{"2001:1::1/128", refused, false, false},
		{"2001:1::2/128", refused, false, false},
		{"2001:1::3/128", refused, false, false},
		{"2001:2::/48", refused, false, false},
		{"2001:3::/32", refused, false, false},
		{"2001:4:112::/48", refused, false, false},
		{"2001:10::/28", refused, false, false},
		{"2001:20::/28", refused, false, false},
		{"2001:30::/28", refused, false, false},
		{"2001:db8::/32", refused, true, true},
		{"2002::/16", refused, true, true},
		{"2620:4f:8000::/48", refused, true, true},
		{"3fff::/20", refused, true, true},
		{"5f00::/16", refused, false, false},
		{"fc00::/7", lan, false, false},
		{"fe80::/10", refused, false, false},
		{"fec0::/10", refused, false, false}, // site-local, deprecated
		{"ff00::/8", refused, false, false},
	}
	strict, inLAN := permit{}, permit{lan: true}
	check := func(ip netip.Addr, want, wantInLAN bool) {
		t.Helper()
		if !ip.IsValid() {
			return // beyond the first or the last of all
		}
		if got := strict.allows(ip.AsSlice()); got != want {
			t.Errorf("%v: got %t, want %t", ip, got, want)
		}
		if got := inLAN.allows(ip.AsSlice()); got != wantInLAN {
			t.Errorf("%v in a LAN: got %t, want %t", ip, got, wantInLAN)
		}
	}
	for _, r := range registries {
		network := netip.MustParsePrefix(r.network)
		first, last := network.Masked().Addr(), lastOf(network)
		for _, ip := range []netip.Addr{first, last, first.Next()} {
			if network.Contains(ip) {
				check(ip, false, r.want == lan)
			}
		}
		if r.before {
			check(first.Prev(), true, true)
		}
		if r.after {
			check(last.Next(), true, true)
		}
	}
	// Sixteen bytes may be IPv4 in disguise: what they stand for does not matter.
	for _, text := range []string{"::ffff:8.8.8.8", "::ffff:127.0.0.1", "::8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"} {
		check(netip.MustParseAddr(text), false, false)
	}
}

// lastOf is the last address of a network.
func lastOf(network netip.Prefix) netip.Addr {
	bytes := network.Masked().Addr().AsSlice()
	for bit := network.Bits(); bit < 8*len(bytes); bit++ {
		bytes[bit/8] |= 0x80 >> (bit % 8)
	}
	ip, _ := netip.AddrFromSlice(bytes) // of as many bytes as it had
	return ip
}

// FuzzTURNPermission holds the permit to a plain reading of the address's
// bytes.
func FuzzTURNPermission(f *testing.F) {
	for _, s := range []string{"8.8.8.8", "10.0.0.1", "169.254.169.254", "100.64.0.1", "::1", "fd00::1", "64:ff9b::1", "::ffff:127.0.0.1", "2606:4700::1"} {
		f.Add(netip.MustParseAddr(s).AsSlice())
	}
	f.Add([]byte{1})
	p := permit{own: []netip.Addr{netip.MustParseAddr("198.41.0.4")}}
	f.Fuzz(func(t *testing.T, b []byte) {
		got := p.allows(b)
		switch {
		case !got:
		case len(b) == 4:
			if b[0] == 0 || b[0] == 10 || b[0] == 127 || b[0] >= 224 || b[0] == 169 && b[1] == 254 ||
				b[0] == 172 && b[1]>>4 == 1 || b[0] == 192 && b[1] == 168 || b[0] == 100 && b[1]>>6 == 1 ||
				[4]byte(b) == [4]byte{198, 41, 0, 4} {
				t.Errorf("%v is allowed", net.IP(b))
			}
		case len(b) == 16:
			if b[0] < 0x20 || b[0] > 0x3f || b[0] == 0x20 && b[1] == 0x02 {
				t.Errorf("%v is allowed", net.IP(b))
			}
		default:
			t.Errorf("% x is no address and allowed", b)
		}
		if len(b) == 4 && b[0] >= 11 && b[0] < 100 && !got {
			t.Errorf("%v, which is public, is not allowed", net.IP(b))
		}
	})
}
