package doctor

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"
)

// What one stream may say, before it is taken for a flood.
const (
	maxEvent  = 1 << 20 // bytes
	maxBytes  = 16 << 20
	maxEvents = 2_000
)

// An event is one Server-Sent Event, or a comment, which has no name.
type event struct {
	name, id string
	data     []byte
	at       time.Time
}

// A stream is one event stream, and all that it has said. Methods may be called
// concurrently.
type stream struct {
	header http.Header
	opened time.Time
	cancel context.CancelFunc
	each   func(event) // hears all, one after another; nil: nobody does
	done   chan struct{}

	mu    sync.Mutex
	heard []event
	bytes int           // of these
	news  chan struct{} // closed at the next event, or the end
	err   error         // why it ended
}

// A noStream is why there is none.
type noStream struct{ answer answer }

func (e *noStream) Error() string { seen, _ := e.answer.refused(); return seen }

// open opens a stream, which ends with close, or with ctx.
func (c *caller) open(ctx context.Context, token, lastID, encoding string, each func(event)) (*stream, error) {
	ctx, cancel := context.WithCancel(ctx)
	sent := time.Now()
	headers := []string{"Accept", "text/event-stream", "Accept-Encoding", encoding, "Cache-Control", "no-cache"}
	if lastID != "" {
		headers = append(headers, "Last-Event-ID", lastID)
	}
	r, err := c.request(ctx, http.MethodGet, "/connect", token, "", headers...)
	if err != nil {
		cancel()
		return nil, err
	}
	slow := time.AfterFunc(requestTime, cancel)
	resp, err := c.client.Do(r)
	if !slow.Stop() && err != nil {
		err = context.DeadlineExceeded
	}
	if err != nil {
		cancel()
		return nil, cause(err)
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if resp.StatusCode != http.StatusOK || kind != "text/event-stream" {
		defer cancel()
		defer resp.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 1000)) // what there is of it
		return nil, &noStream{answer{resp.StatusCode, resp.Header, string(text), resp.Proto, sent, time.Now()}}
	}
	s := &stream{
		header: resp.Header, opened: sent, cancel: cancel, each: each,
		done: make(chan struct{}), news: make(chan struct{}),
	}
	go s.read(resp.Body)
	return s, nil
}

func (s *stream) close() {
	s.cancel()
	<-s.done
}

// read takes all that comes, until the end.
func (s *stream) read(body io.ReadCloser) {
	defer close(s.done)
	defer s.cancel()
	defer body.Close()
	err := s.parse(body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
	close(s.news)
}

func (s *stream) parse(body io.Reader) error {
	if s.header.Get("Content-Encoding") == "gzip" {
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			return err
		}
		body = unzipped
	}
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, maxEvent)
	var ev event
	for lines.Scan() {
		line := bytes.TrimPrefix(bytes.TrimSuffix(lines.Bytes(), []byte("\r")), []byte("\ufeff"))
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch {
		case len(line) == 0 && ev.data != nil:
			if err := s.take(ev); err != nil {
				return err
			}
			ev = event{id: ev.id}
		case len(line) == 0:
			ev = event{id: ev.id}
		case line[0] == ':':
			if err := s.take(event{data: bytes.Clone(line)}); err != nil {
				return err
			}
		case string(name) == "event":
			ev.name = string(value)
		case string(name) == "id":
			ev.id = string(value)
		case string(name) == "data":
			if ev.data != nil {
				ev.data = append(ev.data, '\n')
			}
			ev.data = append(ev.data, value...)
			if len(ev.data) > maxEvent {
				return errors.New("an event of more than 1 MiB")
			}
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return io.EOF
}

// take keeps an event, and tells of it.
func (s *stream) take(ev event) error {
	ev.at = time.Now()
	if s.each != nil {
		s.each(ev)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bytes += len(ev.data); len(s.heard) == maxEvents || s.bytes > maxBytes {
		return errors.New("the stream is a flood")
	}
	s.heard = append(s.heard, ev)
	close(s.news)
	s.news = make(chan struct{})
	return nil
}

// await returns the first event that is wanted, of those after the first so many.
// It waits for it, but no longer than that, nor beyond the stream's end.
func (s *stream) await(ctx context.Context, after int, wait time.Duration, wanted func(event) bool) (event, bool) {
	late := time.NewTimer(wait)
	defer late.Stop()
	for over := false; ; {
		s.mu.Lock()
		for ; after < len(s.heard); after++ {
			if wanted(s.heard[after]) {
				defer s.mu.Unlock()
				return s.heard[after], true
			}
		}
		news, ended := s.news, s.err != nil
		s.mu.Unlock()
		if over || ended {
			return event{}, false
		}
		select {
		case <-news:
		case <-late.C:
			over = true
		case <-ctx.Done():
			over = true
		}
	}
}

// since is what has been heard, from the n-th on.
func (s *stream) since(n int) []event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.heard[n:len(s.heard):len(s.heard)]
}

// mark is how much has been heard.
func (s *stream) mark() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.heard)
}

// ended is why the stream has ended; nil if it has not.
func (s *stream) ended() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// named wants events of a name.
func named(name string) func(event) bool { return func(ev event) bool { return ev.name == name } }

// lastID is the id of the latest event that had one.
func (s *stream) lastID() string {
	heard := s.since(0)
	for i := len(heard) - 1; i >= 0; i-- {
		if id := strings.TrimSpace(heard[i].id); id != "" {
			return id
		}
	}
	return ""
}
