package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// A proxy whose server is away answers 502, 503 and 403 in turn. The page tries
// again after 1, 2, 4, 8 and then each 15 seconds, give or take 30 %, with the
// place where it was.
func TestFault04PageReconnects(t *testing.T) {
	t.Parallel()
	refusals := []int{502, 503, 403, 502, 503, 403, 502}
	var opened atomic.Int32
	var strange atomic.Value
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /access", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"token":%q}`, fakeToken(1, 1e6))
	})
	joined := make(chan struct{})
	join := sync.OnceFunc(func() { close(joined) })
	mux.HandleFunc("POST /studio/join", func(http.ResponseWriter, *http.Request) { join() })
	mux.HandleFunc("GET /connect", func(w http.ResponseWriter, r *http.Request) {
		n := int(opened.Add(1))
		if n > 1 && r.URL.Query().Get("lastEventId") != "7" {
			strange.Store(r.URL.RawQuery)
		}
		if n > 1 && n-2 < len(refusals) {
			w.WriteHeader(refusals[n-2])
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintf(w, "event: connected\ndata: {\"user\":{\"id\":\"me\"},\"recovered\":%t,\"rooms\":{}}\nid: 7\n\n", n > 1)
		http.NewResponseController(w).Flush()
		if n == 1 { // which is cut once the page is in the room
			<-joined
			time.Sleep(50 * time.Millisecond)
		}
		for n > 1 && r.Context().Err() == nil {
			fmt.Fprint(w, "event: ping\ndata: {}\n\n")
			http.NewResponseController(w).Flush()
			select {
			case <-r.Context().Done():
			case <-time.After(20 * time.Millisecond):
			}
		}
	})
	p := fastPage(t, mux)
	eval[bool](p, `until(() => states.filter((state) => state === "connected").length === 2)`)
	waits := eval[[]float64](p, `waits`)
	want := []float64{1000, 1000, 2000, 4000, 8000, 15000, 15000, 15000} // the first one is after the cut
	if len(waits) != len(want) {
		t.Fatalf("got the waits %v, want %d", waits, len(want))
	}
	for i, got := range waits {
		if got < 0.7*want[i]-50 || got > 1.3*want[i]+50 {
			t.Errorf("wait %d: got %.0f ms, want %v ± 30 %%", i, got, want[i])
		}
	}
	if query := strange.Load(); query != nil {
		t.Errorf("got the query %v, want lastEventId=7", query)
	}
}

// offline takes the network from a page, or gives it back.
func (p *page) offline(is bool) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: is, DownloadThroughput: -1, UploadThroughput: -1})
		return err
	}))
}

// A page that is told that there is no network says so, and is back at once when
// there is one: it does not wait for what it had planned.
func TestFault04PageOffline(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	m := between(t, server.url)
	var s streams
	m.meddling(s.meddle)
	p := newBrowser(t).open(m.url + "/studio")
	p.wait(connected)
	p.offline(true)
	m.meddling(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusBadGateway) })
	s.cut[0]()
	p.wait(`document.querySelector("#notice").textContent === "You are offline: others see what you draw once you are back"`)
	m.meddling(s.meddle)
	eval[any](p, `(() => {
		const slow = setTimeout;
		window.setTimeout = (f, ms) => slow(f, ms > 500 ? 1e9 : ms); // no pause ends by itself
	})()`)
	p.offline(false)
	p.wait(connected)
	p.wait(`document.querySelector("#notice").hidden`)
}

// lifecycle freezes a page, or lets it go on.
func (p *page) lifecycle(state cdppage.SetWebLifecycleStateState) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, cdppage.SetWebLifecycleState, cdppage.SetWebLifecycleStateParams{State: state})
		return err
	}))
}

// A tab sleeps for what its clock says were five minutes. The others draw
// meanwhile, and its stream is cut. When it wakes it is in the room again, has
// all that was drawn, and shares what it drew itself.
func TestFault32TabAsleep(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	m := between(t, server.url)
	var s streams
	m.meddling(s.meddle)
	b := newBrowser(t)
	asleep, awake := b.open(m.url+"/studio"), b.open(server.url+"/studio")
	asleep.waitLinks(1)
	awake.waitLinks(1)
	asleep.choose("pencil", red)
	asleep.drag(place{200, 200}, place{300, 200})
	awake.waitInk(place{250, 200}, redInk)
	site := eval[string](asleep, `document.documentElement.dataset.site`)

	eval[any](asleep, `(() => {
		const now = Date.now;
		let slept = 0;
		Date.now = () => now() + slept;
		document.addEventListener("freeze", () => (slept = 5 * 60 * 1000));
	})()`)
	asleep.lifecycle(cdppage.SetWebLifecycleStateStateFrozen)
	awake.choose("pencil", blue)
	awake.drag(place{200, 400}, place{300, 400})
	awake.waitInk(place{250, 400}, blueInk)
	s.cut[0]()

	woke := time.Now()
	asleep.lifecycle(cdppage.SetWebLifecycleStateStateActive)
	asleep.waitInk(place{250, 400}, blueInk)
	for _, p := range []*page{asleep, awake} {
		p.wait(`document.documentElement.dataset.links === "1" && document.documentElement.dataset.agree === "true"`)
	}
	took := time.Since(woke)
	t.Logf("the same drawing again %v after waking", took)
	if took > 5*time.Second {
		t.Error("want at most 5 s")
	}
	waitSame(asleep, awake)
	if got := eval[string](asleep, `document.documentElement.dataset.site`); got != site {
		t.Errorf("got site %s, want the same as before, %s", got, site)
	}
	// It has entered anew, for what it was told while it slept is stale.
	if got := s.query(1).Get("lastEventId"); s.query(1) == nil || got != "" {
		t.Errorf("got the query %v, want one without a lastEventId", s.query(1))
	}
}
