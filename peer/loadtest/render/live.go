package render

import (
	_ "embed" // the page's script
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"drawmesh/peer/loadtest"
)

// Live shows a load test while it runs, as an [http.Handler]: at / the report as
// a page, which renews itself, and at /metrics its figures for Prometheus. Methods
// may be called concurrently, but for Show.
//
//	page                 Live
//	 |-- GET / ---------->|  the report so far
//	 |-- GET /events ---->|  a stream (Server-Sent Events):
//	 |<-- report ---------|  what main holds now, as a string in JSON
//	 |<-- report ---------|  again with each Show, or with the newest if it is slow
//	 |<-- end ------------|  the last
type Live struct {
	newest  atomic.Pointer[edition]
	handler http.Handler
}

// An edition is one state of the report. What it looks like is worked out once,
// if anybody looks.
type edition struct {
	report *loadtest.Report
	main   func() (string, error)
	next   chan struct{} // closed when there is a newer one
}

//go:embed live.js
var liveScript string

// livePolicy lets the page run its own script and nothing else, whatever the names
// and causes in a report are.
const livePolicy = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// writeTime is how long a page may take to take an edition.
const writeTime = 5 * time.Second

// NewLive shows r until there is more.
func NewLive(r *loadtest.Report) *Live {
	l := new(Live)
	l.newest.Store(newEdition(r))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", l.page)
	mux.HandleFunc("GET /events", l.events)
	mux.HandleFunc("GET /live.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		fmt.Fprint(w, liveScript) // a reader that is gone needs no answer
	})
	l.handler = http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", livePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer") // it shows where a room is
		h.Set("Cache-Control", "no-store")
		mux.ServeHTTP(w, req)
	})
	return l
}

func newEdition(r *loadtest.Report) *edition {
	return &edition{r, sync.OnceValues(func() (string, error) {
		var b strings.Builder
		err := pages().ExecuteTemplate(&b, "main", pageOf(r))
		return b.String(), err
	}), make(chan struct{})}
}

// Show shows a newer report. One that no longer runs is the last: the pages then
// stay as they are.
func (l *Live) Show(r *loadtest.Report) {
	close(l.newest.Swap(newEdition(r)).next)
}

// ServeHTTP answers GET of /, /metrics, and of what the page needs.
func (l *Live) ServeHTTP(w http.ResponseWriter, req *http.Request) { l.handler.ServeHTTP(w, req) }

func (l *Live) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	p := pageOf(l.newest.Load().report)
	p.Live = true
	_ = pages().ExecuteTemplate(w, "page", p) // a reader that is gone needs no answer
}

// events tells of each edition, until the last.
func (l *Live) events(w http.ResponseWriter, req *http.Request) {
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	for {
		e := l.newest.Load()
		name := "report"
		if !running(e.report) {
			name = "end"
		}
		text, err := e.main()
		if err != nil {
			return // and the page says that there is no more
		}
		data, _ := json.Marshal(text) // a string always can be
		out.SetWriteDeadline(time.Now().Add(writeTime))
		fmt.Fprintf(w, "event: %s\ndata: %s\n\n", name, data)
		if out.Flush() != nil || name == "end" {
			return
		}
		select {
		case <-e.next:
		case <-req.Context().Done():
			return
		}
	}
}

// running reports whether a report is of a run that goes on.
func running(r *loadtest.Report) bool { return r.Ended == "running" }
