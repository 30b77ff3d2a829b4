package signaling

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"drawmesh/internal/nettest"
)

func TestSplitRoomURL(t *testing.T) {
	tests := []struct{ address, server, room string }{
		{"http://localhost:8081/studio", "http://localhost:8081", "studio"},
		{"https://draw.example/studio/", "https://draw.example", "studio"},
		{"https://draw.example//studio//", "https://draw.example", "studio"},
		{"https://draw.example/draw/studio", "https://draw.example/draw", "studio"},
		{"https://draw.example/draw/studio/?from=mail#top", "https://draw.example/draw", "studio"},
		{"https://draw.example/studio?", "https://draw.example", "studio"},
		{"https://draw.example/studio?next=/a/b", "https://draw.example", "studio"},
		{"HTTPS://draw.example/%73tudio", "https://draw.example", "studio"},
		{"https://draw.example/my%20place/studio", "https://draw.example/my%20place", "studio"},
		{"https://draw.example/a%2Fb/studio", "https://draw.example/a%2Fb", "studio"},
		{"https://draw.example/a/../studio", "https://draw.example", "studio"},
		{"https://draw.example/...", "https://draw.example", "..."},
		{" http://draw.example/studio\n", "http://draw.example", "studio"},
		{"http://[2001:db8::1]:8081/studio", "http://[2001:db8::1]:8081", "studio"},
		{"http://[::1]/studio", "http://[::1]", "studio"},
		{"http://[fe80::1%25eth0]:8081/studio", "http://[fe80::1%25eth0]:8081", "studio"},
		{"http://[fe80::1%eth0]:8081/studio", "http://[fe80::1%25eth0]:8081", "studio"},
	}
	for _, tt := range tests {
		server, room, err := SplitRoomURL(tt.address)
		if err != nil || server != tt.server || room != tt.room {
			t.Errorf("%q: got %q, %q, %v, want %q, %q", tt.address, server, room, err, tt.server, tt.room)
		}
	}
	for address, says := range map[string]string{
		"":                                     "begins with http:// or https://",
		"studio":                               "begins with http:// or https://",
		"ftp://draw.example/studio":            "begins with http:// or https://",
		"http:///studio":                       "names no host",
		"http://:8081/studio":                  "names no host",
		"http://draw.example":                  "no room: try http://draw.example/studio",
		"http://draw.example/?x#y":             "no room: try http://draw.example/studio",
		"http://draw.example/a+b":              `"a+b": a room's name is`,
		"http://draw.example/studio%2F":        `"studio/": a room's name is`,
		"http://draw.example/connect":          `"connect": a room's name is`,
		"http://draw.example/50%":              `invalid URL escape "%"`,
		"http://::1:8081/studio":               "invalid port",
		"http://ana:geheim@draw.example/r":     ErrUserinfo.Error(),
		"http://ana@draw.example/r":            ErrUserinfo.Error(),
		"http://ana:ge/heim@draw.example/r":    "invalid port",
		"http://ana:geheim@draw.example/%zz/r": "invalid URL escape",
	} {
		_, _, err := SplitRoomURL(address)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%q: got %v, want %q", address, err, says)
		}
	}
}

// Whoever is sent on to where the server is goes there, and to no other host.
func TestSentOn(t *testing.T) {
	tests := []struct {
		name, to string
		code     int
		want     string // of the error; empty: the client arrives
	}{
		{"below the name, moved", "/draw/access", http.StatusMovedPermanently, ""},
		{"below the name, found", "draw/access", http.StatusFound, ""},
		{"below the name, to post again", "http://server/draw/access", http.StatusPermanentRedirect, ""},
		{"another host", "https://www.server/draw/access", http.StatusMovedPermanently, "the server answered 301: moved to https://www.server/draw/access"},
		{"a page to sign in", "/login?next=access", http.StatusFound, "the server answered 302: moved to http://server/login?next=access"},
		{"in circles", "/access", http.StatusTemporaryRedirect, "the server answered 307: moved to http://server/access"},
		{"nowhere", "", http.StatusSeeOther, "the server answered 303: See Other"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := testServer(t, ServerOptions{})
				defer s.Close()
				below := http.StripPrefix("/draw", s)
				net := nettest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if strings.HasPrefix(r.URL.Path, "/draw/") {
						below.ServeHTTP(w, r)
						return
					}
					if tt.to != "" {
						w.Header().Set("Location", tt.to)
					}
					w.WriteHeader(tt.code)
				}))
				c, err := Dial(t.Context(), "http://server", ClientOptions{Name: "Ana", HTTPClient: net.Client})
				switch {
				case err == nil:
					follow(c)
					join(t, c)
					c.Close()
					if tt.want != "" {
						t.Errorf("it arrived, want %q", tt.want)
					}
				case err.Error() != tt.want:
					t.Errorf("got %v, want %q", err, tt.want)
				}
			})
		})
	}
}

// Nobody is led out of encryption.
func TestSentOutOfEncryption(t *testing.T) {
	c := &Client{base: "https://server", opts: ClientOptions{Name: "Ana", HTTPClient: &http.Client{
		Transport: tripper(func(r *http.Request) (*http.Response, error) {
			if r.URL.Scheme != "https" {
				t.Errorf("asked %s", r.URL)
			}
			return &http.Response{StatusCode: 307, Header: http.Header{"Location": {"http://server/access"}}, Body: http.NoBody, Request: r}, nil
		}),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, ctx: t.Context()}
	var status *StatusError
	if err := c.arrive(t.Context()); !errors.As(err, &status) || status.Code != 307 {
		t.Errorf("got %v, want the refusal to go there", err)
	}
}

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A proxy's password and the token go together, and the token may also be where the
// first pages had it.
func TestTokenBesideAPassword(t *testing.T) {
	s := testServer(t, ServerOptions{})
	defer s.Close()
	token, err := s.signer.issue(Peer{Name: "Ana"})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, authorization, own, query string
		want                            bool
	}{
		{"its own header", "", token, "", true},
		{"beside a password", "Basic YW5hOmdlaGVpbQ==", token, "", true},
		{"beside a proxy's own token", "Bearer of.another.kind", token, "", true},
		{"Authorization", "Bearer " + token, "", "", true},
		{"query", "", "", token, true},
		{"query beside a password", "Basic YW5hOmdlaGVpbQ==", "", token, true},
		{"a password alone", "Basic YW5hOmdlaGVpbQ==", "", "", false},
		{"a bad one, beside a good one", "Bearer " + token, "x", "", false},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("POST", "/studio/leave?token="+tt.query, nil)
		r.Header.Set("Authorization", tt.authorization)
		r.Header.Set(TokenHeader, tt.own)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if got := w.Code == http.StatusOK; got != tt.want {
			t.Errorf("%s: got %d %s, want it to be let in: %t", tt.name, w.Code, w.Body, tt.want)
		}
	}
}
