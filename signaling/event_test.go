package signaling

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestParseEvent(t *testing.T) {
	tests := []struct {
		name, event, data string
		want              string // of %+v; empty: an error
	}{
		{"connected", "connected", `{"user":{"id":"a","username":"Ana","iat":1.5,"exp":2}}`,
			fmt.Sprintf("%+v", Connected{User: User{Peer{"a", "Ana"}, 1, 2}})},
		{"recovered", "connected", `{"user":{"id":"a"},"recovered":true,"rooms":{"studio":[{"id":"b"}]}}`,
			fmt.Sprintf("%+v", Connected{User: User{Peer: Peer{ID: "a"}}, Recovered: true, Rooms: map[string][]Peer{"studio": {{ID: "b"}}}})},
		{"ICE servers", "connected", `{"user":{"id":"a"},"iceServers":[{"urls":"stun:x"},{"urls":["turn:x","turn:y"],"username":"1","credential":"2"},7]}`,
			fmt.Sprintf("%+v", Connected{User: User{Peer: Peer{ID: "a"}}, ICEServers: []ICEServer{
				{URLs: []string{"stun:x"}}, {[]string{"turn:x", "turn:y"}, "1", "2"}, {}}})},
		{"other ICE servers", "ice-servers", `{"iceServers":[{"urls":["stun:x"]}]}`,
			fmt.Sprintf("%+v", ICEServers{[]ICEServer{{URLs: []string{"stun:x"}}}})},
		{"ICE servers that are none", "ice-servers", `{"iceServers":7}`, ""},
		{"connected as nobody", "connected", `{"user":{}}`, ""},
		{"no user", "connected", `{}`, ""},
		{"add-peer", "add-peer", `{"peer":{"id":"b","username":"Bo"},"roomId":"studio","offer":true}`,
			fmt.Sprintf("%+v", AddPeer{Peer{"b", "Bo"}, "studio", true})},
		{"a number for a name", "add-peer", `{"peer":{"id":"b","username":7},"roomId":"studio"}`,
			fmt.Sprintf("%+v", AddPeer{Peer{ID: "b"}, "studio", false})},
		{"controls in a name", "add-peer", `{"peer":{"id":"b","username":"B\u001b[31m\u202eo\n"},"roomId":"studio"}`,
			fmt.Sprintf("%+v", AddPeer{Peer{"b", "B[31mo"}, "studio", false})},
		{"a number for an id", "add-peer", `{"peer":{"id":7},"roomId":"studio"}`, ""},
		{"no id", "add-peer", `{"peer":{},"roomId":"studio"}`, ""},
		{"no peer", "remove-peer", `{"roomId":"studio"}`, ""},
		{"remove-peer", "remove-peer", `{"peer":{"id":"b"},"roomId":"studio","why":1}`,
			fmt.Sprintf("%+v", RemovePeer{Peer{ID: "b"}, "studio"})},
		{"description", "session-description", `{"peer":{"id":"b"},"data":{"type":"offer","sdp":"v=0","mesh":{"v":1}}}`,
			fmt.Sprintf("%+v", Description{Peer{ID: "b"}, SessionDescription{"offer", "v=0", json.RawMessage(`{"v":1}`)}})},
		{"a description that is none", "session-description", `{"peer":{"id":"b"},"data":1}`, ""},
		{"an index out of range", "ice-candidate", `{"peer":{"id":"b"},"data":{"sdpMLineIndex":65536}}`, ""},
		{"replaced", "replaced", `{}`, fmt.Sprintf("%+v", Replaced{})},
		{"ping", "ping", `undefined`, "<nil>"},
		{"no JSON", "add-peer", `{"peer":`, ""},
		{"another event", "wave", `{"peer":{"id":"b"},"data":"hi"}`,
			fmt.Sprintf("%+v", Relayed{Peer{ID: "b"}, json.RawMessage(`"hi"`), "wave"})},
		{"another event from nobody", "wave", `{"data":"hi"}`, "<nil>"},
		{"another event without JSON", "wave", `hi`, "<nil>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ev, err := parseEvent(tt.event, []byte(tt.data))
			if got := fmt.Sprintf("%+v", ev); tt.want != "" && got != tt.want || (err != nil) != (tt.want == "") {
				t.Errorf("got %s, %v; want %s", got, err, tt.want)
			}
		})
	}

	ev, err := parseEvent("ice-candidate", []byte(`{"peer":{"id":"b"},"data":{"candidate":"c","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":null}}`))
	c, _ := ev.(Candidate)
	if err != nil || c.Data.Candidate != "c" || *c.Data.SDPMid != "0" || *c.Data.SDPMLineIndex != 0 || c.Data.UsernameFragment != nil {
		t.Errorf("candidate: got %+v, %v", ev, err)
	}
}

// The literal bytes of every event that a server makes itself.
func TestEventBytes(t *testing.T) {
	ana := Peer{"a", "Ana"}
	tests := []struct {
		f    frame
		id   string
		want string
	}{
		{encodeEvent(Connected{User: User{ana, 1, 2}}), "E-0", `event: connected
id: E-0
data: {"user":{"id":"a","username":"Ana","iat":1,"exp":2},"recovered":false}`},
		{encodeEvent(Connected{User: User{Peer: ana}, Recovered: true, Rooms: map[string][]Peer{"studio": {}}}), "E-0", `event: connected
id: E-0
data: {"user":{"id":"a","username":"Ana"},"recovered":true,"rooms":{"studio":[]}}`},
		{encodeEvent(AddPeer{ana, "studio", true}), "E-1", `event: add-peer
id: E-1
data: {"peer":{"id":"a","username":"Ana"},"roomId":"studio","offer":true}`},
		{encodeEvent(RemovePeer{ana, "studio"}), "E-2", `event: remove-peer
id: E-2
data: {"peer":{"id":"a","username":"Ana"},"roomId":"studio"}`},
		{relayFrame(ana, "wave", []byte("[ 1,\r\n2 ]\n")), "E-3", `event: wave
id: E-3
data: {"peer":{"id":"a","username":"Ana"},"data":[ 1,2 ]}`},
		{encodeEvent(Replaced{}), "", `event: replaced
data: {}`},
	}
	for _, tt := range tests {
		got, err := tt.f.append(nil, tt.id)
		if want := tt.want + "\n\n"; err != nil || string(got) != want {
			t.Errorf("got %q, %v\nwant %q", got, err, want)
		}
	}
	bad := []struct{ name, id, data string }{
		{"a\nb", "1", "{}"}, {"a\rb", "1", "{}"}, {"a\x00b", "1", "{}"},
		{"a", "1\n", "{}"}, {"a", "\r", "{}"}, {"a", "\x00", "{}"},
		{"a", "1", "{\n}"}, {"a", "1", "{\r}"}, {"a", "1", "\x00"},
	}
	for _, b := range bad {
		if got, err := (frame{name: b.name, data: []byte(b.data)}).append(nil, b.id); err == nil || len(got) != 0 {
			t.Errorf("%q: got %q, want an error", b, got)
		}
	}
}

// What a server of another make sends is understood as far as it makes sense.
func TestTutorialStream(t *testing.T) {
	body, err := os.ReadFile("testdata/tutorial.txt")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, line := range parse(t, bytes.NewReader(body)) {
		name, data, _ := strings.Cut(line, "||")
		switch ev, err := parseEvent(name, []byte(data)); ev := ev.(type) {
		case nil:
			if err != nil {
				got = append(got, "bad "+name)
			}
		case Connected:
			got = append(got, fmt.Sprintf("connected %s until %d", ev.User.Name, ev.User.Expires))
		case AddPeer:
			got = append(got, fmt.Sprintf("add %s %q %s %t", ev.Peer.ID, ev.Peer.Name, ev.Room, ev.Offer))
		case RemovePeer:
			got = append(got, fmt.Sprintf("remove %s %q", ev.Peer.ID, ev.Peer.Name))
		case Candidate:
			got = append(got, fmt.Sprintf("candidate %s %q %t", ev.Peer.ID, ev.Data.Candidate, ev.Data.SDPMid != nil))
		case Description:
			got = append(got, fmt.Sprintf("%s %s %q", ev.Data.Type, ev.Peer.ID, ev.Data.SDP))
		case Relayed:
			got = append(got, fmt.Sprintf("%s %s %s", ev.Name, ev.Peer.ID, ev.Data))
		}
	}
	want := []string{
		"connected user42 until 1700003600",
		`add p1 "Zoë" 7 true`,
		`add p2 "" 7 false`,
		`add p3 "" 7 false`,
		`candidate p1 "" true`,
		`candidate p1 "" false`,
		`answer p1 "v=0\r\n"`,
		"bad session-description",
		"bad add-peer",
		"wave p1 [1,2]",
		`remove p2 ""`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// What Chromium posts reaches the other side unchanged, and is understood.
func TestChromiumTraffic(t *testing.T) {
	traffic, err := os.ReadFile("testdata/chromium.txt")
	if err != nil {
		t.Fatal(err)
	}
	s := testServer(t, ServerOptions{})
	connect(s.hub, "ana").join(t, "studio")
	bo := connect(s.hub, "bo")
	bo.join(t, "studio")
	bo.heard()
	for line := range strings.Lines(string(traffic)) {
		name, body, _ := strings.Cut(strings.TrimSpace(line), " ")
		if w := post(s, "/relay/bo/"+name, good(t, "ana"), body); w.Code != 200 {
			t.Fatalf("%s: got %d %s", name, w.Code, w.Body)
		}
		frames, _ := s.hub.take(bo.session, bo.stream, nil)
		if len(frames) != 1 {
			t.Fatalf("%s: got %d events, want 1", name, len(frames))
		}
		if !bytes.Contains(frames[0].data, []byte(body)) {
			t.Fatalf("%s: got %s, want %s within", name, frames[0].data, body)
		}
		ev, err := parseEvent(name, frames[0].data)
		if err != nil {
			t.Fatal(err)
		}
		var want map[string]any
		json.Unmarshal([]byte(body), &want)
		switch ev := ev.(type) {
		case Description:
			if ev.Peer.ID != "ana" || ev.Data.Type != want["type"] || ev.Data.SDP != want["sdp"] {
				t.Errorf("got %+v, want %v", ev, want)
			}
		case Candidate:
			d := ev.Data
			if ev.Peer.ID != "ana" || d.Candidate != want["candidate"] || *d.SDPMid != want["sdpMid"] ||
				float64(*d.SDPMLineIndex) != want["sdpMLineIndex"] || *d.UsernameFragment != want["usernameFragment"] {
				t.Errorf("got %+v, want %v", ev, want)
			}
		default:
			t.Errorf("%s became %T", name, ev)
		}
	}
}

// Whatever a stream says, it is an event, an error or nothing.
func FuzzEvent(f *testing.F) {
	f.Add("add-peer", []byte(`{"peer":{"id":"b","username":[]},"roomId":"r","offer":true}`))
	f.Add("connected", []byte(`{"user":{"id":"b","iat":1e300},"rooms":{"a":[{}]}}`))
	f.Add("ice-candidate", []byte(`{"peer":{"id":"b"},"data":{"sdpMid":null}}`))
	f.Add("wave", []byte(`{"peer":{"id":"b"},"data":1}`))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		ev, err := parseEvent(name, data)
		if ev != nil && err != nil {
			t.Errorf("an event and an error: %+v, %v", ev, err)
		}
		if ev != nil && ev.event() != name {
			t.Errorf("%s became %s", name, ev.event())
		}
		if add, ok := ev.(AddPeer); ok && (add.Peer.ID == "" || len([]rune(add.Peer.Name)) > 64) {
			t.Errorf("got %+v, want an id, and a name of 64 runes", add)
		}
	})
}
