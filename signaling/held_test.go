package signaling

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/internal/nettest"
)

// heldBack passes on what the server answers, but for event streams, of which it
// passes so many writes, as a proxy does that buffers. The writes of zero, and
// the headers, are held as well.
type heldBack struct {
	http.Handler
	writes  int
	headers bool // pass all the same
}

func (h heldBack) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/connect" {
		if h.headers {
			w.Header().Set("Content-Type", "text/event-stream")
			http.NewResponseController(w).Flush()
		}
		w = &heldWriter{w, h.writes}
	}
	h.Handler.ServeHTTP(w, r)
}

type heldWriter struct {
	http.ResponseWriter
	writes int
}

func (w *heldWriter) Write(p []byte) (int, error) {
	if w.writes--; w.writes < 0 {
		return len(p), nil
	}
	return w.ResponseWriter.Write(p)
}

func (w *heldWriter) Flush() {
	if w.writes >= 0 {
		w.ResponseWriter.(http.Flusher).Flush()
	}
}

// A stream that carries nothing is told apart from a server that is dead.
func TestHeldBackStream(t *testing.T) {
	tests := []struct {
		name    string
		between func(server http.Handler) http.Handler
		want    error // of dialing; nil: it succeeds, and then the stream is held back
	}{
		{"nothing at all", func(s http.Handler) http.Handler { return heldBack{s, 0, false} }, errHeldBack},
		{"headers only", func(s http.Handler) http.Handler { return heldBack{s, 0, true} }, errHeldBack},
		{"its beginning only", func(s http.Handler) http.Handler { return heldBack{s, 1, false} }, nil},
		{"a dead server", func(s http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") != "" { // all but the first token
					hang.ServeHTTP(w, r)
					return
				}
				s.ServeHTTP(w, r)
			})
		}, errSilent},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := testServer(t, ServerOptions{})
				net := nettest.Serve(t, tt.between(s))
				start := time.Now()
				c, err := Dial(t.Context(), "http://server", ClientOptions{Name: "Ana", HTTPClient: net.Client})
				if tt.want == nil && err == nil {
					defer c.Close()
					err = nextOf[State](t, c).Err
				}
				want := tt.want
				if want == nil {
					want = errHeldBack
				}
				if err != want {
					t.Errorf("got %v, want %v", err, want)
				}
				if took := time.Since(start); took > 45*time.Second {
					t.Errorf("noticed after %v, want at most 45s", took)
				}
				s.Close()
			})
		})
	}
}

// Whatever answers with a page of its own, as a network does that wants to be
// signed in to, has not done what it was asked for.
func TestAPageAcknowledgesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t, ServerOptions{})
		door := &front{handler: s}
		net := nettest.Serve(t, door)
		ana := dial(t, net, "Ana")
		door.turn(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Write([]byte("\n <!DOCTYPE html><title>Welcome to the hotel</title>"))
		}))
		for what, err := range map[string]error{
			"join":  ana.Join(t.Context(), "studio"),
			"leave": ana.Leave(t.Context(), "studio"),
			"relay": ana.Relay(t.Context(), "bo", "wave", nil),
		} {
			if !errors.Is(err, ErrNotServer) {
				t.Errorf("%s: got %v, want ErrNotServer", what, err)
			}
		}
	})
}

// A server that is too busy for a stream is asked for it as late as it wants.
func TestStreamWaitsAsLongAsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t, ServerOptions{})
		door := &front{handler: s}
		net := nettest.Serve(t, door)
		ana := dial(t, net, "Ana")
		heard := follow(ana)
		door.turn(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "20")
			w.WriteHeader(http.StatusTooManyRequests)
		}))
		net.Cut()
		time.Sleep(2 * time.Minute)
		heard()
		if n := strings.Count(strings.Join(door.turn(s), " "), "/connect"); n < 2 || n > 7 {
			t.Errorf("asked for a stream %d times in 2 minutes, want 7 at most", n)
		}
	})
}
