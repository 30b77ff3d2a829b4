package signaling

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
)

// Peers of the server's own process are not held to the limits of an address,
// and others are.
func TestInsideHasNoAddress(t *testing.T) {
	server, err := NewServer(ServerOptions{Secrets: [][]byte{NewSecret()}, MaxStreams: 2, AccessRate: 1e-9})
	if err != nil {
		t.Fatal(err)
	}
	outside, within := httptest.NewServer(server), httptest.NewServer(server.Inside())
	t.Cleanup(func() {
		server.Close()
		outside.Close()
		within.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	dial := func(url string) error {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		c, err := Dial(ctx, url, ClientOptions{Name: "Ana", HTTPClient: &http.Client{Transport: noPatience{}}})
		if err == nil {
			t.Cleanup(func() { c.Close() })
		}
		return err
	}
	for i := range 70 { // more than an address may ask for tokens, and hold streams
		if err := dial(within.URL); err != nil {
			t.Fatalf("peer %d inside: %v", i, err)
		}
	}
	for i := range 2 {
		if err := dial(outside.URL); err != nil {
			t.Fatalf("peer %d outside: got %v: those inside took its place", i, err)
		}
	}
	if err := dial(outside.URL); err == nil {
		t.Error("got a third stream for one address outside, want none")
	}
}

// noPatience makes a refusal final.
type noPatience struct{}

func (noPatience) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		if resp.StatusCode == http.StatusTooManyRequests {
			resp.StatusCode = http.StatusTeapot
		}
	}
	return resp, err
}

func TestOnJoin(t *testing.T) {
	var mu sync.Mutex
	var heard []string
	server, err := NewServer(ServerOptions{Secrets: [][]byte{NewSecret()}, MaxPeers: 2, OnJoin: func(room string) {
		mu.Lock()
		defer mu.Unlock()
		heard = append(heard, room)
	}})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(server)
	t.Cleanup(func() {
		server.Close()
		ts.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	for i, join := range []struct{ room, heard string }{
		{"studio", "[studio]"}, {"attic", "[studio attic]"}, {"studio", "[studio attic studio]"},
		{"studio", "[studio attic studio]"}, // it is full
		{"connect", "[studio attic studio]"},
	} {
		c, err := Dial(t.Context(), ts.URL, ClientOptions{Name: "Ana"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		c.Join(t.Context(), join.room) // or not
		mu.Lock()
		if got := fmt.Sprint(slices.Clone(heard)); got != join.heard {
			t.Errorf("join %d: got %s heard, want %s", i, got, join.heard)
		}
		mu.Unlock()
	}
}
