package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A process is a server in a process of its own: this test binary, which is the
// real program when TestMain finds serverEnv.
type process struct {
	t   testing.TB
	cmd *exec.Cmd
	url string

	said *lines // on standard error
}

// startProcess starts a server and waits until it listens. It is killed when
// the test ends, if it still runs.
func startProcess(t testing.TB, args ...string) *process {
	t.Helper()
	args = append([]string{"--no-stun"}, args...) // another test may have the port
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), serverEnv+"=1")
	cmd.Dir = t.TempDir()
	stderr, err := cmd.StderrPipe()
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
	said := readLines(stderr)
	return &process{t, cmd, strings.TrimSuffix(said.after(t, "drawmesh: open "), "/"), said}
}

// end sends a signal and returns the exit status once the process has ended.
func (p *process) end(sig syscall.Signal) int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		p.t.Fatal(err)
	}
	return p.wait()
}

// wait returns the exit status once the process has ended.
func (p *process) wait() int {
	p.t.Helper()
	watchdog := time.AfterFunc(patience, func() { p.cmd.Process.Kill() })
	defer watchdog.Stop()
	p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode()
}

// port is the port it listens on.
func (p *process) port() string {
	u, err := url.Parse(p.url)
	if err != nil {
		p.t.Fatal(err)
	}
	return u.Port()
}

// A middleman stands between pages and a server, sees every request, and may
// answer in the server's place.
type middleman struct {
	url string

	mu     sync.Mutex
	meddle func(w http.ResponseWriter, r *http.Request, server http.Handler)
}

// between starts a middleman. It also serves the files of testdata, below
// /testdata/, from the server's own origin.
func between(t testing.TB, server string) *middleman {
	t.Helper()
	target, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host },
		FlushInterval: -1, // event streams
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			w.WriteHeader(http.StatusBadGateway)
		},
	}
	m := &middleman{}
	mux := http.NewServeMux()
	mux.Handle("GET /testdata/", http.StripPrefix("/testdata/", http.FileServer(http.Dir("testdata"))))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		m.mu.Lock()
		meddle := m.meddle
		m.mu.Unlock()
		if meddle == nil {
			proxy.ServeHTTP(w, r)
		} else {
			meddle(w, r, proxy)
		}
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(func() {
		srv.CloseClientConnections()
		srv.Close()
	})
	m.url = srv.URL
	return m
}

// meddling lets f answer every request from now on, perhaps by asking the server.
func (m *middleman) meddling(f func(w http.ResponseWriter, r *http.Request, server http.Handler)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.meddle = f
}
