package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"drawmesh/peer/doctor"
	"drawmesh/signaling"
)

// lively is the address of a server that says often that it lives, and has a page.
func lively(t *testing.T) (address string) {
	t.Helper()
	rooms, err := signaling.NewServer(signaling.ServerOptions{Secrets: [][]byte{signaling.NewSecret()}, Heartbeat: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(rooms)
	t.Cleanup(func() {
		rooms.Close()
		server.Close()
	})
	return server.URL
}

// The records have each rule once, the link to whoever is there, and the verdict.
func TestDoctorRecords(t *testing.T) {
	t.Parallel()
	room := lively(t) + "/studio"
	start(t, nothing(), "join", room, "--name", "ana").out.await(t, `"self"`)
	var out, said bytes.Buffer
	if got := run(t.Context(), env{nothing(), &out, &said}, []string{"doctor", room, "--json"}); got != exitDone {
		t.Errorf("got status %d, want %d: %s", got, exitDone, &said)
	}
	var types []string
	var rules []string
	for line := range strings.Lines(out.String()) {
		var r struct {
			Type, Check, Grade, Seen, Name, State, Room string
			Healthy                                     bool
			RoundTrip                                   float64 `json:"round_trip_ms"`
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if len(types) == 0 || types[len(types)-1] != r.Type {
			types = append(types, r.Type)
		}
		switch {
		case r.Type == "rule":
			rules = append(rules, r.Check)
			if r.Grade == "failed" {
				t.Errorf("%s failed: %s", r.Check, r.Seen)
			}
		case r.Type == "link" && (r.Name != "ana" || r.State != "open" || r.RoundTrip <= 0), r.Type == "total" && (!r.Healthy || r.Room != room):
			t.Errorf("got %s", line)
		}
	}
	if got := strings.Join(types, " "); got != "rule link total" || len(rules) != len(doctor.Rules) {
		t.Errorf("got %s with %d rules, want rule link total with %d", got, len(rules), len(doctor.Rules))
	}
}

// What people read says what was seen and what to do, in plain characters.
func TestDoctorText(t *testing.T) {
	report := &doctor.Report{
		Room: "http://draw.example/studio",
		Findings: []doctor.Finding{
			{Check: "server.answers", Grade: doctor.OK, Rule: "it answers", Seen: "HTTP/1.1"},
			{Check: "server.clock", Grade: doctor.Failed, Rule: "its clock is ours", Seen: "1h ahead \x1b[31m", Advice: "set it"},
			{Check: "room.enters", Grade: doctor.OK, Rule: "we get in", Seen: "let in"},
		},
		Links: []doctor.Link{
			{Peer: "1", Name: "ana", State: doctor.Open, Synced: true, Local: &doctor.Candidate{Kind: "host", Protocol: "udp"}, Remote: &doctor.Candidate{Kind: "relay"}, RoundTrip: 1.25},
			{Peer: "2\u202e", State: "lost", Err: "connect: no answer"},
		},
	}
	const want = `server
  ok       it answers: HTTP/1.1
  failed   its clock is ours: 1h ahead ` + "\ufffd" + `[31m
           to do: set it
room
  ok       we get in: let in
our links
  open        ana (keeps the drawing): host to relay over udp, 1.2 ms there and back
  lost        2` + "\ufffd" + `: connect: no answer
http://draw.example/studio: 2 ok, 0 lax, 1 failed, 0 unknown
`
	var got bytes.Buffer
	if err := writeDoctorText(&got, report); err != nil || got.String() != want {
		t.Errorf("got %v,\n%s\nwant\n%s", err, &got, want)
	}
	if report.Healthy() {
		t.Error("got healthy, want not, for a rule has failed")
	}
}

// What is not a drawmesh server is said to be none, with a status of its own.
func TestDoctorOfSomethingElse(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	var out, said bytes.Buffer
	got := run(t.Context(), env{nothing(), &out, &said}, []string{"doctor", server.URL + "/studio"})
	if want := "drawbot: not healthy: 1 rule failed\n"; got != exitMissed || said.String() != want || !strings.Contains(out.String(), "which is no drawmesh server's") {
		t.Errorf("got %d, %q and\n%s\nwant %d, %q, and that it is no drawmesh server's", got, &said, &out, exitMissed, want)
	}
}
