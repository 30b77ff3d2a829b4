package nettest

import (
	"fmt"
	"testing"
	"time"

	"github.com/pion/logging"
	"github.com/pion/transport/v5/vnet"
)

// A WAN is a virtual IPv4 network with a fixed one-way delay.
type WAN struct {
	t      testing.TB
	router *vnet.Router
	hosts  int
}

// NewWAN starts a network for the life of the test. In a synctest bubble the
// delay must not be zero: two peers that close at once can then wait for a pion
// mutex, and a bubble's clock stands still for a mutex.
func NewWAN(t testing.TB, delay time.Duration) *WAN {
	t.Helper()
	router, err := vnet.NewRouter(&vnet.RouterConfig{
		CIDR:          "10.0.0.0/16",
		MinDelay:      delay, // but never MaxJitter: the router sleeps holding its mutex
		QueueSize:     1 << 16,
		LoggerFactory: logging.NewDefaultLoggerFactory(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := router.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { router.Stop() })
	return &WAN{t: t, router: router}
}

// Host adds the next host: 10.0.0.1, 10.0.0.2 and so on.
func (w *WAN) Host() *vnet.Net {
	w.t.Helper()
	w.hosts++
	n, err := vnet.NewNet(&vnet.NetConfig{StaticIPs: []string{HostIP(w.hosts)}})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.router.AddNet(n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// HostIP is the address of the n-th host, from 1.
func HostIP(n int) string { return fmt.Sprintf("10.0.%d.%d", (n-1)/250, 1+(n-1)%250) }

// Filter lets a packet pass only if keep says so for its two ends' addresses.
// All filters have to agree.
func (w *WAN) Filter(keep func(from, to string) bool) {
	w.router.AddChunkFilter(func(c vnet.Chunk) bool {
		return keep(ip(c.SourceAddr().String()), ip(c.DestinationAddr().String()))
	})
}

func ip(addr string) string {
	for i := len(addr) - 1; i > 0; i-- {
		if addr[i] == ':' {
			return addr[:i]
		}
	}
	return addr
}
