package signaling

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
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
		{"access without a name", "/access", "", `{}`, 403, "username"},
		{"access with an empty name", "/access", "", `{"username":" "}`, 403, "username"},
		{"access with a name of controls", "/access", "", `{"username":"\u202e\u0007"}`, 403, "username"},
		{"access with a number for a name", "/access", "", `{"username":7}`, 403, "username"},
		{"access with no object", "/access", "", `[]`, 403, "username"},
		{"access with bad JSON", "/access", "", `{"username":`, 400, "malformed"},
		{"access too large", "/access", "", `{"username":"` + strings.Repeat("x", 1024) + `"}`, 413, "too large"},
		{"refresh", "/access", ana, ``, 200, `{"token":"`},
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

func TestCrossOrigin(t *testing.T) {
	s := testServer(t, ServerOptions{})
	r := httptest.NewRequest("POST", "/access", strings.NewReader(`{"username":"Ana"}`))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != 403 {
		t.Errorf("a page of another site got %d, want 403", w.Code)
	}
}

func TestLimits(t *testing.T) {
	s := testServer(t, ServerOptions{AccessRate: 0.001, RelayRate: 2})
	connect(s.hub, "ana").join(t, "studio")
	connect(s.hub, "bo").join(t, "studio")
	count := func(path, token, body string) (ok int) {
		for range 200 {
			switch w := post(s, path, token, body); {
			case w.Code == 200:
				ok++
			case w.Code != 429 || w.Header().Get("Retry-After") == "":
				t.Fatalf("got %d, want 200 or 429 with Retry-After", w.Code)
			}
		}
		return ok
	}
	if got := count("/access", "", `{"username":"Ana"}`); got != 64 {
		t.Errorf("%d tokens at once, want 64", got)
	}
	if got := count("/relay/bo/hi", good(t, "ana"), `{}`); got != 10 {
		t.Errorf("%d relays at once, want 10", got)
	}
}

func TestRateTableIsBounded(t *testing.T) {
	table := newRateTable(1, 1)
	for i := range 5 * tableSize {
		table.allow(string(rune(i)))
	}
	if got := len(table.now) + len(table.old); got > 2*tableSize {
		t.Errorf("%d entries, want at most %d", got, 2*tableSize)
	}
}

func TestRefreshKeepsTheID(t *testing.T) {
	s := testServer(t, ServerOptions{})
	token := func(w *httptest.ResponseRecorder) jwt.MapClaims {
		var answer struct{ Token string }
		json.Unmarshal(w.Body.Bytes(), &answer)
		c := jwt.MapClaims{}
		if _, err := jwt.ParseWithClaims(answer.Token, c, func(*jwt.Token) (any, error) { return testSecret, nil }); err != nil {
			t.Fatal(err)
		}
		return c
	}
	if got := token(post(s, "/access", good(t, "ana"), "")); got["id"] != "ana" || got["username"] != "ana" {
		t.Errorf("got %v, want ana's", got)
	}
	if got := token(post(s, "/access", good(t, "ana"), `{"username":"Anna"}`)); got["id"] != "ana" || got["username"] != "Anna" {
		t.Errorf("got %v, want ana's with a new name", got)
	}
	fresh := token(post(s, "/access", "", `{"username":"Ana"}`))
	if life := fresh["exp"].(float64) - fresh["iat"].(float64); life != 3600 {
		t.Errorf("a token lives %v s, want 3600", life)
	}
}

func TestSecrets(t *testing.T) {
	old, fresh := NewSecret(), NewSecret()
	rotated := testServer(t, ServerOptions{Secrets: [][]byte{fresh, old}})
	w := post(testServer(t, ServerOptions{Secrets: [][]byte{old}}), "/access", "", `{"username":"Ana"}`)
	var answer struct{ Token string }
	json.Unmarshal(w.Body.Bytes(), &answer)
	if w := post(rotated, "/access", answer.Token, ""); w.Code != 200 {
		t.Errorf("a token of the old secret: got %d, want 200", w.Code)
	}
	for name, secrets := range map[string][][]byte{"none": nil, "short": {[]byte("hush")}, "one short": {fresh, []byte("hush")}} {
		if _, err := NewServer(ServerOptions{Secrets: secrets}); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

func TestRoomNames(t *testing.T) {
	for name, want := range map[string]bool{
		"studio": true, "a": true, "A-b_c.d~1": true, NewRoom(): true, strings.Repeat("x", 64): true,
		"": false, ".": false, "..": false, "a b": false, "a/b": false, "é": false, "a\n": false,
		"connect": false, "access": false, "static": false, "relay": false, "healthz": false, "metrics": false,
		strings.Repeat("x", 65): false,
	} {
		if got := ValidRoom(name); got != want {
			t.Errorf("ValidRoom(%q) = %t, want %t", name, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"Ana":                    "Ana",
		"  Ana  ":                "Ana",
		"A\u202ena\u200b":        "Ana",
		"a\r\nb\x00":             "ab",
		"Zoë 🙂":                  "Zoë 🙂",
		strings.Repeat("é", 100): strings.Repeat("é", 64),
	} {
		if got := cleanName(name); got != want {
			t.Errorf("cleanName(%q) = %q, want %q", name, got, want)
		}
	}
}

// BenchmarkRelay posts to /relay and waits until the event comes out of a
// stream, as a ratio to handlers that do just that and nothing else.
func BenchmarkRelay(b *testing.B) {
	s := testServer(b, ServerOptions{RelayRate: -1, AccessRate: -1})
	ours := httptest.NewServer(s)
	defer ours.Close()
	defer s.Close()
	token, to := good(b, "ana"), good(b, "bo")
	bare := httptest.NewServer(bareRelay())
	defer bare.Close()

	run := func(b *testing.B, url string, prepare func()) time.Duration {
		ctx, cancel := context.WithCancel(b.Context())
		defer cancel()
		open := func(token string) io.Reader {
			r, _ := http.NewRequestWithContext(ctx, "GET", url+"/connect", nil)
			r.Header.Set("Accept", "text/event-stream")
			r.Header.Set("Authorization", "Bearer "+token)
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				b.Fatal(err)
			}
			return resp.Body
		}
		open(token)
		stream := open(to)
		prepare()
		buf := make([]byte, 64<<10)
		stream.Read(buf)
		start, n := time.Now(), 0
		for b.Loop() {
			r, _ := http.NewRequest("POST", url+"/relay/bo/ice-candidate", strings.NewReader(`{"candidate":"x","sdpMid":"0"}`))
			r.Header.Set("Authorization", "Bearer "+token)
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				b.Fatal(err)
			}
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			stream.Read(buf)
			n++
		}
		return time.Since(start) / time.Duration(n)
	}
	var took, base time.Duration
	b.Run("bare", func(b *testing.B) { base = run(b, bare.URL, func() {}) })
	b.Run("server", func(b *testing.B) {
		took = run(b, ours.URL, func() { s.hub.Join("ana", "studio"); s.hub.Join("bo", "studio") })
		b.ReportMetric(float64(took)/float64(base), "×bare")
	})
}

// bareRelay is what net/http needs for a POST to come out of a stream.
func bareRelay() http.Handler {
	events := make(chan []byte, 64)
	mux := http.NewServeMux()
	first := true
	mux.HandleFunc("GET /connect", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, "event: connected\ndata: {}\n\n")
		w.(http.Flusher).Flush()
		if first { // the sender's stream: nothing goes there
			first = false
			<-r.Context().Done()
			return
		}
		for {
			select {
			case e := <-events:
				w.Write(e)
				w.(http.Flusher).Flush()
			case <-r.Context().Done():
				return
			}
		}
	})
	mux.HandleFunc("POST /relay/{peer}/{event}", func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		events <- []byte("event: " + r.PathValue("event") + "\ndata: " + string(data) + "\n\n")
		io.WriteString(w, "OK")
	})
	return mux
}
