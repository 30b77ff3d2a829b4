package signaling

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
)

// A rawStream is an event stream without a Client, read by the rules that the
// server's own events keep to: one line a field, LF.
type rawStream struct {
	t      testing.TB
	resp   *http.Response
	lines  *bufio.Scanner
	lastID string
}

func open(t testing.TB, client *http.Client, path, token, lastID string) *rawStream {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", "http://server"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Authorization", "Bearer "+token)
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != 200 {
		t.Fatalf("got %s, want a stream", resp.Status)
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	return &rawStream{t: t, resp: resp, lines: lines}
}

// next waits for an event.
func (s *rawStream) next() message {
	s.t.Helper()
	var m message
	for s.lines.Scan() {
		name, value, _ := strings.Cut(s.lines.Text(), ": ")
		switch name {
		case "event":
			m.name = value
		case "id":
			m.id, s.lastID = value, value
		case "data":
			m.data = []byte(value)
		case "":
			return m
		default:
			s.t.Fatalf("a line %q on the stream", s.lines.Text())
		}
	}
	s.t.Fatalf("the stream ended: %v", s.lines.Err())
	return m
}
