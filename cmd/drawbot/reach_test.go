package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/peer"
	"drawmesh/signaling"
)

func TestReach(t *testing.T) {
	joins := peer.Presence{Peer: signaling.Peer{ID: "ana", Name: "Ana"}, Joined: true}
	leaves := peer.Presence{Peer: signaling.Peer{ID: "ana", Name: "Ana"}}
	bo := peer.Presence{Peer: signaling.Peer{ID: "bo", Name: "Bo"}, Joined: true}
	opens, boOpens := peer.Link{Peer: "ana", State: peer.Open}, peer.Link{Peer: "bo", State: peer.Open}
	fails := peer.Link{Peer: "ana", State: peer.Lost, Err: fmt.Errorf("peer ana: connect: %w", errors.New("no network path"))}
	const warning, udp = "no link to Ana (no network path); it is tried again", ": their network or ours may block UDP"
	tests := []struct {
		name   string
		events []peer.Event
		stays  time.Duration // after these
		then   []peer.Event
		warned []string
		want   string
	}{
		{"nobody", nil, time.Hour, nil, nil, ""},
		{"linked", []peer.Event{joins, opens}, time.Hour, nil, nil, ""},
		{"linked_and_lost", []peer.Event{joins, opens, fails}, time.Hour, nil, nil, ""},
		{"has_just_come", []peer.Event{joins}, linkWait - 1, nil, nil, ""},
		{"never_linked", []peer.Event{joins}, linkWait, nil, nil, "no link to 1 of 1 peer" + udp},
		{"failed_at_once", []peer.Event{joins, fails}, 0, nil, []string{warning}, "no link to 1 of 1 peer" + udp},
		{"failed_twice", []peer.Event{joins, fails, fails}, 0, nil, []string{warning}, "no link to 1 of 1 peer" + udp},
		{"failed_and_linked", []peer.Event{joins, fails}, time.Minute, []peer.Event{opens}, []string{warning}, ""},
		{"never_linked_and_left", []peer.Event{joins}, time.Minute, []peer.Event{leaves}, nil, "no link to 1 of 1 peer" + udp},
		{"passed_by", []peer.Event{joins, leaves}, time.Hour, nil, nil, ""},
		{"one_is_there_and_one_was", []peer.Event{joins, bo}, time.Hour, []peer.Event{leaves}, nil, "no link to 1 of 1 peer" + udp + "; nor was there one to 1 peer who left before"},
		{"one_of_two", []peer.Event{joins, bo, boOpens}, time.Hour, []peer.Event{leaves}, nil, "no link to 1 of 2 peers" + udp},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var warned []string
				r := newReach(func(format string, args ...any) { warned = append(warned, fmt.Sprintf(format, args...)) })
				for _, ev := range tt.events {
					r.hear(ev)
				}
				time.Sleep(tt.stays)
				for _, ev := range tt.then {
					r.hear(ev)
				}
				err, status := r.lacking(), exitDone
				if tt.want != "" {
					status = exitIncomplete
				}
				if got := causeOf(err); got != tt.want || statusOf(err) != status {
					t.Errorf("got %q and %d, want %q and %d", got, statusOf(err), tt.want, status)
				}
				if !slices.Equal(warned, tt.warned) {
					t.Errorf("got warnings %q, want %q", warned, tt.warned)
				}
			})
		})
	}
}

// A recording of somebody whom nobody can reach does not pass for one.
func TestRecordOfWhoDoesNotAnswer(t *testing.T) {
	t.Parallel()
	server := serve(t, signaling.ServerOptions{})
	joinSilently(t, server)
	out := filepath.Join(t.TempDir(), "out.png")
	recorder := start(t, nothing(), "record", server.URL+"/studio", "-o", out, "--size", "300x200", "--for", "1s")
	recorder.wait(t, exitIncomplete)
	recorder.err.await(t, "wrote "+out+": 300x200 pixels, 0 operations by 0 peers in ", "\ndrawbot: no link to 1 of 1 peer: their network or ours may block UDP\n")
	checkFile(t, out, pictureOf(t))
}

// Nor is it passed over in silence by whoever only joins.
func TestJoinWithWhoDoesNotAnswer(t *testing.T) {
	t.Parallel()
	server := serve(t, signaling.ServerOptions{})
	joinSilently(t, server)
	guest := start(t, nothing(), "join", server.URL+"/studio", "--for", "6s")
	guest.wait(t, exitDone)
	guest.err.await(t, "no link to 1 of 1 peer: their network or ours may block UDP\n")
}

// joinSilently has a member in the studio whose link never opens.
func joinSilently(t *testing.T, server site) {
	t.Helper()
	silent, err := signaling.Dial(t.Context(), server.URL, signaling.ClientOptions{Name: "silent"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { silent.Close() })
	if err := silent.Join(t.Context(), "studio"); err != nil {
		t.Fatal(err)
	}
}
