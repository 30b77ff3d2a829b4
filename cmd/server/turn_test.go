package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/logging"
	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"

	"drawmesh/signaling"
)

// startTURN starts a server's STUN and TURN on a free port of this machine,
// whose public address it takes to be loopback.
func startTURN(t *testing.T, conf config) *iceService {
	t.Helper()
	conf.Turn, conf.PublicIP, conf.TurnPorts, conf.Stun = true, "127.0.0.1", "49152-65535", "127.0.0.1:0"
	s, err := newICE(&conf, []byte(longSecret), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s.limit(budget{relays: maxRelays, turn: maxRelays / 2})
	if err := s.start(&conf, t.Errorf); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return s
}

// turnClient is one at a socket of its own.
func turnClient(t *testing.T, s *iceService, user, password string) *turn.Client {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := fmt.Sprintf("127.0.0.1:%d", s.port)
	c, err := turn.NewClient(&turn.ClientConfig{
		STUNServerAddr: at, TURNServerAddr: at, Conn: conn, Username: user, Password: password,
		LoggerFactory: &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Listen(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Close()
		conn.Close()
	})
	return c
}

// allocate asks for a relay, which lasts as long as the test.
func allocate(t *testing.T, c *turn.Client) (net.PacketConn, error) {
	conn, err := c.Allocate()
	if err == nil {
		t.Cleanup(func() { conn.Close() })
	}
	return conn, err
}

// Whoever has a credential gets a relay, to public addresses only, and not
// without end.
func TestTURN(t *testing.T) {
	s := startTURN(t, config{})
	user, password := s.relay.credential("ana")
	c := turnClient(t, s, user, password)
	if seen, err := c.SendBindingRequest(); err != nil || seen.(*net.UDPAddr).IP.String() != "127.0.0.1" {
		t.Errorf("STUN: got %v, %v, want to be seen as this machine", seen, err)
	}
	conn, err := allocate(t, c)
	if err != nil {
		t.Fatal(err)
	}
	if got := conn.LocalAddr().(*net.UDPAddr); got.IP.String() != "127.0.0.1" || got.Port < 49152 {
		t.Errorf("got the relay %v, want one at the public address", got)
	}
	for to, want := range map[string]bool{"8.8.8.8:9": true, "127.0.0.1:9": true, "127.0.0.2:9": false, "10.0.0.1:9": false, "169.254.169.254:80": false} {
		at, _ := net.ResolveUDPAddr("udp4", to)
		if err := c.CreatePermission(at); (err == nil) != want {
			t.Errorf("permission for %s: got %v, want it granted: %t", to, err, want)
		}
	}
	if _, err := c.AllocateTCP(); err == nil {
		t.Error("TCP is relayed")
	}
	for range maxPeerRelays - 1 {
		if _, err := allocate(t, turnClient(t, s, user, password)); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.allocations(); got != maxPeerRelays {
		t.Errorf("%d relays, want %d", got, maxPeerRelays)
	}
	if _, err := allocate(t, turnClient(t, s, user, password)); err == nil {
		t.Error("one peer has more relays than it may")
	}
	here := netip.MustParsePrefix("127.0.0.1/32")
	s.relay.mu.Lock()
	if got := s.relay.at[here]; got != maxPeerRelays {
		t.Errorf("%d relays count for this address, want %d", got, maxPeerRelays)
	}
	s.relay.mu.Unlock()
	user, password = s.relay.credential("bo")
	if _, err := allocate(t, turnClient(t, s, user, password)); err != nil {
		t.Errorf("another peer: got %v, want a relay", err)
	}
	for name, bad := range map[string][2]string{
		"forged": {user, "x"}, "of a time of one's own": {"9999999999:bo", password}, "none": {"bo", password},
	} {
		if _, err := allocate(t, turnClient(t, s, bad[0], bad[1])); err == nil {
			t.Errorf("a credential that is %s is good for a relay", name)
		}
	}
}

// Many peers at one address have no more relays than it may, and leave the rest to
// others, also where the address has many names.
func TestRelaysOfOneAddress(t *testing.T) {
	tests := []struct {
		name string
		from func(i int) string
		want int
	}{
		{"ports", func(i int) string { return fmt.Sprintf("8.8.8.8:%d", 1+i) }, maxAddressRelays},
		{"a network in IPv6", func(i int) string { return fmt.Sprintf("[2606:4700::%x]:9", i) }, maxAddressRelays},
		{"an address in both forms", func(i int) string { return []string{"[::ffff:8.8.8.8]:9", "8.8.8.8:9"}[i%2] }, maxAddressRelays},
		{"many addresses", func(i int) string { return fmt.Sprintf("8.8.%d.%d:9", i/200, i%200) }, maxRelays},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := newRelay(&config{PublicIP: "192.0.2.1", TurnPorts: "50000-50100"}, []byte(longSecret), slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			type made struct {
				peer string
				from net.Addr
			}
			var all []made
			ask := func(peer, from string) bool {
				m := made{peer, net.UDPAddrFromAddrPort(netip.MustParseAddrPort(from))}
				ok := r.allows(m.peer, realm, m.from)
				if ok {
					r.count(m.peer, m.from, 1)
					all = append(all, m)
				}
				return ok
			}
			for i := range 2 * maxRelays {
				ask(fmt.Sprint("eve", i/maxPeerRelays), tt.from(i))
			}
			if got := len(all); got != tt.want {
				t.Errorf("%d relays, want %d", got, tt.want)
			}
			if got := ask("ana", "9.9.9.9:1"); got != (tt.want < maxRelays) {
				t.Errorf("somebody else gets one: %t", got)
			}
			for _, m := range all {
				r.count(m.peer, m.from, -1)
			}
			if len(r.at)+len(r.of)+r.total != 0 {
				t.Errorf("when all have ended, %d addresses and %d peers have %d", len(r.at), len(r.of), r.total)
			}
		})
	}
}

// A credential makes relays for ten minutes, and keeps them for longer.
func TestCredentialExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, err := newRelay(&config{PublicIP: "192.0.2.1", TurnPorts: "50000-50100"}, []byte(longSecret), slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		user, _ := r.credential("ana")
		good := func(method stun.Method) bool {
			peer, _, ok := r.authenticate(&turn.RequestAttributes{Username: user, Method: method})
			if ok && peer != "ana" {
				t.Errorf("got the peer %q, want ana", peer)
			}
			return ok
		}
		for _, step := range []struct {
			wait       time.Duration
			make, keep bool
		}{{0, true, true}, {9 * time.Minute, true, true}, {2 * time.Minute, false, true}, {11 * time.Hour, false, true}, {2 * time.Hour, false, false}} {
			time.Sleep(step.wait)
			if got := good(stun.MethodAllocate); got != step.make {
				t.Errorf("after another %v: makes a relay: %t, want %t", step.wait, got, step.make)
			}
			if got := good(stun.MethodRefresh); got != step.keep {
				t.Errorf("after another %v: keeps a relay: %t, want %t", step.wait, got, step.keep)
			}
		}
	})
}

// What peers are told depends on where they are and on what was asked for.
func TestICEServers(t *testing.T) {
	running := startTURN(t, config{})
	stunOnly := iceService{server: running.server, port: running.port}
	encrypted := iceService{server: running.server, port: running.port, relay: running.relay, public: running.public, tls: true}
	others := iceService{others: []signaling.ICEServer{{URLs: []string{"stun:example.org"}}}}
	tests := []struct {
		name, host string
		service    *iceService
		want       string // the URLs
	}{
		{"TURN beside a page that is encrypted", "https://studio.example", &encrypted, "turn:127.0.0.1:PORT?transport=udp turns:studio.example:443?transport=tcp stun:127.0.0.1:PORT"},
		{"at its port", "https://[2001:db8::1]:8443", &encrypted, "turn:127.0.0.1:PORT?transport=udp turns:[2001:db8::1]:8443?transport=tcp stun:127.0.0.1:PORT"},
		{"which a proxy encrypts", "studio.example", &encrypted, "turn:127.0.0.1:PORT?transport=udp turn:127.0.0.1:PORT?transport=tcp stun:127.0.0.1:PORT"},
		{"TURN", "studio.example", running, "turn:127.0.0.1:PORT?transport=udp turn:127.0.0.1:PORT?transport=tcp stun:127.0.0.1:PORT"},
		{"STUN by name", "studio.example:8081", &stunOnly, "stun:studio.example:PORT"},
		{"STUN by address", "192.0.2.1:8081", &stunOnly, "stun:192.0.2.1:PORT"},
		{"STUN by IPv6", "[2001:db8::1]:8081", &stunOnly, "stun:[2001:db8::1]:PORT"},
		{"here", "localhost:8081", &stunOnly, ""},
		{"here by address", "127.0.0.1", &stunOnly, ""},
		{"here by IPv6", "[::1]:8081", &stunOnly, ""},
		{"no host", "x\r\ny", &stunOnly, ""},
		{"none", "studio.example", &iceService{}, ""},
		{"others", "studio.example", &others, "stun:example.org"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			target := "/connect"
			host, secure := strings.CutPrefix(tt.host, "https://")
			if secure {
				target = "https://x/connect"
			}
			r := httptest.NewRequest("GET", target, nil)
			r.Host = host
			var urls []string
			for _, s := range tt.service.tell(r, "ana") {
				urls = append(urls, s.URLs...)
			}
			want := strings.ReplaceAll(tt.want, "PORT", fmt.Sprint(running.port))
			if got := strings.Join(urls, " "); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
	server, err := parseICEServer("turn:ana:s3:cret@turn.example.org:3478?transport=tcp")
	if err != nil || server.Username != "ana" || server.Credential != "s3:cret" || server.URLs[0] != "turn:turn.example.org:3478?transport=tcp" {
		t.Errorf("got %+v, %v", server, err)
	}
}

// Without its port the server goes on, and says so.
func TestSTUNPortTaken(t *testing.T) {
	taken, err := net.ListenPacket("udp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	surroundings(t)
	t.Setenv("TOKEN_SECRET", longSecret)
	at := fmt.Sprintf(":%d", taken.LocalAddr().(*net.UDPAddr).Port)
	s := start(t, "--port=0", "--no-stun=false", "--stun", at)
	if want := "drawmesh: no STUN: UDP port " + at + " is taken: choose another with --stun, or none with --no-stun\n"; !strings.HasPrefix(s.began, want) {
		t.Errorf("got %q, want %q", s.began, want)
	}
}

// UDP does not follow --host, which is set for a proxy on this machine: the proxy
// carries none.
func TestSTUNBesideAProxy(t *testing.T) {
	surroundings(t)
	t.Setenv("TOKEN_SECRET", longSecret)
	listens := func(stunHost string, args ...string) (said string, any bool) {
		free, err := net.ListenPacket("udp4", "0.0.0.0:0")
		if err != nil {
			t.Fatal(err)
		}
		at := free.LocalAddr().(*net.UDPAddr)
		free.Close()
		s := start(t, append(args, "--port=0", "--no-stun=false", fmt.Sprintf("--stun=%s:%d", stunHost, at.Port))...)
		defer s.stop()
		other, err := net.ListenPacket("udp4", fmt.Sprintf("127.0.0.2:%d", at.Port))
		if err == nil {
			other.Close()
		}
		return s.began, err != nil
	}
	if said, any := listens("", "--host=127.0.0.1"); !any {
		t.Errorf("STUN is for this machine alone, want it for all; it said %q", said)
	}
	const want = "drawmesh: no STUN: only this machine reaches 127.0.0.1:"
	if said, any := listens("127.0.0.1"); any || !strings.HasPrefix(said, want) {
		t.Errorf("got %q and STUN for others: %t, want %q", said, any, want)
	}
}

// Datagrams are answered from the address to which they came.
func TestHomed(t *testing.T) {
	for network, homes := range map[string][]string{"udp4": {"127.0.0.1", "127.0.0.2", "127.9.9.9"}, "udp6": {"::1"}} {
		conn, err := listenHomed(network, ":0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			buf := make([]byte, 9)
			for {
				n, from, err := conn.ReadFrom(buf)
				if err != nil {
					return
				}
				conn.WriteTo(buf[:n], from)
			}
		}()
		t.Cleanup(func() { conn.Close() })
		client, err := net.ListenPacket(network, net.JoinHostPort(homes[0], "0"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { client.Close() })
		client.SetDeadline(time.Now().Add(patience))
		for _, home := range homes {
			to := &net.UDPAddr{IP: net.ParseIP(home), Port: conn.LocalAddr().(*net.UDPAddr).Port}
			client.WriteTo([]byte("who"), to)
			n, from, err := client.ReadFrom(make([]byte, 9))
			if err != nil || n != 3 || from.String() != to.String() {
				t.Errorf("asked %v, answered by %v, %v", to, from, err)
			}
		}
	}
}

// Nobody makes it remember without end, and who goes on asking is not forgotten.
func TestHomedForgets(t *testing.T) {
	h := &homed{now: make(map[netip.AddrPort]netip.Addr)}
	at, ana := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddrPort("198.51.100.1:9")
	for i := range 5 * maxAsked {
		h.note(netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 9), at)
		if i%100 == 0 {
			h.note(ana, at)
		}
	}
	if n := len(h.now) + len(h.old); n > 2*maxAsked {
		t.Errorf("it remembers %d clients, want at most %d", n, 2*maxAsked)
	}
	if got := h.asked(ana); !got.Equal(at.AsSlice()) {
		t.Errorf("got %v, want %v", got, at)
	}
}

// A name that only the proxy has for this machine is told of once.
func TestDoubtfulName(t *testing.T) {
	running := startTURN(t, config{})
	own, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, host, header string
		public             string
		plain, says        bool
	}{
		{"loopback behind nginx", "127.0.0.1:8081", "", "", true, true},
		{"loopback, forwarded", "localhost:8081", "X-Forwarded-For", "", false, true},
		{"an upstream's name", "app", "", "", true, true},
		{"loopback, asked directly", "localhost:8081", "", "", false, false},
		{"a full name", "draw.example", "", "", true, false},
		{"an address", "192.0.2.1", "X-Forwarded-For", "", true, false},
		{"this machine's own name", own, "X-Forwarded-For", "", true, false},
		{"an address was given", "127.0.0.1:8081", "", "192.0.2.1", true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log strings.Builder
			s := iceService{server: running.server, public: tt.public, log: slog.New(slog.NewTextHandler(&log, nil))}
			for range 3 {
				r := httptest.NewRequest("GET", "/connect", nil)
				r.Host = tt.host
				if tt.header != "" {
					r.Header.Set(tt.header, "192.0.2.9")
				}
				if tt.plain {
					r.ProtoMinor = 0
				}
				s.tell(r, "ana")
			}
			if n := strings.Count(log.String(), "Host header"); n != 1 == tt.says || n > 1 {
				t.Errorf("got %q, want a warning: %t", &log, tt.says)
			}
		})
	}
}

// Two relays reach one another, and nothing else on this machine.
func TestRelayToRelay(t *testing.T) {
	s := startTURN(t, config{})
	user, password := s.relay.credential("ana")
	a, errA := allocate(t, turnClient(t, s, user, password))
	b, errB := allocate(t, turnClient(t, s, user, password))
	other, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err = errors.Join(err, errA, errB); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	if _, err := b.WriteTo([]byte("I await you"), a.LocalAddr()); err != nil { // so that it is permitted
		t.Fatal(err)
	}
	heard := func(c net.PacketConn, wait time.Duration) string {
		c.SetReadDeadline(time.Now().Add(wait))
		buf := make([]byte, 99)
		n, _, _ := c.ReadFrom(buf)
		return string(buf[:n])
	}
	for _, to := range []net.Addr{other.LocalAddr(), b.LocalAddr()} { // in order: when the last has come, so has the first
		if _, err := a.WriteTo([]byte("hello"), to); err != nil {
			t.Errorf("to %v: %v", to, err)
		}
	}
	if got := heard(b, patience); got != "hello" {
		t.Errorf("got %q from another relay, want hello", got)
	}
	if got := heard(other, time.Millisecond); got != "" {
		t.Errorf("got %q at another port of this machine, want nothing", got)
	}
}
