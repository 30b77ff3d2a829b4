package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// noUDP is what many companies' networks do.
const noUDP = `table inet closed {
	chain in { type filter hook input priority 0; meta l4proto udp drop; }
	chain out { type filter hook output priority 0; meta l4proto udp drop; }
}`

// Where UDP is blocked people draw all the same, by TURN over TCP, or beside the page
// over TLS; without TURN they are told why not.
func TestUDPBlocked(t *testing.T) {
	if room := os.Getenv(roomEnv); room != "" {
		drawFromPage(newBrowser(t).open(room))
		return
	}
	t.Parallel()
	drawbot := buildDrawbot(t)
	if os.Getuid() != 0 {
		asRoot(t)
		return
	}
	n := newInternet(t)
	n.wire("open")
	for _, host := range []string{"closed", "closed2"} {
		n.wire(host)
		n.filter(host, noUDP)
	}
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	pair, err := makeCertificate(serverIP)
	if err == nil {
		err = writeCertificate(pair, cert, key)
	}
	// The certificate is one that everybody trusts.
	trusting := filepath.Join(dir, "drawbot")
	if err == nil {
		err = os.WriteFile(trusting, []byte("#!/bin/sh\nSSL_CERT_FILE="+cert+" exec "+drawbot+" \"$@\"\n"), 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	drawbot = trusting
	draw := func(host, room, wait string) (string, error) {
		cmd := n.command(host, drawbot, "draw", room, "-", "--wait", wait)
		cmd.Stdin = strings.NewReader(line(100, "#f00") + "\n" + line(200, "#f00") + "\n")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	turn := []string{"--turn", "--public-ip", serverIP}
	for _, tt := range []struct {
		name, host string // who joins "closed"
		args       []string
	}{
		{"TCP", "open", turn},
		{"TLS, beside the page", "open", append(turn, "--port=443", "--tls-cert", cert, "--tls-key", key)},
		{"both sides, TCP", "closed2", turn},
	} {
		t.Run(tt.name, func(t *testing.T) {
			room := n.serve(t, tt.args...) + "studio"
			if len(tt.args) > len(turn) { // of TCP let nothing through but to the page
				n.filter("closed", "table inet web { chain out { type filter hook output priority 0; tcp dport != 443 drop; }\n}")
				defer n.in("closed", "nft delete table inet web")
			}
			stays := n.join(t, "closed", drawbot, room)
			if said, err := draw(tt.host, room, "30s"); err != nil {
				t.Fatalf("drawing: %v\n%s", err, said)
			}
			stays.said.wait(t, anOp, 2)
		})
	}
	t.Run("page, TCP", func(t *testing.T) {
		room := n.serve(t, turn...) + "studio"
		stays := n.join(t, "open", drawbot, room)
		page := n.command("closed", os.Args[0], "-test.run=^TestUDPBlocked$", "-test.v")
		page.Env = append(os.Environ(), roomEnv+"="+room)
		out := new(strings.Builder)
		page.Stdout, page.Stderr = out, out
		if err := page.Start(); err != nil {
			t.Fatal(err)
		}
		stays.said.wait(t, anOp, 1) // the page has drawn
		if said, err := draw("open", room, "30s"); err != nil {
			t.Errorf("drawing: %v\n%s", err, said)
		}
		if err := page.Wait(); err != nil {
			t.Errorf("the page: %v\n%s", err, out)
		}
	})
	t.Run("without TURN", func(t *testing.T) {
		room := n.serve(t) + "studio"
		n.join(t, "open", drawbot, room)
		said, err := draw("closed", room, "3s")
		if status, ok := err.(*exec.ExitError); !ok || status.ExitCode() != 5 || !strings.Contains(said, "may block UDP") {
			t.Errorf("got %v, %s, want status 5 and that a network may block UDP", err, said)
		}
	})
}
