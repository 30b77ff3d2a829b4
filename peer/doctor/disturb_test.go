package doctor

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"drawmesh/signaling"
)

// A disturbance is something between us and the server.
type disturbance = func(http.Handler) http.Handler

// only disturbs the requests whose path holds a text.
func only(path string, disturbed http.HandlerFunc) disturbance {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, path) {
				disturbed(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// answering answers by itself.
func answering(status int, path string) disturbance {
	return only(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", `Basic realm="here"`)
		}
		w.WriteHeader(status)
		fmt.Fprint(w, "<html>")
	})
}

// redirect sends all that does not come to /new there.
func redirect(status int) disturbance {
	return func(next http.Handler) http.Handler {
		served := http.StripPrefix("/new", next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/new/") {
				served.ServeHTTP(w, r)
				return
			}
			http.Redirect(w, r, "/new"+r.URL.Path, status)
		})
	}
}

func redirectAll(http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/more"+r.URL.Path, http.StatusPermanentRedirect)
	})
}

func redirectPage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && r.URL.Path == "/studio" {
			http.Redirect(w, r, "https://draw.example/studio", http.StatusMovedPermanently)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// otherHost is a proxy that says its own name for the server.
func otherHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = "backend:8081"
		next.ServeHTTP(w, r)
	})
}

// A filter is what a stream goes through, one write at a time.
type filter struct {
	http.ResponseWriter
	write func(p []byte) (passed []byte, flush bool)
}

func (f *filter) Write(p []byte) (int, error) {
	passed, flush := f.write(p)
	if len(passed) > 0 {
		if _, err := f.ResponseWriter.Write(passed); err != nil {
			return 0, err
		}
	}
	if flush {
		return len(p), http.NewResponseController(f.ResponseWriter).Flush()
	}
	return len(p), nil
}

// Flush is what the server wants, and the proxy does not.
func (f *filter) Flush() {}

// streams disturbs what event streams carry.
func streams(write func() func([]byte) ([]byte, bool)) disturbance {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/connect" {
				w = &filter{w, write()}
			}
			next.ServeHTTP(w, r)
		})
	}
}

// buffer lets through what comes to so many bytes; below zero: the header, and
// then nothing.
func buffer(size int) disturbance {
	return streams(func() func([]byte) ([]byte, bool) {
		first := true
		return func([]byte) ([]byte, bool) {
			defer func() { first = false }()
			return nil, first && size < 0
		}
	})
}

// lateBuffer lets through the first event.
func lateBuffer(next http.Handler) http.Handler {
	return streams(func() func([]byte) ([]byte, bool) {
		first := true
		return func(p []byte) ([]byte, bool) {
			defer func() { first = false }()
			if !first {
				return nil, false
			}
			ev, _, _ := bytes.Cut(p, []byte("\n\n"))
			return append(ev, "\n\n"...), true
		}
	})(next)
}

// events disturbs one event after another.
func events(change func(ev []byte) []byte) disturbance {
	return streams(func() func([]byte) ([]byte, bool) {
		return func(p []byte) (passed []byte, flush bool) {
			for _, ev := range bytes.SplitAfter(p, []byte("\n\n")) {
				passed = append(passed, change(ev)...)
			}
			return passed, true
		}
	})
}

func rewrite(from, to string) disturbance {
	return events(func(ev []byte) []byte { return bytes.ReplaceAll(ev, []byte(from), []byte(to)) })
}

// loseEvery loses every n-th event of a name.
func loseEvery(n int64, name string) disturbance {
	var count atomic.Int64
	return events(func(ev []byte) []byte {
		if bytes.HasPrefix(ev, []byte("event: "+name+"\n")) && count.Add(1)%n == 0 {
			return nil
		}
		return ev
	})
}

// forgeSender says that what peers send is from somebody else.
func forgeSender(next http.Handler) http.Handler {
	return events(func(ev []byte) []byte {
		if bytes.HasPrefix(ev, []byte("event: doctor\n")) {
			ev = bytes.Replace(ev, []byte(`{"peer":{"id":"`), []byte(`{"peer":{"id":"not-`), 1)
		}
		return ev
	})(next)
}

func loseIDs(next http.Handler) http.Handler {
	return events(func(ev []byte) []byte {
		head, data, found := bytes.Cut(ev, []byte("\nid: "))
		if !found {
			return ev
		}
		_, data, _ = bytes.Cut(data, []byte("\n"))
		return bytes.Join([][]byte{head, data}, []byte("\n"))
	})(next)
}

// compress compresses streams for who takes that, and lets through what there is,
// or waits for more.
func compress(flush bool) disturbance {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/connect" && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
				w.Header().Set("Content-Encoding", "gzip")
				var out bytes.Buffer
				z := gzip.NewWriter(&out)
				w = &filter{w, func(p []byte) ([]byte, bool) {
					out.Reset()
					z.Write(p)
					if flush {
						z.Flush()
					}
					return out.Bytes(), true
				}}
			}
			next.ServeHTTP(w, r)
		})
	}
}

func withoutHints(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/connect" {
			w = &filter{w, func(p []byte) ([]byte, bool) {
				w.Header().Del("X-Accel-Buffering")
				return p, true
			}}
		}
		next.ServeHTTP(w, r)
	})
}

// cutStreams ends streams after some time, as a proxy does that hears nothing.
func cutStreams(after time.Duration) disturbance {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/connect" {
				ctx, cancel := context.WithTimeout(r.Context(), after)
				defer cancel()
				r = r.WithContext(ctx)
				w = &filter{w, func(p []byte) ([]byte, bool) { return p, true }} // whose connection is nobody's
			}
			next.ServeHTTP(w, r)
		})
	}
}

// wrongClock makes tokens as a server would whose clock is so far ahead.
func wrongClock(ahead time.Duration) disturbance {
	var mu sync.Mutex
	count := 0
	return only("/access", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		count++
		var said struct{ Username string }
		if json.NewDecoder(r.Body).Decode(&said) != nil {
			http.Error(w, "malformed JSON", http.StatusBadRequest)
			return
		}
		if said.Username == "" {
			http.Error(w, "no name", http.StatusForbidden)
			return
		}
		now := time.Now().Add(ahead)
		token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
			"id": fmt.Sprint("user-", count), "username": said.Username, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
		}).SignedString(bytes.Repeat([]byte{'s'}, 32))
		if err != nil {
			panic(err)
		}
		json.NewEncoder(w).Encode(map[string]string{"token": token})
	})
}

func wrongPassword(*http.Request, signaling.ID) []signaling.ICEServer {
	return []signaling.ICEServer{{URLs: []string{"turn:10.0.0.1:3478?transport=udp"}, Username: "somebody", Credential: "another"}}
}
