package signaling

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"syscall"
	"testing"
	"time"
)

// BenchmarkRelay posts to /relay and waits until the event comes out of a stream,
// eight peers at once; by turns with bare handlers that do just that. The clients
// are as cheap as can be, for what they cost is in both.
func BenchmarkRelay(b *testing.B) {
	const peers, turn = 8, 500
	bare := newRelaying(b, bareRelay(peers), peers)
	s := testServer(b, ServerOptions{RelayRate: -1, MaxStreams: -1})
	defer s.Close()
	server := newRelaying(b, s, peers)
	for i := range peers {
		if err := s.hub.Join(relayPeer(i), "studio"); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		bare.relay(b, turn)
		server.relay(b, turn)
	}
	b.ReportMetric(float64(server.relays)/server.took.Seconds(), "relays/s")
	b.ReportMetric(bare.took.Seconds()/server.took.Seconds(), "×bare")
	b.ReportMetric(float64(server.cpu.Microseconds())/float64(server.relays), "cpu-µs/relay")
	b.ReportMetric(server.cpu.Seconds()/bare.cpu.Seconds(), "cpu×bare")
	b.ReportMetric(0, "ns/op") // of both together
}

func relayPeer(i int) ID { return ID(fmt.Sprint("p", i)) }

// A relaying is a server with peers that send each other events, and what that took.
type relaying struct {
	peers     []*relayer
	relays    int
	took, cpu time.Duration
}

// A relayer sends events to its neighbour, and hears those of the other one.
type relayer struct {
	request       []byte
	post          net.Conn
	answer, heard *bufio.Reader
}

func newRelaying(b *testing.B, h http.Handler, peers int) *relaying {
	srv := httptest.NewServer(h)
	b.Cleanup(srv.Close)
	all := &relaying{}
	dial := func() net.Conn {
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { conn.Close() })
		return conn
	}
	const body = `{"candidate":"candidate:1 1 udp 1 192.0.2.7 9 typ host","sdpMid":"0"}`
	for i := range peers {
		token := good(b, string(relayPeer(i)))
		stream, post := dial(), dial()
		fmt.Fprintf(stream, "GET /connect HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: Bearer %s\r\n\r\n", token)
		p := &relayer{post: post, answer: bufio.NewReader(post), heard: bufio.NewReader(stream)}
		p.request = fmt.Appendf(nil, "POST /relay/%s/ice-candidate HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			relayPeer((i+1)%peers), token, len(body), body)
		if err := skipTo(p.heard, "event: connected\n"); err != nil {
			b.Fatal(err)
		}
		all.peers = append(all.peers, p)
	}
	return all
}

// relay has each peer send so many events, and hear as many.
func (all *relaying) relay(b *testing.B, n int) {
	start, before := time.Now(), processTime(b)
	var running sync.WaitGroup
	for _, p := range all.peers {
		running.Go(func() {
			for range n {
				if _, err := p.post.Write(p.request); err != nil {
					b.Error(err)
					return
				}
				if err := skipTo(p.heard, "event: ice-candidate\n"); err != nil {
					b.Error(err)
					return
				}
				if err := skipTo(p.answer, "\r\n"); err != nil {
					b.Error(err)
					return
				}
				if _, err := p.answer.Discard(len("OK")); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	running.Wait()
	all.took += time.Since(start)
	all.cpu += processTime(b) - before
	all.relays += n * len(all.peers)
}

// skipTo reads up to a line.
func skipTo(r *bufio.Reader, line string) error {
	for {
		got, err := r.ReadSlice('\n')
		if err != nil || string(got) == line {
			return err
		}
	}
}

// processTime is the processor time that this process has taken.
func processTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// bareRelay is the least that net/http needs for a POST to come out of a stream,
// of peers that connect in order.
func bareRelay(peers int) http.Handler {
	queues := make(map[string]chan []byte)
	next := make(chan chan []byte, peers)
	for i := range peers {
		events := make(chan []byte, 256)
		queues[string(relayPeer(i))] = events
		next <- events
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /connect", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, "event: connected\ndata: {}\n\n")
		w.(http.Flusher).Flush()
		for mine := <-next; ; {
			select {
			case e := <-mine:
				w.Write(e)
				w.(http.Flusher).Flush()
			case <-r.Context().Done():
				return
			}
		}
	})
	mux.HandleFunc("POST /relay/{peer}/{event}", func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		queues[r.PathValue("peer")] <- []byte("event: " + r.PathValue("event") + "\ndata: " + string(data) + "\n\n")
		io.WriteString(w, "OK")
	})
	return mux
}
