package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// roomEnv makes TestNAT be a page in that room.
const roomEnv = "DRAWMESH_TEST_ROOM"

// A nat is an internet in namespaces: a server, and two networks behind NATs
// that give each connection another port and let nobody else in.
type nat struct {
	t      *testing.T
	prefix string // of the namespaces' names
}

const (
	serverIP = "203.0.113.1"
	natRules = `table ip nat {
		chain out {
			type nat hook postrouting priority 100;
			oifname "wan" masquerade fully-random
		}
	}`
)

// newNAT builds one. It lasts as long as the test.
func newNAT(t *testing.T) *nat {
	t.Helper()
	for _, tool := range []string{"ip", "nft"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("this test makes networks with NATs: %v (Debian: apt-get install iproute2 nftables)", err)
		}
	}
	n := &nat{t, fmt.Sprintf("drawmesh%d-", os.Getpid())}
	for _, ns := range []string{"server", "nat1", "nat2", "host1", "host2"} {
		n.sh("ip netns add %s", n.prefix+ns)
		t.Cleanup(func() { exec.Command("ip", "netns", "del", n.prefix+ns).Run() })
		n.sh("ip -n %s link set lo up", n.prefix+ns)
	}
	in := func(ns, format string, args ...any) {
		n.sh("ip netns exec %s "+format, append([]any{n.prefix + ns}, args...)...)
	}
	in("server", "ip link add wan type bridge")
	in("server", "ip addr add %s/24 dev wan", serverIP)
	in("server", "ip link set wan up")
	for i := 1; i <= 2; i++ {
		router, host := fmt.Sprintf("nat%d", i), fmt.Sprintf("host%d", i)
		in("server", "ip link add to%d type veth peer name wan netns %s", i, n.prefix+router)
		in("server", "ip link set to%d master wan up", i)
		in(router, "ip addr add 203.0.113.1%d/24 dev wan", i)
		in(router, "ip link set wan up")
		in(router, "ip link add lan type veth peer name lan netns %s", n.prefix+host)
		in(router, "ip addr add 10.%d.0.1/24 dev lan", i)
		in(router, "ip link set lan up")
		in(router, "sysctl -qw net.ipv4.ip_forward=1")
		in(host, "ip addr add 10.%d.0.2/24 dev lan", i)
		in(host, "ip link set lan up")
		in(host, "ip route add default via 10.%d.0.1", i)
		rules := n.command(router, "nft", "-f", "-")
		rules.Stdin = strings.NewReader(natRules)
		if out, err := rules.CombinedOutput(); err != nil {
			t.Fatalf("nft: %v\n%s", err, out)
		}
	}
	return n
}

func (n *nat) sh(format string, args ...any) {
	n.t.Helper()
	words := strings.Fields(fmt.Sprintf(format, args...))
	if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
		n.t.Fatalf("%s: %v\n%s", strings.Join(words, " "), err, out)
	}
}

// command is one that runs in a namespace.
func (n *nat) command(ns, name string, args ...string) *exec.Cmd {
	return exec.CommandContext(n.t.Context(), "ip", append([]string{"netns", "exec", n.prefix + ns, name}, args...)...)
}

// serve runs a server, and returns its address.
func (n *nat) serve(t *testing.T, args ...string) (url string) {
	t.Helper()
	cmd := n.command("server", os.Args[0], append([]string{"--port=0", "--host", serverIP, "--token-secret", longSecret}, args...)...)
	cmd.Env = append(os.Environ(), serverEnv+"=1")
	cmd.Dir = t.TempDir()
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
	said := bufio.NewScanner(stderr)
	for said.Scan() {
		if url, ok := strings.CutPrefix(said.Text(), "drawmesh: open "); ok {
			return url
		}
	}
	t.Fatal("the server does not listen")
	return ""
}

// join has a bot stay in a room behind the second NAT. What is returned has a
// line for each thing that happens there.
func (n *nat) join(t *testing.T, drawbot, room string) *lines {
	t.Helper()
	cmd := n.command("host2", drawbot, "join", room)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cmd.StdinPipe(); err != nil { // it stays as long as that is open
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
	return said
}

// Two bots, and a bot and a page, draw together from behind two NATs of the
// strict kind: by the server's TURN, and not without.
func TestNAT(t *testing.T) {
	if room := os.Getenv(roomEnv); room != "" {
		drawFromPage(t, room)
		return
	}
	t.Parallel()
	drawbot := buildDrawbot(t) // before there is no way to its modules
	if os.Getuid() != 0 {
		asRoot(t)
		return
	}
	n := newNAT(t)
	draw := func(host, room, wait string) (string, error) {
		cmd := n.command(host, drawbot, "draw", room, "-", "--wait", wait)
		cmd.Stdin = strings.NewReader(line(100, "#f00") + "\n" + line(200, "#f00") + "\n")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	t.Run("bots with TURN", func(t *testing.T) {
		room := n.serve(t, "--turn", "--public-ip", serverIP) + "studio"
		bot := n.join(t, drawbot, room)
		if said, err := draw("host1", room, "30s"); err != nil {
			t.Fatalf("drawing: %v\n%s", err, said)
		}
		bot.wait(t, anOp, 2)
	})
	t.Run("bots without TURN", func(t *testing.T) {
		room := n.serve(t) + "studio"
		n.join(t, drawbot, room)
		if said, err := draw("host1", room, "3s"); err == nil {
			t.Errorf("they reached one another, so these NATs show nothing: %s", said)
		}
	})
	t.Run("page and bot", func(t *testing.T) {
		room := n.serve(t, "--turn", "--public-ip", serverIP) + "studio"
		bot := n.join(t, drawbot, room)
		page := n.command("host1", os.Args[0], "-test.run=^TestNAT$", "-test.v")
		page.Env = append(os.Environ(), roomEnv+"="+room)
		out := new(strings.Builder)
		page.Stdout, page.Stderr = out, out
		if err := page.Start(); err != nil {
			t.Fatal(err)
		}
		bot.wait(t, anOp, 1) // the page has drawn
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
	if out, err := again.CombinedOutput(); err != nil {
		t.Fatalf("in a user namespace, without which only root can run this: %v\n%s", err, out)
	}
}

// drawFromPage is a page behind the first NAT: it draws, and waits for what a
// bot draws.
func drawFromPage(t *testing.T, room string) {
	p := newBrowser(t).open(room)
	p.waitLinks(1) // the one that stays
	p.choose("pencil", red)
	p.drag(place{400, 400}, place{500, 400})
	p.waitInk(place{250, 100}, redInk)
	p.waitInk(place{250, 200}, redInk)
}
