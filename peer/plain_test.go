package peer

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/transport/v5"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
	"drawmesh/internal/nettest"
	"drawmesh/signaling"
)

// A plainPeer speaks the plain protocol only, and keeps what it is sent.
type plainPeer struct {
	server *signaling.Client
	mesh   *mesh.Mesh
	done   chan struct{}
	hold   atomic.Pointer[chan struct{}] // while set and open, it reads nothing
	joined bool                          // once
	says   json.RawMessage               // of what it can do; nil: nothing

	mu    sync.Mutex
	shows []canvas.PlainOp // since the last clear
	bad   []string         // what is not of the plain protocol
}

func (r *testRoom) joinPlain(t *testing.T) *plainPeer {
	t.Helper()
	p, err := enterPlain(r.http.Client, r.wan.Host(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	return p
}

// enterPlain lets a plain peer come. One that says to be something else is no
// plain one, but keeps nothing.
func enterPlain(client *http.Client, network transport.Net, says json.RawMessage) (*plainPeer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	server, err := signaling.Dial(ctx, "http://server", signaling.ClientOptions{Name: "plain", HTTPClient: client})
	if err != nil {
		return nil, err
	}
	links, err := mesh.New(mesh.Options{Signaler: server, Self: server.Self().ID, Net: network, Capability: func() json.RawMessage { return says }})
	if err != nil {
		return nil, err
	}
	p := &plainPeer{server: server, mesh: links, done: make(chan struct{}), says: says}
	heard := make(chan signaling.Event)
	go func() {
		defer close(heard)
		for {
			ev, err := server.Next(context.Background())
			if err != nil {
				return
			}
			heard <- ev
		}
	}()
	go p.loop(heard)
	if err := server.Join(ctx, "studio"); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *plainPeer) close() {
	p.server.Close()
	p.mesh.Close()
	<-p.done
}

func (p *plainPeer) loop(heard <-chan signaling.Event) {
	defer close(p.done)
	events := p.mesh.Events()
	for heard != nil || events != nil {
		select {
		case ev, ok := <-heard:
			switch ev := ev.(type) {
			case signaling.Connected:
				if !ev.Recovered && p.joined {
					go p.server.Join(context.Background(), "studio")
				}
				p.joined = true
			case signaling.AddPeer:
				p.mesh.Add(ev.Peer.ID, ev.Offer)
			case signaling.RemovePeer:
				p.mesh.Remove(ev.Peer.ID)
			case signaling.Description:
				p.mesh.Handle(ev.Peer.ID, ev)
			case signaling.Candidate:
				p.mesh.Handle(ev.Peer.ID, ev)
			}
			if !ok {
				heard = nil
			}
		case ev, ok := <-events:
			if msg, isMessage := ev.(mesh.Message); isMessage {
				p.take(msg)
			}
			if !ok {
				events = nil
			}
		}
	}
}

func (p *plainPeer) take(msg mesh.Message) {
	if p.says != nil {
		return
	}
	if hold := p.hold.Load(); hold != nil {
		<-*hold
	}
	op, err := canvas.ParseOp(msg.Data)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch op.(type) {
	case canvas.Clear:
		p.shows = nil
	case nil:
		p.bad = append(p.bad, string(msg.Data)+": "+err.Error())
	default:
		p.shows = append(p.shows, op)
	}
}

func (p *plainPeer) draw(op canvas.PlainOp) {
	p.mesh.Broadcast(mesh.Message{Data: canvas.AppendOp(nil, op), Text: true})
}

func (p *plainPeer) wants(t *testing.T, when string, n int) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.shows) != n {
		t.Errorf("%s: a plain peer shows %d segments, want %d", when, len(p.shows), n)
	}
	for _, m := range p.bad {
		t.Errorf("%s: a plain peer was sent %s", when, m)
	}
}

// What a plain peer draws is everybody's, once, also for those who come late.
func TestPlainPeerIsAdopted(t *testing.T) {
	inRoom(t, 3, func(t *testing.T, r *testRoom, p []*testPeer) {
		plain := r.joinPlain(t)
		time.Sleep(2 * time.Second)
		for x := range 10 {
			plain.draw(segment(float64(x)))
		}
		t.Logf("everybody's after %v", until(3*time.Second, func() bool { return p[0].entries() == 10 && r.same() }))
		r.wantAgreement(10)
		r.join(1)
		time.Sleep(3 * time.Second)
		r.wantAgreement(10)
		plain.draw(canvas.Clear{})
		time.Sleep(3 * time.Second)
		r.wantAgreement(0)
		for _, p := range r.peers {
			p.mu.Lock()
			for _, ev := range p.events {
				d, ok := ev.(Drawn)
				if _, clears := d.Op.(canvas.Clear); ok && !clears && d.Entry.N == 0 {
					t.Errorf("%s was told of %T without its entry", p.opts.Name, d.Op)
				}
			}
			p.mu.Unlock()
		}
	})
}

// The sponsor dies with a plain peer's strokes unlogged: somebody else logs them.
func TestSponsorDies(t *testing.T) {
	inRoom(t, 4, func(t *testing.T, r *testRoom, p []*testPeer) {
		plain := r.joinPlain(t)
		time.Sleep(2 * time.Second)
		sponsor, at := p[0], 0
		for i, q := range p {
			if q.drawing.Log().Site().String() < sponsor.drawing.Log().Site().String() {
				sponsor, at = q, i
			}
		}
		// It hears the stroke, and nobody hears of it any more but the plain peer.
		ip, plainIP := nettest.HostIP(at+1), nettest.HostIP(5)
		r.wan.Drop(func(from, to string) bool { return (from == ip || to == ip) && from != plainIP })
		plain.draw(segment(1))
		r.peers = append(r.peers[:at:at], r.peers[at+1:]...)
		t.Logf("everybody's after %v", until(3*time.Second, func() bool { return r.peers[0].entries() > 0 && r.same() }))
		time.Sleep(2 * time.Second)
		r.wantAgreement(-1) // whoever noticed has logged it, but it shows once
		r.peers[0].Look(func(log *canvas.Log) {
			n := 0
			for range log.Paint(canvas.Key{}) {
				n++
			}
			if n != 1 {
				t.Errorf("the stroke shows %d times, want once", n)
			}
		})
		sponsor.Close(context.Background())
	})
}

func TestPlainPeerSeesTheDrawing(t *testing.T) {
	inRoom(t, 2, func(t *testing.T, r *testRoom, p []*testPeer) {
		ops := 10_000
		if testing.Short() {
			ops = 1000
		}
		for x := range ops {
			p[0].Draw(segment(float64(x)))
		}
		p[1].Draw(canvas.Rect{Origin: canvas.Point{X: 1, Y: 1}, Width: 5, Height: 5, LineWidth: 2, Color: canvas.Color{A: 255}})
		time.Sleep(time.Second)
		plain := r.joinPlain(t)
		time.Sleep(5 * time.Second)
		plain.wants(t, "late", ops+4) // the rectangle as its four sides
		p[0].Draw(segment(7))
		p[1].Undo(p[1].Undoable())
		time.Sleep(5 * time.Second)
		plain.wants(t, "after an undo", ops+1)
		p[1].Draw(canvas.Clear{})
		time.Sleep(5 * time.Second)
		plain.wants(t, "cleared", 0)
	})
}
