package mesh

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/turn/v5"
	"github.com/pion/webrtc/v4"

	"drawmesh/internal/nettest"
	"drawmesh/signaling"
)

// stunServer runs one on the next host of a network.
func stunServer(t *testing.T, wan *nettest.WAN) webrtc.ICEServer {
	t.Helper()
	conn, err := wan.Host().ListenPacket("udp4", nettest.HostIP(1)+":3478")
	if err != nil {
		t.Fatal(err)
	}
	server, err := turn.NewServer(turn.ServerConfig{
		Realm:             "test",
		PacketConnConfigs: []turn.PacketConnConfig{{PacketConn: conn, RelayAddressGenerator: &turn.RelayAddressGeneratorNone{Address: nettest.HostIP(1)}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return webrtc.ICEServer{URLs: []string{"stun:" + nettest.HostIP(1) + ":3478"}}
}

// A STUN server that nobody can reach neither delays nor fails a link that
// needs none.
func TestUnreachableSTUN(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		opts := Options{ICEServers: []webrtc.ICEServer{{URLs: []string{"stun:10.0.9.9:3478"}}}}
		a, b := r.mesh("a", opts), r.mesh("b", opts)
		b.Add("a", false)
		a.Add("b", true)
		time.Sleep(time.Minute)
		wantStates(t, a, "b", Connecting, Open)
		if got, limit := a.last("b").Took, 2*gatherTime+400*time.Millisecond; got > limit {
			t.Errorf("took %v, want at most %v", got, limit)
		}
	})
}

// What STUN finds is trickled, in order, when the description has arrived; and
// no candidate that is lost costs a link that others can make.
func TestTrickle(t *testing.T) {
	for lost := range 4 { // the first is number 1
		synctest.Test(t, func(t *testing.T) {
			r := newRelay(t)
			opts := Options{ICEServers: []webrtc.ICEServer{stunServer(t, r.wan)}}
			a, b := r.mesh("a", opts), r.mesh("b", opts)
			var mu sync.Mutex
			described, candidates := make(map[signaling.ID]bool), 0
			r.lose(func(from, _ signaling.ID, ev signaling.Event) bool {
				mu.Lock()
				defer mu.Unlock()
				if _, ok := ev.(signaling.Candidate); !ok {
					described[from] = true
					return true
				}
				if !described[from] {
					t.Errorf("%s trickled before its description", from)
				}
				candidates++
				return candidates != lost
			})
			b.Add("a", false)
			a.Add("b", true)
			time.Sleep(time.Second)
			wantStates(t, a, "b", Connecting, Open)
			wantStates(t, b, "a", Connecting, Open)
			mu.Lock()
			defer mu.Unlock()
			if candidates == 0 {
				t.Error("nothing was trickled, so this test shows nothing")
			}
		})
	}
}

// Servers that are named later are used for links to come, and what makes no
// sense among them harms none.
func TestSetICEServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay(t)
		server := stunServer(t, r.wan)
		a, b := r.mesh("a", Options{}), r.mesh("b", Options{})
		a.SetICEServers([]webrtc.ICEServer{
			{}, {URLs: []string{"http://10.0.9.9"}}, {URLs: []string{"turn:10.0.9.9"}}, server,
		})
		candidates := make(chan signaling.ID, 100)
		r.lose(func(from, _ signaling.ID, ev signaling.Event) bool {
			if _, ok := ev.(signaling.Candidate); ok {
				candidates <- from
			}
			return true
		})
		b.Add("a", false)
		a.Add("b", true)
		time.Sleep(time.Second)
		wantStates(t, a, "b", Connecting, Open)
		if len(candidates) == 0 {
			t.Error("nothing was trickled: the server was not asked")
		}
	})
}

// A turnServer is a TURN server whose one user has a name that changes.
type turnServer struct {
	host string
	user atomic.Pointer[string]
}

func newTURN(t *testing.T, wan *nettest.WAN) *turnServer {
	t.Helper()
	s := &turnServer{host: nettest.HostIP(1)}
	network := wan.Host()
	conn, err := network.ListenPacket("udp4", s.host+":3478")
	if err != nil {
		t.Fatal(err)
	}
	server, err := turn.NewServer(turn.ServerConfig{
		Realm: "test",
		AuthHandler: func(ra *turn.RequestAttributes) (string, []byte, bool) {
			return ra.Username, turn.GenerateAuthKey(ra.Username, ra.Realm, "password"), ra.Username == *s.user.Load()
		},
		PacketConnConfigs: []turn.PacketConnConfig{{PacketConn: conn, RelayAddressGenerator: &turn.RelayAddressGeneratorStatic{
			RelayAddress: net.ParseIP(s.host), Address: s.host, Net: network,
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return s
}

// as makes user the one that the server knows, and returns what to tell that.
func (s *turnServer) as(user string) []webrtc.ICEServer {
	s.user.Store(&user)
	return []webrtc.ICEServer{{URLs: []string{"turn:" + s.host + ":3478"}, Username: user, Credential: "password"}}
}

// A connection that is mended asks for a relay with the credentials of now, not
// with those it was made with, whichever side offers.
func TestMendWithNewCredentials(t *testing.T) {
	for _, told := range []signaling.ID{"a", "b"} {
		t.Run(string(told), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRelay(t)
				server := newTURN(t, r.wan)
				opts := Options{Mends: always, ICEServers: server.as("old")}
				a, b := r.mesh("a", opts), r.mesh("b", opts)
				b.Add("a", false)
				a.Add("b", true)
				time.Sleep(time.Second)
				wantStates(t, a, "b", Connecting, Open)

				r.peers[told].SetICEServers(server.as("new"))
				r.wan.Drop(func(from, to string) bool { return from != server.host && to != server.host })
				time.Sleep(30 * time.Second)
				wantStates(t, a, "b", Connecting, Open, Unsteady, Open)
				wantStates(t, b, "a", Connecting, Open, Unsteady, Open)
			})
		})
	}
}
