package signaling

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// Who describes itself to many at once needs as many connections, but not new ones
// each time.
func TestIdleConnections(t *testing.T) {
	const together, rounds = idleConns / 2, 5
	server := testServer(t, ServerOptions{})
	var conns atomic.Int32
	var round sync.WaitGroup // that are still to come
	http1 := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/leave") {
			round.Done()
			round.Wait()
		}
		server.ServeHTTP(w, r)
	}))
	http1.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			conns.Add(1)
		}
	}
	http1.Start()
	defer http1.Close()
	defer server.Close()
	c, err := Dial(context.Background(), http1.URL, ClientOptions{Name: "ana"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for range rounds {
		round.Add(together)
		var posts sync.WaitGroup
		for range together {
			posts.Go(func() {
				if err := c.Leave(context.Background(), "studio"); err != nil {
					t.Error(err)
				}
			})
		}
		posts.Wait()
	}
	if n := conns.Load(); n > together+2 {
		t.Errorf("%d connections for %d times %d requests at once, want %d and the stream's", n, rounds, together, together)
	}
}
