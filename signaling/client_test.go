package signaling

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/internal/nettest"
)

// dial connects a client for the life of the test, and takes its first event.
func dial(t *testing.T, s *nettest.Server, name string) *Client {
	t.Helper()
	c, err := Dial(t.Context(), "http://server", ClientOptions{Name: name, HTTPClient: s.Client})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if hello, ok := next(t, c).(Connected); !ok || hello.User.ID != c.Self().ID || hello.Recovered {
		t.Fatalf("first event: got %+v, want a new peer's connected", hello)
	}
	return c
}

func next(t *testing.T, c *Client) Event {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour) // virtual
	defer cancel()
	ev, err := c.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return ev
}

// nextOf returns the next event of type E, and drops those before.
func nextOf[E Event](t *testing.T, c *Client) E {
	t.Helper()
	for {
		if ev, ok := next(t, c).(E); ok {
			return ev
		}
	}
}

// follow takes all of c's events from now on. The function it returns waits
// until nothing moves, and returns those so far.
func follow(c *Client) func() []Event {
	var (
		mu     sync.Mutex
		events []Event
	)
	go func() {
		for {
			ev, err := c.Next(context.Background())
			if err != nil {
				return
			}
			mu.Lock()
			events = append(events, ev)
			mu.Unlock()
		}
	}()
	return func() []Event {
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(events)
	}
}

func join(t *testing.T, c *Client) {
	t.Helper()
	if err := c.Join(t.Context(), "studio"); err != nil {
		t.Fatal(err)
	}
}

func TestTwoClientsMeet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t, ServerOptions{})
		net := nettest.Serve(t, s)
		defer s.Close()
		bo, ana := dial(t, net, "Bo"), dial(t, net, "Ana")
		join(t, bo)
		join(t, ana)
		if got, want := next(t, ana), (AddPeer{bo.Self(), "studio", true}); got != want {
			t.Errorf("ana heard %+v, want %+v", got, want)
		}
		if got, want := next(t, bo), (AddPeer{ana.Self(), "studio", false}); got != want {
			t.Errorf("bo heard %+v, want %+v", got, want)
		}
		if ana.Self().Name != "Ana" {
			t.Errorf("ana is called %q", ana.Self().Name)
		}

		mid, index := "0", uint16(0)
		offer := SessionDescription{Type: "offer", SDP: "v=0\r\n", Mesh: []byte(`{"v":1}`)}
		candidate := ICECandidate{Candidate: "candidate:1", SDPMid: &mid, SDPMLineIndex: &index}
		for _, err := range []error{
			ana.Describe(t.Context(), bo.Self().ID, offer),
			ana.Trickle(t.Context(), bo.Self().ID, candidate),
			ana.Relay(t.Context(), bo.Self().ID, "wave", []int{1}),
		} {
			if err != nil {
				t.Error(err)
			}
		}
		d := next(t, bo).(Description)
		if d.Peer != ana.Self() || d.Data.SDP != offer.SDP || d.Data.Type != "offer" || string(d.Data.Mesh) != `{"v":1}` {
			t.Errorf("got %+v, want ana's %+v", d, offer)
		}
		if c := next(t, bo).(Candidate); c.Peer != ana.Self() || c.Data.Candidate != "candidate:1" || *c.Data.SDPMid != "0" || *c.Data.SDPMLineIndex != 0 {
			t.Errorf("got %+v, want ana's %+v", c, candidate)
		}
		if r := next(t, bo).(Relayed); r.Peer != ana.Self() || r.Name != "wave" || string(r.Data) != "[1]" {
			t.Errorf("got %+v, want ana's wave", r)
		}

		if err := ana.Leave(t.Context(), "studio"); err != nil {
			t.Error(err)
		}
		if got, want := next(t, bo), (RemovePeer{ana.Self(), "studio"}); got != want {
			t.Errorf("bo heard %+v, want %+v", got, want)
		}
		if err := ana.Relay(t.Context(), bo.Self().ID, "wave", 1); !errors.Is(err, ErrNoPeer) {
			t.Errorf("relay after leaving: got %v, want ErrNoPeer", err)
		}
	})
}

func TestDialErrors(t *testing.T) {
	token := func(w http.ResponseWriter) { fmt.Fprint(w, `{"token":"x"}`) }
	stream := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/access" {
				token(w)
				return
			}
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, body)
		}
	}
	tests := []struct {
		name   string
		server http.HandlerFunc // nil: nobody listens
		want   error
		code   int
	}{
		{"nobody listens", nil, ErrNoServer, 0},
		{"a page for everything", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }, ErrNotServer, 0},
		{"files only", http.NotFound, ErrNotServer, 404},
		{"no POST", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(405) }, ErrNotServer, 0},
		{"POST not known", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(501) }, ErrNotServer, 0},
		{"no token in the answer", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"key":1}`) }, ErrNotServer, 0},
		{"no stream", func(w http.ResponseWriter, _ *http.Request) { token(w) }, ErrNotServer, 0},
		{"an empty stream", stream(""), ErrNotServer, 0},
		{"another stream", stream("data: {}\n\n"), ErrNotServer, 0},
		{"connected as nobody", stream("event: connected\ndata: {}\n\n"), ErrNotServer, 0},
		{"half a connected", stream("event: connected\ndata: {\"user\":{\"id\":\"x\"}}\n"), ErrNotServer, 0},
		{"no HTTP", func(w http.ResponseWriter, _ *http.Request) {
			conn, _, _ := w.(http.Hijacker).Hijack()
			fmt.Fprint(conn, "SSH-2.0-OpenSSH_9.6\r\n")
			conn.Close()
		}, ErrNotServer, 0},
		{"cut at once", func(w http.ResponseWriter, _ *http.Request) {
			conn, _, _ := w.(http.Hijacker).Hijack()
			conn.Close()
		}, ErrNoServer, 0},
		{"down behind a proxy", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }, nil, 502},
		{"not for us", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, nil, 403},
		{"a stream not for us", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/access" {
				token(w)
			} else {
				w.WriteHeader(403)
			}
		}, nil, 403},
		{"busy", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, nil, 503},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				net := nettest.Serve(t, tt.server)
				if tt.server == nil {
					net.Kill()
				}
				_, err := Dial(t.Context(), "http://server", ClientOptions{Name: "Ana", HTTPClient: net.Client})
				var status *StatusError
				errors.As(err, &status)
				switch {
				case tt.want != nil && !errors.Is(err, tt.want):
					t.Errorf("got %v, want %v", err, tt.want)
				case tt.want == nil && (status == nil || status.Code != tt.code):
					t.Errorf("got %v, want status %d", err, tt.code)
				case strings.ContainsAny(err.Error(), "\n?"):
					t.Errorf("more than a line, or a URL with a query: %q", err)
				}
			})
		})
	}
	for _, base := range []string{"", "server", "ftp://server", "http://", "http://%zz", "localhost:8081"} {
		if _, err := Dial(t.Context(), base, ClientOptions{Name: "Ana"}); err == nil {
			t.Errorf("Dial(%q): got no error", base)
		}
	}
}

// A front takes note of the requests that pass, and can be given another
// handler.
type front struct {
	mu      sync.Mutex
	handler http.Handler
	paths   []string
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.paths = append(f.paths, r.URL.Path)
	h := f.handler
	f.mu.Unlock()
	h.ServeHTTP(w, r)
}

// turn gives f another handler and returns the paths asked for until then.
func (f *front) turn(h http.Handler) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.handler = h
	paths := f.paths
	f.paths = nil
	return paths
}

// status answers everything with a code alone, as a proxy does.
func status(code int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
}

// badToken answers everything with a code that says that the token is bad.
func badToken(code int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", challenge)
		w.WriteHeader(code)
	})
}

// Rule C5: who is refused asks for a new token once, and then gives up.
func TestRefusedForGood(t *testing.T) {
	server := testServer(t, ServerOptions{})
	tests := []struct {
		name    string
		code    int
		handler func(code int) http.Handler
		want    []string // requests
	}{
		{"401", 401, badToken, []string{"/connect", "/access", "/access"}},
		{"403", 403, badToken, []string{"/connect", "/access", "/access"}},
		{"tokens that open nothing", 403, func(code int) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/access" {
					server.ServeHTTP(w, r)
				} else {
					badToken(code).ServeHTTP(w, r)
				}
			})
		}, []string{"/connect", "/access", "/connect"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := testServer(t, ServerOptions{})
				door := &front{handler: s}
				net := nettest.Serve(t, door)
				ana := dial(t, net, "Ana")
				door.turn(tt.handler(tt.code))
				net.Cut()
				for nextOf[State](t, ana).Name != "lost" {
				}
				time.Sleep(time.Hour)
				if got := door.turn(nil); !slices.Equal(got, tt.want) {
					t.Errorf("requests: got %q, want %q", got, tt.want)
				}
				var status *StatusError
				if _, err := ana.Next(t.Context()); !errors.As(err, &status) || status.Code != tt.code {
					t.Errorf("got %v, want status %d", err, tt.code)
				}
			})
		})
	}
}

// A server that is gone is asked again, soon at first and never in a hurry.
func TestBackOff(t *testing.T) {
	tests := []struct {
		outage    time.Duration
		grace     time.Duration
		attempts  int           // at most
		back      time.Duration // after the server, at most
		recovered bool
	}{
		{0, 0, 1, time.Second, true},
		{time.Second, 0, 4, time.Second, true},
		{5 * time.Second, 0, 9, 3 * time.Second, true},
		{30 * time.Second, 0, 20, 20 * time.Second, false}, // beyond the grace
		{30 * time.Second, 50 * time.Second, 20, 20 * time.Second, true},
		{time.Hour, 0, 380, 20 * time.Second, false},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.outage, ", grace ", tt.grace), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := testServer(t, ServerOptions{Grace: tt.grace})
				door := &front{handler: s}
				net := nettest.Serve(t, door)
				ana := dial(t, net, "Ana")
				door.turn(status(502))
				net.Cut()
				heard := follow(ana)
				time.Sleep(tt.outage)
				synctest.Wait()
				if n := len(door.turn(s)); n > tt.attempts {
					t.Errorf("%d attempts, want at most %d", n, tt.attempts)
				}
				time.Sleep(tt.back)
				events := heard()
				hello, ok := events[len(events)-1].(Connected)
				if !ok {
					t.Fatalf("not back %v after the server", tt.back)
				}
				if hello.User.ID != ana.Self().ID || hello.Recovered != tt.recovered {
					t.Errorf("got %+v, want recovered %t", hello, tt.recovered)
				}
			})
		})
	}
}
