package signaling

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

var testSecret = []byte("0123456789abcdef0123456789abcdef")

func testServer(t testing.TB, opts ServerOptions) *Server {
	t.Helper()
	if opts.Secrets == nil {
		opts.Secrets = [][]byte{testSecret}
	}
	s, err := NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// signed makes a token by the library alone.
func signed(t testing.TB, method jwt.SigningMethod, key any, c jwt.MapClaims) string {
	t.Helper()
	token, err := jwt.NewWithClaims(method, c).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func good(t testing.TB, id string) string {
	return signed(t, jwt.SigningMethodHS256, testSecret,
		jwt.MapClaims{"id": id, "username": id, "exp": time.Now().Add(time.Hour).Unix()})
}

func post(s http.Handler, path, token, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, strings.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestAnswers(t *testing.T) {
	s := testServer(t, ServerOptions{MaxPeers: 2})
	for _, id := range []string{"ana", "bo", "cy"} {
		connect(s.hub, ID(id))
	}
	s.hub.Join("ana", "studio")
	s.hub.Join("bo", "studio")
	ana, cy := good(t, "ana"), good(t, "cy")
	hour := time.Now().Add(time.Hour).Unix()
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." +
		base64.RawURLEncoding.EncodeToString([]byte(`{"id":"ana","exp":9999999999}`)) + "."
	big := `"` + strings.Repeat("x", maxRelay) + `"`

	tests := []struct {
		name, path, token, body string
		code                    int
		says                    string
	}{
		{"access", "/access", "", `{"username":"Ana"}`, 200, `{"token":"`},
		{"access without a name", "/access", "", `{}`, 403, "a name needs at least one character that can be seen"},
		{"access with an empty name", "/access", "", `{"username":" "}`, 403, "a name needs at least one character that can be seen"},
		{"access with a name of controls", "/access", "", `{"username":"\u202e\u0007"}`, 403, "a name needs at least one character that can be seen"},
		{"access with a number for a name", "/access", "", `{"username":7}`, 403, "a name needs at least one character that can be seen"},
		{"access with no object", "/access", "", `[]`, 403, "a name needs at least one character that can be seen"},
		{"access with bad JSON", "/access", "", `{"username":`, 400, "malformed"},
		{"access too large", "/access", "", `{"username":"` + strings.Repeat("x", 1024) + `"}`, 413, "too large"},
		{"refresh", "/access", ana, ``, 200, `{"token":"`},
		{"refresh with a name that is none", "/access", ana, `{"username":"\u200b"}`, 403, "a name needs at least one character that can be seen"},
		{"refresh with a bad token", "/access", "x", `{"username":"Ana"}`, 403, "token"},

		{"no token", "/attic/join", "", "", 401, "token"},
		{"no JWT", "/attic/join", "x.y.z", "", 403, "token"},
		{"alg none", "/attic/join", none, "", 403, "token"},
		{"HS384", "/attic/join", signed(t, jwt.SigningMethodHS384, testSecret, jwt.MapClaims{"id": "ana", "exp": hour}), "", 403, "token"},
		{"another secret", "/attic/join", signed(t, jwt.SigningMethodHS256, NewSecret(), jwt.MapClaims{"id": "ana", "exp": hour}), "", 403, "token"},
		{"no exp", "/attic/join", signed(t, jwt.SigningMethodHS256, testSecret, jwt.MapClaims{"id": "ana"}), "", 403, "token"},
		{"no id", "/attic/join", signed(t, jwt.SigningMethodHS256, testSecret, jwt.MapClaims{"exp": hour}), "", 403, "token"},
		{"expired within the leeway", "/attic/join", signed(t, jwt.SigningMethodHS256, testSecret, jwt.MapClaims{"id": "ana", "exp": time.Now().Add(-50 * time.Second).Unix()}), "", 200, "OK"},
		{"expired", "/attic/join", signed(t, jwt.SigningMethodHS256, testSecret, jwt.MapClaims{"id": "ana", "exp": time.Now().Add(-70 * time.Second).Unix()}), "", 403, "token"},
		{"huge", "/attic/join", signed(t, jwt.SigningMethodHS256, testSecret, jwt.MapClaims{"id": "ana", "exp": hour, "x": strings.Repeat("x", tokenSize)}), "", 403, "token"},
		{"token in the query", "/attic/join?token=" + ana, "", "", 200, "OK"},

		{"join", "/attic/join", ana, "", 200, "OK"},
		{"join again", "/attic/join", ana, "", 200, "OK"},
		{"join a full room", "/studio/join", cy, "", 409, "room full"},
		{"join a reserved word", "/metrics/join", ana, "", 404, "no such room"},
		{"join with a line break", "/a%0Ab/join", ana, "", 404, "no such room"},
		{"join a long name", "/" + strings.Repeat("x", 65) + "/join", ana, "", 404, "no such room"},
		{"join without a stream", "/attic/join", good(t, "dee"), "", 412, "connect"},
		{"leave a room one is not in", "/cellar/leave", ana, "", 200, "OK"},

		{"relay", "/relay/bo/session-description", ana, `{"type":"offer"}`, 200, "OK"},
		{"relay without a body", "/relay/bo/hi", ana, ``, 200, "OK"},
		{"relay to a stranger", "/relay/cy/hi", ana, `{}`, 404, "no such peer"},
		{"relay to nobody", "/relay/x/hi", ana, `{}`, 404, "no such peer"},
		{"relay bad JSON", "/relay/bo/hi", ana, `{`, 400, "malformed"},
		{"relay two values", "/relay/bo/hi", ana, `1 2`, 400, "malformed"},
		{"relay too large", "/relay/bo/hi", ana, big, 413, "too large"},
		{"relay the server's event", "/relay/bo/remove-peer", ana, `{}`, 400, "no event"},
		{"relay with a line break", "/relay/bo/hi%0Adata:x", ana, `{}`, 400, "no event"},
		{"relay to a line break", "/relay/bo%0Adata:x/hi", ana, `{}`, 404, "no such peer"},
		{"nothing there", "/studio/dance", ana, "", 404, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := post(s, tt.path, tt.token, tt.body)
			if w.Code != tt.code || !strings.Contains(w.Body.String(), tt.says) {
				t.Errorf("got %d %q, want %d with %q", w.Code, w.Body, tt.code, tt.says)
			}
			if len(w.Body.String()) > 500 || strings.Contains(w.Body.String(), "goroutine") {
				t.Errorf("a long answer: %q", w.Body)
			}
		})
	}
}

func TestConnectAnswers(t *testing.T) {
	s := testServer(t, ServerOptions{MaxStreams: 1})
	closed := testServer(t, ServerOptions{})
	closed.Close()
	closed.Close()
	tests := []struct {
		name, method, accept, token string
		server                      *Server
		code                        int
	}{
		{"no Accept", "GET", "", good(t, "ana"), s, 404},
		{"Accept anything", "GET", "*/*", good(t, "ana"), s, 404},
		{"no token", "GET", "text/event-stream", "", s, 401},
		{"bad token", "GET", "text/event-stream", "x", s, 403},
		{"HEAD", "HEAD", "text/event-stream", good(t, "ana"), s, 200},
		{"POST", "POST", "text/event-stream", good(t, "ana"), s, 405},
		{"shutting down", "GET", "text/event-stream", good(t, "ana"), closed, 503},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, "/connect?token="+tt.token, nil)
			r.Header.Set("Accept", tt.accept)
			w := httptest.NewRecorder()
			tt.server.ServeHTTP(w, r)
			if w.Code != tt.code {
				t.Errorf("got %d, want %d", w.Code, tt.code)
			}
			if len(tt.server.hub.sessions) != 0 {
				t.Error("it was registered all the same")
			}
		})
	}
	t.Run("one stream too many", func(t *testing.T) {
		ts := httptest.NewServer(s)
		defer ts.Close()
		defer s.Close()
		get := func() *http.Response {
			r, _ := http.NewRequest("GET", ts.URL+"/connect?token="+good(t, "ana"), nil)
			r.Header.Set("Accept", "text/event-stream")
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			return resp
		}
		first := get()
		defer first.Body.Close()
		for k, want := range map[string]string{
			"Content-Type": "text/event-stream", "X-Accel-Buffering": "no",
			"Cache-Control": "no-cache, no-transform", "Referrer-Policy": "no-referrer",
		} {
			if got := first.Header.Get(k); got != want {
				t.Errorf("%s: got %q, want %q", k, got, want)
			}
		}
		second := get()
		defer second.Body.Close()
		if second.StatusCode != 429 || second.Header.Get("Retry-After") == "" {
			t.Errorf("got %s, want 429 with Retry-After", second.Status)
		}
	})
}
