package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"drawmesh/signaling"
)

// Peers of two servers meet through nginx, as docs/deploy/nginx-servers.conf has it,
// each all the time at one server; when that dies, they come back at the other.
func TestNginxBeforeTwoServers(t *testing.T) {
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		t.Fatal("this test runs nginx (Debian: apt-get install nginx)")
	}
	redis, dir := startRedis(t), t.TempDir()
	args := []string{"--port=0", "--host=127.0.0.1", "--metrics=127.0.0.1:0", "--trusted-proxy=127.0.0.1", "--token-secret", longSecret, "--redis", "redis://" + redis.addr}
	one, two := startProcess(t, args...), startProcess(t, args...)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	l.Close()
	site := shipped(t, "nginx-servers.conf", "one:8081", "127.0.0.1:"+one.port(), "two:8081", "127.0.0.1:"+two.port(), "listen 80", "listen "+at)
	for name, text := range map[string]string{
		"site.conf":  site,
		"nginx.conf": fmt.Sprintf("daemon off; master_process off; pid %[1]s/pid; error_log %[1]s/errors; events {}\nhttp {\n\tinclude %[1]s/site.conf;\n}", dir),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	background(t, exec.Command(nginx, "-c", filepath.Join(dir, "nginx.conf"), "-e", filepath.Join(dir, "errors")))
	until(t, "nginx listens", func() bool {
		conn, err := net.Dial("tcp", at)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})

	// Nginx tells addresses apart by their first three bytes. These two go to one
	// server each.
	ana, bo := newStayer(t, at, "127.0.0.1", "Ana"), newStayer(t, at, "127.0.1.1", "Bo")
	for _, server := range []*process{one, two} {
		if _, body := get(t, server.said.after(t, "drawmesh: metrics at ")); !strings.Contains(body, "\ndrawmesh_streams 1\n") {
			t.Errorf("got %q, want one event stream at each server", regexp.MustCompile(`drawmesh_streams \d+`).FindString(body))
		}
	}
	ana.waves(bo, 1)
	bo.waves(ana, 2)
	one.end(syscall.SIGKILL)
	ana.waves(bo, 3)
	bo.waves(ana, 4)
}

// A stayer is a client that joins again when it had to connect anew, as peers do.
type stayer struct {
	*signaling.Client
	t     *testing.T
	heard chan string // messages
}

// newStayer lets one in from an address of this machine.
func newStayer(t *testing.T, server, ip, name string) *stayer {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DialContext: (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(ip)}}).DialContext}}
	t.Cleanup(client.CloseIdleConnections)
	c, err := signaling.Dial(t.Context(), "http://"+server, signaling.ClientOptions{Name: name, HTTPClient: client})
	if err == nil {
		err = c.Join(t.Context(), "studio")
	}
	if err != nil {
		t.Fatal(err)
	}
	s := &stayer{c, t, make(chan string, 100)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			ev, err := c.Next(t.Context())
			if err != nil {
				return // it is closed
			}
			switch ev := ev.(type) {
			case signaling.Connected:
				c.Join(t.Context(), "studio") // until this succeeds, nothing is taken
			case signaling.Relayed:
				s.heard <- string(ev.Data)
			}
		}
	}()
	t.Cleanup(func() {
		c.Close()
		<-done
	})
	return s
}

// waves sends a message as soon as it is taken, and waits until the other has it.
func (s *stayer) waves(to *stayer, n int) {
	s.t.Helper()
	until(s.t, "a message is taken", func() bool { return s.Relay(s.t.Context(), to.Self().ID, "wave", n) == nil })
	select {
	case got := <-to.heard:
		if got != strconv.Itoa(n) {
			s.t.Errorf("got message %s, want %d", got, n)
		}
	case <-time.After(patience):
		s.t.Errorf("message %d was taken, and did not come", n)
	}
}
