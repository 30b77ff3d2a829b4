package signaling

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// BenchmarkRelay posts to /relay and waits until the event comes out of a
// stream; as a ratio to bare handlers that do just that.
func BenchmarkRelay(b *testing.B) {
	var bare, ours time.Duration
	b.Run("bare", func(b *testing.B) { bare = benchRelay(b, bareRelay(), func() {}) })
	b.Run("server", func(b *testing.B) {
		s := testServer(b, ServerOptions{RelayRate: -1})
		defer s.Close()
		ours = benchRelay(b, s, func() {
			for _, id := range []ID{"ana", "bo"} {
				if err := s.hub.Join(id, "studio"); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.ReportMetric(float64(ours)/float64(bare), "×bare")
	})
}

// benchRelay returns the time of one relay by ana to bo.
func benchRelay(b *testing.B, h http.Handler, connected func()) time.Duration {
	server := httptest.NewServer(h)
	defer server.Close()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	request := func(method, path, id, body string) *http.Response {
		r, err := http.NewRequestWithContext(ctx, method, server.URL+path, strings.NewReader(body))
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("Accept", "text/event-stream")
		r.Header.Set("Authorization", "Bearer "+good(b, id))
		resp, err := server.Client().Do(r)
		if err != nil || resp.StatusCode != 200 {
			b.Fatal(resp, err)
		}
		return resp
	}
	defer request("GET", "/connect", "ana", "").Body.Close()
	stream := request("GET", "/connect", "bo", "")
	defer stream.Body.Close()
	lines := bufio.NewScanner(stream.Body)
	event := func(name string) {
		for lines.Scan() && lines.Text() != "event: "+name {
		}
	}
	event("connected")
	connected()

	start, n := time.Now(), 0
	for b.Loop() {
		resp := request("POST", "/relay/bo/ice-candidate", "ana", `{"candidate":"candidate:1 1 udp 1 192.0.2.7 9 typ host","sdpMid":"0"}`)
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		event("ice-candidate")
		n++
	}
	return time.Since(start) / time.Duration(n)
}

// bareRelay is the least that net/http needs for a POST to come out of the
// stream that is opened second.
func bareRelay() http.Handler {
	events := make(chan []byte)
	silent := make(chan []byte)
	streams := make(chan chan []byte, 2)
	streams <- silent
	streams <- events
	mux := http.NewServeMux()
	mux.HandleFunc("GET /connect", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, "event: connected\ndata: {}\n\n")
		w.(http.Flusher).Flush()
		for mine := <-streams; ; {
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
		events <- []byte("event: " + r.PathValue("event") + "\ndata: " + string(data) + "\n\n")
		io.WriteString(w, "OK")
	})
	return mux
}
