package peer

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"net/http/httptest"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/transport/v5/stdnet"
	"github.com/pion/webrtc/v4"

	"drawmesh/signaling"
)

// BenchmarkMeshSetup opens a full mesh of peers that all come at once, through
// the real server over HTTP, and the same number of bare pion connections with
// signaling by function call. It reports ours as ratios to the bare ones: wall
// time, and CPU for each pair, the server's included.
func BenchmarkMeshSetup(b *testing.B) {
	for _, n := range []int{30, 50} {
		var bare, ours cost
		b.Run(fmt.Sprintf("bare-%d", n), func(b *testing.B) {
			bare = measure(b, n, func() (cleanup func()) { return bareMesh(b, n) })
		})
		b.Run(fmt.Sprintf("drawmesh-%d", n), func(b *testing.B) {
			ours = measure(b, n, func() (cleanup func()) { return drawMesh(b, n) })
			b.ReportMetric(ours.wall.Seconds()/bare.wall.Seconds(), "×bare-wall")
			b.ReportMetric(ours.cpu.Seconds()/bare.cpu.Seconds(), "×bare-cpu")
		})
	}
}

// A cost is the least that one round took.
type cost struct{ wall, cpu time.Duration }

func measure(b *testing.B, n int, round func() (cleanup func())) (least cost) {
	for b.Loop() {
		start, used := time.Now(), cpuTime()
		cleanup := round()
		wall, cpu := time.Since(start), cpuTime()-used
		cleanup()
		if least.wall == 0 || wall < least.wall {
			least.wall = wall
		}
		if least.cpu == 0 || cpu < least.cpu {
			least.cpu = cpu
		}
	}
	pairs := n * (n - 1) / 2
	b.ReportMetric(least.wall.Seconds()*1e3, "wall-ms")
	b.ReportMetric(least.cpu.Seconds()*1e3/float64(pairs), "cpu-ms/pair")
	return least
}

// cpuTime is what the process has used.
func cpuTime() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func drawMesh(b *testing.B, n int) (cleanup func()) {
	server, err := signaling.NewServer(signaling.ServerOptions{
		Secrets: [][]byte{signaling.NewSecret()}, MaxPeers: n, MaxStreams: -1, AccessRate: -1, RelayRate: -1,
	})
	if err != nil {
		b.Fatal(err)
	}
	ts := httptest.NewServer(server)
	network, err := stdnet.NewNet()
	if err != nil {
		b.Fatal(err)
	}
	open := openEnds{want: n * (n - 1), all: make(chan struct{})}
	var joined sync.WaitGroup
	peers := make([]*Peer, n)
	for i := range peers {
		joined.Go(func() {
			p, err := Join(context.Background(), ts.URL+"/bench", Options{
				Loopback: true, Net: network,
				OnEvent: open.of(i),
			})
			if err != nil {
				b.Error(err)
			}
			peers[i] = p
		})
	}
	joined.Wait()
	<-open.all
	return func() {
		for _, p := range peers {
			joined.Go(func() { p.Close() })
		}
		joined.Wait()
		server.Close()
		ts.Close()
	}
}

// openEnds are the ends of links that are open. On a machine that is busy
// otherwise, an offer may wait too long and a link be made again.
type openEnds struct {
	mu   sync.Mutex
	open map[end]bool
	want int
	all  chan struct{} // closed when that many are open
}

// An end is one peer's of its link to another.
type end struct {
	peer int
	to   signaling.ID
}

func (o *openEnds) of(peer int) func(Event) {
	return func(ev Event) {
		l, ok := ev.(Link)
		if !ok {
			return
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		if l.State != Open {
			delete(o.open, end{peer, l.Peer})
			return
		}
		if o.open == nil {
			o.open = make(map[end]bool)
		}
		if o.open[end{peer, l.Peer}] = true; len(o.open) == o.want {
			close(o.all)
			o.want = -1
		}
	}
}

// bareMesh is what pion needs for the same links, eight in set-up at a time.
func bareMesh(b *testing.B, n int) (cleanup func()) {
	network, err := stdnet.NewNet()
	if err != nil {
		b.Fatal(err)
	}
	apis, configs := make([]*webrtc.API, n), make([]webrtc.Configuration, n)
	for i := range n {
		var se webrtc.SettingEngine
		se.SetNet(network)
		se.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
		se.SetIncludeLoopbackCandidate(true)
		se.SetInterfaceFilter(func(name string) bool { return name == "lo" })
		se.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
		se.SetPrflxAcceptanceMinWait(0)
		se.SetDTLSInsecureSkipHelloVerify(true)
		se.DetachDataChannels()
		key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		cert, err := webrtc.GenerateCertificate(key)
		if err != nil {
			b.Fatal(err)
		}
		configs[i].Certificates = []webrtc.Certificate{*cert}
		apis[i] = webrtc.NewAPI(webrtc.WithSettingEngine(se),
			webrtc.WithMediaEngine(&webrtc.MediaEngine{}), webrtc.WithInterceptorRegistry(&interceptor.Registry{}))
	}
	var (
		pairs sync.WaitGroup
		mu    sync.Mutex
		all   []*webrtc.PeerConnection
		slots = make(chan struct{}, 8)
	)
	for i := range n {
		for j := range i {
			slots <- struct{}{}
			pairs.Go(func() {
				defer func() { <-slots }()
				x, y := barePair(b, apis[i], configs[i], apis[j], configs[j])
				mu.Lock()
				defer mu.Unlock()
				all = append(all, x, y)
			})
		}
	}
	pairs.Wait()
	return func() {
		for _, pc := range all {
			pairs.Go(func() { pc.Close() })
		}
		pairs.Wait()
	}
}

// barePair returns when the channel is open on both sides.
func barePair(b *testing.B, api *webrtc.API, config webrtc.Configuration, api2 *webrtc.API, config2 webrtc.Configuration) (x, y *webrtc.PeerConnection) {
	x, err := api.NewPeerConnection(config)
	if err != nil {
		b.Fatal(err)
	}
	if y, err = api2.NewPeerConnection(config2); err != nil {
		b.Fatal(err)
	}
	var open sync.WaitGroup
	open.Add(2)
	watch := func(dc *webrtc.DataChannel) {
		dc.OnOpen(func() { dc.Detach(); open.Done() })
	}
	dc, err := x.CreateDataChannel("updates", nil)
	if err != nil {
		b.Fatal(err)
	}
	watch(dc)
	y.OnDataChannel(watch)
	describe := func(from, to *webrtc.PeerConnection, d webrtc.SessionDescription) {
		gathered := webrtc.GatheringCompletePromise(from)
		from.SetLocalDescription(d)
		<-gathered
		to.SetRemoteDescription(*from.LocalDescription())
	}
	offer, _ := x.CreateOffer(nil)
	describe(x, y, offer)
	answer, _ := y.CreateAnswer(nil)
	describe(y, x, answer)
	open.Wait()
	return x, y
}
