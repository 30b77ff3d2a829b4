package main

import (
	"errors"
	"testing"

	"drawmesh/peer"
)

// Each change is said once, and truly: a server that answers is not gone.
func TestStanding(t *testing.T) {
	gone, full := errors.New("EOF"), errors.New("room full")
	steps := []struct {
		ev   peer.Signaling
		want string
	}{
		{peer.Signaling{State: "connected"}, ""},
		{peer.Signaling{State: "reconnecting", Err: gone}, "the server is gone (EOF); we go on"},
		{peer.Signaling{State: "reconnecting", Err: gone}, ""},
		{peer.Signaling{State: "outside", Err: full}, "the server does not let us in again (room full), which is tried on; we go on"},
		{peer.Signaling{State: "outside", Err: gone}, ""},
		{peer.Signaling{State: "reconnecting", Err: gone}, "the server is gone (EOF); we go on"},
		{peer.Signaling{State: "connected"}, "the server is back"},
		{peer.Signaling{State: "lost", Err: gone}, "the server is gone (EOF); we go on"},
	}
	var s standing
	for i, step := range steps {
		if got := s.change(step.ev, "we go on"); got != step.want {
			t.Errorf("step %d, %s: got %q, want %q", i, step.ev.State, got, step.want)
		}
	}
}
