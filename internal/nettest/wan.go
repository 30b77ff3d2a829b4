package nettest

import (
	"fmt"
	"sync"
	"sync/atomic"
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
	lost   atomic.Pointer[func(from, to string) bool]
}

// counting guards what hosts are counted by, and the one counter from which vnet
// gives all networks their MAC addresses, for tests that run at the same time.
var counting sync.Mutex

// NewWAN starts a network for the life of the test. In a synctest bubble the
// delay must not be zero: two peers that close at once can then wait for a pion
// mutex, and a bubble's clock stands still for a mutex.
func NewWAN(t testing.TB, delay time.Duration) *WAN {
	t.Helper()
	counting.Lock()
	router, err := vnet.NewRouter(&vnet.RouterConfig{
		CIDR:          "10.0.0.0/16",
		MinDelay:      delay, // but never MaxJitter: the router sleeps holding its mutex
		QueueSize:     1 << 16,
		LoggerFactory: logging.NewDefaultLoggerFactory(),
	})
	counting.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	w := &WAN{t: t, router: router}
	router.AddChunkFilter(w.passes)
	if err := router.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { router.Stop() })
	return w
}

// Host adds the next host: 10.0.0.1, 10.0.0.2 and so on.
func (w *WAN) Host() *Host { return w.MultiHost(1) }

// MultiHost adds a host that has the next n addresses.
func (w *WAN) MultiHost(n int) *Host {
	w.t.Helper()
	counting.Lock()
	defer counting.Unlock()
	var ips []string
	for range n {
		w.hosts++
		ips = append(ips, HostIP(w.hosts))
	}
	host, err := vnet.NewNet(&vnet.NetConfig{StaticIPs: ips})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.router.AddNet(host); err != nil {
		w.t.Fatal(err)
	}
	return &Host{Net: host}
}

// HostIP is the address of the n-th host, from 1.
func HostIP(n int) string { return fmt.Sprintf("10.0.%d.%d", (n-1)/250, 1+(n-1)%250) }

// Drop loses, from now on, the packets between two addresses for which lost says
// so: a host that is gone, a partition, or a part of all at random. It replaces
// what was lost before; nil loses nothing. One goroutine calls lost.
func (w *WAN) Drop(lost func(from, to string) bool) { w.lost.Store(&lost) }

func (w *WAN) passes(c vnet.Chunk) bool {
	lost := w.lost.Load()
	return lost == nil || *lost == nil || !(*lost)(ip(c.SourceAddr().String()), ip(c.DestinationAddr().String()))
}

func ip(addr string) string {
	for i := len(addr) - 1; i > 0; i-- {
		if addr[i] == ':' {
			return addr[:i]
		}
	}
	return addr
}
