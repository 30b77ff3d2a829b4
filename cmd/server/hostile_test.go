package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"drawmesh/signaling"
)

// An honestPair are two peers that relay to one another while others attack.
type honestPair struct {
	t       *testing.T
	ana, bo *signaling.Client
}

func newHonestPair(t *testing.T, url string) *honestPair {
	t.Helper()
	dial := func(name string) *signaling.Client {
		c, err := signaling.Dial(t.Context(), url, signaling.ClientOptions{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		if err := c.Join(t.Context(), "honest"); err != nil {
			t.Fatal(err)
		}
		return c
	}
	return &honestPair{t, dial("Ana"), dial("Bo")}
}

// during relays for as long as the attack takes, and returns the p99 of the
// time from the request to the event. Every message has to arrive, in order,
// and nothing else.
func (h *honestPair) during(attack func()) time.Duration {
	h.t.Helper()
	over := make(chan struct{})
	go func() {
		defer close(over)
		attack()
	}()
	var took []time.Duration
	pace := time.NewTicker(6 * time.Millisecond) // within what one peer may send
	defer pace.Stop()
	for n, running := 0, true; running || n < 100; n++ {
		select {
		case <-over:
			running = false
		default:
		}
		sent := time.Now()
		if err := h.ana.Relay(h.t.Context(), h.bo.Self().ID, "stroke", n); err != nil {
			h.t.Fatalf("an honest relay: %v", err)
		}
		for heard := false; !heard; {
			ev, err := h.bo.Next(h.t.Context())
			if err != nil {
				h.t.Fatal(err)
			}
			switch ev := ev.(type) {
			case signaling.Relayed:
				if heard = true; ev.Name != "stroke" || ev.Peer.ID != h.ana.Self().ID || string(ev.Data) != fmt.Sprint(n) {
					h.t.Fatalf("bo heard %+v, want stroke %d", ev, n)
				}
			case signaling.Connected, signaling.AddPeer:
				if n > 0 {
					h.t.Fatalf("bo heard %+v", ev)
				}
			default:
				h.t.Fatalf("bo heard %+v", ev)
			}
		}
		took = append(took, time.Since(sent))
		<-pace.C
	}
	slices.Sort(took)
	return took[len(took)*99/100]
}

// A watched server's own account of itself.
type account struct {
	memory, goroutines, rooms, streams, peers float64
}

func (p *process) account(metrics string) account {
	p.t.Helper()
	_, body := get(p.t, metrics)
	value := func(name string) float64 {
		match := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindStringSubmatch(body)
		if match == nil {
			p.t.Fatalf("no %s among the metrics", name)
		}
		v, _ := strconv.ParseFloat(match[1], 64)
		return v
	}
	return account{value("process_resident_memory_bytes"), value("go_goroutines"),
		value("drawmesh_rooms"), value("drawmesh_streams"), value("drawmesh_peers")}
}

// A stranger knows the address and no shame.
type stranger struct {
	t      *testing.T
	url    string
	host   string
	client *http.Client
}

func newStranger(t *testing.T, at string) *stranger {
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 50}}
	t.Cleanup(client.CloseIdleConnections)
	return &stranger{t, at, u.Host, client}
}

// post posts, and returns the status.
func (h *stranger) post(path, token, body string) int {
	r, err := http.NewRequestWithContext(h.t.Context(), "POST", h.url+path, strings.NewReader(body))
	if err != nil {
		h.t.Error(err)
		return 0
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := h.client.Do(r)
	if err != nil {
		h.t.Errorf("POST %s: %v", path, err)
		return 0
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// many posts n times, eight at a time, and counts the statuses.
func (h *stranger) many(n int, request func(i int) (path, token, body string)) map[int]int {
	var mu sync.Mutex
	statuses := make(map[int]int)
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := worker; i < n; i += 8 {
				status := h.post(request(i))
				mu.Lock()
				statuses[status]++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return statuses
}

// stream opens an event stream, and returns the status.
func (h *stranger) stream(ctx context.Context, token string) int {
	r, err := http.NewRequestWithContext(ctx, "GET", h.url+"/connect?token="+token, nil)
	if err != nil {
		h.t.Error(err)
		return 0
	}
	r.Header.Set("Accept", "text/event-stream")
	resp, err := h.client.Do(r)
	if err != nil {
		h.t.Error(err)
		return 0
	}
	h.t.Cleanup(func() { resp.Body.Close() })
	return resp.StatusCode
}

// raw sends bytes over a connection of its own, and returns what comes until
// the server ends it.
func (h *stranger) raw(text string) string {
	conn, err := net.Dial("tcp", h.host)
	if err != nil {
		h.t.Error(err)
		return ""
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	go io.WriteString(conn, text) // it may be cut off
	answer, _ := bufio.NewReader(conn).ReadString('\n')
	return strings.TrimSpace(answer)
}

// tokenOf is a token that is signed by whom it says, for so long.
func tokenOf(t *testing.T, method jwt.SigningMethod, secret any, id string) string {
	t.Helper()
	token, err := jwt.NewWithClaims(method, jwt.MapClaims{
		"id": id, "username": "Eve", "exp": time.Now().Add(time.Hour).Unix(),
	}).SignedString(secret)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// Whatever strangers do over HTTP, honest peers are served as before, and the
// server does not grow.
func TestHostileClient(t *testing.T) {
	server := startProcess(t, "--port=0", "--token-secret", longSecret, "--metrics=localhost:0", "--max-streams=64", "-v")
	metrics := server.said.after(t, "drawmesh: metrics at ")
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	pair := newHonestPair(t, server.url)
	quiet := pair.during(func() {})
	before := server.account(metrics)
	h := newStranger(t, server.url)
	eve := tokenOf(t, jwt.SigningMethodHS256, []byte(longSecret), "eve")

	attacks := []struct {
		name string
		run  func(t *testing.T)
	}{
		{"slow connections", h.slowConnections},
		{"header bombs", func(t *testing.T) {
			for range 100 {
				got := h.raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 1<<20))
				if !strings.Contains(got, "431") && got != "" { // or it is cut before that is read
					t.Errorf("got %q, want 431", got)
				}
			}
		}},
		{"line breaks", func(t *testing.T) {
			bo := string(pair.bo.Self().ID)
			for _, path := range []string{
				"/relay/" + bo + "/hi%0Adata:%20x", "/relay/" + bo + "%0A/hi", "/relay/" + bo + "/hi%0D%0Aevent:%20remove-peer", "/relay/" + bo + "/%00",
				"/a%0Ab/join", "/honest%00/join", "/relay/" + bo + "/remove-peer", "/relay/" + bo + "/connected", "/relay/" + bo + "/ice-servers",
			} {
				if got := h.post(path, eve, "{}"); got != 400 && got != 404 {
					t.Errorf("POST %s: got %d, want 400 or 404", path, got)
				}
			}
		}},
		{"forged tokens", func(t *testing.T) {
			none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." +
				base64.RawURLEncoding.EncodeToString([]byte(`{"id":"eve","exp":9999999999}`)) + "."
			forged := []string{none, none + "x", tokenOf(t, jwt.SigningMethodHS256, []byte("another secret of thirty-two bytes!"), "eve"),
				tokenOf(t, jwt.SigningMethodHS512, []byte(longSecret), "eve"), strings.Repeat("x", 15_000), "..", "a.b.c"}
			got := h.many(2000, func(i int) (string, string, string) { return "/honest/join", forged[i%len(forged)], "" })
			if got[403] != 2000 {
				t.Errorf("got %v, want 403 for all", got)
			}
		}},
		{"10,000 joins", func(t *testing.T) {
			if got := h.stream(h.t.Context(), eve); got != 200 {
				t.Errorf("got %d for a stream", got)
			}
			got := h.many(10_000, func(i int) (string, string, string) { return fmt.Sprintf("/room%d/join", i), eve, "" })
			if got[200] > 64 || got[200]+got[400]+got[429] != 10_000 || got[429] == 0 {
				t.Errorf("got %v, want no more than 64 joins, and too many requests", got)
			}
		}},
		{"tokens and streams without end", func(t *testing.T) {
			if got := h.many(2000, func(int) (string, string, string) { return "/access", "", `{"username":"Eve"}` }); got[429] < 1500 {
				t.Errorf("got %v, want most of 2000 requests for tokens refused", got)
			}
			statuses := make(map[int]int)
			for i := range 100 {
				statuses[h.stream(h.t.Context(), tokenOf(t, jwt.SigningMethodHS256, []byte(longSecret), fmt.Sprint("eve", i)))]++
			}
			if statuses[200] != 61 || statuses[429] != 39 { // three are open already
				t.Errorf("got %v, want 64 streams in all", statuses)
			}
		}},
		{"big bodies", func(t *testing.T) {
			got := h.many(200, func(int) (string, string, string) {
				return "/relay/" + string(pair.bo.Self().ID) + "/hi", eve, `"` + strings.Repeat("x", 200_000) + `"`
			})
			if got[413]+got[429] != 200 {
				t.Errorf("got %v, want 413 for all", got)
			}
		}},
	}
	defer func() {
		server.said.mu.Lock()
		defer server.said.mu.Unlock()
		if len(server.said.text) < 100 {
			t.Errorf("%d lines were logged: want to look at more", len(server.said.text))
		}
		for _, line := range server.said.text {
			if strings.Contains(line, "eyJ") || strings.Contains(line, "token=") { // {" in base64, as tokens begin
				t.Errorf("a token was logged: %s", line)
				break
			}
		}
	}()
	for _, attack := range attacks {
		t.Run(attack.name, func(t *testing.T) {
			pair.t = t
			p99 := pair.during(func() { attack.run(t) })
			now := server.account(metrics)
			t.Logf("honest p99 %v, %v when it was quiet; memory %.0f MB, was %.0f", p99, quiet, now.memory/1e6, before.memory/1e6)
			if limit := max(50*time.Millisecond, 30*quiet); p99 > limit {
				t.Errorf("honest relays took %v in the p99, want %v at most", p99, limit)
			}
			if grown := now.memory - before.memory; grown > 100e6 {
				t.Errorf("the server grew by %.0f MB, want 100 at most", grown/1e6)
			}
			if now.rooms > 65 || now.streams > 64 || now.peers > 70 {
				t.Errorf("got %+v, want the limits kept", now)
			}
		})
	}
}

// slowConnections opens a thousand that never say what they want. They are cut.
func (h *stranger) slowConnections(t *testing.T) {
	var all sync.WaitGroup
	for range 1000 {
		conn, err := net.Dial("tcp", h.host)
		if err != nil {
			t.Error(err)
			break
		}
		all.Go(func() {
			defer conn.Close()
			io.WriteString(conn, "GET /connect HTTP/1.1\r\nHost: x\r\nX-Slow: ")
			drip := time.NewTicker(500 * time.Millisecond)
			defer drip.Stop()
			for range 2 * int(patience.Seconds()) {
				if _, err := io.WriteString(conn, "x"); err != nil {
					return
				}
				<-drip.C
			}
			t.Error("a connection that says nothing is kept")
		})
	}
	all.Wait()
}
