package nettest

import (
	"net"
	"sync"
	"testing"

	"github.com/pion/transport/v5"
	"github.com/pion/transport/v5/vnet"
)

// A Host is a machine on a [WAN].
type Host struct {
	*vnet.Net
	mu sync.Mutex // guards the addresses, which a vnet.Net lends to whoever asks
}

// Interfaces are the host's, as they are now.
func (h *Host) Interfaces() (list []*transport.Interface, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	interfaces, err := h.Net.Interfaces()
	for _, i := range interfaces {
		c := transport.NewInterface(i.Interface)
		addrs, _ := i.Addrs()
		for _, a := range addrs {
			c.AddAddress(a)
		}
		list = append(list, c)
	}
	return list, err
}

// Move takes one address from the host and gives it another.
func (h *Host) Move(t testing.TB, from, to string) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.AddAddress("eth0", &net.IPNet{IP: net.ParseIP(to).To4(), Mask: net.CIDRMask(16, 32)}); err != nil {
		t.Fatal(err)
	}
	if err := h.RemoveAddress("eth0", net.ParseIP(from)); err != nil {
		t.Fatal(err)
	}
}
