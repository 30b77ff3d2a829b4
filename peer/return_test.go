package peer

import (
	"context"
	"testing"
	"time"
)

// Who went while the server was away is not introduced again by the new one,
// and has no link: that is how the others know.
func TestLeftDuringRestart(t *testing.T) {
	inRoom(t, 4, func(t *testing.T, r *testRoom, p []*testPeer) {
		r.http.Kill()
		for _, p := range []*testPeer{p[0], p[3]} {
			p.server.Close()
			<-p.Done()
			p.Close(context.Background()) // and so does not say goodbye
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
		p[2].Close(context.Background())
		r.peers = p[:2]
		time.Sleep(time.Second)
		r.wantMesh()
		r.wantAgreement(1)
		if got := p[0].count(Lost) + p[1].count(Lost); got != 2 {
			t.Errorf("links were lost %d times, want 2", got)
		}
	})
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
