package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"drawmesh/canvas"
	"drawmesh/peer"
)

const connected = `document.documentElement.dataset.signaling === "connected"`

// Whatever the page is answered, it says so, does not say that it is in the room,
// and tries again: in the end somebody hears it.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const again = `, trying again in \d+ s$`
	text := func(status int, says string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, says, status) }
	}
	html := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("WWW-Authenticate", "Bearer realm=somewhere")
			w.WriteHeader(status)
			fmt.Fprint(w, "<!DOCTYPE html><title>Welcome to the hotel</title>")
		}
	}
	silent := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	tests := []struct {
		name, path string
		answer     http.HandlerFunc
		says       string // what a person reads meanwhile; a regular expression
		count      string
	}{
		{"stream, bad gateway", "/connect", html(502), `^The server is out of reach \(502\)` + again, "Not connected"},
		{"stream, unavailable", "/connect", text(503, "shutting down"), `^The server answered “shutting down” \(503\)` + again, "Not connected"},
		{"stream, forbidden", "/connect", html(403), `^The server answered “Forbidden” \(403\)` + again, "Not connected"},
		{"stream, no content", "/connect", html(204), `^The server answered “No Content” \(204\)` + again, "Not connected"},
		{"stream, too many", "/connect", text(429, "too many requests"), `^The server is busy` + again, "Not connected"},
		{"stream, cut", "/connect", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, `^Reconnecting to the server in \d+ s$`, "Not connected"},
		{"stream, a page to sign in", "/connect", html(200), `^What answers is not the server, perhaps a network that wants you to sign in` + again, "Not connected"},
		{"stream, held back", "/connect", silent, `^Something between you and the server holds messages back` + again, "Not connected"},
		{"token, too many requests", "/access", text(429, "too many requests"), `^The server is busy` + again, "Not connected"},
		{"token, of another site", "/access", text(403, "a page of another site may not do that"),
			`^The server answered “a page of another site may not do that” \(403\)` + again, "Not connected"},
		{"token, a password before it", "/access", html(401), `^Something before the server asks for a password \(401\), which to give it load the page again` + again, "Not connected"},
		{"token, a page to sign in", "/access", html(200), `^What answers is not the server, perhaps .*` + again, "Not connected"},
		{"token, another answer", "/access", text(200, `{"key":1}`), `^What answers is not the server, perhaps .*` + again, "Not connected"},
		{"join, room full", "/join", text(409, "room full"), `^This room is full` + again, "Room full"},
		{"join, bad gateway", "/join", html(502), `^The server is out of reach \(502\)` + again, "Not connected"},
		{"join, a page to sign in", "/join", html(200), `^What answers is not the server, perhaps .*` + again, "Not connected"},
		{"join, a password before it", "/join", html(401), `^Something before the server asks for a password .*` + again, "Not connected"},
		{"join, cut", "/join", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, `^Reconnecting to the server in \d+ s$`, "Not connected"},
	}
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	b := newBrowser(t)
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := &browser{t, b.ctx}
			m := between(t, server.url)
			var refusing atomic.Bool
			refusing.Store(true)
			m.meddling(func(w http.ResponseWriter, r *http.Request, server http.Handler) {
				if refusing.Load() && strings.HasSuffix(r.URL.Path, tt.path) {
					tt.answer(w, r)
				} else {
					server.ServeHTTP(w, r)
				}
			})
			room := fmt.Sprintf("/refused-%d", i)
			bo := enterRoom(t, server.url+room)
			p := b.open(m.url + room)
			for _, where := range []string{"#notice", "#words"} {
				p.wait(`new RegExp(%s).test(document.querySelector(%s).textContent)`, tt.says, where)
			}
			p.wait(`document.querySelector("#count").textContent === %s && document.querySelector("#hint").hidden`, tt.count)
			refusing.Store(false)
			p.wait(connected)
			p.wait(`document.querySelector("#notice").hidden`)
			p.waitLinks(1)
			p.drag(place{200, 200}, place{300, 200})
			waitDrawn(t, bo)
		})
	}
}

// enterRoom lets a program be in a room for the life of the test.
func enterRoom(t *testing.T, url string) *peer.Peer {
	t.Helper()
	p, err := peer.Join(t.Context(), url, peer.Options{Name: "Bo", Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Close(context.Background())
	})
	return p
}

// waitDrawn waits until p has heard somebody draw.
func waitDrawn(t *testing.T, p *peer.Peer) {
	t.Helper()
	empty := canvas.NewLog(nil).Digest()
	for end := time.Now().Add(patience); p.Sum() == empty; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nobody hears what is drawn")
		}
	}
}

// A room that is full says so, and lets somebody in when there is a seat.
func TestRoomFull(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--max-peers=2", "--token-secret", longSecret)
	bo, cy := enterRoom(t, server.url+"/studio"), enterRoom(t, server.url+"/studio")
	p := newBrowser(t).open(server.url + "/studio")
	p.wait(`/^This room is full, trying again in \d+ s$/.test(document.querySelector("#notice").textContent)`)
	p.wait(`document.querySelector("#count").textContent === "Room full" && document.querySelector("#hint").hidden`)
	cy.Close(context.Background())
	p.wait(connected)
	p.waitLinks(1)
	p.wait(`document.querySelector("#count").textContent === "2 here"`)
	p.drag(place{200, 200}, place{300, 200})
	waitDrawn(t, bo)
	bo.Close(context.Background())
	p.wait(`document.querySelector("#count").textContent === "Just you"`)
}

// streams lets a test cut and hold the event streams that pass a middleman.
type streams struct {
	mu    sync.Mutex
	asked []*http.Request
	cut   []context.CancelFunc
	ended []chan struct{}
	gate  sync.RWMutex // held for writing, no stream opens
}

func (s *streams) meddle(w http.ResponseWriter, r *http.Request, server http.Handler) {
	if r.URL.Path == "/connect" {
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		s.mu.Lock()
		s.asked = append(s.asked, r)
		s.cut = append(s.cut, cancel)
		ended := make(chan struct{})
		defer close(ended)
		s.ended = append(s.ended, ended)
		s.mu.Unlock()
		s.gate.RLock()
		//lint:ignore SA2001 it only waits until the gate is open
		s.gate.RUnlock()
		r = r.WithContext(ctx)
	}
	server.ServeHTTP(w, r)
}

// query is what the i-th stream was asked for with; nil if there was none.
func (s *streams) query(i int) url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i >= len(s.asked) {
		return nil
	}
	return s.asked[i].URL.Query()
}

// A stream that is cut goes on where it was. Who joins meanwhile is met, and
// nobody is thought to have left.
func TestCutStreamResumes(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	m := between(t, server.url)
	var s streams
	m.meddling(s.meddle)
	b := newBrowser(t)
	cut := b.open(m.url + "/studio")
	cut.wait(connected)
	other := b.open(server.url + "/studio")
	cut.waitLinks(1)
	other.waitLinks(1)
	eval[any](other, `(() => {
		window.fewest = 1;
		new MutationObserver(() => { fewest = Math.min(fewest, document.querySelector("#others").children.length); })
			.observe(document.querySelector("#others"), { childList: true });
	})()`)

	late := b.open(server.url + "/healthz") // the server waits for ten seconds only
	s.gate.Lock()
	open := sync.OnceFunc(s.gate.Unlock)
	defer open()
	s.cut[0]()
	cut.wait(`document.documentElement.dataset.signaling !== "connected"`)
	late.do(chromedp.Navigate(server.url + "/studio"))
	late.wait(connected)
	other.waitLinks(2)
	open()

	late.waitLinks(2)
	cut.waitLinks(2)
	cut.wait(connected)
	if got := s.query(1).Get("lastEventId"); got == "" {
		t.Errorf("got the query %v, want a lastEventId", s.query(1))
	}
	if got := eval[int](other, `fewest`); got != 1 {
		t.Errorf("got as few as %d others, want never fewer than 1", got)
	}
}

// Somebody who takes over the page's identity stops it: two would take turns
// for ever.
func TestFault06Replaced(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	m := between(t, server.url)
	var s streams
	m.meddling(s.meddle)
	b := newBrowser(t)
	p := b.open(m.url + "/studio")
	p.wait(connected)
	other := b.open(server.url + "/studio")
	other.waitLinks(1)

	req, err := http.NewRequestWithContext(t.Context(), "GET", server.url+"/connect", nil)
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	req.Header = s.asked[0].Header.Clone()
	s.mu.Unlock()
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	p.wait(`document.querySelector("#notice").textContent === "This drawing is open in another tab"`)
	p.wait(`document.documentElement.dataset.links === "0"`)
	other.waitLinks(0)
	select {
	case <-s.ended[0]:
	case <-time.After(patience):
		t.Errorf("the page still listens")
	}
	if s.query(1) != nil {
		t.Errorf("the page opened another stream")
	}
}

// fastPage opens a page whose timers run a hundred times faster, with nothing
// on it but the page's signaling, as the JavaScript variables signaling and
// states.
func fastPage(t *testing.T, handler http.Handler) *page {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("GET /static/", newHandler(http.NotFoundHandler(), new(health)))
	mux.Handle("/", handler)
	srv := httptest.NewServer(mux)
	t.Cleanup(func() {
		srv.CloseClientConnections()
		srv.Close()
	})
	p := newBrowser(t).open(srv.URL + "/healthz")
	eval[any](p, `(async () => {
		const slow = window.setTimeout;
		window.setTimeout = (f, ms) => slow(f, ms / 100);
		window.until = (holds) => new Promise((resolve) => {
			const look = () => (holds() ? resolve(true) : slow(look, 20));
			look();
		});
		const { Signaling } = await import("/static/signaling.js");
		window.states = [];
		window.waits = []; // ms, as the page says
		window.signaling = new Signaling({
			room: "studio", name: "Ana", onEvent() {},
			onState: ({ state, until }) => {
				states.push(state);
				if (until) waits.push(until - Date.now());
			},
		});
		signaling.run();
	})()`)
	return p
}

// fakeToken is a token as far as a page can tell, for so many seconds.
func fakeToken(n int32, seconds int) string {
	payload := fmt.Sprintf(`{"iat":1000,"exp":%d,"username":"Zoë"}`, 1000+seconds)
	return fmt.Sprintf("e30.%s.%d", base64.RawURLEncoding.EncodeToString([]byte(payload)), n)
}

// A stream that has fallen silent is dead, whatever TCP says.
func TestSilentStream(t *testing.T) {
	t.Parallel()
	var opened atomic.Int32
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /access", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"token":%q}`, fakeToken(1, 1e6))
	})
	mux.HandleFunc("POST /studio/join", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /connect", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		if opened.Add(1) > 1 { // the first one is silent from the start
			fmt.Fprint(w, "event: connected\ndata: {\"user\":{\"id\":\"me\"},\"rooms\":{}}\nid: 7\n\n")
		}
		http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	p := fastPage(t, mux)
	eval[bool](p, `until(() => states.filter((state) => state === "connected").length === 3)`)
	if got := opened.Load(); got < 4 {
		t.Errorf("got %d streams, want at least 4", got)
	}
}

// A token is replaced at half its life, by itself, and keeps its stream.
func TestTokenIsRenewed(t *testing.T) {
	t.Parallel()
	var tokens, opened atomic.Int32
	var strange atomic.Value
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /access", func(w http.ResponseWriter, r *http.Request) {
		n := tokens.Add(1)
		want := ""
		if n > 1 {
			want = fakeToken(n-1, 60)
		}
		if got := r.Header.Get("Drawmesh-Token"); got != want {
			strange.Store(fmt.Sprintf("request %d: got token %q, want %q", n, got, want))
		}
		fmt.Fprintf(w, `{"token":%q}`, fakeToken(n, 60))
	})
	mux.HandleFunc("POST /studio/join", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /connect", func(w http.ResponseWriter, r *http.Request) {
		opened.Add(1)
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "event: connected\ndata: {\"user\":{\"id\":\"me\"},\"rooms\":{}}\n\n")
		beat := time.NewTicker(20 * time.Millisecond)
		defer beat.Stop()
		for r.Context().Err() == nil {
			fmt.Fprint(w, "event: ping\ndata: {}\n\n")
			http.NewResponseController(w).Flush()
			<-beat.C
		}
	})
	p := fastPage(t, mux)
	eval[bool](p, `until(() => states.includes("connected"))`)
	eval[bool](p, `until(() => performance.getEntriesByName(location.origin + "/access").length >= 4)`)
	if says := strange.Load(); says != nil {
		t.Error(says)
	}
	if got := opened.Load(); got != 1 {
		t.Errorf("got %d streams, want the first one to go on", got)
	}
}

// A token that could not be renewed is renewed later: with one that has worn out
// nobody new could be met, and the stream would not show it.
func TestRenewalIsTriedAgain(t *testing.T) {
	t.Parallel()
	var tokens, opened atomic.Int32
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /access", func(w http.ResponseWriter, r *http.Request) {
		switch n := tokens.Add(1); n {
		case 2:
			w.WriteHeader(http.StatusBadGateway)
		case 3:
			fmt.Fprint(w, "<title>Sign in</title>")
		case 5: // it is too late: the server does not know it any more
			w.Header().Set("WWW-Authenticate", `Bearer realm="drawmesh"`)
			http.Error(w, "bad or expired token", http.StatusForbidden)
		default:
			if has := r.Header.Get("Drawmesh-Token") != ""; has != (n == 4 || n > 6) {
				t.Errorf("request %d has a token: %t", n, has)
			}
			fmt.Fprintf(w, `{"token":%q}`, fakeToken(n, 60))
		}
	})
	mux.HandleFunc("POST /studio/join", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /connect", func(w http.ResponseWriter, r *http.Request) {
		opened.Add(1)
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "event: connected\ndata: {\"user\":{\"id\":\"me\"},\"rooms\":{}}\n\n")
		beat := time.NewTicker(20 * time.Millisecond)
		defer beat.Stop()
		for r.Context().Err() == nil {
			fmt.Fprint(w, "event: ping\ndata: {}\n\n")
			http.NewResponseController(w).Flush()
			<-beat.C
		}
	})
	p := fastPage(t, mux)
	eval[bool](p, `until(() => performance.getEntriesByName(location.origin + "/access").length >= 6)`)
	eval[bool](p, `until(() => states.filter((state) => state === "connected").length >= 2)`)
	if got := opened.Load(); got != 2 {
		t.Errorf("got %d streams, want a second one with the new token, and no other", got)
	}
}
