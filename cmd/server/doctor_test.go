package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// A host that UDP does not reach is told so, and whom that keeps it from; a host
// beside it is well.
func TestDoctorWithoutUDP(t *testing.T) {
	t.Parallel()
	drawbot := buildDrawbot(t)
	if os.Getuid() != 0 {
		asRoot(t)
		return
	}
	n := newInternet(t)
	for _, host := range []string{"ana", "well", "blocked"} {
		n.wire(host)
	}
	n.filter("blocked", `table ip blocked {
		chain in {
			type filter hook input priority 0;
			iifname "wan" meta l4proto udp drop
		}
	}`)
	room := n.serve(t) + "studio"
	n.join(t, "ana", drawbot, room)
	for _, tt := range []struct {
		host   string
		status int
		grades map[string]string
		link   string
	}{
		{"well", 0, map[string]string{"ways.stun": "ok", "ways.link": "ok", "room.links": "ok"}, "open"},
		{"blocked", 3, map[string]string{"ways.stun": "failed", "ways.link": "ok", "room.links": "failed", "stream.prompt": "ok"}, "lost"},
	} {
		t.Run(tt.host, func(t *testing.T) {
			t.Parallel()
			out, err := n.command(tt.host, drawbot, "doctor", room, "--json", "--name", tt.host).Output()
			var ended *exec.ExitError
			status := 0
			if errors.As(err, &ended) {
				status = ended.ExitCode()
			} else if err != nil {
				t.Fatal(err)
			}
			if status != tt.status {
				t.Errorf("got status %d, want %d\n%s", status, tt.status, out)
			}
			for line := range strings.Lines(string(out)) {
				var r struct{ Type, Check, Grade, Seen, Name, State string }
				if err := json.Unmarshal([]byte(line), &r); err != nil {
					t.Fatal(err)
				}
				if want := tt.grades[r.Check]; want != "" && r.Grade != want {
					t.Errorf("%s: got %s (%s), want %s", r.Check, r.Grade, r.Seen, want)
				}
				if r.Check == "ways.stun" && strings.Contains(r.Seen, "UDP seems to be blocked") != (tt.host == "blocked") {
					t.Errorf("got %q, want it to say whether UDP is blocked", r.Seen)
				}
				if r.Type == "link" && r.Name == "drawbot" && r.State != tt.link {
					t.Errorf("got a link that is %s, want %s", r.State, tt.link)
				}
			}
		})
	}
}
