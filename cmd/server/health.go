package main

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// How long a want of room is known: to people, and to what leads peers here.
const (
	lately  = 10 * time.Second
	justNow = time.Second
)

// A health is what whoever watches the server is told of it. The zero value is well.
type health struct {
	ended atomic.Bool
	full  func(since time.Duration) string // why no more connections are taken, or were not so long ago; nil: they are
	alone func() bool                      // whether other servers share its rooms, and are out of reach; nil: no
}

func (h *health) end() { h.ended.Store(true) }

// unready is why new peers should go elsewhere.
func (h *health) unready() []string { return h.closed(justNow) }

func (h *health) closed(since time.Duration) (why []string) {
	if h.ended.Load() {
		why = append(why, "shutting down")
	}
	if h.full != nil {
		if full := h.full(since); full != "" {
			why = append(why, full)
		}
	}
	return why
}

// troubles is all that somebody should look after.
func (h *health) troubles() []string {
	all := h.closed(lately)
	if h.alone != nil && h.alone() {
		all = append(all, "the bus between the servers is out of reach: their peers do not meet (--redis)")
	}
	return all
}

// none is what is wrong with a server that answers.
func none() []string { return nil }

// handle answers at three addresses. Whoever restarts servers asks /livez, for to be
// full or alone is no reason to end everybody's stream; who leads peers here asks
// /readyz, for the bus is away from all servers at once; and who wakes people asks
// /healthz.
func (h *health) handle(mux *http.ServeMux) {
	answer := func(well string, troubles func() []string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Cache-Control", "no-store")
			if all := troubles(); len(all) > 0 {
				http.Error(w, strings.Join(all, "\n"), http.StatusServiceUnavailable)
				return
			}
			io.WriteString(w, well+"\n")
		}
	}
	mux.HandleFunc("GET /livez", answer("ok", none))
	mux.HandleFunc("GET /healthz", answer("ok", h.troubles))
	mux.HandleFunc("GET /readyz", answer("ready", h.unready))
}
