package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// A pipe is a connection from anywhere.
type pipe struct {
	net.Conn
	from   string
	closed chan struct{}
}

func (p *pipe) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(p.from)) }
func (p *pipe) Close() error {
	close(p.closed)
	return nil
}

func (p *pipe) isClosed() bool {
	select {
	case <-p.closed:
		return true
	default:
		return false
	}
}

// A scripted is a listener of which each Accept is told in advance.
type scripted []any // an error or a *pipe

func (s *scripted) Accept() (net.Conn, error) {
	if len(*s) == 0 {
		return nil, net.ErrClosed
	}
	next := (*s)[0]
	*s = (*s)[1:]
	if err, ok := next.(error); ok {
		return nil, err
	}
	return next.(*pipe), nil
}

func (*scripted) Close() error   { return nil }
func (*scripted) Addr() net.Addr { return &net.TCPAddr{} }

// What comes beyond the limits is closed, or closes what was idle for longest.
func TestConnections(t *testing.T) {
	proxy := netip.MustParseAddr("198.41.0.4")
	from := func(format string, n int) (all []string) {
		for i := range n {
			all = append(all, fmt.Sprintf(format, i+1))
		}
		return all
	}
	tests := []struct {
		name         string
		from         []string
		active       bool // each has a request under way
		taken, spare int
		left         int // that are not closed in the end
	}{
		{"idle ones of one address", from("8.8.8.8:%d", 50), false, 50, 0, 4},
		{"active ones of one address", from("8.8.8.8:%d", 50), true, 4, 0, 4},
		{"of one address in IPv6", from("[2606:4700::1]:%d", 50), true, 4, 0, 4},
		{"of one network in IPv6", from("[2606:4700::%d]:9", 50), true, 4, 0, 4},
		{"of one address in disguise", from("[::ffff:8.8.8.8]:%d", 50), true, 4, 0, 4},
		{"of many networks in IPv6", from("[2606:4700:0:%d::1]:9", 50), true, 50, 40, 10 + spareConnections},
		{"active ones of many addresses", from("8.8.8.%d:9", 50), true, 50, 40, 10 + spareConnections},
		{"idle ones of many addresses", from("8.8.8.%d:9", 50), false, 50, 0, 10},
		{"of a trusted proxy", from(proxy.String()+":%d", 50), true, 50, 40, 10 + spareConnections},
		{"of this machine", from("127.0.0.1:%d", 50), true, 50, 40, 10 + spareConnections},
		{"of this machine in IPv6", from("[::1]:%d", 50), true, 50, 40, 10 + spareConnections},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var l scripted
				var pipes []*pipe
				for _, from := range tt.from {
					p := &pipe{from: from, closed: make(chan struct{})}
					pipes, l = append(pipes, p), append(l, p)
				}
				c := limitConnections(&l, 10, 4, func(ip netip.Addr) bool { return ip == proxy }, slog.New(slog.DiscardHandler))
				var taken []net.Conn
				spare := 0
				for {
					conn, err := c.Accept()
					if err != nil {
						break
					}
					taken = append(taken, conn)
					if tt.active {
						c.state(conn, http.StateActive)
					}
					if connectionOf(conn).spare != nil {
						spare++
					}
				}
				synctest.Wait()
				left := 0
				for _, p := range pipes {
					if !p.isClosed() {
						left++
					}
				}
				if len(taken) != tt.taken || spare != tt.spare || left != tt.left {
					t.Errorf("%d were taken, %d of them beyond the limit, and %d are left; want %d, %d and %d",
						len(taken), spare, left, tt.taken, tt.spare, tt.left)
				}
				if want := tt.active && left >= 10; c.problem(0) != "" != want {
					t.Errorf("problem: %q, want one: %t", c.problem(0), want)
				}
				for _, conn := range taken {
					if o := connectionOf(conn); !o.closed {
						conn.Close()
					}
				}
				if c.open != 0 || len(c.of) != 0 || c.idle.Len() != 0 {
					t.Errorf("when all are closed there are %d of %d addresses, %d idle", c.open, len(c.of), c.idle.Len())
				}
			})
		})
	}
}

// A want of descriptors is said, not too often, as a warning, and is no end.
func TestAcceptOutlivesAWantOfDescriptors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		want := &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
		idle, last := &pipe{from: "8.8.8.8:1", closed: make(chan struct{})}, &pipe{from: "8.8.8.8:2", closed: make(chan struct{})}
		l := scripted{idle, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", syscall.ECONNABORTED)}}
		for range 100 {
			l = append(l, want)
		}
		l = append(l, last)
		var log bytes.Buffer
		c := limitConnections(&l, 10, 4, func(netip.Addr) bool { return false }, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn})))
		for range 2 {
			if _, err := c.Accept(); err != nil {
				t.Fatal(err)
			}
		}
		if synctest.Wait(); !idle.isClosed() {
			t.Error("the idle connection did not make room")
		}
		if got := strings.Count(log.String(), "too many open files"); got != 1 {
			t.Errorf("said %d times in 5 s, want once: %s", got, &log)
		}
		if got := c.problem(lately); got != "connections cannot be accepted: too many open files" {
			t.Errorf("got the problem %q", got)
		}
		if time.Sleep(lately); c.problem(lately) != "" {
			t.Errorf("after %v without it: %q", lately, c.problem(lately))
		}
		if _, err := c.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("got %v, want the listener's end", err)
		}
	})
}

// The descriptors are given out so that something is left for each.
func TestShare(t *testing.T) {
	tests := []struct {
		name        string
		conf        config
		descriptors uint64
		want        budget
		wantErr     string
	}{
		{name: "a shell's", descriptors: 1024, want: budget{936, 234, 0, 0}},
		{name: "few", descriptors: 30, want: budget{5, 16, 0, 0}},
		{name: "hardly any", descriptors: 10, want: budget{1, 16, 0, 0}},
		{name: "2,000", descriptors: 2000, want: budget{1851, 462, 0, 0}},
		{name: "2,000 with TURN", conf: config{Turn: true}, descriptors: 2000, want: budget{1101, 275, 500, 250}},
		{name: "without end", descriptors: 1 << 40, want: budget{65536, 1024, 0, 0}},
		{name: "without end, TURN", conf: config{Turn: true}, descriptors: 1 << 40, want: budget{65536, 1024, 4096, 2048}},
		{name: "asked for", conf: config{MaxConnections: 200}, descriptors: 1024, want: budget{200, 50, 0, 0}},
		{name: "many streams", conf: config{MaxStreams: 300}, descriptors: 1024, want: budget{936, 600, 0, 0}},
		{name: "too many", conf: config{MaxConnections: 2000}, descriptors: 1024,
			wantErr: "--max-connections 2000: the limit of open files (ulimit -n 1024) allows 936"},
		{name: "less than none", conf: config{MaxConnections: -1}, descriptors: 1024, wantErr: "--max-connections and --max-streams are at least 1"},
		{name: "less than no stream", conf: config{MaxStreams: -1}, descriptors: 1024, wantErr: "--max-connections and --max-streams are at least 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.conf.share(tt.descriptors)
			if tt.wantErr != "" {
				if err == nil || err.Error() != tt.wantErr {
					t.Errorf("got %v, want %s", err, tt.wantErr)
				}
			} else if err != nil || got != tt.want {
				t.Errorf("got %+v, %v; want %+v", got, err, tt.want)
			}
		})
	}
}

// A server all of whose connections are idle or streams still answers who watches
// it, and says that it is full.
func TestFullServer(t *testing.T) {
	const most = 20
	server := startProcess(t, "--port=0", "--token-secret", longSecret, fmt.Sprint("--max-connections=", most), "--max-streams=1000")
	h := newStranger(t, server.url)
	h.client.Transport.(*http.Transport).DisableKeepAlives = true
	ask := func(path string) (int, string) {
		t.Helper()
		resp, err := h.client.Get(server.url + path)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(body)
	}
	for range 5 * most { // that say nothing
		conn, err := net.Dial("tcp", h.host)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	if code, body := ask("/healthz"); code != 200 || body != "ok\n" {
		t.Errorf("with idle connections: got %d %q", code, body)
	}
	var streams []net.Conn
	for len(streams) < most {
		conn, err := net.Dial("tcp", h.host)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "GET /connect?token=%s HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n",
			tokenOf(t, jwt.SigningMethodHS256, []byte(longSecret), fmt.Sprint("eve", len(streams))))
		conn.SetReadDeadline(time.Now().Add(patience))
		if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, "200") {
			t.Fatalf("stream %d: got %q, %v", len(streams), line, err)
		}
		streams = append(streams, conn)
	}
	for range 3 {
		if code, body := ask("/healthz"); code != 503 || !strings.HasPrefix(body, "no room for more connections: all 20 are in use") {
			t.Errorf("full: got %d %q from /healthz, want 503", code, body)
		}
		if code, _ := ask("/livez"); code != 200 {
			t.Errorf("full: got %d from /livez, want 200: nobody should end the streams", code)
		}
		if code, _ := ask("/readyz"); code != 503 {
			t.Errorf("full: got %d from /readyz, want 503", code)
		}
		if code, body := ask("/studio"); code != 503 || !strings.Contains(body, "as many connections as it can") {
			t.Errorf("full: got %d %q from a room, want 503", code, body)
		}
	}
	server.said.wait(t, `level=WARN msg="connections are not taken"`, 1)
	for _, conn := range streams {
		conn.Close()
	}
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if code, body := ask("/readyz"); code == 200 {
			break
		} else if time.Now().After(end) {
			t.Fatalf("after all streams ended: got %d %q from /readyz", code, body)
		}
	}
	if got, _, _ := server.said.count(`connections are not taken`); got != 1 {
		t.Errorf("said %d times, want once in a while", got)
	}
}
