package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
)

// requirePassword has a Redis ask for one from now on.
func (r *redisServer) requirePassword(password string) {
	r.t.Helper()
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "CONFIG SET requirepass %s\r\n", password)
	answer := make([]byte, 5)
	if _, err := io.ReadFull(conn, answer); err != nil || string(answer) != "+OK\r\n" {
		r.t.Fatalf("got %q, %v", answer, err)
	}
}

// endSaying tells a server to end, and returns all that it has said.
func (p *process) endSaying(sig syscall.Signal) string {
	p.t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		p.t.Fatal(err)
	}
	for {
		_, ended, grown := p.said.count("")
		if ended {
			break
		}
		<-grown
	}
	if got := p.wait(); got != exitDone {
		p.t.Errorf("got exit status %d", got)
	}
	p.said.mu.Lock()
	defer p.said.mu.Unlock()
	return strings.Join(p.said.text, "\n") + "\n"
}

// Whatever happens in a session, and however much the log is to say, it holds nothing
// that would let its reader in: no secret, token, password or name of a room. It does
// say what an operator must know.
func TestLogHoldsNoSecrets(t *testing.T) {
	const (
		redisPassword, turnPassword = "hush-of-redis", "hush-of-turn"
		room                        = "hush-of-a-room"
		login                       = "aHVzaDpvZi1hLXByb3h5" // Basic, of a proxy
	)
	redis := startRedis(t)
	redis.requirePassword(redisPassword)
	for name, value := range map[string]string{
		"TOKEN_SECRET": longSecret,
		"REDIS_URL":    "redis://:" + redisPassword + "@" + redis.addr,
		"ICE_SERVERS":  "turn:ana:" + turnPassword + "@turn.example.org",
	} {
		t.Setenv(name, value)
	}
	server := startProcess(t, "--port=0", "--verbose", "--max-streams=1", "--trusted-proxy=127.0.0.1")
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	ask := func(ctx context.Context, method, path, body string, headers ...string) (*http.Response, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(ctx, method, server.url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", "text/event-stream")
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { resp.Body.Close() })
		if resp.Header.Get("Content-Type") == "text/event-stream" {
			return resp, ""
		}
		answer, _ := io.ReadAll(resp.Body)
		return resp, string(answer)
	}
	_, answer := ask(t.Context(), "POST", "/access", `{"username":"Ana"}`, "X-Forwarded-For", "203.0.113.7")
	var access struct{ Token string }
	if err := json.Unmarshal([]byte(answer), &access); err != nil {
		t.Fatalf("%v: %q", err, answer)
	}
	_, signature, _ := strings.Cut(access.Token[1:], ".") // it may be logged in part
	_, signature, _ = strings.Cut(signature, ".")
	ctx, leave := context.WithCancel(t.Context())
	ask(ctx, "GET", "/connect?token="+access.Token, "")
	ask(t.Context(), "GET", "/connect?token="+access.Token, "") // one too many
	ask(t.Context(), "POST", "/"+room+"/join", "", "Authorization", "Bearer "+access.Token)
	ask(t.Context(), "POST", "/"+room+"/join", "", "Authorization", "Bearer "+access.Token+"x")
	ask(t.Context(), "POST", "/"+room+"/join?token="+access.Token, "{", "Authorization", "Basic "+login)
	ask(t.Context(), "POST", "/relay/nobody/wave?token="+access.Token, `{"x":1}`)
	ask(t.Context(), "POST", "/"+room+"/join", "", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site", "Drawmesh-Token", access.Token)
	ask(t.Context(), "POST", "/"+room+"/leave", "", "Drawmesh-Token", access.Token)
	ask(t.Context(), "POST", "/"+room+"/join", "", "Drawmesh-Token", access.Token)
	raw, err := net.Dial("tcp", strings.TrimPrefix(server.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(raw, "GET /connect?token=%s HTTP/9.9\r\nAuthorization: %s\r\n\r\n", access.Token, login)
	io.Copy(io.Discard, raw)
	raw.Close()
	redis.kill()
	server.said.wait(t, `level=WARN msg="the bus between the servers is out of reach`, 1)
	redis.start() // where it asks for no password
	leave()
	server.said.wait(t, `msg="stream ended"`, 1)
	said := server.endSaying(syscall.SIGTERM)
	for _, secret := range []string{longSecret, redisPassword, turnPassword, room, login, access.Token, signature, "token="} {
		if secret == "" || strings.Contains(said, secret) {
			t.Errorf("the log has %q", secret)
		}
	}
	for _, want := range []string{
		"level=INFO msg=serving version=", " redis=redis://" + redis.addr + " ", " trusted_proxies=127.0.0.1 ", " max_streams=1 ",
		`level=INFO msg="requests come through a trusted proxy" address=127.0.0.1`,
		`level=WARN msg="event streams are refused: one address has as many as it may" times=1 address=`,
		"level=DEBUG msg=joined peer=", `level=INFO msg="told to stop" streams=`, "level=INFO msg=stopped streams=0",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the log has no %q", want)
		}
	}
	if t.Failed() {
		os.Stderr.WriteString(said)
	}
}

// A flood is a warning once a minute, however many requests it is, and a number.
func TestFloodIsSaidOnce(t *testing.T) {
	server := startProcess(t, "--port=0", "--token-secret", longSecret, "--metrics=localhost:0")
	metrics := server.said.after(t, "drawmesh: metrics at ")
	h := newStranger(t, server.url)
	const n = 2000
	refused := 0
	for range n {
		resp, err := h.client.Post(server.url+"/access", "application/json", strings.NewReader(`{"username":"Eve"}`))
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if resp.StatusCode == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused < n/4 {
		t.Fatalf("%d of %d were refused, want a flood", refused, n)
	}
	if code, body := get(t, metrics); !strings.Contains(body, fmt.Sprintf("\ndrawmesh_refusals_total{reason=\"too_many_tokens\"} %d\n", refused)) {
		t.Errorf("got %d, want %d refused", code, refused)
	}
	said := server.endSaying(syscall.SIGTERM)
	if got := timesSaid(said, "tokens are refused"); got != refused {
		t.Errorf("the log says that %d tokens were refused, want %d", got, refused)
	}
	if got := strings.Count(said, "level=WARN"); got != 2 {
		t.Errorf("%d warnings, want one at first, and one at the end: %s", got, said)
	}
}
