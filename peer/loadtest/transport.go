package loadtest

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// An httpTransport reaches the server for one bot. It notes how long the first
// requests took, and can be shut. Methods may be called concurrently.
type httpTransport struct {
	next http.RoundTripper

	mu     sync.Mutex
	took   entering
	stream *stream // the latest
	shut   bool
}

// An entering is how long the parts of entering took. Zero is not (yet).
type entering struct{ token, stream, join time.Duration }

var (
	errKilled = errors.New("the bot was killed")
	errCut    = errors.New("chaos cut the stream")
)

// RoundTrip sends one request.
func (t *httpTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	t.mu.Lock()
	shut := t.shut
	t.mu.Unlock()
	if shut {
		return nil, errKilled
	}
	start := time.Now()
	resp, err := t.next.RoundTrip(req)
	if err != nil || resp.StatusCode != http.StatusOK {
		return resp, err
	}
	took := time.Since(start)
	t.mu.Lock()
	defer t.mu.Unlock()
	switch path := req.URL.Path; {
	case strings.HasSuffix(path, "/access"):
		first(&t.took.token, took)
	case strings.HasSuffix(path, "/join"):
		first(&t.took.join, took)
	case strings.HasSuffix(path, "/connect"):
		if t.shut {
			resp.Body.Close()
			return nil, errKilled
		}
		t.stream = &stream{ReadCloser: resp.Body, tell: func() { t.connected(time.Since(start)) }}
		resp.Body = t.stream
	}
	return resp, nil
}

func first(d *time.Duration, took time.Duration) {
	if *d == 0 {
		*d = max(took, 1)
	}
}

// connected notes that the stream has said its first word.
func (t *httpTransport) connected(took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	first(&t.took.stream, took)
}

// entered is what entering took.
func (t *httpTransport) entered() entering {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.took
}

// cut ends the event stream, as a network does.
func (t *httpTransport) cut() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stream != nil {
		t.stream.cut.Store(true)
		t.stream.Close()
	}
}

// close cuts the stream and lets nothing through any more.
func (t *httpTransport) close() {
	t.mu.Lock()
	t.shut = true
	t.mu.Unlock()
	t.cut()
}

// A stream is an event stream. It tells when its first bytes have come.
type stream struct {
	io.ReadCloser
	tell func() // nil once it has been told
	cut  atomic.Bool
}

func (s *stream) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	if n > 0 && s.tell != nil {
		s.tell()
		s.tell = nil
	}
	if err != nil && s.cut.Load() {
		err = errCut
	}
	return n, err
}
