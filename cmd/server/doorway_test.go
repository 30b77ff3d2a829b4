package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"
)

// relayThrough asks for a relay over a connection.
func relayThrough(t *testing.T, conn net.Conn, user, password string) error {
	t.Helper()
	c, err := turn.NewClient(&turn.ClientConfig{
		STUNServerAddr: conn.RemoteAddr().String(), TURNServerAddr: conn.RemoteAddr().String(),
		Conn: turn.NewSTUNConn(conn), Username: user, Password: password,
		LoggerFactory: &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled},
	})
	if err == nil {
		err = c.Listen()
	}
	if err != nil {
		return err
	}
	defer conn.Close()
	defer c.Close()
	relay, err := c.Allocate()
	if err != nil {
		return err
	}
	return relay.Close()
}

// TURN is at the page's port too, plain and encrypted, and at its own over TCP; and
// the page is where it was, however it is asked for.
func TestTURNBesideThePage(t *testing.T) {
	for _, secure := range []bool{false, true} {
		t.Run(fmt.Sprintf("encrypted %t", secure), func(t *testing.T) {
			surroundings(t)
			t.Setenv("TOKEN_SECRET", longSecret)
			args := []string{"--port=0", "--host=127.0.0.1", "--turn", "--public-ip=127.0.0.1", "--stun=127.0.0.1:0"}
			trusted := &tls.Config{RootCAs: x509.NewCertPool()}
			if secure {
				cert, key := filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
				pair, err := makeCertificate("127.0.0.1")
				if err == nil {
					err = writeCertificate(pair, cert, key)
				}
				if err != nil {
					t.Fatal(err)
				}
				trusted.RootCAs.AddCert(pair.Leaf)
				args = append(args, "--tls-cert", cert, "--tls-key", key)
			}
			s := start(t, args...)
			_, at, _ := strings.Cut(s.url, "://")
			dial := func(protocols ...string) net.Conn {
				t.Helper()
				conn, err := net.Dial("tcp", at)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { conn.Close() })
				if secure {
					c := trusted.Clone()
					c.ServerName, c.NextProtos = "127.0.0.1", protocols
					return tls.Client(conn, c)
				}
				return conn
			}
			r, err := newRelay(&config{PublicIP: "127.0.0.1", TurnPorts: "50000-50001"}, []byte(longSecret), slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			user, password := r.credential("ana")
			if err := relayThrough(t, dial(), user, password); err != nil {
				t.Errorf("TURN: %v", err)
			}
			if err := relayThrough(t, dial(), user, "forged"); err == nil {
				t.Error("a forged credential is good for a relay")
			}
			for _, protocols := range [][]string{nil, {"http/1.1"}} {
				conn := dial(protocols...)
				fmt.Fprint(conn, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
				if resp, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil || resp.StatusCode != 200 {
					t.Errorf("HTTP, asking for %v: got %v, %v", protocols, resp, err)
				}
			}
			if secure {
				client := &http.Client{Transport: &http.Transport{TLSClientConfig: trusted, ForceAttemptHTTP2: true}}
				resp, err := client.Get(s.url + "/healthz")
				if err != nil || resp.StatusCode != 200 || resp.ProtoMajor != 2 {
					t.Fatalf("HTTP/2: got %v, %v", resp, err)
				}
				resp.Body.Close()
				client.CloseIdleConnections()
				if code, body := get(t, "http://"+at+"/healthz"); code != 400 || !strings.Contains(body, "HTTPS") {
					t.Errorf("HTTP without encryption: got %d %q, want to be told", code, body)
				}
			}
			s.stop()
			<-s.status
		})
	}
}

// At TURN's own port there is nothing else: a proxy's password would be no use
// otherwise.
func TestTURNPort(t *testing.T) {
	s := startTURN(t, config{})
	at := fmt.Sprintf("127.0.0.1:%d", s.port)
	user, password := s.relay.credential("ana")
	conn, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	if err := relayThrough(t, conn, user, password); err != nil {
		t.Errorf("TURN: %v", err)
	}
	if resp, err := http.Get("http://" + at + "/healthz"); err == nil {
		t.Errorf("HTTP: got %s, want none", resp.Status)
	}
}

// Nobody keeps a connection by saying nothing, or by reading nothing.
func TestSilentConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, tt := range []struct {
			name, says string
			ends       time.Duration
		}{{"nothing at all", "", headerTime}, {"TURN, and then nothing", "\x00", silentTURN}} {
			here, there := net.Pipe()
			d := &doorway{
				conns: limitConnections(nil, 1, 1, func(netip.Addr) bool { return true }, slog.New(slog.DiscardHandler)),
				web:   newDoor(nil), turn: newDoor(nil), log: slog.New(slog.DiscardHandler),
			}
			go d.part(there)
			if tt.says != "" {
				io.WriteString(here, tt.says)
				conn, err := d.turn.Accept()
				if err != nil {
					t.Fatal(err)
				}
				go func() {
					io.Copy(io.Discard, conn)
					conn.Close()
				}()
			}
			begun := time.Now()
			_, err := io.ReadAll(here)
			if took := time.Since(begun); took != tt.ends {
				t.Errorf("%s: it ended after %v, %v, want %v", tt.name, took, err, tt.ends)
			}
		}
		here, there := net.Pipe()
		begun := time.Now()
		(&turnConn{there}).Write([]byte("x"))
		if _, err := here.Read(make([]byte, 1)); err != io.EOF || time.Since(begun) != stuckTURN {
			t.Errorf("a client that reads nothing: %v after %v, want its end after %v", err, time.Since(begun), stuckTURN)
		}
	})
}
