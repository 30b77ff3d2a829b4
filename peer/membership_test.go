package peer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"drawmesh/signaling"
)

// A door is a server whose joins a test answers.
type door struct {
	http.Handler

	mu    sync.Mutex
	opens func(w http.ResponseWriter, join http.Handler, r *http.Request)
	asked []time.Time
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	opens, server := d.opens, d.Handler
	if strings.HasSuffix(r.URL.Path, "/join") {
		d.asked = append(d.asked, time.Now())
	} else {
		opens = nil
	}
	d.mu.Unlock()
	if opens == nil {
		server.ServeHTTP(w, r)
	} else {
		opens(w, server, r)
	}
}

func (d *door) set(opens func(w http.ResponseWriter, join http.Handler, r *http.Request)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opens, d.asked = opens, nil
}

// become is another server's from now on.
func (d *door) become(server http.Handler, opens func(w http.ResponseWriter, join http.Handler, r *http.Request)) {
	d.set(opens)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.Handler = server
}

func (d *door) times() []time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asked
}

// states is what p was told of its place, in words.
func (p *testPeer) states() (list []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, ev := range p.events {
		if s, ok := ev.(Signaling); ok {
			list = append(list, s.State)
		}
	}
	return list
}

// A join that fails after a restart is asked again until it has succeeded, also
// when the stream is cut meanwhile and goes on where it was: only then is a peer
// told that it is connected, and only then do newcomers meet it.
func TestJoinedOrAskedAgain(t *testing.T) {
	refuse := func(status int) func(http.ResponseWriter, http.Handler, *http.Request) {
		return func(w http.ResponseWriter, _ http.Handler, _ *http.Request) { http.Error(w, "not now", status) }
	}
	tests := []struct {
		name  string
		opens func(w http.ResponseWriter, join http.Handler, r *http.Request)
	}{
		{"room full", refuse(409)},
		{"bad gateway", refuse(502)},
		{"busy", refuse(429)},
		{"a proxy forbids", refuse(403)},
		{"no stream", refuse(412)},
		{"a page to sign in", func(w http.ResponseWriter, _ http.Handler, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<!DOCTYPE html><title>Sign in</title>")
		}},
		{"the connection is cut", func(http.ResponseWriter, http.Handler, *http.Request) { panic(http.ErrAbortHandler) }},
		{"the answer is lost", func(_ http.ResponseWriter, join http.Handler, r *http.Request) {
			join.ServeHTTP(nowhere{}, r)
			panic(http.ErrAbortHandler)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inRoom(t, 2, func(t *testing.T, r *testRoom, p []*testPeer) {
				r.http.Kill()
				time.Sleep(time.Second)
				d := &door{Handler: r.newServer()}
				d.set(tt.opens)
				r.http.Start(d)
				time.Sleep(20 * time.Second)
				r.http.Cut() // and the streams go on where they were
				time.Sleep(20 * time.Second)
				for _, p := range p {
					if got := p.states(); len(got) == 0 || strings.Contains(fmt.Sprint(got), " connected") {
						t.Errorf("%s was told %v, want it not to be connected", p.opts.Name, got)
					}
					if s := strings.Join(p.states(), " "); !strings.Contains(s, "reconnecting outside reconnecting") {
						t.Errorf("%s was told %s, want outside between the outages", p.opts.Name, s)
					}
				}
				if got := len(d.times()); got < 2*8 || got > 2*40 {
					t.Errorf("2 peers asked %d times in 40 s, want once in 5 s each, or somewhat more", got)
				}
				d.set(nil)
				r.http.Cut() // and they ask at once, for the server may be well again
				time.Sleep(2 * time.Second)
				for _, p := range p {
					if got := p.states(); got[len(got)-1] != "connected" {
						t.Errorf("%s was told %v, want connected in the end", p.opts.Name, got)
					}
				}
				asked := len(d.times())
				late := r.join(1)[0]
				time.Sleep(2 * time.Second)
				r.wantMesh()
				wantDrawn(t, 1, p[0], p[1], late)
				time.Sleep(time.Minute)
				if got := len(d.times()); got > asked+1 {
					t.Errorf("%d joins after all are in, want only the newcomer's", got-asked)
				}
			})
		})
	}
}

// nowhere is where a lost answer goes.
type nowhere struct{}

func (nowhere) Header() http.Header         { return http.Header{} }
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) WriteHeader(int)             {}

// An answer that comes late, of a server that is not there any more, says nothing
// about the one that has taken its place.
func TestLateAnswerToAJoin(t *testing.T) {
	inRoom(t, 2, func(t *testing.T, r *testRoom, p []*testPeer) {
		held := make(chan struct{})
		r.http.Kill()
		d := &door{Handler: r.newServer()}
		d.set(func(w http.ResponseWriter, join http.Handler, r *http.Request) {
			join.ServeHTTP(w, r)
			<-held
		})
		r.http.Start(d)
		time.Sleep(3 * time.Second)
		d.become(r.newServer(), func(w http.ResponseWriter, _ http.Handler, _ *http.Request) {
			http.Error(w, "room full", http.StatusConflict)
		})
		time.Sleep(3 * time.Second)
		close(held)
		time.Sleep(3 * time.Second)
		for _, p := range p {
			if got := p.states(); slices.Contains(got, "connected") || got[len(got)-1] != "outside" {
				t.Errorf("%s was told %v, want outside in the end and never connected", p.opts.Name, got)
			}
		}
	})
}

// Who is asked to wait does.
func TestRejoinWaitsAsLongAsAsked(t *testing.T) {
	inRoom(t, 1, func(t *testing.T, r *testRoom, p []*testPeer) {
		r.http.Kill()
		d := &door{Handler: r.newServer()}
		d.set(func(w http.ResponseWriter, _ http.Handler, _ *http.Request) {
			w.Header().Set("Retry-After", "45")
			http.Error(w, "too many requests", http.StatusTooManyRequests)
		})
		r.http.Start(d)
		time.Sleep(2 * time.Minute)
		asked := d.times()
		if len(asked) < 2 {
			t.Fatalf("asked %d times in 2 minutes, want again and again", len(asked))
		}
		for i, at := range asked[1:] {
			if wait := at.Sub(asked[i]); wait < 45*time.Second {
				t.Errorf("asked again after %v, want at least 45s", wait)
			}
		}
	})
}

// A full room has one seat less than there are people after a restart. Who got
// none is in as soon as somebody leaves.
func TestSeatGetsFree(t *testing.T) {
	inRoom(t, 3, func(t *testing.T, r *testRoom, p []*testPeer) {
		r.http.Kill()
		r.maxPeers = 2
		r.http.Start(r.newServer())
		time.Sleep(10 * time.Second)
		var in, out []*testPeer
		for _, p := range p {
			if got := p.states(); got[len(got)-1] == "connected" {
				in = append(in, p)
			} else {
				out = append(out, p)
			}
		}
		if len(in) != 2 || len(out) != 1 {
			t.Fatalf("%d are in and %d are not, want 2 and 1", len(in), len(out))
		}
		out[0].mu.Lock()
		var why error
		for _, ev := range out[0].events {
			if s, ok := ev.(Signaling); ok && s.State == "outside" {
				why = s.Err
			}
		}
		out[0].mu.Unlock()
		if !errors.Is(why, signaling.ErrRoomFull) {
			t.Errorf("%s is outside because of %v, want the full room", out[0].opts.Name, why)
		}
		in[0].Close(context.Background())
		took := until(20*time.Second, func() bool { s := out[0].states(); return s[len(s)-1] == "connected" })
		if took > 7*time.Second {
			t.Errorf("in %v after a seat was free, want 7s at most", took)
		}
		r.peers = []*testPeer{in[1], out[0]}
		time.Sleep(time.Second)
		r.wantMesh()
	})
}
