package peer

import (
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// Who went while the server was away is not introduced again by the new one,
// and has no link: that is how the others know.
func TestLeftDuringRestart(t *testing.T) {
	inRoom(t, 4, func(t *testing.T, r *testRoom, p []*testPeer) {
		r.http.Kill()
		for _, p := range []*testPeer{p[0], p[3]} {
			p.server.Close()
			<-p.Done()
			p.Close() // and so does not say goodbye
		}
		r.peers = p[1:3]
		time.Sleep(time.Second)
		if got := p[1].Members(); len(got) != 3 || got[0].Link == Closed {
			t.Errorf("without a server there are %v, want all 3 to be held for members", got)
		}
		r.http.Start(r.newServer())
		time.Sleep(10 * time.Second)
		r.wantMesh()
		if got := p[1].count(Open) + p[2].count(Open); got != 6 {
			t.Errorf("links were opened %d times, want 6: those that were open stay", got)
		}
		wantDrawn(t, 1, p[1], p[2])
		for _, p := range r.peers {
			p.Peer.mu.Lock()
			if !p.calm {
				t.Errorf("%s looks after those who are gone, long after they were let go of", p.ID())
			}
			p.Peer.mu.Unlock()
		}
	})
}

// Where the server cannot tell the others, who leaves does. What is missing is
// not asked of it any more.
func TestBye(t *testing.T) {
	inRoom(t, 3, func(t *testing.T, r *testRoom, p []*testPeer) {
		r.http.Kill()
		p[2].Draw(segment(3))
		p[2].Close()
		r.peers = p[:2]
		time.Sleep(time.Second)
		r.wantMesh()
		r.wantAgreement(1)
		if got := p[0].count(Lost) + p[1].count(Lost); got != 2 {
			t.Errorf("links were lost %d times, want 2", got)
		}
	})
	inRoom(t, 2, func(t *testing.T, r *testRoom, p []*testPeer) {
		p[1].Peer.mu.Lock()
		p[1].drawing.bye() // and it stays
		p[1].Peer.mu.Unlock()
		time.Sleep(time.Second)
		p[0].Peer.mu.Lock()
		n := p[0].drawing.neighbours[p[1].ID()]
		n.have = canvas.Vector{p[1].site(): 5}
		if source := p[0].drawing.source(time.Now().Add(time.Minute)); source != nil {
			t.Error("it would be asked for more")
		}
		n.heard = time.Now().Add(-time.Minute)
		taken := p[0].drawing.wire
		p[0].drawing.wire = jammed{t}
		p[0].drawing.tick(time.Now())
		p[0].drawing.wire = taken
		p[0].Peer.mu.Unlock()
	})
}

// jammed takes nothing any more, and is not to be reset.
type jammed struct{ t *testing.T }

func (jammed) Send(signaling.ID, mesh.Message) bool { return true }
func (jammed) Queued(signaling.ID) int              { return 1 }
func (j jammed) Reset(id signaling.ID, err error) {
	j.t.Errorf("the link to %s would be reset: %v", id, err)
}

// A server that has forgotten its secret gives everybody another name. Nobody is
// held for two.
func TestNewSecret(t *testing.T) {
	inRoom(t, 3, func(t *testing.T, r *testRoom, p []*testPeer) {
		r.http.Kill()
		r.secret++
		r.http.Start(r.newServer())
		time.Sleep(5 * time.Second)
		r.wantMesh()
		wantDrawn(t, 1, p[0], p[1], p[2])
		if err := p[0].Flush(t.Context()); err != nil {
			t.Error(err)
		}
		r.join(1)
		time.Sleep(time.Second)
		r.wantMesh()
	})
}
