package peer

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"sync"
	"testing"

	"github.com/pion/datachannel"
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/transport/v5"
	"github.com/pion/transport/v5/stdnet"
	"github.com/pion/webrtc/v4"
)

// A bareRoom is a full mesh of pion and nothing else, as fast as pion can be
// set up: the baseline of all benchmarks. Signaling is by function call.
type bareRoom struct {
	tb      testing.TB
	network transport.Net

	mu    sync.Mutex
	peers []*barePeer
}

type barePeer struct {
	api    *webrtc.API
	config webrtc.Configuration
	pcs    []*webrtc.PeerConnection
	ends   []bareEnd
}

// A bareEnd is one peer's end of a link.
type bareEnd struct {
	dc  *webrtc.DataChannel
	raw datachannel.ReadWriteCloser
}

// newBareRoom links n peers, eight pairs in set-up at a time.
func newBareRoom(tb testing.TB, n int) *bareRoom {
	network, err := stdnet.NewNet()
	if err != nil {
		tb.Fatal(err)
	}
	r := &bareRoom{tb: tb, network: network}
	var pairs sync.WaitGroup
	slots := make(chan struct{}, 8)
	for range n {
		r.peers = append(r.peers, r.newPeer())
	}
	for i, x := range r.peers {
		for _, y := range r.peers[:i] {
			slots <- struct{}{}
			pairs.Go(func() {
				r.link(x, y)
				<-slots
			})
		}
	}
	pairs.Wait()
	return r
}

// join adds a peer.
func (r *bareRoom) join() {
	x := r.newPeer()
	var pairs sync.WaitGroup
	slots := make(chan struct{}, 8)
	for _, y := range r.peers {
		slots <- struct{}{}
		pairs.Go(func() {
			r.link(x, y)
			<-slots
		})
	}
	pairs.Wait()
	r.peers = append(r.peers, x)
}

func (r *bareRoom) newPeer() *barePeer {
	var se webrtc.SettingEngine
	se.SetNet(r.network)
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
		r.tb.Error(err)
	}
	p := &barePeer{api: webrtc.NewAPI(webrtc.WithSettingEngine(se),
		webrtc.WithMediaEngine(&webrtc.MediaEngine{}), webrtc.WithInterceptorRegistry(&interceptor.Registry{}))}
	p.config.Certificates = []webrtc.Certificate{*cert}
	return p
}

// link returns when the channel is open on both sides.
func (r *bareRoom) link(x, y *barePeer) {
	a, err := x.api.NewPeerConnection(x.config)
	if err != nil {
		r.tb.Error(err)
		return
	}
	b, err := y.api.NewPeerConnection(y.config)
	if err != nil {
		r.tb.Error(err)
		return
	}
	var open sync.WaitGroup
	open.Add(2)
	watch := func(p *barePeer, pc *webrtc.PeerConnection) func(*webrtc.DataChannel) {
		return func(dc *webrtc.DataChannel) {
			dc.OnOpen(func() {
				raw, _ := dc.Detach()
				r.mu.Lock()
				p.pcs = append(p.pcs, pc)
				p.ends = append(p.ends, bareEnd{dc, raw})
				r.mu.Unlock()
				open.Done()
			})
		}
	}
	b.OnDataChannel(watch(y, b))
	dc, err := a.CreateDataChannel("updates", nil)
	if err != nil {
		r.tb.Error(err)
		return
	}
	watch(x, a)(dc)
	describe := func(from, to *webrtc.PeerConnection, d webrtc.SessionDescription) {
		gathered := webrtc.GatheringCompletePromise(from)
		from.SetLocalDescription(d)
		<-gathered
		to.SetRemoteDescription(*from.LocalDescription())
	}
	offer, _ := a.CreateOffer(nil)
	describe(a, b, offer)
	answer, _ := b.CreateAnswer(nil)
	describe(b, a, answer)
	open.Wait()
}

func (r *bareRoom) close() {
	var closing sync.WaitGroup
	for _, p := range r.peers {
		closing.Go(p.close)
	}
	closing.Wait()
}

// leave has the last one who came leave.
func (r *bareRoom) leave() {
	last := len(r.peers) - 1
	r.peers[last].close()
	r.peers = r.peers[:last]
}

// close drops all links.
func (p *barePeer) close() {
	var closing sync.WaitGroup
	for _, pc := range p.pcs {
		closing.Go(func() { pc.Close() })
	}
	closing.Wait()
	p.pcs, p.ends = nil, nil
}
