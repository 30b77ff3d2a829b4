package main

import (
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"

	"drawmesh/signaling"
)

// newTestHandler is the handler over a real signaling server.
func newTestHandler(t *testing.T) http.Handler {
	t.Helper()
	rooms, err := signaling.NewServer(signaling.ServerOptions{Secrets: [][]byte{signaling.NewSecret()}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rooms.Close() })
	return newHandler(rooms, new(health))
}

func TestAnswers(t *testing.T) {
	tests := []struct {
		name, method, target, body string
		want                       int
		wantType                   string // of the content
		wantBody                   string // a part of it
	}{
		{"page", "GET", "/studio", "", 200, "text/html; charset=utf-8", "<title>drawmesh</title>"},
		{"page of the longest name", "GET", "/" + strings.Repeat("x", 64), "", 200, "text/html; charset=utf-8", "<!DOCTYPE html>"},
		{"page, head only", "HEAD", "/studio", "", 200, "text/html; charset=utf-8", ""},
		{"name too long", "GET", "/" + strings.Repeat("x", 65), "", 404, "", ""},
		{"name with a space", "GET", "/a%20b", "", 404, "", ""},
		{"name with a slash", "GET", "/a%2Fb", "", 404, "", ""},
		{"below a room", "GET", "/studio/more", "", 404, "", ""},
		{"slash behind no room", "GET", "/a%20b/", "", 404, "", ""},
		{"slash behind a reserved word", "GET", "/connect/", "", 404, "", ""},
		{"page below two slashes", "GET", "//studio", "", 200, "text/html; charset=utf-8", "<!DOCTYPE html>"},
		{"script below two slashes", "GET", "//static/app.js", "", 200, "text/javascript; charset=utf-8", ""},
		{"join below two slashes, without a token", "POST", "//studio/join", "", 401, "", ""},
		{"script", "GET", "/static/app.js", "", 200, "text/javascript; charset=utf-8", "import { View }"},
		{"style", "GET", "/static/style.css", "", 200, "text/css; charset=utf-8", ":root"},
		{"icon", "GET", "/static/icon.svg", "", 200, "image/svg+xml", "<svg"},
		{"page among the files", "GET", "/static/index.html", "", 404, "", ""},
		{"no such file", "GET", "/static/nothing.js", "", 404, "", ""},
		{"files listed", "GET", "/static/", "", 404, "", ""},
		{"out of the files", "GET", "/static/..%2Fmain.go", "", 404, "", ""},
		{"health", "GET", "/healthz", "", 200, "text/plain; charset=utf-8", "ok\n"},
		{"life", "GET", "/livez", "", 200, "text/plain; charset=utf-8", "ok\n"},
		{"readiness", "GET", "/readyz", "", 200, "text/plain; charset=utf-8", "ready\n"},
		{"reserved: metrics", "GET", "/metrics", "", 404, "", ""},
		{"reserved: relay", "GET", "/relay", "", 404, "", ""},
		{"reserved: static", "GET", "/static", "", 404, "", ""},
		{"stream without a token", "GET", "/connect", "", 404, "", ""},
		{"token", "POST", "/access", `{"username":"Ana"}`, 200, "application/json", `"token"`},
		{"token without a name", "POST", "/access", `{}`, 403, "", ""},
		{"join without a token", "POST", "/studio/join", "", 401, "", ""},
		{"leave without a token", "POST", "/studio/leave", "", 401, "", ""},
		{"relay without a token", "POST", "/relay/someone/ice-candidate", "{}", 401, "", ""},
		{"post to the page", "POST", "/studio", "", 404, "", ""},
	}
	handler := newTestHandler(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest(tt.method, tt.target, strings.NewReader(tt.body)))
			if w.Code != tt.want {
				t.Errorf("got status %d, want %d: %s", w.Code, tt.want, w.Body)
			}
			if got := w.Header().Get("Content-Type"); tt.wantType != "" && got != tt.wantType {
				t.Errorf("got type %q, want %q", got, tt.wantType)
			}
			if !strings.Contains(w.Body.String(), tt.wantBody) {
				t.Errorf("got body %q, want it to have %q", w.Body, tt.wantBody)
			}
			checkHeaders(t, w.Header())
		})
	}
}

// checkHeaders checks what every answer must carry.
func checkHeaders(t *testing.T, h http.Header) {
	t.Helper()
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
			"img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		"X-Content-Type-Options": "nosniff",
		"Referrer-Policy":        "no-referrer",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("got %s %q, want %q", name, got, want)
		}
	}
}

func TestRootRedirectsToAFreshRoom(t *testing.T) {
	handler := newTestHandler(t)
	room := regexp.MustCompile(`^[0-9a-z]{16,}$`) // beside the address that was asked for
	seen := make(map[string]bool)
	for range 100 {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		to := w.Header().Get("Location")
		if w.Code != http.StatusFound || !room.MatchString(to) || seen[to] {
			t.Fatalf("got status %d to %q, want 302 to another random room", w.Code, to)
		}
		if got := w.Header().Get("Cache-Control"); got != "no-store" {
			t.Fatalf("got Cache-Control %q, want no-store", got)
		}
		seen[to] = true
	}
}

// A slash too many is taken away, and the address goes on from where the server is,
// which may be below a host's name.
func TestSlashBehindARoom(t *testing.T) {
	handler := newTestHandler(t)
	for target, want := range map[string]string{"/studio/": "/draw/studio", "/studio/?x=1": "/draw/studio?x=1", "/%73tudio/": "/draw/studio"} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
		asked, err := url.Parse("/draw" + target)
		if err != nil {
			t.Fatal(err)
		}
		to, err := asked.Parse(w.Header().Get("Location"))
		if err != nil || w.Code != http.StatusMovedPermanently || to.String() != want {
			t.Errorf("%s: got status %d to %v, %v, want %s", target, w.Code, to, err, want)
		}
	}
}

// A browser asks again each time, and is told when nothing has changed.
func TestFilesAreRevalidated(t *testing.T) {
	handler := newTestHandler(t)
	get := func(etag string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/static/app.js", nil)
		r.Header.Set("If-None-Match", etag)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	first := get("")
	etag := first.Header().Get("ETag")
	if !regexp.MustCompile(`^"[0-9a-f]{16,}"$`).MatchString(etag) {
		t.Fatalf("got ETag %s", etag)
	}
	if got := first.Header().Get("Cache-Control"); got != "no-cache" {
		t.Errorf("got Cache-Control %q, want no-cache", got)
	}
	if w := get(etag); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("got status %d and %d bytes for the same file, want 304 and none", w.Code, w.Body.Len())
	}
	if w := get(`"another"`); w.Code != http.StatusOK {
		t.Errorf("got status %d for another file, want 200", w.Code)
	}
}

// Everything the page is made of is served with its type, and asks nobody else
// for anything.
func TestEveryFileIsServed(t *testing.T) {
	handler := newTestHandler(t)
	inline := regexp.MustCompile(`(?i)<script>|<style|\sstyle=|\son[a-z]+=|https?://`)
	err := fs.WalkDir(web, "web", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		target := "/static/" + path.Base(name)
		if path.Base(name) == pageFile {
			target = "/studio"
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
		if w.Code != 200 || mediaTypes[path.Ext(name)] == "" {
			t.Errorf("%s: got status %d and type %q", target, w.Code, w.Header().Get("Content-Type"))
		}
		text, _ := io.ReadAll(w.Body)
		page := strings.ReplaceAll(string(text), "http://www.w3.org/2000/svg", "") // a name, not an address
		if found := inline.FindString(page); found != "" && path.Ext(name) != ".js" {
			t.Errorf("%s holds %q, which its policy forbids", target, found)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
