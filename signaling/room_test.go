package signaling

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

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

// Nobody's name can speak for the server on somebody else's stream.
func TestNamesDoNotInject(t *testing.T) {
	p := newPair(t)
	w := post(p.server, "/access", "", `{"username":"Eve\r\n\r\nevent: connected\ndata: {}\u0000"}`)
	var answer struct{ Token string }
	if json.Unmarshal(w.Body.Bytes(), &answer); answer.Token == "" {
		t.Fatalf("got %d %s, want a token", w.Code, w.Body)
	}
	eve, err := p.server.signer.verify(answer.Token)
	if err != nil {
		t.Fatal(err)
	}
	p.heard(t)
	p.server.hub.connect(eve, "", func() {})
	post(p.server, "/studio/join", answer.Token, "")
	got := string(p.heard(t))
	_, data, _ := strings.Cut(strings.TrimSuffix(got, "\n\n"), "\ndata: ")
	var added AddPeer
	if err := json.Unmarshal([]byte(data), &added); err != nil || added.Peer.Name != "Eveevent: connecteddata: {}" {
		t.Errorf("got %q, want eve introduced in one line", got)
	}
}

// Names are what these expressions say.
func TestWords(t *testing.T) {
	room := regexp.MustCompile(`^[A-Za-z0-9_~.-]{1,64}$`)
	event := regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,63}$`)
	names := []string{"", strings.Repeat("x", 64), strings.Repeat("x", 65), "wave\n", "\nwave"}
	for c := range 256 {
		names = append(names, string([]byte{byte(c)}), string([]byte{'q', byte(c)}), string([]byte{byte(c), 'q'}))
	}
	for _, name := range names {
		if got, want := ValidRoom(name), room.MatchString(name) && name != "."; got != want {
			t.Errorf("ValidRoom(%q) = %t, want %t", name, got, want)
		}
		if got, want := validRelay(name), event.MatchString(name); got != want {
			t.Errorf("validRelay(%q) = %t, want %t", name, got, want)
		}
	}
}
