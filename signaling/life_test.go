package signaling

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/internal/nettest"
)

// The server may come back with other tokens in mind, or none of the rooms.
func TestFault01ServerRestarts(t *testing.T) {
	for _, sameSecret := range []bool{true, false} {
		t.Run(fmt.Sprintf("same secret %t", sameSecret), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := testServer(t, ServerOptions{})
				net := nettest.Serve(t, s)
				ana, bo := dial(t, net, "Ana"), dial(t, net, "Bo")
				join(t, bo)
				join(t, ana)
				id := ana.Self().ID
				if got := next(t, ana).(AddPeer); got.Peer != bo.Self() {
					t.Fatalf("got %+v, want bo", got)
				}
				go func() { // bo has to be heard, or its stream would stand still
					for {
						ev, err := bo.Next(t.Context())
						if err != nil {
							return
						}
						if hello, ok := ev.(Connected); ok && !hello.Recovered {
							bo.Join(t.Context(), "studio")
						}
					}
				}()

				net.Kill()
				s.Close()
				opts := ServerOptions{Secrets: [][]byte{NewSecret()}}
				if sameSecret {
					opts.Secrets = s.opts.Secrets
				}
				s = testServer(t, opts)
				net.Start(s)

				hello := nextOf[Connected](t, ana)
				if hello.Recovered || len(hello.Rooms) != 0 {
					t.Errorf("got %+v, want nothing recovered", hello)
				}
				if same := hello.User.ID == id; same != sameSecret || ana.Self().ID != hello.User.ID || hello.User.Name != "Ana" {
					t.Errorf("ana was %s and is %+v", id, hello.User)
				}
				time.Sleep(5 * time.Second) // until bo is there too
				join(t, ana)
				if got := nextOf[AddPeer](t, ana); got.Peer != bo.Self() || !got.Offer {
					t.Errorf("got %+v, want an offer to bo", got)
				}
			})
		})
	}
}

// The server comes back with other tokens in mind, and is gone again before it
// has given a new one, or taken it.
func TestRenewalIsLost(t *testing.T) {
	for _, lost := range []string{"/access", "/connect"} {
		t.Run(lost, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				door := &front{handler: testServer(t, ServerOptions{})}
				net := nettest.Serve(t, door)
				ana := dial(t, net, "Ana")
				second := testServer(t, ServerOptions{Secrets: [][]byte{NewSecret()}})
				refused := false
				door.turn(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if refused && r.URL.Path == lost {
						panic(http.ErrAbortHandler)
					}
					refused = refused || r.URL.Path == "/connect"
					second.ServeHTTP(w, r)
				}))
				heard := follow(ana)
				net.Cut()
				time.Sleep(2 * time.Second)
				door.turn(testServer(t, ServerOptions{Secrets: [][]byte{NewSecret()}}))
				time.Sleep(5 * time.Second)
				events := heard()
				if hello, ok := events[len(events)-1].(Connected); !ok || hello.User.Name != "Ana" {
					t.Errorf("got %+v, want Ana to be back", events)
				}
			})
		})
	}
}

// Rule C5: a token lasts an hour, a stay for ever.
func TestFault05TokenIsRefreshed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t, ServerOptions{})
		door := &front{handler: s}
		net := nettest.Serve(t, door)
		ana := dial(t, net, "Ana")
		heard := follow(ana)
		door.turn(s)
		time.Sleep(3 * time.Hour)
		if events := heard(); len(events) != 0 {
			t.Errorf("interrupted by %+v", events)
		}
		if n := len(door.turn(s)); n < 3 || n > 10 {
			t.Errorf("%d requests in three hours, want 3 to 10", n)
		}
		net.Cut()
		time.Sleep(5 * time.Second)
		events := heard()
		hello, _ := events[len(events)-1].(Connected)
		if hello.User.ID != ana.Self().ID || !hello.Recovered {
			t.Errorf("got %+v, want ana recovered after three hours", hello)
		}
	})
}

// A token that expired while there was no server is replaced by a new one.
func TestFault05TokenExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t, ServerOptions{})
		net := nettest.Serve(t, s)
		ana := dial(t, net, "Ana")
		id := ana.Self().ID
		net.Kill()
		heard := follow(ana)
		time.Sleep(2 * time.Hour)
		heard()
		net.Start(s)
		time.Sleep(20 * time.Second)
		events := heard()
		hello, _ := events[len(events)-1].(Connected)
		if hello.User.ID == id || hello.User.ID != ana.Self().ID || hello.Recovered {
			t.Errorf("got %+v, want somebody new", hello)
		}
	})
}

// The tutorial's server gives another id with every token.
func TestForeignRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t, ServerOptions{})
		door := &front{handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/access" {
				r.Header.Del("Authorization")
				r.Header.Del(TokenHeader)
			}
			s.ServeHTTP(w, r)
		})}
		net := nettest.Serve(t, door)
		ana := dial(t, net, "Ana")
		heard := follow(ana)
		id := ana.Self().ID
		time.Sleep(50 * time.Minute) // a refresh was tried, and the token is good
		net.Cut()
		time.Sleep(5 * time.Second)
		heard()
		if got := ana.Self().ID; got != id {
			t.Errorf("ana became %s", got)
		}
		time.Sleep(50 * time.Minute) // now it has expired
		if n := len(door.turn(s)); n > 10 {
			t.Errorf("%d requests, want at most 10", n)
		}
		net.Cut()
		time.Sleep(5 * time.Second)
		events := heard()
		if hello, _ := events[len(events)-1].(Connected); hello.User.ID == id || hello.User.ID != ana.Self().ID {
			t.Errorf("got %+v, want somebody new", hello)
		}
	})
}

// A stream that says nothing, not even a ping, is dead.
func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t, ServerOptions{Heartbeat: time.Hour})
		net := nettest.Serve(t, s)
		ana := dial(t, net, "Ana")
		start := time.Now()
		if st := next(t, ana).(State); st.Name != "reconnecting" || !errors.Is(st.Err, errSilent) {
			t.Errorf("got %+v, want reconnecting because of the silence", st)
		}
		if took := time.Since(start); took != 25*time.Second {
			t.Errorf("noticed after %v, want 25s", took)
		}
		if hello := nextOf[Connected](t, ana); !hello.Recovered {
			t.Errorf("got %+v, want recovered", hello)
		}
	})
}

// hang never answers.
var hang = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body) // only then net/http looks whether somebody waits
	<-r.Context().Done()
})

// Close leaves nothing running, whatever the client is about: the bubble would
// say so.
func TestClose(t *testing.T) {
	tests := []struct {
		name string
		prep func(t *testing.T, c *Client, net *nettest.Server, door *front)
	}{
		{"idle", func(*testing.T, *Client, *nettest.Server, *front) {}},
		{"with events nobody took", func(t *testing.T, c *Client, net *nettest.Server, _ *front) {
			join(t, c)
			join(t, dial(t, net, "Bo"))
			synctest.Wait()
		}},
		{"between attempts", func(t *testing.T, c *Client, net *nettest.Server, _ *front) {
			net.Kill()
			follow(c)
			time.Sleep(time.Minute)
		}},
		{"in an attempt", func(t *testing.T, c *Client, net *nettest.Server, door *front) {
			door.turn(hang)
			net.Cut()
			follow(c)
			time.Sleep(10 * time.Second)
		}},
		{"while the server is busy", func(t *testing.T, c *Client, net *nettest.Server, door *front) {
			door.turn(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "20")
				w.WriteHeader(429)
			}))
			failed := make(chan error, 1)
			go func() { failed <- c.Join(context.Background(), "studio") }()
			t.Cleanup(func() {
				if err := <-failed; !errors.Is(err, ErrClosed) {
					t.Errorf("a join that waits: got %v, want ErrClosed", err)
				}
			})
			synctest.Wait()
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := testServer(t, ServerOptions{})
				defer s.Close()
				door := &front{handler: s}
				net := nettest.Serve(t, door)
				c := dial(t, net, "Ana")
				tt.prep(t, c, net, door)
				start := time.Now()
				c.Close()
				c.Close()
				if took := time.Since(start); took != 0 {
					t.Errorf("took %v, want no time", took)
				}
				for {
					if _, err := c.Next(t.Context()); err != nil {
						if !errors.Is(err, ErrClosed) {
							t.Errorf("got %v, want ErrClosed", err)
						}
						break
					}
				}
			})
		})
	}
}

func TestDialIsCanceled(t *testing.T) {
	for _, path := range []string{"/access", "/connect"} {
		t.Run(path, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := testServer(t, ServerOptions{})
				var ended atomic.Bool // the request
				net := nettest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path == path {
						hang.ServeHTTP(w, r)
						ended.Store(true)
					} else {
						s.ServeHTTP(w, r)
					}
				}))
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				start := time.Now()
				_, err := Dial(ctx, "http://server", ClientOptions{Name: "Ana", HTTPClient: net.Client})
				if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != 3*time.Second {
					t.Errorf("got %v after %v, want the deadline's error after 3s", err, took)
				}
				if synctest.Wait(); !ended.Load() {
					t.Error("the request was not given up")
				}
			})
		})
	}
}

// A server that is busy is asked again when it says.
func TestRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t, ServerOptions{})
		defer s.Close()
		busy := 2
		net := nettest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/studio/join" && busy > 0 {
				busy--
				w.Header().Set("Retry-After", "3")
				w.WriteHeader(429)
				return
			}
			s.ServeHTTP(w, r)
		}))
		ana := dial(t, net, "Ana")
		start := time.Now()
		join(t, ana)
		if took := time.Since(start); took != 6*time.Second {
			t.Errorf("joined after %v, want 6s", took)
		}
		busy = 1000
		var status *StatusError
		if err := ana.Join(t.Context(), "studio"); !errors.As(err, &status) || status.Code != 429 {
			t.Errorf("got %v, want status 429", err)
		}
		if took := time.Since(start); took > time.Minute {
			t.Errorf("gave up after %v, want about 30s", took)
		}
	})
}

// A server that takes requests and never answers is as good as none.
func TestHungServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t, ServerOptions{})
		defer s.Close()
		door := &front{handler: s}
		net := nettest.Serve(t, door)
		ana := dial(t, net, "Ana")
		follow(ana)
		door.turn(hang)
		start := time.Now()
		err := ana.Join(context.Background(), "studio")
		if took := time.Since(start); !errors.Is(err, ErrNoServer) || took != 15*time.Second {
			t.Errorf("got %v after %v, want ErrNoServer after 15s", err, took)
		}
	})
}

// Rule C4: the tutorial's server is not ready the moment it says so.
func TestForeignServerIsGivenTime(t *testing.T) {
	for hello, want := range map[string]time.Duration{
		`{"user":{"id":"x"}}`:                                      20 * time.Millisecond,
		`{"user":{"id":"x","username":"recovered"}}`:               20 * time.Millisecond,
		`{"user":{"id":"x"},"recovered":false,"rooms":{"a":null}}`: 0,
	} {
		synctest.Test(t, func(t *testing.T) {
			var joined time.Time
			net := nettest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case "/access":
					fmt.Fprint(w, `{"token":"x"}`)
				case "/connect":
					w.Header().Set("Content-Type", "text/event-stream")
					fmt.Fprintf(w, "event: connected\ndata: %s\n\n", hello)
					w.(http.Flusher).Flush()
					<-r.Context().Done()
				default:
					joined = time.Now()
				}
			}))
			ana := dial(t, net, "Ana")
			start := time.Now()
			join(t, ana)
			if got := joined.Sub(start); got != want {
				t.Errorf("%s: joined after %v, want %v", hello, got, want)
			}
		})
	}
}
