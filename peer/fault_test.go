package peer

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/internal/nettest"
	"drawmesh/signaling"
)

func (p *testPeer) reconnected() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Contains(p.events, Event(Signaling{State: "connected"}))
}

// inRoom runs a test in a bubble, in a room of n peers that are all linked.
func inRoom(t *testing.T, n int, test func(t *testing.T, r *testRoom, p []*testPeer)) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		p := r.join(n)
		time.Sleep(5 * time.Second)
		r.wantMesh()
		test(t, r, p)
	})
}

// wantDrawn checks that what the first of p draws gets to the others.
func wantDrawn(t *testing.T, x float64, p ...*testPeer) {
	t.Helper()
	p[0].Draw(segment(x))
	time.Sleep(time.Second)
	for _, other := range p[1:] {
		if got := other.drawn(); !slices.Contains(got, x) {
			t.Errorf("%s saw %v, want %v among them", other.opts.Name, got, x)
		}
	}
}

func TestLeaveAndReturn(t *testing.T) {
	inRoom(t, 3, func(t *testing.T, r *testRoom, p []*testPeer) {
		p[2].Close(context.Background())
		p[2].Close(context.Background())
		r.peers = r.peers[:2]
		time.Sleep(time.Second)
		r.wantMesh()
		if got := r.links(Closed); got != 2 {
			t.Errorf("links were closed %d times, want 2: by those who stay", got)
		}
		back := r.join(1)[0]
		time.Sleep(time.Second)
		r.wantMesh()
		wantDrawn(t, 7, p[0], p[1], back)
	})
}

// Someone who vanishes is gone for the others: first the link, then, when the
// server's grace is over, the member.
func TestVanish(t *testing.T) {
	inRoom(t, 2, func(t *testing.T, r *testRoom, p []*testPeer) {
		gone := nettest.HostIP(2)
		r.wan.Drop(func(from, to string) bool { return from == gone || to == gone })
		p[1].server.Close() // its stream ends without a word
		time.Sleep(9 * time.Second)
		if got := len(p[0].Members()); got != 1 {
			t.Errorf("after 9 s there are %d others, want 1: the grace is 10 s", got)
		}
		time.Sleep(12 * time.Second)
		if got := p[0].Members(); len(got) != 0 {
			t.Errorf("after 21 s there are others: %v", got)
		}
	})
}

// Fault: the server is killed and comes back, without any memory.
func TestServerRestart(t *testing.T) {
	inRoom(t, 3, func(t *testing.T, r *testRoom, p []*testPeer) {
		r.http.Kill()
		time.Sleep(time.Second)
		wantDrawn(t, 1, p[0], p[1], p[2])
		time.Sleep(3 * time.Second)
		r.http.Start(r.newServer())
		time.Sleep(3 * time.Second)
		for _, p := range p {
			if !p.reconnected() {
				t.Errorf("%s is not back 3 s after the server", p.opts.Name)
			}
		}
		wantDrawn(t, 2, p[1], p[0], p[2])
		if got := r.links(Lost) + r.links(Closed); got != 0 {
			t.Errorf("links were dropped %d times, want none", got)
		}
		if got := r.links(Open); got != 6 {
			t.Errorf("links were opened %d times, want 6: once on each side of each pair", got)
		}
		r.join(1)
		time.Sleep(time.Second)
		r.wantMesh()
	})
}

func TestStreamCut(t *testing.T) {
	inRoom(t, 3, func(t *testing.T, r *testRoom, p []*testPeer) {
		r.http.Cut()
		fourth := r.join(1)[0] // while the streams are away
		time.Sleep(3 * time.Second)
		r.wantMesh()
		wantDrawn(t, 1, p[0], p[1], p[2], fourth)
		if got := r.links(Lost) + r.links(Closed); got != 0 {
			t.Errorf("links were dropped %d times, want none", got)
		}
	})
}

// A lostPost is a server that takes posts of one kind, and loses some.
type lostPost struct {
	http.Handler
	kind string // in the body or path
	skip int    // of that kind pass first
	lose int    // then are lost
}

func (l *lostPost) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == "POST" && strings.HasPrefix(r.URL.Path, "/relay/") {
		body := new(bytes.Buffer)
		body.ReadFrom(r.Body)
		r.Body = http.NoBody
		if strings.Contains(body.String(), l.kind) {
			if l.skip > 0 {
				l.skip--
			} else if l.lose > 0 {
				l.lose--
				w.Write([]byte("OK"))
				return
			}
		}
		r.Body = readCloser{body}
	}
	l.Handler.ServeHTTP(w, r)
}

type readCloser struct{ *bytes.Buffer }

func (readCloser) Close() error { return nil }

func TestLostDescription(t *testing.T) {
	for _, kind := range []string{`"type":"offer"`, `"type":"answer"`} {
		t.Run(kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRoom(t)
				r.http.Kill()
				r.http.Start(&lostPost{Handler: r.server, kind: kind, lose: 1})
				p := r.join(2)
				time.Sleep(4900 * time.Millisecond)
				if got := r.links(Open); got != 0 {
					t.Fatalf("%d links are open although the %s was lost", got, kind)
				}
				time.Sleep(7 * time.Second)
				r.wantMesh()
				wantDrawn(t, 1, p[0], p[1])
			})
		})
	}
}

// A message longer than the limit costs its sender the link, and nothing else.
func TestTooLongMessage(t *testing.T) {
	inRoom(t, 3, func(t *testing.T, r *testRoom, p []*testPeer) {
		p[0].mesh.Send(p[1].ID(), tooLong())
		time.Sleep(100 * time.Millisecond)
		if got := p[1].count(Lost); got != 1 {
			t.Errorf("the receiver lost %d links, want 1", got)
		}
		if got := p[2].count(Lost); got != 0 {
			t.Errorf("a third peer lost %d links, want none", got)
		}
		time.Sleep(5 * time.Second)
		r.wantMesh()
		wantDrawn(t, 1, p[0], p[1], p[2])
	})
}

func TestRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		opts := Options{HTTPClient: r.http.Client, Net: r.wan.Host()}
		wants := func(url, says string) {
			t.Helper()
			p, err := Join(t.Context(), url, opts)
			if err == nil {
				p.Close(context.Background())
			}
			if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: got %v, want one line with %q", url, err, says)
			}
		}
		wants("studio", "no room's address: an address begins with http")
		wants("http://server", "names a server and no room")
		wants("http://server/connect", "a room's name is")
		wants("http://server/a%0Ab", "a room's name is")
		r.http.Kill()
		wants("http://server/studio", signaling.ErrNoServer.Error())
		r.http.Start(http.NotFoundHandler())
		wants("http://server/studio", signaling.ErrNotServer.Error())
		full, err := signaling.NewServer(signaling.ServerOptions{Secrets: [][]byte{signaling.NewSecret()}, MaxPeers: 1})
		if err != nil {
			t.Fatal(err)
		}
		r.http.Kill()
		r.http.Start(full)
		p, err := Join(t.Context(), "http://server/studio", opts)
		if err != nil {
			t.Fatal(err)
		}
		wants("http://server/studio", signaling.ErrRoomFull.Error())
		p.Close(context.Background())
		full.Close()
	})
}
