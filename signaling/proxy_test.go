package signaling

import (
	"log/slog"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// What a proxy does that the server was not told of is said, once, and what does no
// harm is not.
func TestUnknownProxy(t *testing.T) {
	const believed, replaced, full = "is not believed", "replaces the Host header", "has come to its limit"
	tests := []struct {
		name, remote string
		headers      []string
		http10       bool
		full         bool   // the address comes to its limit
		says         string // empty: nothing
	}{
		{"on this machine", "127.0.0.1:9", []string{"X-Forwarded-For", "192.0.2.9"}, false, false, believed},
		{"in this network", "10.0.0.9:9", []string{"X-Forwarded-For", "192.0.2.9"}, false, false, believed},
		{"in this network, IPv6", "[fd00::9]:9", []string{"X-Forwarded-For", "192.0.2.9"}, false, false, believed},
		{"trusted", "10.1.1.1:9", []string{"X-Forwarded-For", "192.0.2.9"}, false, false, ""},
		{"a company's", "192.0.2.1:9", []string{"X-Forwarded-For", "10.0.0.9"}, false, false, ""},
		{"none", "127.0.0.1:9", nil, false, false, ""},
		{"a page whose host was replaced", "127.0.0.1:9", []string{"Origin", "https://draw.example", "Sec-Fetch-Site", "same-origin"}, false, false, replaced},
		{"a page", "127.0.0.1:9", []string{"Origin", "http://server:8081", "Sec-Fetch-Site", "same-origin"}, false, false, ""},
		{"a company's, full", "192.0.2.1:9", []string{"X-Forwarded-For", "10.0.0.9"}, false, true, full},
		{"one that says nothing, full", "192.0.2.1:9", nil, true, true, full},
		{"nobody's, full", "192.0.2.1:9", nil, false, true, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log strings.Builder
			opts := ServerOptions{
				AccessRate:     -1,
				TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")},
				Logger:         slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn})),
			}
			if tt.full {
				opts.AccessRate = 0.001
			}
			s := testServer(t, opts)
			for range 70 {
				r := httptest.NewRequest("POST", "http://server:8081/access", strings.NewReader(`{"username":"Ana"}`))
				r.RemoteAddr = tt.remote
				for i := 0; i < len(tt.headers); i += 2 {
					r.Header.Set(tt.headers[i], tt.headers[i+1])
				}
				if tt.http10 {
					r.ProtoMinor = 0
				}
				s.ServeHTTP(httptest.NewRecorder(), r)
			}
			if got := log.String(); strings.Count(got, "\n") > 1 || (got == "") != (tt.says == "") || !strings.Contains(got, tt.says) {
				t.Errorf("got the log %q, want one line with %q", got, tt.says)
			}
		})
	}
}
