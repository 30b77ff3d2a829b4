package signaling

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/internal/nettest"
)

// Who goes is away at once.
func TestReaderGone(t *testing.T) {
	overEach(t, func(t *testing.T, serve serving) {
		s := testServer(t, ServerOptions{Heartbeat: time.Hour})
		defer s.Close()
		client := serve(t, s)
		ana := open(t, client, "/connect", good(t, "ana"), "")
		ana.next()
		if !streams(s.hub, "ana") {
			t.Fatal("ana has no stream")
		}
		ana.resp.Body.Close()
		if streams(s.hub, "ana") {
			t.Error("ana is still there")
		}
		if n := s.Stats().Streams; n != 0 {
			t.Errorf("%d streams are counted, want none", n)
		}
	})
}

// ICE servers are renewed in half of their life, for whom they were asked by whom.
func TestICEServersRenewed(t *testing.T) {
	overEach(t, func(t *testing.T, serve serving) {
		const life = 5 * time.Minute
		var asked atomic.Int32
		s := testServer(t, ServerOptions{Heartbeat: time.Minute, ICELife: life, ICEServers: func(r *http.Request, id ID) []ICEServer {
			return []ICEServer{{URLs: []string{"stun:" + r.Host}, Username: fmt.Sprint(id, asked.Add(1))}}
		}})
		defer s.Close()
		stream := open(t, serve(t, s), "/connect", good(t, "ana"), "")
		start := time.Now()
		var heard []string
		for range 6 {
			m := stream.next()
			heard = append(heard, fmt.Sprint(m.name, " ", time.Since(start)))
			if want := fmt.Sprintf(`"iceServers":[{"urls":["stun:server"],"username":"ana%d"}]`, asked.Load()); m.name != "ping" && !strings.Contains(string(m.data), want) {
				t.Errorf("%s told %s, want %s", m.name, m.data, want)
			}
		}
		if got, want := strings.Join(heard, ", "), "connected 0s, ping 1m0s, ping 2m0s, ice-servers 2m30s, ping 3m0s, ping 4m0s"; got != want {
			t.Errorf("heard %s, want %s", got, want)
		}
	})
}

// Who stops a server can wait for its streams, whatever holds them.
func TestWait(t *testing.T) {
	overEach(t, func(t *testing.T, serve serving) {
		s := testServer(t, ServerOptions{})
		defer s.Close()
		if err := s.Wait(t.Context()); err != nil {
			t.Errorf("without streams: %v", err)
		}
		client := serve(t, s)
		for i := range 3 {
			stream := open(t, client, "/connect", good(t, fmt.Sprint(i)), "")
			stream.next()
			go io.Copy(io.Discard, stream.resp.Body)
		}
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Wait(ctx); err != context.DeadlineExceeded || time.Since(start) != time.Second {
			t.Errorf("with streams: got %v after %v, want to wait a second", err, time.Since(start))
		}
		s.Drain(time.Minute)
		start = time.Now()
		if err := s.Wait(t.Context()); err != nil || s.Stats().Streams != 0 {
			t.Errorf("got %v with %d streams, want none", err, s.Stats().Streams)
		}
		if took := time.Since(start); took == 0 || took > 3*perStream {
			t.Errorf("waited %v for 3 streams, want %v at most", took, 3*perStream)
		}
	})
}

// rawConnect opens a stream by hand, and returns what the server says first.
func rawConnect(t *testing.T, s *Server, proto, id string) (conn net.Conn, r *bufio.Reader, resp *http.Response) {
	t.Helper()
	client := nettest.Serve(t, s).Client
	conn, err := client.Transport.(*http.Transport).DialContext(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "GET /connect %s\r\nHost: server\r\nAccept: text/event-stream\r\nAuthorization: Bearer %s\r\n\r\n", proto, good(t, id))
	r = bufio.NewReader(conn)
	resp, err = http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	return conn, r, resp
}

// A stream says all that net/http would say of it, in the client's version.
func TestStreamHead(t *testing.T) {
	for _, proto := range []string{"HTTP/1.0", "HTTP/1.1"} {
		t.Run(proto, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := testServer(t, ServerOptions{})
				defer s.Close()
				_, _, resp := rawConnect(t, s, proto, "ana")
				want := map[string]string{
					"Content-Type": "text/event-stream", "Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no",
					"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Date": time.Now().UTC().Format(http.TimeFormat),
				}
				for name, value := range want {
					if got := resp.Header.Get(name); got != value {
						t.Errorf("%s: got %q, want %q", name, got, value)
					}
				}
				if resp.Proto != proto || resp.StatusCode != 200 || !resp.Close || resp.ContentLength != -1 || resp.TransferEncoding != nil {
					t.Errorf("got %+v, want 200 and a stream that ends with its connection", resp)
				}
			})
		})
	}
}

// A client may send an empty line after its request, and no book.
func TestClientGoesOnTalking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t, ServerOptions{})
		defer s.Close()
		conn, r, _ := rawConnect(t, s, "HTTP/1.1", "ana")
		go io.Copy(io.Discard, r)
		io.WriteString(conn, "\r\n")
		if !streams(s.hub, "ana") {
			t.Fatal("an empty line ended the stream")
		}
		for range mostReads {
			io.WriteString(conn, "GET / HTTP/1.1\r\n\r\n")
		}
		if streams(s.hub, "ana") {
			t.Error("the stream goes on, whatever the client sends")
		}
	})
}

// An idle stream over HTTP/1 has one goroutine, which waits for its reader to go.
func TestIdleStreamGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 20
		s := testServer(t, ServerOptions{})
		defer s.Close()
		before := runtime.NumGoroutine()
		for i := range n {
			_, r, _ := rawConnect(t, s, "HTTP/1.1", fmt.Sprint(i))
			if err := skipTo(r, "\n"); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if got := runtime.NumGoroutine() - before; got != n {
			t.Errorf("%d streams hold %d goroutines", n, got)
		}
	})
}
