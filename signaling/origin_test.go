package signaling

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func TestAddress(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	tests := []struct{ name, remote, forwarded, want string }{
		{"IPv4", "192.0.2.7:1234", "", "192.0.2.7"},
		{"IPv4 in IPv6", "[::ffff:192.0.2.7]:1234", "", "192.0.2.7"},
		{"IPv6", "[2001:db8:1:2:3:4:5:6]:1234", "", "2001:db8:1:2::"},
		{"the same /64", "[2001:db8:1:2::9]:1", "", "2001:db8:1:2::"},
		{"another /64", "[2001:db8:1:3::9]:1", "", "2001:db8:1:3::"},
		{"with a zone", "[fe80::1%eth0]:1", "", "fe80::"},
		{"a Unix socket", "@", "192.0.2.1", "@"},
		{"a pipe", "pipe", "", "pipe"},
		{"a stranger's header", "192.0.2.7:1", "198.51.100.1", "192.0.2.7"},
		{"a proxy's header", "10.1.1.1:1", "198.51.100.1", "198.51.100.1"},
		{"a proxy in IPv6", "[fd00::1]:1", "198.51.100.1", "198.51.100.1"},
		{"a proxy without a header", "10.1.1.1:1", "", "10.1.1.1"},
		{"a header that strangers began", "10.1.1.1:1", "203.0.113.9, 198.51.100.1", "198.51.100.1"},
		{"two proxies", "10.1.1.1:1", "203.0.113.9, 198.51.100.1, 10.2.2.2", "198.51.100.1"},
		{"proxies only", "10.1.1.1:1", "10.3.3.3,10.2.2.2", "10.3.3.3"},
		{"no address", "10.1.1.1:1", "198.51.100.1, nonsense", "10.1.1.1"},
		{"IPv6 behind a proxy", "10.1.1.1:1", "2001:db8:1:2::9", "2001:db8:1:2::"},
	}
	s := testServer(t, ServerOptions{TrustedProxies: proxies})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &http.Request{RemoteAddr: tt.remote, Header: http.Header{}}
			if tt.forwarded != "" {
				r.Header.Set("X-Forwarded-For", tt.forwarded)
			}
			if got := s.address(r); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// Pages of other sites get nothing, but those of the origins that were named.
func TestCrossOrigin(t *testing.T) {
	s := testServer(t, ServerOptions{Origins: []string{"https://friend.example"}})
	tests := []struct {
		name, method, origin string
		code                 int
		allowed              string
	}{
		{"a program", "POST", "", 200, ""},
		{"our own page", "POST", "http://example.com", 200, ""},
		{"a stranger's page", "POST", "https://evil.example", 403, ""},
		{"a friend's page", "POST", "https://friend.example", 200, "https://friend.example"},
		{"a friend asks before", "OPTIONS", "https://friend.example", 204, "https://friend.example"},
		{"a stranger asks before", "OPTIONS", "https://evil.example", 405, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, "http://example.com/access", strings.NewReader(`{"username":"Ana"}`))
			if tt.origin != "" {
				r.Header.Set("Origin", tt.origin)
			}
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if got := w.Header().Get("Access-Control-Allow-Origin"); w.Code != tt.code || got != tt.allowed {
				t.Errorf("got %d that allows %q, want %d that allows %q", w.Code, got, tt.code, tt.allowed)
			}
		})
	}
	if got := s.Stats().Refusals["cross_origin"]; got != 1 {
		t.Errorf("%d refusals counted, want 1", got)
	}
	if _, err := NewServer(ServerOptions{Secrets: [][]byte{testSecret}, Origins: []string{"friend"}}); err == nil {
		t.Error("want an error for an origin that is none")
	}
}

// Whoever runs a server is told once that a page is taken for another site's: it may
// be the server's own, whose name a proxy has replaced.
func TestCrossOriginIsLoggedOnce(t *testing.T) {
	var log strings.Builder
	s := testServer(t, ServerOptions{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	for range 3 {
		r := httptest.NewRequest("POST", "http://127.0.0.1:8712/access", strings.NewReader(`{"username":"Ana"}`))
		r.Header.Set("Origin", "http://draw.example")
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != http.StatusForbidden || w.Body.String() != "a page of another site may not do that\n" {
			t.Errorf("got %d %q, want to be refused as another site's page", w.Code, w.Body)
		}
	}
	got := log.String()
	if strings.Count(got, "\n") != 1 || !strings.Contains(got, "the Host header") || !strings.Contains(got, "origin=http://draw.example host=127.0.0.1:8712") {
		t.Errorf("got the log %q, want one line with both addresses", got)
	}
}
