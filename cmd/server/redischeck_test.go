package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// fakeRedis answers commands as answers has it, and others by an error, as an old
// Redis does.
func fakeRedis(t *testing.T, answers map[string]string) (addr string) {
	return slowRedis(t, 0, answers)
}

// slowRedis is a fakeRedis that says nothing over the first few connections.
func slowRedis(t *testing.T, silent int, answers map[string]string) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for i := 0; ; i++ {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if i < silent {
					io.Copy(io.Discard, conn)
					return
				}
				lines := bufio.NewScanner(conn)
				for lines.Scan() {
					if !strings.HasPrefix(lines.Text(), "*") {
						continue
					}
					lines.Scan() // how long the name is
					lines.Scan()
					answer, ok := answers[strings.ToLower(lines.Text())]
					if !ok {
						answer = "-ERR unknown command\r\n"
					}
					io.WriteString(conn, answer)
				}
			}()
		}
	}()
	return l.Addr().String()
}

// A Redis that will not do is refused at the start, in one line that says why.
func TestRedisThatWillNotDo(t *testing.T) {
	one := startRedis(t, "--requirepass", "geheim", "--user", "mute", "on", ">geheim", "+@all", "-publish", "&*").addr
	_, bus, _ := net.SplitHostPort(freeAddr(t))
	node := startRedis(t, "--cluster-enabled", "yes", "--cluster-port", bus).addr
	ofOld := map[string]string{"info": "$33\r\n# Server\r\nredis_version:5.0.14\r\n\r\n\r\n"}
	old, slow := fakeRedis(t, ofOld), slowRedis(t, 2, ofOld)
	web := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(web.Close)
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	for _, tt := range []struct {
		name, address string
		want          int
		wantErr       string
	}{
		{"no scheme", "localhost:6379", exitMisused, "the address of a Redis begins with redis:// or"},
		{"of another kind", "http://localhost:6379", exitMisused, "the address of a Redis begins with redis:// or"},
		{"no port", "redis://localhost:many", exitMisused, `invalid port ":many" after host`},
		{"no port of a cluster", "redis+cluster://localhost:1,localhost:many", exitMisused, `invalid port ":many" after host`},
		{"unknown parameter", "redis://localhost?colour=red", exitMisused, "unexpected option: colour"},
		{"database of a cluster", "redis+cluster://localhost:1,localhost:2/3", exitMisused, "a cluster has no databases to choose from"},
		{"no authority", "rediss://localhost?ca=nowhere.pem", exitMisused, "open nowhere.pem: no such file or directory"},
		{"authority in clear", "redis://localhost?ca=nowhere.pem", exitMisused, "ca, cert and key are for encrypted addresses"},
		{"wrong password", "redis://:hush@" + one, exitFailed, one + " does not take this user and password: WRONGPASS"},
		{"no password", "redis://" + one, exitFailed, one + " does not take this user and password: NOAUTH"},
		{"no such user", "redis://ana:geheim@" + one, exitFailed, one + " does not take this user and password: WRONGPASS"},
		{"may not publish", "redis://mute:geheim@" + one, exitFailed, one + " does not let this user publish and subscribe: NOPERM"},
		{"not encrypted", "rediss://" + web.Listener.Addr().String(), exitFailed, web.Listener.Addr().String() + " does not encrypt: its address begins with redis,"},
		{"no cluster", "redis+cluster://:geheim@" + one, exitFailed, one + " is of no cluster: give it as redis://"},
		{"of a cluster", "redis://" + node, exitFailed, node + ` is one of a cluster: give it as redis\+cluster://`},
		{"too old", "redis://" + old, exitFailed, old + ` has version 5\.0\.14: this needs 6\.0 or later`},
		{"too old, and slow", "redis://" + slow, exitFailed, slow + ` has version 5\.0\.14`},
		{"encrypted", "redis://" + secure.Listener.Addr().String(), exitFailed, secure.Listener.Addr().String() + " (hangs up: it may want to be encrypted|answers otherwise)"},
		{"not certified", "rediss://" + secure.Listener.Addr().String(), exitFailed, secure.Listener.Addr().String() + " is not trusted: .*; ca=FILE after a . names who certifies it"},
		{"no Redis", "redis://" + web.Listener.Addr().String(), exitFailed, web.Listener.Addr().String() + " answers otherwise than a Redis"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			surroundings(t)
			t.Setenv("TOKEN_SECRET", longSecret)
			t.Setenv("REDIS_URL", tt.address)
			ctx, cancel := context.WithTimeout(t.Context(), patience) // should it serve after all
			defer cancel()
			var stderr bytes.Buffer
			if got := run(ctx, env{io.Discard, &stderr}, []string{"--port=0", "--no-stun"}); got != tt.want {
				t.Errorf("got exit status %d, want %d", got, tt.want)
			}
			said := strings.TrimSuffix(stderr.String(), "Try: drawmesh-server --help\n")
			if strings.Count(said, "\n") != 1 || !regexp.MustCompile("^drawmesh: --redis: "+tt.wantErr).MatchString(said) {
				t.Errorf("got %q on standard error, want --redis: %s", said, tt.wantErr)
			}
			if strings.Contains(said, "geheim") || strings.Contains(said, "hush") {
				t.Errorf("the password is in %q", said)
			}
		})
	}
}

// One that does not answer may do later, as when all start at once: the server says
// so and serves.
func TestRedisLater(t *testing.T) {
	surroundings(t)
	redis := startRedis(t)
	redis.kill()
	args := []string{"--port=0", "--token-secret", longSecret, "--redis", "redis://" + redis.addr}
	first, second := start(t, args...), start(t, args...)
	if want := "--redis: no answer from " + redis.addr + ": "; !strings.Contains(first.began, want) {
		t.Errorf("got %q on standard error, want %q", first.began, want)
	}
	ana, bo := visit(t, first.url, "Ana"), visit(t, second.url, "Bo")
	redis.start()
	ana.hears("+Bo")
	bo.hears("+Ana")
}

// Servers meet over an encrypted Redis that wants to know who they are, by
// certificate and as a user who may only do what is needed.
func TestRedisEncrypted(t *testing.T) {
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	openssl := exec.Command("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
		"-subj", "/CN=draw", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert)
	if out, err := openssl.CombinedOutput(); err != nil {
		t.Fatalf("openssl: %v: %s", err, out)
	}
	_, port, _ := net.SplitHostPort(freeAddr(t))
	startRedis(t, "--tls-port", port, "--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", cert,
		"--user", "draw", "on", ">geheim", "+publish", "+subscribe", "+ping", "&drawmesh:*")
	address := "rediss://draw:geheim@127.0.0.1:" + port + "?ca=" + cert + "&cert=" + cert + "&key=" + key
	file := filepath.Join(dir, "address")
	if err := os.WriteFile(file, []byte(address), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"--port=0", "--token-secret", longSecret, "--redis-file", file}
	ana := visit(t, startProcess(t, args...).url, "Ana")
	bo := visit(t, startProcess(t, args...).url, "Bo")
	ana.hears("+Bo")
	bo.hears("+Ana")

	surroundings(t)
	t.Setenv("TOKEN_SECRET", longSecret)
	var stderr bytes.Buffer
	nameless, _, _ := strings.Cut(address, "&cert=")
	t.Setenv("REDIS_URL", nameless)
	if got := run(t.Context(), env{io.Discard, &stderr}, []string{"--port=0", "--no-stun"}); got != exitFailed ||
		!strings.Contains(stderr.String(), " does not take our certificate, or wants one: ") {
		t.Errorf("without a certificate: got exit status %d and %q", got, &stderr)
	}
}
