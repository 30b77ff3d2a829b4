package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/internal/nettest"
	"drawmesh/signaling"
)

// Members that cannot be linked to are named, with what is in the way.
func TestMembers(t *testing.T) {
	for _, tt := range []struct {
		name  string
		there func(*clinic) (before func(what string))
		state string
		says  string // in what is said of the link
	}{
		{"silent", func(c *clinic) func(string) {
			s, err := signaling.Dial(c.t.Context(), "http://draw.example", signaling.ClientOptions{Name: "ana", HTTPClient: c.http.Client})
			if err == nil {
				err = s.Join(c.t.Context(), "studio")
			}
			if err != nil {
				c.t.Fatal(err)
			}
			go func() {
				for range s.Events() {
				}
			}()
			c.t.Cleanup(func() { s.Close() })
			return nil
		}, "lost", "not answered"},
		{"unreachable", func(c *clinic) func(string) {
			c.member("ana")
			return func(what string) {
				if what == "the room" {
					c.wan.Drop(func(from, to string) bool { return from == "10.0.0.2" || to == "10.0.0.2" })
				}
			}
		}, "lost", "no connection in time"},
		{"half-open", func(c *clinic) func(string) {
			c.member("ana")
			return func(what string) {
				if what == "the room" {
					time.AfterFunc(1500*time.Millisecond, func() {
						c.wan.Drop(func(from, _ string) bool { return from == "10.0.0.2" })
					})
				}
			}
		}, "unsteady", "half-open"},
		{"half-open the other way", func(c *clinic) func(string) {
			c.member("ana")
			return func(what string) {
				if what == "the room" {
					time.AfterFunc(1500*time.Millisecond, func() {
						c.wan.Drop(func(_, to string) bool { return to == "10.0.0.2" })
					})
				}
			}
		}, "unsteady", "half-open"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClinic(t, signaling.ServerOptions{}, nil)
				r, err := c.examine(t.Context(), Options{Progress: tt.there(c)})
				if err != nil {
					t.Fatal(err)
				}
				checkGrades(t, r, "room.links failed", "room.others unknown")
				if len(r.Links) != 1 || r.Links[0].Name != "ana" || string(r.Links[0].State) != tt.state {
					t.Fatalf("got the links %+v, want one to ana that is %s", r.Links, tt.state)
				}
				if seen := r.Of("room.links").Seen; !strings.Contains(seen, tt.says) || !strings.Contains(seen, "ana") {
					t.Errorf("got %q, want it to say ana and %q", seen, tt.says)
				}
			})
		})
	}
}

// The tutorial's server keeps to the plain protocol, laxly; what it loses is said.
func TestTutorial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClinic(t, signaling.ServerOptions{}, nil)
		c.http = nettest.ServeTutorial(t, 5*time.Millisecond)
		c.member("ana")
		r, err := c.examine(t.Context(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		checkGrades(t, r,
			"server.large lax", "stream.hints lax", "stream.heartbeat lax", "stream.resumes lax", "stream.single lax",
			"rooms.again lax", "rooms.leaves lax", "rooms.at-once failed", "relay.own lax", "relay.lines failed", "relay.strangers lax",
			"ways.told lax", "ways.stun unknown", "ways.turn unknown", "room.others unknown")
		if len(r.Links) != 1 || r.Links[0].State != "open" {
			t.Errorf("got the links %+v, want an open one to ana", r.Links)
		}
		if seen := r.Of("relay.strangers").Seen; !strings.HasPrefix(seen, "it comes") {
			t.Errorf("got %q, want that it comes", seen)
		}
	})
}

// A server that introduces somebody twice, or us to ourselves, is lax.
func TestIntroducedTwice(t *testing.T) {
	introduction := []byte(`"roomId":"studio"`)
	own := func() func([]byte) ([]byte, bool) {
		id := ""
		return func(p []byte) ([]byte, bool) {
			if _, after, found := strings.Cut(string(p), `"user":{"id":"`); found && id == "" {
				id, _, _ = strings.Cut(after, `"`)
			}
			if bytes.Contains(p, introduction) {
				p = fmt.Appendf(bytes.Clone(p), "event: add-peer\ndata: {\"peer\":{\"id\":%q},\"roomId\":\"studio\",\"offer\":true}\n\n", id)
			}
			return p, true
		}
	}
	for _, tt := range []struct {
		name    string
		disturb disturbance
		says    string
	}{
		{"somebody_twice", events(func(ev []byte) []byte {
			if bytes.Contains(ev, introduction) {
				ev = append(bytes.Clone(ev), ev...)
			}
			return ev
		}), "more than once"},
		{"us_to_ourselves", streams(own), "ourselves"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClinic(t, signaling.ServerOptions{}, tt.disturb)
				c.member("ana")
				r, err := c.examine(t.Context(), Options{})
				if err != nil {
					t.Fatal(err)
				}
				checkGrades(t, r, "room.members lax", "room.others unknown")
				if seen := r.Of("room.members").Seen; !strings.Contains(seen, tt.says) {
					t.Errorf("got %q, want it to say %q", seen, tt.says)
				}
			})
		})
	}
}

// A full room is not entered; the server is looked at all the same.
func TestRoomFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClinic(t, signaling.ServerOptions{MaxPeers: crowd}, nil)
		for i := range crowd {
			c.member(fmt.Sprint("peer ", i))
		}
		r, err := c.examine(t.Context(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		checkGrades(t, r, "room.enters failed", "room.members unknown", "room.links unknown", "room.others unknown")
		if f := r.Of("room.enters"); !strings.Contains(f.Advice, "full") {
			t.Errorf("got the advice %q, want it to say that the room is full", f.Advice)
		}
	})
}

// Many who are there are all linked to, and of their names some are said.
func TestManyMembers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClinic(t, signaling.ServerOptions{}, nil)
		for i := range 10 {
			c.member(fmt.Sprint("peer ", i))
		}
		r, err := c.examine(t.Context(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		checkGrades(t, r, "room.others unknown")
		if seen := r.Of("room.members").Seen; len(r.Links) != 10 || !strings.HasSuffix(seen, "and 2 more") {
			t.Errorf("got %d links and %q, want 10, and 2 more than said", len(r.Links), seen)
		}
	})
}

// Whoever is interrupted, at whatever part, has what was seen until then, leaves
// all rooms, and says nothing that is not true.
func TestInterrupted(t *testing.T) {
	for n := range 14 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClinic(t, signaling.ServerOptions{}, nil)
				ctx, cancel := context.WithCancel(t.Context())
				parts := 0
				r, err := c.examine(ctx, Options{Progress: func(string) {
					if parts++; parts == n/2+1 {
						time.AfterFunc([]time.Duration{5, 350}[n%2]*time.Millisecond, cancel)
					}
				}})
				if !errors.Is(err, context.Canceled) || r == nil || len(r.Findings) != len(Rules) {
					t.Fatalf("got %+v, %v, want what was seen, and the interruption", r, err)
				}
				for _, f := range r.Findings {
					if f.Grade == Failed || f.Grade == Lax {
						t.Errorf("got %s %s (%s), want nothing wrong", f.Check, f.Grade, f.Seen)
					}
				}
				if s := c.server.Stats(); s.Rooms != 0 {
					t.Errorf("got %d rooms that it has not left", s.Rooms)
				}
				synctest.Wait()
				if s := c.server.Stats(); s.Streams != 0 {
					t.Errorf("got %d streams left open", s.Streams)
				}
			})
		})
	}
}

// A server that says too much, or nonsense, costs little and ends nothing.
func TestHostileServer(t *testing.T) {
	big := strings.Repeat("x", 1<<16)
	flood := func(http.ResponseWriter) []byte {
		return []byte("event: add-peer\ndata: {\"peer\":{\"id\":\"" + big[:1000] + "\"},\"roomId\":\"studio\",\"offer\":true}\n\n")
	}
	for _, tt := range []struct {
		name    string
		disturb disturbance
	}{
		{"endless_answer", only("/access", endless(func(http.ResponseWriter) []byte { return []byte(big) }))},
		{"endless_page", only("/studio", endless(func(http.ResponseWriter) []byte { return []byte(big) }))},
		{"flood_of_events", only("/connect", endlessStream(flood))},
		{"endless_event", only("/connect", endlessStream(func(http.ResponseWriter) []byte { return []byte("data: " + big + "\n") }))},
		{"endless_line", only("/connect", endlessStream(func(http.ResponseWriter) []byte { return []byte(big) }))},
		{"connected_to_nobody", rewrite(`"user":{"id":`, `"user":{"idea":`)},
		{"connected_is_no_JSON", rewrite("data: {\"user\"", "data: user")},
		{"ids_of_another_kind", rewrite(`"peer":{"id":"`, `"peer":{"id":17,"x":"`)},
		{"sent_to_nonsense", only("/access", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://"+big[:1000]+"/access")
			w.WriteHeader(http.StatusFound)
		})},
		{"sent_nowhere", only("/access", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusFound) })},
		{"a_token_of_nonsense", only("/access", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"token":"\u001b[31m%s"}`, big[:100]) })},
		{"text_to_turn", answeringText(500, "\x1b[31m\u202etxt\r\nmore")},
		{"too_many_servers", rewrite(`"iceServers":[`, `"iceServers":[`+strings.Repeat(`{"urls":["stun:10.0.9.9:1","turn:10.0.9.9:1"]},`, 1000))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClinic(t, signaling.ServerOptions{}, tt.disturb)
				start := time.Now()
				r, err := c.examine(t.Context(), Options{})
				if took := time.Since(start); err != nil || took > 130*time.Second {
					t.Fatalf("got %v after %v, want nil within 130 s", err, took)
				}
				if tt.name != "endless_page" && r.Healthy() {
					t.Errorf("got healthy: %q", grades(r))
				}
				for _, f := range r.Findings {
					if len(f.Seen) > 1000 || strings.ContainsAny(f.Seen+f.Advice, "\x1b\u202e\r") {
						t.Errorf("got %.100q, want short and plain text", f.Seen)
					}
				}
			})
		})
	}
}

// endless answers for as long as anybody reads.
func endless(more func(http.ResponseWriter) []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil && r.Method != http.MethodHead { // whose answer has no body
			if _, err := w.Write(more(w)); err != nil {
				return
			}
		}
	}
}

// endlessStream is endless as an event stream, after a proper beginning.
func endlessStream(more func(http.ResponseWriter) []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "event: connected\ndata: {\"user\":{\"id\":\"me\"}}\n\n")
		endless(more)(w, r)
	}
}

func answeringText(status int, text string) disturbance {
	return only("", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, text, status) })
}

// What is no room's address is refused before anything else.
func TestNoRoom(t *testing.T) {
	for _, address := range []string{"", "studio", "ftp://draw.example/studio", "http://draw.example", "http://draw.example/", "http://draw.example/a+b", "http:///studio"} {
		if r, err := Examine(t.Context(), address, Options{}); err == nil || r != nil {
			t.Errorf("%q: got %v, %v, want an error", address, r, err)
		}
	}
}

// Addresses at which no server is, over real connections.
func TestNoServer(t *testing.T) {
	vacant, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	vacant.Close()
	mute := serveRaw(t, "")
	babble := serveRaw(t, "220 mail.example ESMTP\r\n")
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	for _, tt := range []struct{ name, address, says string }{
		{"nobody", "http://" + vacant.Addr().String(), "start a server"},
		{"no_such_name", "http://no-such-name.invalid", "check the name"},
		{"another_protocol", "http://" + babble, "does not speak HTTP"},
		{"no_TLS", "https://" + babble, "does not speak TLS"},
		{"untrusted", secure.URL, "--tls-fingerprint"},
		{"closes_at_once", "http://" + mute, "check the port"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Examine(t.Context(), tt.address+"/studio", Options{})
			if err != nil {
				t.Fatal(err)
			}
			checkGrades(t, r, unlooked("server.answers failed")...)
			if f := r.Of("server.answers"); !strings.Contains(f.Advice, tt.says) {
				t.Errorf("got %q, %q, want advice with %q", f.Seen, f.Advice, tt.says)
			}
		})
	}
}

// serveRaw answers each connection with a text, once something has come, and ends
// it.
func serveRaw(t *testing.T, text string) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 1000)) // whatever it is
			fmt.Fprint(conn, text)
			conn.Close()
		}
	}()
	return l.Addr().String()
}
