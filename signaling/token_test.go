package signaling

import (
	"encoding/json"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

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

// A token that was good once is known, until it is out of date.
func TestVerifiedTokens(t *testing.T) {
	s, err := newSigner([][]byte{testSecret})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	s.now = func() time.Time { return start }
	token, _ := s.issue(Peer{ID: "ana"})
	for after, good := range map[time.Duration]bool{
		0: true, tokenLife: true, tokenLife + clockSkew - 2*time.Second: true, tokenLife + clockSkew + time.Second: false,
	} {
		s.now = func() time.Time { return start }
		if u, err := s.verify(token); err != nil || u.ID != "ana" {
			t.Fatalf("got %v, %v", u, err)
		}
		s.now = func() time.Time { return start.Add(after) }
		if _, err := s.verify(token); (err == nil) != good {
			t.Errorf("after %v: got %v, want good %t", after, err, good)
		}
	}
	s.now = func() time.Time { return start }
	for range maxVerified + 1 {
		token, _ := s.issue(Peer{})
		if _, err := s.verify(token); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.verified); n > maxVerified {
		t.Errorf("%d tokens are remembered, want %d at most", n, maxVerified)
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
