package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Profiles are served at their own address, if at all, and a warning says so where
// others reach that.
func TestProfiles(t *testing.T) {
	surroundings(t)
	t.Setenv("TOKEN_SECRET", longSecret)
	for _, tt := range []struct {
		flag   string
		served bool
		warns  bool
	}{
		{"", false, false},
		{"--pprof=localhost:0", true, false},
		{"--pprof=127.0.0.1:0", true, false},
		{"--pprof=[::1]:0", true, false},
		{"--pprof=:0", true, true},
		{"--pprof=0.0.0.0:0", true, true},
	} {
		t.Run(tt.flag, func(t *testing.T) {
			args := []string{"--port=0"}
			if tt.flag != "" {
				args = append(args, tt.flag)
			}
			s := start(t, args...)
			if code, _ := get(t, s.url+"/debug/pprof/"); code != 404 {
				t.Errorf("got %d for the profiles in public, want 404", code)
			}
			_, after, served := strings.Cut(s.began, "drawmesh: profiles at ")
			if at, _, _ := strings.Cut(after, "\n"); served {
				if code, body := get(t, at+"goroutine?debug=1"); code != 200 || !strings.Contains(body, "net/http.(*Server).Serve+") {
					t.Errorf("got %d and %d bytes, want the stacks of the server", code, len(body))
				}
				if code, body := get(t, at+"heap"); code != 200 || !strings.HasPrefix(body, "\x1f\x8b") {
					t.Errorf("got %d and %d bytes for a profile", code, len(body))
				}
				if code, _ := get(t, at+"cmdline"); code != 404 {
					t.Errorf("got %d for the command line, want 404: it may hold secrets", code)
				}
			}
			if warns := strings.Contains(s.began, "level=WARN"); served != tt.served || warns != tt.warns {
				t.Errorf("served: %t, warned: %t; want %t, %t: %s", served, warns, tt.served, tt.warns, s.began)
			}
			s.stop()
			<-s.status
		})
	}
}

// A handler that panics is the server's own fault, and said; what strangers send is
// not, and neither is who hangs up.
func TestErrorLog(t *testing.T) {
	var log bytes.Buffer
	f := newFloods(timeless(&log))
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/fault" {
			panic("no pen")
		}
		panic(http.ErrAbortHandler)
	}))
	srv.Config.ErrorLog = f.errorLog()
	srv.StartTLS()
	for range 3 {
		for _, path := range []string{"/fault", "/abort"} {
			if _, err := srv.Client().Get(srv.URL + path); err == nil {
				t.Error("a handler that panics answers")
			}
		}
		plain := "http://" + srv.Listener.Addr().String()
		if resp, err := http.DefaultTransport.RoundTrip(httptest.NewRequestWithContext(t.Context(), "GET", plain, nil)); err == nil {
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	}
	srv.Close()
	f.end()
	if said := log.String(); timesSaid(said, "a request failed") != 3 || strings.Count(said, "no pen") == 0 || strings.Contains(said, "TLS") || strings.Contains(said, "abort") {
		t.Errorf("got %s, want to hear of three faults, and of nothing else", said)
	}
	if got := f.panic.count(); got != 3 {
		t.Errorf("%d are counted, want 3", got)
	}
}
