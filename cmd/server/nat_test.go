package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
)

// roomEnv makes TestNAT be a page in that room.
const roomEnv = "DRAWMESH_TEST_ROOM"

// An internet is one of namespaces, which are hosts and routers: a server, and
// whoever else is on the same wire.
type internet struct {
	t      *testing.T
	prefix string // of the namespaces' names
	wired  int    // so many are on the wire, the server included
}

const (
	// A public network, for to those of documentation nothing is relayed.
	publicNet = "203.0.112"
	serverIP  = publicNet + ".1"
	natRules  = `table ip nat {
		chain out {
			type nat hook postrouting priority 100;
			oifname "wan" masquerade fully-random
		}
	}`
)

var internets atomic.Int32

// newInternet builds one of a server alone. It lasts as long as the test, which
// is root.
func newInternet(t *testing.T) *internet {
	t.Helper()
	for _, tool := range []string{"ip", "nft"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("this test makes networks: %v (Debian: apt-get install iproute2 nftables)", err)
		}
	}
	n := &internet{t: t, prefix: namespaces(), wired: 1}
	n.add("server")
	n.in("server", "ip link add wan type bridge")
	n.in("server", "ip addr add %s/24 dev wan", serverIP)
	n.in("server", "ip link set wan up")
	return n
}

// namespaces begins the names of an internet's.
func namespaces() string { return fmt.Sprintf("drawmesh%d-%d-", os.Getpid(), internets.Add(1)) }

// add makes a namespace. Its IPv6 addresses are there at once: where they come a
// second later, a browser takes that for another network, and drops what it loads.
func (n *internet) add(ns string) {
	n.t.Helper()
	n.sh("ip netns add %s", n.prefix+ns)
	n.t.Cleanup(func() { exec.Command("ip", "netns", "del", n.prefix+ns).Run() })
	n.in(ns, "sysctl -qw net.ipv6.conf.default.accept_dad=0")
	n.sh("ip -n %s link set lo up", n.prefix+ns)
}

// wire makes a namespace that is on the wire, and returns its address there.
func (n *internet) wire(ns string) (ip string) {
	n.t.Helper()
	n.add(ns)
	return n.plug(ns)
}

// plug puts a namespace on the wire.
func (n *internet) plug(ns string) (ip string) {
	n.t.Helper()
	n.wired++
	ip = fmt.Sprintf("%s.%d", publicNet, n.wired)
	n.in("server", "ip link add to%d type veth peer name wan netns %s", n.wired, n.prefix+ns)
	n.in("server", "ip link set to%d master wan up", n.wired)
	n.in(ns, "ip addr add %s/24 dev wan", ip)
	n.in(ns, "ip link set wan up")
	return ip
}

// nat makes a host behind a NAT that gives each connection another port and lets
// nobody else in.
func (n *internet) nat(host string) {
	n.t.Helper()
	router := host + "-nat"
	n.wire(router)
	n.add(host)
	net := fmt.Sprintf("10.%d.0", n.wired)
	n.in(router, "ip link add lan type veth peer name lan netns %s", n.prefix+host)
	n.in(router, "ip addr add %s.1/24 dev lan", net)
	n.in(router, "ip link set lan up")
	n.in(router, "sysctl -qw net.ipv4.ip_forward=1")
	n.in(host, "ip addr add %s.2/24 dev lan", net)
	n.in(host, "ip link set lan up")
	n.in(host, "ip route add default via %s.1", net)
	n.filter(router, natRules)
}

// filter gives a namespace rules of nftables.
func (n *internet) filter(ns, rules string) {
	n.t.Helper()
	cmd := n.command(ns, "nft", "-f", "-")
	cmd.Stdin = strings.NewReader(rules)
	if out, err := cmd.CombinedOutput(); err != nil {
		n.t.Fatalf("nft: %v\n%s", err, out)
	}
}

// in runs a command in a namespace.
func (n *internet) in(ns, format string, args ...any) {
	n.t.Helper()
	n.sh("ip netns exec %s "+format, append([]any{n.prefix + ns}, args...)...)
}

func (n *internet) sh(format string, args ...any) {
	n.t.Helper()
	words := strings.Fields(fmt.Sprintf(format, args...))
	if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
		n.t.Fatalf("%s: %v\n%s", strings.Join(words, " "), err, out)
	}
}

// command is one that runs in a namespace.
func (n *internet) command(ns, name string, args ...string) *exec.Cmd {
	return exec.CommandContext(n.t.Context(), "ip", append([]string{"netns", "exec", n.prefix + ns, name}, args...)...)
}

// serve runs a server, and returns its address.
func (n *internet) serve(t *testing.T, args ...string) (url string) {
	t.Helper()
	cmd := n.command("server", os.Args[0], append([]string{"--port=0", "--host", serverIP, "--token-secret", longSecret}, args...)...)
	cmd.Env = append(os.Environ(), serverEnv+"=1")
	cmd.Dir = t.TempDir()
	return background(t, cmd).after(t, "drawmesh: open ")
}

// background runs a command for as long as the test goes on, and returns what it says
// on standard error.
func background(t *testing.T, cmd *exec.Cmd) *lines {
	t.Helper()
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return readLines(stderr)
}

// A bot is a drawbot that stays in a room.
type bot struct {
	said *lines         // a line for each thing that happens there
	in   io.WriteCloser // what it is to draw
}

// join has a bot stay in a room as long as the test goes on.
func (n *internet) join(t *testing.T, host, drawbot, room string, args ...string) bot {
	t.Helper()
	cmd := n.command(host, drawbot, append([]string{"join", room}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	said := readLines(out)
	said.wait(t, `"type":"self"`, 1)
	return bot{said, in}
}

// Two bots, and a bot and a page, draw together from behind two NATs of the
// strict kind: by the server's TURN, and not without.
func TestNAT(t *testing.T) {
	if room := os.Getenv(roomEnv); room != "" {
		drawFromPage(newBrowser(t).open(room))
		return
	}
	t.Parallel()
	drawbot := buildDrawbot(t) // before there is no way to its modules
	if os.Getuid() != 0 {
		asRoot(t)
		return
	}
	n := newInternet(t)
	n.nat("host1")
	n.nat("host2")
	draw := func(host, room, wait string) (string, error) {
		cmd := n.command(host, drawbot, "draw", room, "-", "--wait", wait)
		cmd.Stdin = strings.NewReader(line(100, "#f00") + "\n" + line(200, "#f00") + "\n")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	t.Run("bots with TURN", func(t *testing.T) {
		room := n.serve(t, "--turn", "--public-ip", serverIP) + "studio"
		bot := n.join(t, "host2", drawbot, room)
		if said, err := draw("host1", room, "30s"); err != nil {
			t.Fatalf("drawing: %v\n%s", err, said)
		}
		bot.said.wait(t, anOp, 2)
	})
	t.Run("bots without TURN", func(t *testing.T) {
		room := n.serve(t) + "studio"
		n.join(t, "host2", drawbot, room)
		if said, err := draw("host1", room, "3s"); err == nil {
			t.Errorf("they reached one another, so these NATs show nothing: %s", said)
		}
	})
	t.Run("page and bot", func(t *testing.T) {
		room := n.serve(t, "--turn", "--public-ip", serverIP) + "studio"
		bot := n.join(t, "host2", drawbot, room)
		page := n.command("host1", os.Args[0], "-test.run=^TestNAT$", "-test.v")
		page.Env = append(os.Environ(), roomEnv+"="+room)
		out := new(strings.Builder)
		page.Stdout, page.Stderr = out, out
		if err := page.Start(); err != nil {
			t.Fatal(err)
		}
		bot.said.wait(t, anOp, 1) // the page has drawn
		if said, err := draw("host2", room, "30s"); err != nil {
			t.Errorf("drawing: %v\n%s", err, said)
		}
		if err := page.Wait(); err != nil {
			t.Errorf("the page: %v\n%s", err, out)
		}
	})
}

// asRoot runs the test again as who is root in a user namespace, and so may make
// network namespaces there.
func asRoot(t *testing.T) {
	const script = `mount -t tmpfs tmpfs /run && exec "$@"` // ip keeps its namespaces in /run
	again := exec.CommandContext(t.Context(), "unshare", "-Urnm", "sh", "-c", script, "sh", os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	out, err := again.CombinedOutput()
	if err != nil {
		t.Fatalf("in a user namespace, without which only root can run this: %v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// drawFromPage draws on a page, and waits for what a bot draws.
func drawFromPage(p *page) {
	p.waitLinks(1) // the one that stays
	p.choose("pencil", red)
	p.drag(place{400, 400}, place{500, 400})
	p.waitInk(place{250, 100}, redInk)
	p.waitInk(place{250, 200}, redInk)
}
