package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// serverEnv makes the test binary be the server: see TestMain.
const serverEnv = "DRAWMESH_TEST_IS_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(serverEnv) != "" {
		main()
	}
	goleak.VerifyTestMain(m)
}

const longSecret = "a secret of at least thirty-two bytes"

// surroundings gives a test an empty working directory and none of the
// server's environment variables.
func surroundings(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, f := range settings(t) {
		for _, name := range f.Envs {
			t.Setenv(name, "") // so that it is restored
			os.Unsetenv(name)
		}
	}
}

func TestExitStatus(t *testing.T) {
	taken, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())

	tests := []struct {
		name    string
		args    []string
		env     map[string]string
		dotenv  string
		want    int
		wantErr string // a regular expression for all of standard error
	}{
		{name: "help", args: []string{"--help"}, want: 0, wantErr: `^$`},
		{name: "version", args: []string{"--version"}, want: 0, wantErr: `^$`},
		{name: "unknown flag", args: []string{"--frobnicate"}, want: 2,
			wantErr: `^drawmesh: unknown flag --frobnicate\nTry: drawmesh-server --help\n$`},
		{name: "stray argument", args: []string{"studio"}, want: 2,
			wantErr: `^drawmesh: unexpected argument studio\nTry: .*\n$`},
		{name: "port no number", args: []string{"--port=http"}, want: 2, wantErr: `^drawmesh: --port: .*\nTry: .*\n$`},
		{name: "port too large", args: []string{"--port=70000"}, want: 2, wantErr: `^drawmesh: --port: .*\nTry: .*\n$`},
		{name: "port no number in environment", env: map[string]string{"PORT": "x"}, want: 2,
			wantErr: `^drawmesh: --port.*: .*\nTry: .*\n$`},
		{name: "short secret", args: []string{"--token-secret=hush"}, want: 2,
			wantErr: `\ndrawmesh: the token secret has 4 bytes: it needs at least 32\nTry: .*\n$`},
		{name: "short secret in environment", env: map[string]string{"TOKEN_SECRET": "hush"}, want: 2,
			wantErr: `^drawmesh: the token secret has 4 bytes: .*\nTry: .*\n$`},
		{name: "short secret in .env", dotenv: "TOKEN_SECRET=hush\n", want: 2,
			wantErr: `^drawmesh: the token secret has 4 bytes: .*\nTry: .*\n$`},
		{name: "short old secret", args: []string{"--token-secret=" + longSecret, "--old-token-secret=old"}, want: 2,
			wantErr: `\ndrawmesh: the token secret has 3 bytes: .*\nTry: .*\n$`},
		{name: "malformed .env", dotenv: "PORT 80\n", want: 2, wantErr: `^drawmesh: \.env: .*\nTry: .*\n$`},
		{name: ".env in UTF-16", dotenv: "\xff\xfeP\x00O\x00", want: 2,
			wantErr: `^drawmesh: \.env: it is in UTF-16: save it as UTF-8\nTry: .*\n$`},
		{name: "malformed settings", args: []string{"--config=.env"}, dotenv: "PORT 80\n", want: 2, wantErr: `^drawmesh: --config: \.env: .*\nTry: .*\n$`},
		{name: "no settings", args: []string{"--config=none", "--max-peers=1"}, dotenv: "PORT 80\n", want: 2, wantErr: `\ndrawmesh: --max-peers 1: .*\n`},
		{name: "settings that are gone", args: []string{"--config=gone"}, want: 2,
			wantErr: `^drawmesh: --config: open gone: no such file or directory\nTry: .*\n$`},
		{name: "half a certificate", args: []string{"--tls-cert=x.pem"}, want: 2,
			wantErr: `(?s)--tls-cert and --tls-key belong together\nTry: .*\n$`},
		{name: "no certificate", args: []string{"--tls-cert=x.pem", "--tls-key=y.pem"}, want: 1,
			wantErr: `(?s)--tls-cert, --tls-key: .*x\.pem: no such file or directory\n$`},
		{name: "TURN without an address", args: []string{"--turn"}, want: 2, wantErr: `--turn needs --public-ip: .*\nTry: .*\n$`},
		{name: "TURN at no address", args: []string{"--turn", "--public-ip=here"}, want: 2, wantErr: `--public-ip here is no IPv4 address\n`},
		{name: "ports backwards", args: []string{"--turn", "--public-ip=192.0.2.1", "--turn-ports=9-1"}, want: 2, wantErr: `--turn-ports 9-1: want a range such as 49152-65535\n`},
		{name: "ICE server without a scheme", args: []string{"--ice-servers=example.org"}, want: 2, wantErr: `--ice-servers example\.org: begins with stun:`},
		{name: "TURN server without a password", args: []string{"--ice-servers=turn:example.org"}, want: 2, wantErr: `--ice-servers turn:example\.org: TURN needs a user and a password`},
		{name: "no network", args: []string{"--trusted-proxy=proxy"}, want: 2, wantErr: `--trusted-proxy proxy is neither an address nor a network`},
		{name: "no Redis", args: []string{"--redis=localhost", "--token-secret", longSecret}, want: 2, wantErr: `--redis: .*\nTry: .*\n$`},
		{name: "Redis without a secret", args: []string{"--redis=redis://localhost"}, want: 2, wantErr: `--redis needs --token-secret: .*\nTry: .*\n$`},
		{name: "no origin", args: []string{"--origins=example.org"}, want: 2, wantErr: `origin "example\.org": `},
		{name: "no grace", args: []string{"--grace=0s"}, want: 2, wantErr: `--grace 0s: it is 1s at least, and 5m at most\n`},
		{name: "endless grace", args: []string{"--grace=1h"}, want: 2, wantErr: `--grace 1h0m0s: it is 1s at least, and 5m at most\n`},
		{name: "room for one", args: []string{"--max-peers=1"}, want: 2, wantErr: `--max-peers 1: a room holds at least 2\n`},
		{name: "metrics nowhere", args: []string{"--port=0", "--no-stun", "--metrics=nowhere"}, want: 1, wantErr: `--metrics: .*missing port`},
		{name: "port taken", args: []string{"--port", port}, env: map[string]string{"TOKEN_SECRET": longSecret}, want: 1,
			wantErr: `^drawmesh: port ` + port + ` is taken: choose another with --port\n$`},
		{name: "not an address of this machine", args: []string{"--host=192.0.2.1"}, env: map[string]string{"TOKEN_SECRET": longSecret}, want: 1,
			wantErr: `^drawmesh: listen tcp 192\.0\.2\.1:8081: .*\n$`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			surroundings(t)
			for name, value := range tt.env {
				t.Setenv(name, value)
			}
			if tt.dotenv != "" {
				if err := os.WriteFile(".env", []byte(tt.dotenv), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience) // should it serve after all
			defer cancel()
			var out, stderr bytes.Buffer
			if got := run(ctx, env{&out, &stderr}, tt.args); got != tt.want {
				t.Errorf("got exit status %d, want %d", got, tt.want)
			}
			if !regexp.MustCompile(tt.wantErr).MatchString(stderr.String()) {
				t.Errorf("got %q on standard error, want %s", &stderr, tt.wantErr)
			}
			wantOut := map[string]string{"help": `(?s)^Usage: .*\nExamples:\n`, "version": `^drawmesh-server \S+ .*go1\.\d+`}[tt.name]
			if !regexp.MustCompile(cmp.Or(wantOut, "^$")).MatchString(out.String()) {
				t.Errorf("got %q on standard output, want %s", &out, wantOut)
			}
		})
	}
}

// A running server is run in a goroutine of the test's.
type running struct {
	url    string
	began  string // what it said until it listened
	stop   context.CancelFunc
	status chan int
	said   chan string // all of standard error, once it has ended
}

// start runs a server and waits until it listens.
func start(t *testing.T, args ...string) *running {
	t.Helper()
	args = append([]string{"--no-stun"}, args...) // another test may have the port
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	s := &running{stop: stop, status: make(chan int, 1), said: make(chan string, 1)}
	go func() {
		s.status <- run(ctx, env{io.Discard, w}, args)
		w.Close()
	}()
	t.Cleanup(stop)

	lines := bufio.NewScanner(r)
	var said strings.Builder
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		if url, ok := strings.CutPrefix(lines.Text(), "drawmesh: open "); ok {
			s.url = strings.TrimSuffix(url, "/")
			break
		}
	}
	if s.began = said.String(); s.url == "" {
		t.Fatalf("the server does not listen: %s", &said)
	}
	go func() {
		rest, _ := io.ReadAll(r)
		s.said <- said.String() + string(rest)
	}()
	return s
}

func TestServesUntilCanceled(t *testing.T) {
	tests := []struct {
		name     string
		args     []string
		dotenv   string
		wantSaid string // before the address
	}{
		{"random secret", []string{"--port=0"}, "", "drawmesh: no TOKEN_SECRET given, signing with a random one\n"},
		{"secret", []string{"--port=0"}, "TOKEN_SECRET='" + longSecret + "'\n", ""},
		{"secret for all to read", []string{"--port=0", "--token-secret", longSecret}, "",
			"drawmesh: everybody on this machine can read --token-secret in the list of processes: give it in a file, with --token-secret-file, or in the environment\n"},
		{"configured by .env", nil, "PORT=0\nTOKEN_SECRET='" + longSecret + "'\n", ""},
		{"configured by another file", []string{"--config=.env"}, "PORT=0\nTOKEN_SECRET='" + longSecret + "'\n", ""},
		{"configured by .env with a byte order mark", nil, "\xef\xbb\xbfPORT=0\r\nTOKEN_SECRET='" + longSecret + "'\r\n", ""},
		{"one address", []string{"--port=0", "--host=127.0.0.1"}, "TOKEN_SECRET='" + longSecret + "'\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			surroundings(t)
			if tt.dotenv != "" {
				if err := os.WriteFile(".env", []byte(tt.dotenv), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s := start(t, tt.args...)
			resp, err := http.Get(s.url + "/healthz")
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			http.DefaultClient.CloseIdleConnections()
			if resp.StatusCode != http.StatusOK {
				t.Errorf("got status %d from /healthz, want 200", resp.StatusCode)
			}
			s.stop()
			if got := <-s.status; got != exitDone {
				t.Errorf("got exit status %d, want %d", got, exitDone)
			}
			said, log := <-s.said, regexp.MustCompile(`(?m)^time=\S+ level=INFO msg=("[^"]*"|\S+).*\n`)
			if got, want := log.ReplaceAllString(said, ""), tt.wantSaid+"drawmesh: open "+s.url+"/\n"; got != want {
				t.Errorf("got %q on standard error, want %q", got, want)
			}
			var logged []string
			for _, m := range log.FindAllStringSubmatch(said, -1) {
				logged = append(logged, m[1])
			}
			if want := []string{"serving", `"told to stop"`, "stopped"}; !slices.Equal(logged, want) {
				t.Errorf("the log has %q, want %q", logged, want)
			}
		})
	}
}

// A request under way does not hold up a shutdown for ever.
func TestStopsWithRequestsUnderWay(t *testing.T) {
	surroundings(t)
	s := start(t, "--port=0", "--token-secret", longSecret)
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "POST /access HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n")
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || answer != "HTTP/1.1 100 Continue\r\n" {
		t.Fatalf("got answer %q, %v: the server does not read the body", answer, err)
	}
	s.stop()
	select {
	case got := <-s.status:
		if got != exitDone {
			t.Errorf("got exit status %d, want %d", got, exitDone)
		}
	case <-time.After(patience):
		t.Error("the server does not stop")
	}
}
