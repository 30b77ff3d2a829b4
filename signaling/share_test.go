package signaling

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/internal/nettest"
)

// inStudio is a peer that has a stream, and is in the room studio.
func inStudio(t *testing.T, h *Hub, id string) *member {
	t.Helper()
	m := connect(h, ID(id))
	m.join(t, "studio")
	return m
}

// inUse is how many bytes are in use.
func inUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Whoever relays more to somebody than they read is refused that, and nobody
// else: not the reader, whose stream and whose events stay, nor other senders.
func TestRelaysToWhoDoesNotRead(t *testing.T) {
	const peers = 32
	tests := []struct {
		name string
		body string
		want int // relays that are taken of one sender
	}{
		{"many", `"x"`, minBacklog / 4},
		{"large", `"` + strings.Repeat("x", 60<<10) + `"`, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := testHub(peers)
			bo := inStudio(t, h, "bo")
			h.take(bo.session, bo.stream, nil)
			relay := func(from string) error {
				return h.Relay(Peer{ID: ID(from)}, "bo", "hi", []byte(tt.body))
			}
			inStudio(t, h, "eve")
			h.take(bo.session, bo.stream, nil) // her coming
			taken := 0
			for range 1000 {
				switch err := relay("eve"); {
				case err == nil:
					taken++
				case !errors.Is(err, errBehind):
					t.Fatal(err)
				}
			}
			if taken != tt.want {
				t.Errorf("%d relays were taken, want %d", taken, tt.want)
			}
			inStudio(t, h, "ana")
			if err := relay("ana"); err != nil {
				t.Errorf("an honest sender: %v", err)
			}
			for i := range peers - 4 { // all together, and the room fills up
				id := fmt.Sprint("eve", i)
				inStudio(t, h, id)
				for range 1000 {
					relay(id)
				}
			}
			if bo.stream.cut.Load() {
				t.Fatal("the receiver's stream was cut")
			}
			frames, _ := h.take(bo.session, bo.stream, nil)
			introduced, heard, bytes := 0, 0, 0
			for _, f := range frames {
				switch f.name {
				case "add-peer":
					introduced++
				case "hi":
					heard++
					bytes += len(f.data)
				}
			}
			if introduced != peers-3 || heard > minBacklog/2 || bytes > ringBytes/2 {
				t.Errorf("told of %d peers and %d relays of %d bytes, want %d and half of what fits", introduced, heard, bytes, peers-3)
			}
			if err := relay("eve"); err != nil {
				t.Errorf("after all was read: %v", err)
			}
		})
	}
}

// The share is of what was not taken, also by who was away and goes on where the
// last stream ended.
func TestRelaysToWhoIsAway(t *testing.T) {
	h := testHub(32)
	bo := inStudio(t, h, "bo")
	inStudio(t, h, "eve")
	_, first := h.take(bo.session, bo.stream, nil)
	last := bo.session.id(first)
	h.disconnect(bo.session, bo.stream)
	taken := 0
	for range 1000 {
		if h.Relay(Peer{ID: "eve"}, "bo", "hi", []byte("{}")) == nil {
			taken++
		}
	}
	if taken != minBacklog/4 {
		t.Errorf("%d relays were taken while it was away, want %d", taken, minBacklog/4)
	}
	s, st, hello := h.connect(User{Peer: Peer{ID: "bo"}}, last, func() {})
	if !hello.Recovered {
		t.Error("it missed something")
	}
	if err := h.Relay(Peer{ID: "eve"}, "bo", "hi", []byte("{}")); !errors.Is(err, errBehind) {
		t.Errorf("back and nothing read: got %v, want %v", err, errBehind)
	}
	if frames, _ := h.take(s, st, nil); len(frames) < taken {
		t.Errorf("%d events were kept, want the %d relays at least", len(frames), taken)
	}
	if err := h.Relay(Peer{ID: "eve"}, "bo", "hi", []byte("{}")); err != nil {
		t.Errorf("back and all read: %v", err)
	}
}

// The sender is told over HTTP, and when to try again.
func TestRelayToWhoDoesNotReadIsRefused(t *testing.T) {
	s := testServer(t, ServerOptions{})
	for _, id := range []string{"bo", "eve"} {
		inStudio(t, s.hub, id)
	}
	counts := make(map[int]int)
	for range 100 {
		w := post(s, "/relay/bo/hi", good(t, "eve"), "{}")
		counts[w.Code]++
		if w.Code == http.StatusServiceUnavailable && w.Header().Get("Retry-After") == "" {
			t.Error("not told when to try again")
		}
	}
	if counts[200] != minBacklog/4 || counts[503] != 100-minBacklog/4 {
		t.Errorf("got %v, want %d relays and the rest refused", counts, minBacklog/4)
	}
	if got := s.Stats(); got.Refusals["behind"] != 100-minBacklog/4 || got.Overflows != 0 {
		t.Errorf("counted %+v", got)
	}
}

// A large message counts as several requests.
func TestLargeRelaysAreFewer(t *testing.T) {
	s := testServer(t, ServerOptions{RelayRate: 20})
	inStudio(t, s.hub, "ana")
	inStudio(t, s.hub, "bo")
	large := `"` + strings.Repeat("x", 60<<10) + `"` // counts as 16
	codes := make(map[int]int)
	for range 20 {
		codes[post(s, "/relay/bo/hi", good(t, "ana"), large).Code]++
		h := s.hub
		h.take(h.sessions["bo"], h.sessions["bo"].stream, nil)
	}
	if codes[200] != 6 { // of a burst of 100
		t.Errorf("got %v, want 6 taken", codes)
	}
}

// A body takes memory when it comes, not when it is announced.
func TestSlowBodies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t, ServerOptions{})
		defer s.Close()
		inStudio(t, s.hub, "ana")
		net := nettest.Serve(t, s)
		token := good(t, "ana")
		const posts = 300
		before := inUse()
		status := make(chan int, posts)
		for range posts {
			go func() {
				slow := &slowBody{done: make(chan struct{})}
				r, _ := http.NewRequestWithContext(t.Context(), "POST", "http://server/relay/bo/hi", slow)
				r.ContentLength = maxRelay
				r.Header.Set("Authorization", "Bearer "+token)
				resp, err := net.Client.Do(r)
				slow.Close()
				if err != nil {
					status <- 0
					return
				}
				resp.Body.Close()
				status <- resp.StatusCode
			}()
		}
		time.Sleep(bodyTime / 2)
		grown := (inUse() - before) / posts
		t.Logf("%d KiB each", grown>>10)
		if grown > 120<<10 { // both ends of the connection included
			t.Errorf("a body of which nothing came takes %d KiB", grown>>10)
		}
		time.Sleep(bodyTime)
		for range posts {
			if got := <-status; got == http.StatusOK {
				t.Error("half a body was taken")
			}
		}
	})
}

// A slowBody says one byte and nothing more.
type slowBody struct {
	begun bool
	done  chan struct{}
}

func (b *slowBody) Read(p []byte) (int, error) {
	if !b.begun {
		b.begun, p[0] = true, '"'
		return 1, nil
	}
	<-b.done
	return 0, errors.New("ended")
}

func (b *slowBody) Close() error {
	select {
	case <-b.done:
	default:
		close(b.done)
	}
	return nil
}

// This machine itself may have more streams than strangers, if nobody has said
// how many: not what a proxy on it forwards.
func TestLimitsOfThisMachine(t *testing.T) {
	tests := []struct {
		name, remote, header string
		streams              int
		want                 int
	}{
		{"a stranger", "192.0.2.1:1", "", 0, 64},
		{"this machine", "127.0.0.1:1", "", 0, 1024},
		{"this machine in IPv6", "[::1]:1", "", 0, 1024},
		{"this machine in both", "[::ffff:127.0.0.1]:1", "", 0, 1024},
		{"by a proxy", "127.0.0.1:1", "X-Forwarded-For", 0, 64},
		{"by a proxy of the standard", "127.0.0.1:1", "Forwarded", 0, 64},
		{"by a proxy that says nothing else", "127.0.0.1:1", "Via", 0, 64},
		{"this machine, limited", "127.0.0.1:1", "", 10, 10},
		{"a stranger, limited", "192.0.2.1:1", "", 10, 10},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := testServer(t, ServerOptions{MaxStreams: tt.streams})
			r := httptest.NewRequest("GET", "/connect", nil)
			if r.RemoteAddr = tt.remote; tt.header != "" {
				r.Header.Set(tt.header, "198.51.100.1")
			}
			got := 0
			for range 2000 {
				if limits, address := s.limits(r); limits.streams.acquire(address) {
					got++
				}
			}
			if got != tt.want {
				t.Errorf("%d streams, want %d", got, tt.want)
			}
		})
	}
}

// When the limit of an address may be that of a proxy, the log says so, once.
func TestWarnsOfAProxy(t *testing.T) {
	for _, tt := range []struct {
		name, remote, header string
		trusted              bool
		want                 int
	}{
		{"a proxy", "127.0.0.1:1", "198.51.100.1", false, 1},
		{"a proxy elsewhere", "192.0.2.1:1", "198.51.100.1", false, 1},
		{"a trusted proxy", "127.0.0.1:1", "198.51.100.1", true, 0},
		{"no proxy", "192.0.2.1:1", "", false, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			opts := ServerOptions{AccessRate: 0.001, Logger: slog.New(slog.NewTextHandler(&log, nil))}
			if tt.trusted {
				opts.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
			}
			s := testServer(t, opts)
			refused := 0
			for range 200 {
				r := httptest.NewRequest("POST", "/access", strings.NewReader(`{"username":"Ana"}`))
				if r.RemoteAddr = tt.remote; tt.header != "" {
					r.Header.Set("X-Forwarded-For", tt.header)
				}
				w := httptest.NewRecorder()
				if s.ServeHTTP(w, r); w.Code == http.StatusTooManyRequests {
					refused++
				}
			}
			if got := strings.Count(log.String(), "--trusted-proxy"); got != tt.want || refused == 0 {
				t.Errorf("%d refused, and %d warnings, want %d: %s", refused, got, tt.want, &log)
			}
		})
	}
}
