package main

import (
	"net/http"
	"strings"

	"drawmesh/signaling"
)

// pageFile is the file that every room is served.
const pageFile = "index.html"

// The page runs no script and loads no thing but its own, and nothing can frame
// it (CSP level 3).
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
	"img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// newHandler serves the page and its files, and leaves every other request to
// rooms, which is the signaling server. Well says how it is.
func newHandler(rooms http.Handler, well *health) http.Handler {
	files := loadAssets()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store") // everybody gets another room
		lead(w, signaling.NewRoom(), http.StatusFound)
	})
	mux.HandleFunc("GET /{room}/{$}", func(w http.ResponseWriter, r *http.Request) {
		room := r.PathValue("room")
		if !signaling.ValidRoom(room) {
			http.NotFound(w, r)
			return
		}
		if r.URL.RawQuery != "" {
			room += "?" + r.URL.RawQuery
		}
		lead(w, "../"+room, http.StatusMovedPermanently)
	})
	well.handle(mux)
	mux.HandleFunc("GET /static/{file}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("file")
		if name == pageFile {
			name = "" // it is the page of a room, and of no other place
		}
		files.serve(w, r, name)
	})
	mux.HandleFunc("GET /{room}", func(w http.ResponseWriter, r *http.Request) {
		if signaling.ValidRoom(r.PathValue("room")) {
			files.serve(w, r, pageFile)
		} else {
			rooms.ServeHTTP(w, r)
		}
	})
	mux.Handle("/", rooms)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Referrer-Policy", "no-referrer") // a room's name is its key
		h.Set("X-Content-Type-Options", "nosniff")
		mux.ServeHTTP(w, underOneSlash(r))
	})
}

// underOneSlash is a request whose path begins with one slash. Proxies make it two
// that take a path away but for its slash, and the mux would lead to the other one
// at the top of the server's name.
func underOneSlash(r *http.Request) *http.Request {
	if !strings.HasPrefix(r.URL.Path, "//") {
		return r
	}
	u := *r.URL
	u.Path, u.RawPath = "/"+strings.TrimLeft(u.Path, "/"), ""
	again := *r
	again.URL = &u
	return &again
}

// lead answers with another address, as it is seen from the one that was asked for:
// a proxy may have the server anywhere below its name. http.Redirect makes
// addresses absolute.
func lead(w http.ResponseWriter, to string, code int) {
	w.Header().Set("Location", to)
	w.WriteHeader(code)
}
