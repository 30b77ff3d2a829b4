package main

import (
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Two hosts and a cable: with addresses that nobody gave out, or those of IPv6 alone,
// or with a network for each of forty containers beside it. What one draws comes to
// the other.
func TestWires(t *testing.T) {
	t.Parallel()
	drawbot := buildDrawbot(t)
	if os.Getuid() != 0 {
		asRoot(t)
		return
	}
	for _, tt := range []struct {
		name, server, guest string
		containers          int
	}{
		{"link-local", "169.254.10.1/16", "169.254.10.2/16", 0},
		{"IPv6 only", "2001:db8::1/64", "2001:db8::2/64", 0},
		{"forty containers", "198.51.100.1/24", "198.51.100.2/24", 40},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := newCable(t, tt.server, tt.guest, tt.containers)
			cmd := n.command("server", os.Args[0], "--port=8081")
			cmd.Env = append(os.Environ(), serverEnv+"=1", "TOKEN_SECRET="+longSecret)
			cmd.Dir = t.TempDir()
			background(t, cmd).after(t, "drawmesh: open ")
			ip, _, _ := strings.Cut(tt.server, "/")
			room := "http://" + net.JoinHostPort(ip, "8081") + "/studio"
			stays := n.join(t, "server", drawbot, room)
			draws := n.command("guest", drawbot, "draw", room, "-", "--debug")
			draws.Stdin = strings.NewReader(line(100, "#f00") + "\n")
			said, err := draws.CombinedOutput()
			if err != nil {
				t.Fatalf("drawing: %v\n%s", err, said)
			}
			stays.said.wait(t, anOp, 1)
			if got := strings.Contains(string(said), "many networks: no candidates of some"); got != (tt.containers > 0) {
				t.Errorf("got %s, want it to say that networks are passed over: %t", said, tt.containers > 0)
			}
		})
	}
}

// newCable makes two namespaces and a cable between them. The guest has as many other
// networks, which came first.
func newCable(t *testing.T, server, guest string, containers int) *internet {
	t.Helper()
	if _, err := exec.LookPath("ip"); err != nil {
		t.Fatalf("this test makes networks: %v (Debian: apt-get install iproute2)", err)
	}
	n := &internet{t: t, prefix: namespaces()}
	n.add("server")
	n.add("guest")
	for i := range containers {
		n.in("guest", "ip link add br%d type bridge", i)
		n.in("guest", "ip addr add 172.17.%d.1/24 dev br%d", i, i)
		n.in("guest", "ip link set br%d up", i)
	}
	n.in("server", "ip link add wan type veth peer name wan netns %s", n.prefix+"guest")
	for ns, ip := range map[string]string{"server": server, "guest": guest} {
		n.in(ns, "ip addr add %s dev wan", ip)
		n.in(ns, "ip link set wan up")
	}
	return n
}
