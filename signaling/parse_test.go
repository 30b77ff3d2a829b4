package signaling

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// parse reads a body as the client reads its event stream.
func parse(t testing.TB, body io.Reader) []string {
	t.Helper()
	var got []string
	c := answered(&http.Response{
		StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(body),
	})
	err := c.subscribe(t.Context(), "", "", func(m message) {
		got = append(got, fmt.Sprintf("%s|%s|%s", m.name, m.id, m.data))
	})
	if err != io.EOF {
		t.Errorf("got error %v, want EOF", err)
	}
	return got
}

// answered is a client that gets one answer, to whatever it asks.
func answered(resp *http.Response) *Client {
	return &Client{base: "http://server", opts: ClientOptions{
		Silence: time.Minute, HTTPClient: &http.Client{Transport: canned{resp}},
	}}
}

type canned struct{ resp *http.Response }

func (c canned) RoundTrip(*http.Request) (*http.Response, error) { return c.resp, nil }

// A closing body takes note of its end.
type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error {
	c.closed = true
	return nil
}

// A refusal is read for its reason, which is fit to be printed, and closed.
func TestRefusedStream(t *testing.T) {
	body := &closing{Reader: strings.NewReader("not\x1b[2J today\nat all\n")}
	c := answered(&http.Response{StatusCode: 403, Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, Body: body})
	err := c.subscribe(t.Context(), "", "", func(message) { t.Error("heard something") })
	if want := "the server answered 403: not[2J today"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if !body.closed {
		t.Error("the answer was not closed")
	}
}

// The cases are those of the Web Platform Tests (eventsource/format-*), and
// what the standard says besides (WHATWG HTML, section 9.2.6). Each event is
// name|id|data.
func TestParseStream(t *testing.T) {
	long := strings.Repeat("x", 2048)
	kib60, kib100 := strings.Repeat("z", 60<<10), strings.Repeat("z", 100<<10)
	tests := []struct {
		name, body string
		want       []string
	}{
		{"byte order mark", "\ufeffdata:1\n\n\ufeffdata:2\n\ndata:3\n\n", []string{"||1", "||3"}},
		{"two byte order marks", "\ufeff\ufeffdata:1\n\ndata:2\n\ndata:3\n\n", []string{"||2", "||3"}},
		{"comments", "data:1\r:\x00\n:\r\ndata:2\n:" + long + "\rdata:3\n:data:fail\r:" + long + "\ndata:4\n\n", []string{"||1\n2\n3\n4"}},
		// The standard dispatches the first of these too, with empty data. No
		// event of this protocol has empty data, for that is no JSON.
		{"data", "data:\n\ndata\ndata\n\ndata:test\n\n", []string{"||\n", "||test"}},
		{"fields", "data:\x00\ndata:  2\rData:1\ndata\x00:2\ndata:1\r\x00data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n", []string{"||\x00\n 2\n1\n3\n\n4"}},
		{"line ends", "data:test\r\ndata\ndata:test\r\n\r\n", []string{"||test\n\ntest"}},
		{"leading space", "data:\ttest\rdata: \ndata:test\n\n", []string{"||\ttest\n\ntest"}},
		{"unknown fields", "data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\ndata:test\n\n", []string{"||test\n\ntest"}},
		{"NUL", "data:\x00\n\n\n\n", []string{"||\x00"}},
		{"UTF-8", "data:ok\xe2\x80\xa6\n\n", []string{"||ok…"}},
		{"end before the empty line", "retry:1000\ndata:test1\n\nid:test\ndata:test2\n", []string{"||test1"}},
		{"event", "event:test\ndata:x\n\ndata:x\n\n", []string{"test||x", "||x"}},
		{"empty event", "event: \ndata:data\n\n", []string{"||data"}},
		{"empty retry", "retry\ndata:test\n\n", []string{"||test"}},
		{"id stays", "id: 1\ndata: a\n\ndata: b\n\n", []string{"|1|a", "|1|b"}},
		{"id ends", "id: 1\ndata: a\n\nid\ndata: b\n\nid:\ndata: c\n\n", []string{"|1|a", "||b", "||c"}},
		{"id with NUL", "id: 1\ndata: a\n\nid: x\x00y\ndata: b\n\n", []string{"|1|a", "|1|b"}},
		{"no data", "event: foo\n\ndata: x\n\n", []string{"||x"}},
		{"id alone", "id: 7\n\ndata: x\n\n", []string{"|7|x"}},
		{"retry alone", "retry: 10\n\ndata: x\n\n", []string{"||x"}},
		{"comment as heartbeat", ":hb\n\n:\n\ndata: x\n\n:hb\n\n", []string{"||x"}},
		{"comment after an id", "id: 1\ndata: a\n\n:hb\n\n:hb\n\ndata: b\n\n", []string{"|1|a", "|1|b"}},
		{"event without colon", "event:foo\nevent\ndata:x\n\n", []string{"||x"}},
		{"CR", "data: a\r\rdata: b\r\r", []string{"||a", "||b"}},
		{"LF CR", "data: a\n\rdata: b\n\n", []string{"||a", "||b"}},
		{"CRLF CR", "data: a\r\n\rdata: b\r\n\r\n", []string{"||a", "||b"}},
		{"JSON over lines", "data: {\ndata: \"a\":1\ndata: }\n\n", []string{"||{\n\"a\":1\n}"}},
		{"any order", "data: d\nid: 9\nevent: e\n\n", []string{"e|9|d"}},
		{"60 KiB", "data: " + kib60 + "\n\n", []string{"||" + kib60}},
		{"100 KiB", "data: " + kib100 + "\n\ndata: x\n\n", []string{"||" + kib100, "||x"}},
		{"nothing", "", nil},
		{"half an event", "event: a\ndata: 1\n", nil},
		{"half an event of CRs", "event: a\rdata: 1\r", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := parse(t, strings.NewReader(tt.body)); !slices.Equal(got, tt.want) {
				t.Errorf("got %.200q, want %.200q", got, tt.want)
			}
			if got := parse(t, iotest.OneByteReader(strings.NewReader(tt.body))); !slices.Equal(got, tt.want) {
				t.Errorf("byte by byte: got %.200q, want %.200q", got, tt.want)
			}
		})
	}
}

func TestParseStreamIsBounded(t *testing.T) {
	for name, line := range map[string]string{"one line": strings.Repeat("x", 4096), "many lines": "data: x\n"} {
		t.Run(name, func(t *testing.T) {
			endless := &wholeEvents{body: io.NopCloser(&repeat{text: "data: " + line}), alive: func() {}}
			if n, err := io.Copy(io.Discard, endless); err == nil || n != 0 {
				t.Errorf("let %d bytes through, then %v; want an error alone", n, err)
			}
			if n := cap(endless.line) + cap(endless.event); n > 4*maxEvent {
				t.Errorf("%d bytes were kept, want some %d", n, maxEvent)
			}
		})
	}
}

// A repeat is its text, over and over.
type repeat struct {
	text string
	at   int
}

func (r *repeat) Read(p []byte) (int, error) {
	n := copy(p, r.text[r.at:])
	r.at = (r.at + n) % len(r.text)
	return n, nil
}

// standardParse is the standard's algorithm in the standard's words (WHATWG
// HTML, section 9.2.6), but for events of empty data, which are left out.
func standardParse(body string) (events []string) {
	body = strings.TrimPrefix(body, "\ufeff")
	body = strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "\r", "\n")
	lines := strings.Split(body, "\n")
	var data, eventType, idBuffer, lastID string
	for _, line := range lines[:len(lines)-1] { // the last has no end
		if line == "" {
			lastID = idBuffer
			if text := strings.TrimSuffix(data, "\n"); text != "" {
				events = append(events, eventType+"|"+lastID+"|"+text)
			}
			data, eventType = "", ""
			continue
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			eventType = value
		case "data":
			data += value + "\n"
		case "id":
			if !strings.Contains(value, "\x00") {
				idBuffer = value
			}
		}
	}
	return events
}

func FuzzSSEParser(f *testing.F) {
	f.Add("event: a\nid: 1\ndata: {}\n\n", 3)
	f.Add("\ufeffid: 1\rdata: a\r\n\r\nid\ndata\ndata\n\ndata: b\n\n", 1)
	f.Add(":c\nretry: 5\n\ndata:  x\nid: a\x00\n\n", 2)
	f.Fuzz(func(t *testing.T, body string, chunk int) {
		if len(body) > 10_000 {
			return
		}
		want := standardParse(body)
		var in io.Reader = strings.NewReader(body)
		if chunk > 0 {
			in = &chunked{in, chunk}
		}
		if got := parse(t, in); !slices.Equal(got, want) {
			t.Errorf("%q\ngot %q\nwant %q", body, got, want)
		}
	})
}

// A chunked reader returns at most size bytes at a time.
type chunked struct {
	io.Reader
	size int
}

func (c *chunked) Read(p []byte) (int, error) { return c.Reader.Read(p[:min(len(p), c.size)]) }

// What the server puts on a stream comes out at the other end, or is refused.
func FuzzSSEEncodeDecode(f *testing.F) {
	f.Add("ice-candidate", "AB-1", []byte(`{"a":"b"}`))
	f.Add("a\nevent: b", "1\r2", []byte("1\n2"))
	f.Add("", "", []byte{0})
	f.Fuzz(func(t *testing.T, name, id string, data []byte) {
		wire, err := frame{name: name, data: data}.append([]byte("event: before\ndata: 0\n\n"), id)
		if err == nil {
			wire, err = frame{name: "after", data: []byte("1")}.append(wire, "")
		}
		if breaks := strings.ContainsAny(name+id+string(data), "\r\n\x00"); breaks != (err != nil) {
			t.Fatalf("line breaks or NUL: %t, error: %v", breaks, err)
		}
		if err != nil {
			return
		}
		want := []string{"before||0", fmt.Sprintf("%s|%s|%s", name, id, data), "after|" + id + "|1"}
		if len(data) == 0 {
			want = slices.Delete(want, 1, 2)
		}
		if got := parse(t, bytes.NewReader(wire)); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}
