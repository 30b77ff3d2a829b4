package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"drawmesh/internal/nettest"
	"drawmesh/signaling"
)

// A redisServer is a real one, which can be killed and started again.
type redisServer struct {
	t    *testing.T
	addr string
	args []string
	cmd  *exec.Cmd
}

func startRedis(t *testing.T, args ...string) *redisServer {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Fatal("these tests need a Redis: apt-get install redis-server")
	}
	addr := freeAddr(t)
	host, port, _ := net.SplitHostPort(addr)
	r := &redisServer{t: t, addr: addr, args: append([]string{"--bind", host, "--port", port, "--save", "", "--appendonly", "no", "--dir", t.TempDir()}, args...)}
	r.start()
	t.Cleanup(r.kill)
	return r
}

// freeAddr is an address of this machine that nobody listens at.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// start returns when it answers.
func (r *redisServer) start() {
	r.t.Helper()
	r.cmd = exec.Command("redis-server", r.args...)
	if err := r.cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range int(patience / (20 * time.Millisecond)) {
		if conn, err := net.Dial("tcp", r.addr); err == nil {
			conn.Close()
			return
		}
		<-tick.C
	}
	r.t.Fatal("redis-server does not listen")
}

// kill is kill -9.
func (r *redisServer) kill() {
	r.cmd.Process.Kill()
	r.cmd.Wait()
}

// A visitor is a client that notes whom it is told of.
type visitor struct {
	*signaling.Client
	t     *testing.T
	url   string
	token string
}

func visit(t *testing.T, server, name string) *visitor {
	t.Helper()
	c, err := signaling.Dial(t.Context(), server, signaling.ClientOptions{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.Join(t.Context(), "studio"); err != nil {
		t.Fatal(err)
	}
	token := tokenOf(t, jwt.SigningMethodHS256, []byte(longSecret), string(c.Self().ID))
	return &visitor{c, t, server, token}
}

// hears waits for events, given in words and in any order, and fails if it hears any
// other before it has heard them.
func (v *visitor) hears(want ...string) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.t.Context(), patience)
	defer cancel()
	for len(want) > 0 {
		ev, err := v.Next(ctx)
		if err != nil {
			v.t.Fatalf("%s waits for %q: %v", v.Self().Name, want, err)
		}
		got := ""
		switch ev := ev.(type) {
		case signaling.AddPeer:
			got = "+" + ev.Peer.Name
		case signaling.RemovePeer:
			got = "-" + ev.Peer.Name
		case signaling.Relayed:
			got = fmt.Sprintf("%s from %s: %s", ev.Name, ev.Peer.ID, ev.Data)
		case signaling.Connected:
			continue
		default:
			got = fmt.Sprintf("%+v", ev)
		}
		if strings.HasPrefix(want[0], "+") && strings.HasPrefix(got, "wave") {
			continue // refused in time, and delivered all the same when a frozen network thawed
		}
		i := slices.Index(want, got)
		if i < 0 {
			v.t.Fatalf("%s heard %q, want %q", v.Self().Name, got, want)
		}
		want = slices.Delete(want, i, i+1)
	}
}

// relays posts a message once, and returns the status.
func (v *visitor) relays(to *visitor, n int) (status int, took time.Duration) {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), "POST", fmt.Sprintf("%s/relay/%s/wave", v.url, to.Self().ID), strings.NewReader(fmt.Sprint(n)))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+v.token)
	sent := time.Now()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode == 503 && resp.Header.Get("Retry-After") == "" {
		v.t.Error("503 without Retry-After")
	}
	return resp.StatusCode, time.Since(sent)
}

// Peers of two servers meet through a Redis; they lose nobody while it is away,
// whether it was killed or cannot be reached, and go on when it is back.
func TestFault24RedisAway(t *testing.T) {
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	redis := startRedis(t)
	chaos := nettest.NewChaos(t, redis.addr)
	first := startProcess(t, "--port=0", "--token-secret", longSecret, "--redis", "redis://"+redis.addr)
	second := startProcess(t, "--port=0", "--token-secret", longSecret, "--redis", "redis://"+chaos.Addr)
	ana := visit(t, first.url, "Ana")
	bo := visit(t, second.url, "Bo")
	ana.hears("+Bo")
	bo.hears("+Ana")
	n := 0
	wave := func(what string) {
		t.Helper()
		for start := time.Now(); ; n++ {
			status, _ := ana.relays(bo, n)
			if status == 200 {
				bo.hears(fmt.Sprintf("wave from %s: %d", ana.Self().ID, n))
				t.Logf("%s: a relay after %v", what, time.Since(start).Round(time.Millisecond))
				n++
				return
			}
			if status != 503 || time.Since(start) > patience {
				t.Fatalf("%s: got status %d after %v", what, status, time.Since(start))
			}
		}
	}
	wave("at first")
	outages := []struct {
		name        string
		begin, over func()
	}{
		{"Redis killed", redis.kill, redis.start},
		{"Redis frozen for one server", func() { chaos.Set(nettest.Freeze, 0) }, func() { chaos.Set(nettest.Pass, 0) }},
		{"Redis refused to one server", func() { chaos.Set(nettest.Refuse, 0) }, func() { chaos.Set(nettest.Pass, 0) }},
	}
	for i, outage := range outages {
		outage.begin()
		late := visit(t, second.url, fmt.Sprint("Late", i))
		bo.hears("+" + late.Self().Name) // of the same server
		// What was on its way to a server that is cut off may count as delivered.
		soonest := time.Hour
		for failed := 0; failed < 3; n++ {
			status, took := bo.relays(ana, n)
			switch status {
			case 503:
				failed++
				t.Logf("%s: refused after %v", outage.name, took.Round(time.Millisecond))
				soonest = min(soonest, took)
			case 200:
			default:
				t.Fatalf("%s: got status %d", outage.name, status)
			}
		}
		if soonest > time.Second { // a busy machine may hold up one of them
			t.Errorf("%s: refused after %v at best, want at most a second", outage.name, soonest)
		}
		if status, _ := late.relays(bo, n); status != 200 {
			t.Errorf("%s: a relay at one server got status %d", outage.name, status)
		}
		bo.hears(fmt.Sprintf("wave from %s: %d", late.Self().ID, n))
		n++
		if i == 0 {
			until(t, "the server says that its bus is away", func() bool {
				code, body := get(t, first.url+"/healthz")
				return code == 503 && strings.HasPrefix(body, "the bus between the servers is out of reach")
			})
			if code, body := get(t, first.url+"/readyz"); code != 200 {
				t.Errorf("%s: got %d %q from /readyz: no server would be ready, and all of them serve", outage.name, code, body)
			}
		}
		outage.over()
		over := time.Now()
		ana.hears("+" + late.Self().Name) // and of nothing before, as if somebody had left
		took := time.Since(over)
		t.Logf("%s: told of who came meanwhile %v after it", outage.name, took.Round(time.Millisecond))
		if took > 5*time.Second {
			t.Error("want at most 5 s")
		}
		wave(outage.name + ", and over")
		if code, body := get(t, first.url+"/healthz"); code != 200 {
			t.Errorf("%s, and over: got %d %q from /healthz", outage.name, code, body)
		}
	}
}

// The peers of a server that was killed come back to the other one.
func TestFault25OneServerKilled(t *testing.T) {
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	redis := startRedis(t)
	first := startProcess(t, "--port=0", "--token-secret", longSecret, "--redis", "redis://"+redis.addr)
	second := startProcess(t, "--port=0", "--token-secret", longSecret, "--redis", "redis://"+redis.addr)
	ana, bo := visit(t, first.url, "Ana"), visit(t, second.url, "Bo")
	ana.hears("+Bo")
	second.cmd.Process.Kill()
	second.cmd.Wait()
	if status, _ := ana.relays(bo, 1); status != 503 {
		t.Errorf("a relay to a server that is gone: got status %d, want 503", status)
	}
	again := visit(t, first.url, "Bo")
	ana.hears("+Bo")
	again.hears("+Ana")
	if status, _ := ana.relays(again, 2); status != 200 {
		t.Errorf("got status %d, want 200", status)
	}
}
