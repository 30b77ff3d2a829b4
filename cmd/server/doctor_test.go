package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// A host that UDP does not reach is told so, and whom that keeps it from; a host
// beside it is well, also with a network for each of forty containers, and with
// nothing but a cable.
func TestDoctorOfNetworks(t *testing.T) {
	t.Parallel()
	drawbot := buildDrawbot(t)
	if os.Getuid() != 0 {
		asRoot(t)
		return
	}
	n := newInternet(t)
	for _, host := range []string{"ana", "well", "blocked", "cable"} {
		n.wire(host)
	}
	n.in("server", "ip addr add 169.254.10.1/16 dev wan")
	n.in("cable", "ip addr flush dev wan")
	n.in("cable", "ip addr add 169.254.10.2/16 dev wan")
	n.add("containers")
	for i := range 40 { // there before the wire, as with the machine's least numbers
		n.in("containers", "ip link add docker%d type bridge", i)
		n.in("containers", "ip addr add 172.30.%d.1/24 dev docker%d", i, i)
		n.in("containers", "ip link set docker%d up", i)
	}
	onWire := n.plug("containers")
	n.filter("blocked", `table ip blocked {
		chain in {
			type filter hook input priority 0;
			iifname "wan" meta l4proto udp drop
		}
	}`)
	room := n.serve(t) + "studio"
	n.join(t, "ana", drawbot, room)
	onCable := n.serve(t, "--host=169.254.10.1") + "studio"
	for _, tt := range []struct {
		host, room string
		status     int
		grades     map[string]string
		link       string
		offered    string // what ways.candidates tells
	}{
		{"well", room, 0, map[string]string{"ways.stun": "ok", "ways.link": "ok", "room.links": "ok"}, "open", ""},
		{"blocked", room, 3, map[string]string{"ways.stun": "failed", "ways.link": "ok", "room.links": "failed", "stream.prompt": "ok"}, "lost", ""},
		{"containers", room, 0, map[string]string{"ways.link": "ok", "ways.candidates": "ok", "room.links": "ok"}, "open",
			"host " + onWire + `\b.* none is offered of 33 others: docker7, docker8, docker9, …$`},
		{"cable", onCable, 0, map[string]string{"ways.link": "ok", "ways.candidates": "ok"}, "", `^host 169\.254\.10\.2$`},
	} {
		t.Run(tt.host, func(t *testing.T) {
			t.Parallel()
			out, err := n.command(tt.host, drawbot, "doctor", tt.room, "--json", "--name", tt.host).Output()
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
				if r.Check == "ways.candidates" && !regexp.MustCompile(tt.offered).MatchString(r.Seen) {
					t.Errorf("got %q, want %s", r.Seen, tt.offered)
				}
				if r.Type == "link" && r.Name == "drawbot" && r.State != tt.link {
					t.Errorf("got a link that is %s, want %s", r.State, tt.link)
				}
			}
		})
	}
}

// A server that keeps drawings is well: its keeper comes into the rooms in which the
// rules are tried, too.
func TestDoctorOfKept(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--no-stun", "--keep", t.TempDir())
	out, err := exec.Command(buildDrawbot(t), "doctor", server.url+"/studio").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "archive (keeps the drawing)") {
		t.Errorf("%v, want it to be well, and to have met the keeper\n%s", err, out)
	}
}
