package mesh

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"testing"

	"github.com/pion/transport/v5"
)

// nic is a network interface with addresses.
func nic(name string, flags net.Flags, cidrs ...string) *transport.Interface {
	i := transport.NewInterface(net.Interface{Name: name, Flags: flags})
	for _, text := range cidrs {
		ip, network, err := net.ParseCIDR(text)
		if err != nil {
			panic(err)
		}
		i.AddAddress(&net.IPNet{IP: ip, Mask: network.Mask})
	}
	return i
}

// Of many networks the one that leads to the server is never passed over, however
// many containers come first.
func TestChoose(t *testing.T) {
	bridges := func(n int) (list []*transport.Interface) {
		list = append(list, nic("lo", net.FlagUp|net.FlagLoopback, "127.0.0.1/8", "::1/128"))
		for i := range n {
			list = append(list, nic(fmt.Sprint("br", i), net.FlagUp, fmt.Sprintf("172.17.%d.1/24", i)))
		}
		return append(list, nic("wan", net.FlagUp, "192.0.2.7/24", "2001:db8::7/64", "fe80::7/64"))
	}
	tests := []struct {
		name   string
		all    []*transport.Interface
		own    string
		first  string // of those that are up and no loopback
		kept   int
		passed int
	}{
		{"a few", bridges(3), "192.0.2.7", "wan", 5, 0},
		{"forty", bridges(40), "192.0.2.7", "wan", 1 + 1 + maxOffered - 3, 40 - maxOffered + 3},
		{"forty, IPv6", bridges(40), "2001:db8::7", "wan", 1 + 1 + maxOffered - 3, 40 - maxOffered + 3},
		{"forty, on the wire", bridges(40), "fe80::7%wan", "wan", 1 + 1 + maxOffered - 3, 40 - maxOffered + 3},
		{"the way is not known", bridges(40), "", "br0", 1 + maxOffered, 41 - maxOffered},
		{"one that has too many", []*transport.Interface{nic("wan", net.FlagUp, slices.Repeat([]string{"192.0.2.7/24"}, 50)...)}, "192.0.2.7", "wan", 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var own netip.Addr
			if tt.own != "" {
				own = netip.MustParseAddr(tt.own)
			}
			kept, passed := choose(tt.all, own)
			if len(kept) != tt.kept || len(passed) != tt.passed {
				t.Errorf("got %d and %d passed over, want %d and %d", len(kept), len(passed), tt.kept, tt.passed)
			}
			kept = slices.DeleteFunc(kept, func(i *transport.Interface) bool { return i.Flags&net.FlagLoopback != 0 })
			if kept[0].Name != tt.first {
				t.Errorf("got %s first, want %s", kept[0].Name, tt.first)
			}
		})
	}
}

// On a wire with nothing else peers are reached at addresses of the wire, and never
// where clouds keep secrets.
func TestWantedOnLink(t *testing.T) {
	for address, want := range map[string]bool{
		"169.254.10.2": true, "::ffff:169.254.10.2": true, "fe80::2": true, "192.168.1.7": true,
		"169.254.169.254": false, "::ffff:169.254.169.254": false, "fe80::2%eth0": false, "224.0.0.251": false,
	} {
		if got := wanted("candidate:1 1 udp 2130706431 "+address+" 51234 typ host", true); got != want {
			t.Errorf("%s: got %t, want %t", address, got, want)
		}
	}
}
