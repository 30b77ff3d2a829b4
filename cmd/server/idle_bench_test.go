package main

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// BenchmarkIdleStreams measures what an event stream on which nothing happens takes
// of a server in a process of its own, over each protocol.
func BenchmarkIdleStreams(b *testing.B) {
	plain := []string{"--port=0", "--token-secret", longSecret, "--max-streams=12000", "--metrics=localhost:0"}
	secure := append(plain, "--tls-self-signed")
	b.Run("http1", func(b *testing.B) { benchIdle(b, 10_000, plain, openHTTP1(nil)) })
	b.Run("http1-tls", func(b *testing.B) {
		benchIdle(b, 5000, secure, openHTTP1(&tls.Config{InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}}))
	})
	b.Run("http2", func(b *testing.B) { benchIdle(b, 1000, secure, openHTTP2) })
}

func benchIdle(b *testing.B, streams int, args []string, open func(b *testing.B, server, token string) io.Closer) {
	for b.Loop() {
		server := startProcess(b, args...)
		metrics := strings.TrimSpace(server.said.after(b, "drawmesh: metrics at "))
		open(b, server.url, benchToken(b, "first")).Close() // what only the first one costs
		before := residentBytes(b, server)
		running := gauge(b, metrics, "go_goroutines")
		opened := make([]io.Closer, streams)
		for i := range opened {
			opened[i] = open(b, server.url, benchToken(b, fmt.Sprint(i)))
		}
		time.Sleep(12 * time.Second) // each has had a ping
		if n := gauge(b, metrics, "drawmesh_streams"); n != float64(streams) {
			b.Fatalf("%v streams are open, want %d", n, streams)
		}
		b.ReportMetric(float64(residentBytes(b, server)-before)/float64(streams)/1024, "KB/stream")
		b.ReportMetric((gauge(b, metrics, "go_goroutines")-running)/float64(streams), "goroutines/stream")
		for _, s := range opened {
			s.Close()
		}
		server.cmd.Process.Kill()
	}
	b.ReportMetric(0, "ns/op")
}

func benchToken(b *testing.B, id string) string {
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"id": id, "username": id, "exp": time.Now().Add(time.Hour).Unix(),
	}).SignedString([]byte(longSecret))
	if err != nil {
		b.Fatal(err)
	}
	return token
}

// openHTTP1 opens streams over connections of their own, which cost this process
// little.
func openHTTP1(config *tls.Config) func(b *testing.B, server, token string) io.Closer {
	return func(b *testing.B, server, token string) io.Closer {
		_, at, _ := strings.Cut(server, "://")
		conn, err := net.Dial("tcp", at)
		if err != nil {
			b.Fatal(err)
		}
		if config != nil {
			conn = tls.Client(conn, config)
		}
		fmt.Fprintf(conn, "GET /connect HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\nAuthorization: Bearer %s\r\n\r\n", at, token)
		var head [4096]byte
		said := ""
		for !strings.Contains(said, "event: connected") {
			n, err := conn.Read(head[:])
			if err != nil {
				b.Fatal(said, err)
			}
			said += string(head[:n])
		}
		return conn
	}
}

func openHTTP2(b *testing.B, server, token string) io.Closer {
	r, err := http.NewRequestWithContext(b.Context(), "GET", server+"/connect", nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Authorization", "Bearer "+token)
	transport := &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	resp, err := transport.RoundTrip(r)
	if err != nil {
		b.Fatal(err)
	}
	if line, err := bufio.NewReader(resp.Body).ReadString('\n'); line != "event: connected\n" || resp.ProtoMajor != 2 {
		b.Fatalf("got %q over %s, %v", line, resp.Proto, err)
	}
	return closers{resp.Body, transport}
}

// closers ends a stream and its connection.
type closers struct {
	body      io.Closer
	transport *http.Transport
}

func (c closers) Close() error {
	err := c.body.Close()
	c.transport.CloseIdleConnections()
	return err
}

// residentBytes is what a process has in memory.
func residentBytes(b *testing.B, p *process) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	var kb int64
	_, after, _ := strings.Cut(string(data), "VmRSS:")
	if _, err := fmt.Sscan(after, &kb); err != nil {
		b.Fatal(err)
	}
	return kb << 10
}

// gauge is the value of a metric.
func gauge(b *testing.B, metrics, name string) (v float64) {
	resp, err := http.Get(metrics)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if n, err := fmt.Sscanf(lines.Text(), name+" %g", &v); n == 1 && err == nil {
			return v
		}
	}
	b.Fatalf("no metric %s", name)
	return 0
}
