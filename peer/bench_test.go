package peer

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/pion/transport/v5/stdnet"

	"drawmesh/signaling"
)

// These benchmarks run bare pion and ours by turns, and report ours as ratios to
// the bare: what is left over 1 is what the features cost. Ours goes through the
// real server over HTTP, in the same process.

// BenchmarkMesh opens a full mesh of peers that all come at once. It reports
// wall time and, for each pair, CPU time, the server's included.
func BenchmarkMesh(b *testing.B) {
	for _, size := range []struct{ peers, rounds int }{{30, 3}, {50, 3}, {100, 1}} {
		b.Run(fmt.Sprint(size.peers), func(b *testing.B) {
			for b.Loop() {
				var bare, ours cost
				for range size.rounds {
					bare.least(spent(func() func() { return newBareRoom(b, size.peers).close }))
					ours.least(spent(func() func() { return newBenchRoom(b, size.peers).close }))
				}
				pairs := float64(size.peers * (size.peers - 1) / 2)
				b.ReportMetric(bare.wall.Seconds()*1e3, "bare-wall-ms")
				b.ReportMetric(bare.cpu.Seconds()*1e3/pairs, "bare-cpu-ms/pair")
				b.ReportMetric(ours.wall.Seconds()/bare.wall.Seconds(), "×bare-wall")
				b.ReportMetric(ours.cpu.Seconds()/bare.cpu.Seconds(), "×bare-cpu")
			}
		})
	}
}

// A cost is what a round took.
type cost struct{ wall, cpu time.Duration }

// least keeps the least of each.
func (c *cost) least(round cost) {
	if c.wall == 0 {
		*c = round
	}
	c.wall, c.cpu = min(c.wall, round.wall), min(c.cpu, round.cpu)
}

func spent(round func() (cleanup func())) cost {
	runtime.GC()
	start, used := time.Now(), cpuTime()
	cleanup := round()
	c := cost{time.Since(start), cpuTime() - used}
	cleanup()
	return c
}

// cpuTime is what the process has used.
func cpuTime() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

// A benchRoom is a room of real peers and the real server.
type benchRoom struct {
	tb     testing.TB
	server *signaling.Server
	http   *httptest.Server
	net    *stdnet.Net
	client *http.Client
	setups *Setups
	peers  []*Peer

	mu    sync.Mutex
	open  map[end]bool
	want  int
	all   chan struct{} // closed when want ends are open
	hears atomic.Pointer[func(peer int, ev Event)]
}

// An end is one peer's of its link to another.
type end struct {
	peer int
	to   signaling.ID
}

// newBenchRoom returns when all peers are linked to each other.
func newBenchRoom(tb testing.TB, n int) *benchRoom {
	server, err := signaling.NewServer(signaling.ServerOptions{
		Secrets: [][]byte{signaling.NewSecret()}, MaxPeers: n + 1, MaxStreams: -1, AccessRate: -1, RelayRate: -1,
	})
	if err != nil {
		tb.Fatal(err)
	}
	network, err := stdnet.NewNet()
	if err != nil {
		tb.Fatal(err)
	}
	r := &benchRoom{tb: tb, server: server, http: httptest.NewServer(server), net: network, setups: NewSetups(), open: make(map[end]bool)}
	// By default two connections are kept, for all peers of a process.
	r.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4 * n}}
	r.join(n)
	return r
}

// join adds n peers, and returns when every link is open.
func (r *benchRoom) join(n int) {
	before := len(r.peers)
	r.peers = append(r.peers, make([]*Peer, n)...)
	all := make(chan struct{})
	r.mu.Lock()
	if r.want, r.all = len(r.peers)*(len(r.peers)-1), all; r.want == 0 {
		close(all)
	}
	r.mu.Unlock()
	var joined sync.WaitGroup
	for i := before; i < len(r.peers); i++ {
		joined.Go(func() {
			p, err := Join(context.Background(), r.http.URL+"/bench", Options{
				Loopback: true, Net: r.net, HTTPClient: r.client, Setups: r.setups, LiveRate: -1,
			})
			if err != nil {
				r.tb.Error(err)
				return
			}
			r.peers[i] = p
			go func() {
				for ev := range p.Events() {
					r.heard(i, ev)
				}
			}()
		})
	}
	joined.Wait()
	select {
	case <-all:
	case <-time.After(2 * time.Minute):
		r.tb.Fatalf("not all links of %d peers were open at once", len(r.peers))
	}
}

// heard takes an event. On a machine that is busy otherwise, an offer may wait
// too long and a link be made again.
func (r *benchRoom) heard(i int, ev Event) {
	if hears := r.hears.Load(); hears != nil {
		(*hears)(i, ev)
	}
	l, ok := ev.(Link)
	if !ok {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if l.State != Open {
		delete(r.open, end{i, l.Peer})
		return
	}
	if r.open[end{i, l.Peer}] = true; len(r.open) == r.want {
		close(r.all)
		r.want = -1
	}
}

func (r *benchRoom) close() {
	var left sync.WaitGroup
	for _, p := range r.peers {
		left.Go(func() { p.Close(context.Background()) })
	}
	left.Wait()
	r.server.Close()
	r.client.CloseIdleConnections()
	r.http.Close()
}

// listen hears all events from now on.
func (r *benchRoom) listen(hears func(peer int, ev Event)) { r.hears.Store(&hears) }

// leave has the last one who came leave.
func (r *benchRoom) leave() {
	last := len(r.peers) - 1
	p := r.peers[last]
	r.peers = r.peers[:last]
	p.Close(context.Background())
	r.mu.Lock()
	defer r.mu.Unlock()
	for e := range r.open {
		if e.peer == last || e.to == p.ID() {
			delete(r.open, e)
		}
	}
}
