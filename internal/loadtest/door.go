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

// A door is the way of one bot to the server. It notes how long the first
// requests took, and can be shut. Methods may be called concurrently.
type door struct {
	next http.RoundTripper

	mu     sync.Mutex
	took   entry
	stream *stream // the latest
	shut   bool
}

// An entry is how long the parts of entering took. Zero is not (yet).
type entry struct{ token, stream, join time.Duration }

var (
	errKilled = errors.New("the bot was killed")
	errCut    = errors.New("chaos cut the stream")
)

// RoundTrip sends one request.
func (d *door) RoundTrip(req *http.Request) (*http.Response, error) {
	d.mu.Lock()
	shut := d.shut
	d.mu.Unlock()
	if shut {
		return nil, errKilled
	}
	start := time.Now()
	resp, err := d.next.RoundTrip(req)
	if err != nil || resp.StatusCode != http.StatusOK {
		return resp, err
	}
	took := time.Since(start)
	d.mu.Lock()
	defer d.mu.Unlock()
	switch path := req.URL.Path; {
	case strings.HasSuffix(path, "/access"):
		first(&d.took.token, took)
	case strings.HasSuffix(path, "/join"):
		first(&d.took.join, took)
	case strings.HasSuffix(path, "/connect"):
		if d.shut {
			resp.Body.Close()
			return nil, errKilled
		}
		d.stream = &stream{ReadCloser: resp.Body, tell: func() { d.connected(time.Since(start)) }}
		resp.Body = d.stream
	}
	return resp, nil
}

func first(d *time.Duration, took time.Duration) {
	if *d == 0 {
		*d = max(took, 1)
	}
}

// connected notes that the stream has said its first word.
func (d *door) connected(took time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	first(&d.took.stream, took)
}

// entered is what entering took.
func (d *door) entered() entry {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.took
}

// cut ends the event stream, as a network does.
func (d *door) cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stream != nil {
		d.stream.cut.Store(true)
		d.stream.Close()
	}
}

// close cuts the stream and lets nothing through any more.
func (d *door) close() {
	d.mu.Lock()
	d.shut = true
	d.mu.Unlock()
	d.cut()
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
