package signaling

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// A pair is ana and bo in one room, where bo hears what ana relays.
type pair struct {
	server *Server
	bo     *member
	token  string // ana's
}

func newPair(t testing.TB) *pair {
	s := testServer(t, ServerOptions{RelayRate: -1})
	for _, id := range []ID{"ana", "bo"} {
		connect(s.hub, id)
		s.hub.Join(id, "studio")
	}
	bo := (&member{hub: s.hub, id: "bo"}).connect("none")
	return &pair{s, bo, good(t, "ana")}
}

// heard returns the bytes of bo's stream since the last time.
func (p *pair) heard(t *testing.T) []byte {
	frames, n := p.server.hub.take(p.bo.session, p.bo.stream, nil)
	var wire []byte
	for i, f := range frames {
		var err error
		if wire, err = f.append(wire, p.bo.session.id(n+uint64(i))); err != nil {
			t.Fatalf("an event that cannot be sent: %v", err)
		}
	}
	return wire
}

var sendable = regexp.MustCompile(`\A[A-Za-z][A-Za-z0-9_-]{0,63}\z`)

// Only events of the pattern, none of the server's own, and to a member: and
// whatever the path, bo's stream gets one event or none.
func FuzzRelayPath(f *testing.F) {
	p := newPair(f)
	for _, path := range [][2]string{
		{"bo", "wave"}, {"bo", "session-description"}, {"bo", "remove-peer"}, {"bo", "a\nevent: connected"},
		{"bo\r\ndata: x", "wave"}, {"ana", "wave"}, {"", ""}, {"..", ".."}, {"bo", "a/b"}, {"bo", strings.Repeat("a", 65)},
		{"bo", "wave?token=x"}, {"bo", "\x00"}, {"bo", "%0A"},
	} {
		f.Add(path[0], path[1])
	}
	f.Fuzz(func(t *testing.T, peer, event string) {
		w := post(p.server, "/relay/"+url.PathEscape(peer)+"/"+url.PathEscape(event), p.token, `{"x":1}`)
		own := event == "connected" || event == "add-peer" || event == "remove-peer" || event == "replaced" || event == "ping"
		want := ""
		if peer == "bo" && sendable.MatchString(event) && !own {
			want = "event: " + event
		}
		got := string(p.heard(t))
		name, _, _ := strings.Cut(got, "\n")
		if (w.Code == 200) != (want != "") || name != want || strings.Count(got, "\n\n") > 1 {
			t.Errorf("%q %q: got %d and %q, want %q", peer, event, w.Code, got, want)
		}
		if w.Code >= 500 {
			t.Errorf("%q %q: got %d %s", peer, event, w.Code, w.Body)
		}
	})
}

// A body arrives as the JSON it was, or not at all.
func FuzzRelayBody(f *testing.F) {
	p := newPair(f)
	for _, body := range []string{
		``, `{}`, "{\n\"a\" :\r\n[1]\n}", `"\u2028 \n"`, "\"\u2028\"", "1 2", "{", "null", "\"\xff\"", "\"a\nb\"",
		"\ufeff1", "1e400", `"` + strings.Repeat("x", maxRelay) + `"`, "\"\x00\"", `{"a":1,"a":2}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		w := post(p.server, "/relay/bo/wave", p.token, string(body))
		var want bytes.Buffer // without spaces
		err := json.Compact(&want, body)
		if len(body) == 0 {
			want.WriteString("{}")
			err = nil
		}
		wire := p.heard(t)
		switch {
		case len(body) > maxRelay:
			if w.Code != 413 || len(wire) > 0 {
				t.Errorf("%d bytes: got %d, want 413", len(body), w.Code)
			}
			return
		case err != nil:
			if w.Code != 400 || len(wire) > 0 {
				t.Errorf("%q: got %d and %q, want 400", body, w.Code, wire)
			}
			return
		}
		_, data, _ := bytes.Cut(bytes.TrimSuffix(wire, []byte("\n\n")), []byte("\ndata: "))
		var got bytes.Buffer
		if err := json.Compact(&got, data); err != nil || bytes.ContainsAny(data, "\r\n") {
			t.Fatalf("%q became %q: %v", body, data, err)
		}
		if want := `{"peer":{"id":"ana","username":"ana"},"data":` + want.String() + `}`; w.Code != 200 || got.String() != want {
			t.Errorf("got %d and %q, want %q", w.Code, got.String(), want)
		}
	})
}

// No token is good but one that we signed, as a computation by hand has it.
func FuzzJWT(f *testing.F) {
	s, err := newSigner([][]byte{testSecret})
	if err != nil {
		f.Fatal(err)
	}
	token := good(f, "ana")
	parts := strings.Split(token, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`))
	for _, seed := range []string{
		"", ".", "..", token, token + "=", token[:len(token)-1], parts[0] + "." + parts[1] + ".", none + "." + parts[1] + ".",
		signed(f, jwt.SigningMethodHS512, testSecret, jwt.MapClaims{"id": "ana", "exp": 9999999999}),
		signed(f, jwt.SigningMethodHS256, testSecret, jwt.MapClaims{"id": 7, "exp": 9999999999}),
		signed(f, jwt.SigningMethodHS256, testSecret, jwt.MapClaims{"id": "ana", "exp": "never"}),
		signed(f, jwt.SigningMethodHS256, testSecret, jwt.MapClaims{"id": "ana", "exp": 1}),
		signed(f, jwt.SigningMethodHS256, testSecret, jwt.MapClaims{"id": "ana", "username": "\u202e", "exp": 9999999999}),
	} {
		f.Add(seed, false)
		f.Add(seed, true)
	}
	f.Fuzz(func(t *testing.T, token string, sign bool) {
		if parts := strings.Split(token, "."); sign && len(parts) > 1 { // to get past the signature
			token = parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(hmacOf(parts[0]+"."+parts[1]))
		}
		u, err := s.verify(token)
		if err != nil {
			return
		}
		parts := strings.Split(token, ".")
		if len(parts) != 3 || len(token) > 4096 {
			t.Fatalf("%q is no token", token)
		}
		mac, err := base64.RawURLEncoding.DecodeString(parts[2])
		if err != nil || !hmac.Equal(mac, hmacOf(parts[0]+"."+parts[1])) {
			t.Errorf("%q is not signed", token)
		}
		var header struct{ Alg string }
		text, _ := base64.RawURLEncoding.DecodeString(parts[0])
		if json.Unmarshal(text, &header); header.Alg != "HS256" {
			t.Errorf("accepted %s", text)
		}
		if u.ID == "" || len([]rune(u.Name)) > 64 || u.Expires < time.Now().Add(-2*time.Minute).Unix() {
			t.Errorf("%q makes %+v", token, u)
		}
	})
}

func hmacOf(text string) []byte {
	mac := hmac.New(sha256.New, testSecret)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// A stream is recovered only from an id that was given on it, and then goes on
// with the very next event.
func FuzzLastEventID(f *testing.F) {
	for _, id := range []string{"", "-", "1", "-1", "E-1", "E-5", "E-6", "E-0", "E-01", "E-+1", "E-18446744073709551616", "F-1", "E-1\n", "E--1"} {
		f.Add(id, uint16(5))
		f.Add(id, uint16(300))
	}
	f.Fuzz(func(t *testing.T, id string, events uint16) {
		h := testHub(32)
		connect(h, "ana").join(t, "studio")
		bo := connect(h, "bo")
		bo.join(t, "studio")
		bo.heard()
		bo.session.epoch = "E" // else no id that the fuzzer makes is one of these
		h.disconnect(bo.session, bo.stream)
		n := int(events % 400)
		for i := range n {
			bo.tell(fmt.Append(nil, i))
		}
		last := 1 + n // the add-peer was 1
		given := make(map[string]int)
		for seq := max(0, last-minBacklog); seq <= last; seq++ {
			given[fmt.Sprintf("E-%d", seq)] = seq
		}
		if strings.ContainsAny(id, "\r\n\x00") || id == "" {
			return // no header can carry it; none is another case
		}
		bo.connect(id)
		from, want := given[id]
		if bo.hello.Recovered != want {
			t.Fatalf("%q of 0 to %d: recovered %t, want %t", id, last, bo.hello.Recovered, want)
		}
		if !want {
			from = last
		}
		if got := len(bo.heard()); got != last-from {
			t.Errorf("%q: %d events to hear, want %d", id, got, last-from)
		}
	})
}

// FuzzRequest holds for every path, method and header: an answer, never a panic
// or a failure of ours.
func FuzzRequest(f *testing.F) {
	p := newPair(f)
	f.Add("POST", "/studio/join", "Bearer x", "{}")
	f.Add("GET", "/connect?token=x", "", "")
	f.Add("POST", "/access", "", `{"username":"\u0000"}`)
	f.Add("POST", "/relay/bo/%0a", "Bearer "+p.token, "1")
	f.Add("POST", "//relay//bo", "Bearer "+p.token, "1")
	f.Fuzz(func(t *testing.T, method, target, auth, body string) {
		u, err := url.ParseRequestURI(target)
		if err != nil || method == "CONNECT" {
			return
		}
		r := httptest.NewRequest("GET", "/", strings.NewReader(body))
		r.Method, r.URL = method, u
		r.Header = http.Header{"Authorization": {auth}} // never with the Accept that opens a stream
		w := httptest.NewRecorder()
		p.server.ServeHTTP(w, r)
		if w.Code >= 500 || w.Code < 200 {
			t.Errorf("%s %s: got %d %s", method, target, w.Code, w.Body)
		}
		p.heard(t)
	})
}
