package main

import (
	"net"
	"net/netip"
	"testing"
)

func TestPermit(t *testing.T) {
	public := netip.MustParseAddr("203.0.113.7")
	strict, lan := permit{own: []netip.Addr{public}}, permit{own: []netip.Addr{public}, lan: true}
	tests := []struct {
		name, to         string
		want, wantForLAN bool
	}{
		{"public", "8.8.8.8", true, true},
		{"public IPv6", "2606:4700::1111", true, true},
		{"this machine's public address", "203.0.113.7", false, false},
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

// FuzzTURNPermission holds the permit to a plain reading of the address's
// bytes.
func FuzzTURNPermission(f *testing.F) {
	for _, s := range []string{"8.8.8.8", "10.0.0.1", "169.254.169.254", "100.64.0.1", "::1", "fd00::1", "64:ff9b::1", "::ffff:127.0.0.1", "2606:4700::1"} {
		f.Add(netip.MustParseAddr(s).AsSlice())
	}
	f.Add([]byte{1})
	p := permit{own: []netip.Addr{netip.MustParseAddr("203.0.113.7")}}
	f.Fuzz(func(t *testing.T, b []byte) {
		got := p.allows(b)
		switch {
		case !got:
		case len(b) == 4:
			if b[0] == 0 || b[0] == 10 || b[0] == 127 || b[0] >= 224 || b[0] == 169 && b[1] == 254 ||
				b[0] == 172 && b[1]>>4 == 1 || b[0] == 192 && b[1] == 168 || b[0] == 100 && b[1]>>6 == 1 ||
				[4]byte(b) == [4]byte{203, 0, 113, 7} {
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
