package peer

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/transport/v5"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
	"drawmesh/internal/nettest"
	"drawmesh/signaling"
)

// A testRoom is a whole room in memory: the real server, and real peers on a
// virtual network with 10 ms between any two of them.
type testRoom struct {
	t        *testing.T
	server   *signaling.Server
	http     *nettest.Server
	wan      *nettest.WAN
	peers    []*testPeer
	liveRate int                  // of those that join; see Options
	host     func() transport.Net // makes the hosts of those that join; nil means calm ones
	lies     bool                 // somebody may tell different things to different peers
	secret   byte                 // the server's, over and over
	maxPeers int                  // in the room
	forgets  func(Event) bool     // events that those who join need not note; nil: none
}

type testPeer struct {
	*Peer
	mu     sync.Mutex
	events []Event
	at     []time.Time // of the events

	forgets func(Event) bool
}

func newRoom(t *testing.T) *testRoom { return newRoomAt(t, 10*time.Millisecond) }

// newRoomAt is newRoom with another time that a packet takes.
func newRoomAt(t *testing.T, way time.Duration) *testRoom {
	r := &testRoom{t: t, wan: nettest.NewWAN(t, way), secret: 's', maxPeers: 64}
	r.http = nettest.Serve(t, r.newServer())
	t.Cleanup(func() {
		for _, p := range r.peers {
			p.Close(context.Background())
		}
		r.server.Close()
	})
	return r
}

// newServer replaces the server, as a restart does.
func (r *testRoom) newServer() http.Handler {
	if r.server != nil {
		r.server.Close()
	}
	var err error
	r.server, err = signaling.NewServer(signaling.ServerOptions{
		Secrets: [][]byte{bytes.Repeat([]byte{r.secret}, 32)}, MaxPeers: r.maxPeers, MaxStreams: -1, AccessRate: -1,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return r.server
}

// join adds n peers that all come at the same instant.
func (r *testRoom) join(n int) []*testPeer {
	r.t.Helper()
	host := r.host
	if host == nil {
		host = func() transport.Net { return r.wan.Host() }
	}
	fresh := make([]*testPeer, n)
	var all sync.WaitGroup
	for i := range fresh {
		p := &testPeer{forgets: r.forgets}
		fresh[i] = p
		opts := Options{
			Name: fmt.Sprint("p", len(r.peers)+i), HTTPClient: r.http.Client, Net: host(), LiveRate: r.liveRate,
		}
		all.Go(func() {
			var err error
			if p.Peer, err = Join(context.Background(), "http://server/studio", opts); err != nil {
				r.t.Error(err)
				return
			}
			go p.hear()
		})
	}
	all.Wait()
	if r.t.Failed() {
		r.t.FailNow()
	}
	r.peers = append(r.peers, fresh...)
	return fresh
}

// hear notes what happens, and when, until the peer has left.
func (p *testPeer) hear() {
	for ev := range p.Events() {
		if p.forgets != nil && p.forgets(ev) {
			continue
		}
		p.mu.Lock()
		p.events = append(p.events, ev)
		p.at = append(p.at, time.Now())
		p.mu.Unlock()
	}
}

// links counts, over all peers, the times that a link came to state.
func (r *testRoom) links(state LinkState) (n int) {
	for _, p := range r.peers {
		n += p.count(state)
	}
	return n
}

func (p *testPeer) count(state LinkState) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, ev := range p.events {
		if l, ok := ev.(Link); ok && l.State == state {
			n++
		}
	}
	return n
}

// when is the time at which a link of p came to a state last.
func (p *testPeer) when(state LinkState) (at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, ev := range p.events {
		if l, ok := ev.(Link); ok && l.State == state {
			at = p.at[i]
		}
	}
	return at
}

// until waits until something holds, but no longer than so long, and tells how
// long that took.
func until(atMost time.Duration, holds func() bool) time.Duration {
	start := time.Now()
	for !holds() && time.Since(start) < atMost {
		time.Sleep(time.Millisecond)
	}
	return time.Since(start)
}

// drawn is the x at which each segment that arrived begins.
func (p *testPeer) drawn() (xs []float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, ev := range p.events {
		if d, ok := ev.(Drawn); ok {
			if s, ok := d.Op.(canvas.Segment); ok {
				xs = append(xs, s.From.X)
			}
		}
	}
	return xs
}

// wantMesh checks that everybody's link to everybody else is open.
func (r *testRoom) wantMesh() {
	r.t.Helper()
	for _, p := range r.peers {
		members := p.Members()
		if len(members) != len(r.peers)-1 {
			r.t.Errorf("%s knows %d members, want %d", p.opts.Name, len(members), len(r.peers)-1)
		}
		for _, m := range members {
			if m.Link != Open {
				r.t.Errorf("%s: link to %s is %s, want open", p.opts.Name, m.Name, m.Link)
			}
		}
	}
}

func segment(x float64) canvas.Shape {
	return canvas.Segment{From: canvas.Point{X: x, Y: 1}, To: canvas.Point{X: 2, Y: 3}, Force: 1, Color: canvas.Color{R: 255, A: 255}}
}

// Fault 21: all come at once. Each pair has one link, soon.
func TestFault21JoinAtOnce(t *testing.T) {
	sizes := map[int]time.Duration{2: 5 * time.Second, 10: 5 * time.Second, 50: 20 * time.Second}
	if testing.Short() {
		delete(sizes, 50)
	}
	for n, within := range sizes {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRoom(t)
				start, last := time.Now(), time.Time{}
				r.join(n)
				time.Sleep(within)
				r.wantMesh()
				for _, p := range r.peers {
					if at := p.when(Open); at.After(last) {
						last = at
					}
				}
				t.Logf("all open after %v", last.Sub(start))
				if got, want := r.links(Open), n*(n-1); got != want {
					t.Errorf("links opened %d times, want %d: once on each side of each pair", got, want)
				}
				if got := r.links(Lost); got != 0 {
					t.Errorf("links were lost %d times, want none", got)
				}
			})
		})
	}
}

func TestDraw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		p := r.join(3)
		time.Sleep(5 * time.Second)
		sent := time.Now()
		if _, err := p[0].Draw(segment(1), segment(2)); err != nil {
			t.Fatal(err)
		}
		if err := p[0].Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(sent); took < 20*time.Millisecond || took > 700*time.Millisecond {
			t.Errorf("flushed in %v, want the network's round trip of 20ms and the delay of acknowledgments, a ping's that comes between included", took)
		}
		for _, p := range p[1:] {
			if got := p.drawn(); !slices.Equal(got, []float64{1, 2}) {
				t.Errorf("%s saw %v, want 1 and 2", p.opts.Name, got)
			}
		}
		p[0].Close(context.Background())
		if _, err := p[0].Draw(segment(3)); err != ErrClosed {
			t.Errorf("drawing after Close: got %v, want ErrClosed", err)
		}
		r.peers = r.peers[1:]
		time.Sleep(time.Second)
		r.wantMesh()
	})
}

func tooLong() mesh.Message {
	return mesh.Message{Data: make([]byte, mesh.MaxMessage+1)}
}

// Flush waits for somebody of whom nothing but the presence is known yet.
func TestFlushWaitsForTheLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		r.join(1)
		p, err := Join(t.Context(), "http://server/studio", Options{HTTPClient: r.http.Client, Net: r.wan.Host()})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close(context.Background())
		for {
			ev, err := p.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := ev.(Presence); ok {
				break
			}
		}
		if err := p.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		if members := p.Members(); len(members) != 1 || members[0].Link != Open {
			t.Errorf("flushed when the members were %+v", members)
		}
	})
}

// pulled is how many bytes p was sent of what was drawn before it could hear it,
// and by how many peers.
func (p *Peer) pulled() (bytes, peers int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	pulled := p.drawing.Pulled()
	for _, n := range pulled {
		bytes += n
	}
	return bytes, len(pulled)
}
