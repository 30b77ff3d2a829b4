package render

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"drawmesh/peer/loadtest"
)

// state is a report of the run after so many slices.
func state(t testing.TB, ended string, slices int) *loadtest.Report {
	t.Helper()
	r := report(t)
	r.Ended = ended
	for i := range r.Parts {
		r.Parts[i].Slices = r.Parts[i].Slices[:slices]
	}
	return r
}

// An event of the stream.
type event struct{ name, main string }

// follow reads the stream of events to its end.
func follow(t testing.TB, url string) <-chan event {
	t.Helper()
	resp, err := http.Get(url + "/events")
	if err != nil {
		t.Fatal(err)
	}
	events := make(chan event)
	go func() {
		defer close(events)
		defer resp.Body.Close()
		in := bufio.NewScanner(resp.Body)
		in.Buffer(nil, 10e6)
		var ev event
		for in.Scan() {
			if name, ok := strings.CutPrefix(in.Text(), "event: "); ok {
				ev.name = name
			} else if data, ok := strings.CutPrefix(in.Text(), "data: "); ok {
				if err := json.Unmarshal([]byte(data), &ev.main); err != nil {
					t.Errorf("data is no JSON: %v", err)
				}
			} else {
				events <- ev
			}
		}
	}()
	return events
}

// Who follows the run has each newer report, and the last; who comes after that,
// the last only.
func TestLiveEvents(t *testing.T) {
	l := NewLive(state(t, "running", 3))
	server := httptest.NewServer(l)
	defer server.Close()
	events := follow(t, server.URL)
	want := func(name, text string) {
		t.Helper()
		select {
		case ev := <-events:
			if ev.name != name || !strings.Contains(ev.main, text) {
				t.Errorf("got %q without %q, want %q", ev.name, text, name)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("no %s has come", name)
		}
	}
	want("report", "Live: 600 ms so far.")
	l.Show(state(t, "running", 15))
	want("report", "Live: 3.00 s so far.")
	l.Show(state(t, "interrupted", 20))
	want("end", "The run was interrupted")
	if ev, more := <-events; more {
		t.Errorf("got %q after the end", ev.name)
	}
	events = follow(t, server.URL)
	want("end", "The run was interrupted")
}

// There is what the page needs, and nothing else, and only to read.
func TestLivePaths(t *testing.T) {
	l := NewLive(state(t, "running", 3))
	for _, tt := range []struct {
		method, path string
		status       int
		kind, holds  string
	}{
		{"GET", "/", 200, "text/html; charset=utf-8", `src="live.js"`},
		{"GET", "/live.js", 200, "text/javascript; charset=utf-8", "EventSource"},
		{"POST", "/", 405, "text/plain; charset=utf-8", ""},
		{"GET", "/report.json", 404, "text/plain; charset=utf-8", ""},
	} {
		w := httptest.NewRecorder()
		l.ServeHTTP(w, httptest.NewRequest(tt.method, tt.path, nil))
		if w.Code != tt.status || w.Header().Get("Content-Type") != tt.kind || !strings.Contains(w.Body.String(), tt.holds) {
			t.Errorf("%s %s: got %d, %s, want %d, %s", tt.method, tt.path, w.Code, w.Header().Get("Content-Type"), tt.status, tt.kind)
		}
		if got := w.Header().Get("Content-Security-Policy"); !strings.Contains(got, "default-src 'none'") || strings.Contains(strings.ReplaceAll(got, "style-src 'unsafe-inline'", ""), "unsafe") {
			t.Errorf("%s %s: the policy is %q", tt.method, tt.path, got)
		}
	}
}

// await waits until an expression is true in a page.
const await = `(async (come) => {
	for (let i = 0; i < 500; i++) {
		if (come()) return true;
		await new Promise((done) => setTimeout(done, 20));
	}
	return false;
})`

// In Chromium the page follows the run. What its reader looks at, has opened or
// selected stays; what strangers said does nothing; in the end it is the report,
// and if the end does not come, it says so.
func TestLiveInChromium(t *testing.T) {
	l := NewLive(state(t, "running", 3))
	server := httptest.NewServer(l)
	defer server.Close()
	ctx := chromium(t)
	expect := func(what, expression string) {
		t.Helper()
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](await+`(() => `+expression+`)`, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			t.Errorf("not so: %s", what)
		}
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(400, 800), chromedp.Navigate(server.URL)); err != nil {
		t.Fatal(err)
	}
	const about = `document.querySelector("#about").textContent`
	expect("the page is live", about+`.includes("600 ms so far")`)
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](`(() => {
		document.documentElement.style.overflowAnchor = "none"; // not every browser has that
		document.querySelector("#server-2 summary").click();
		document.querySelector("#server-2 summary").focus({preventScroll: true});
		getSelection().selectAllChildren(document.querySelector("#all td"));
		document.querySelector("#times h2").scrollIntoView();
		document.querySelector("#links").remove(); // what the next report has and this one had not
		window.seen = document.querySelector("#times h2").getBoundingClientRect().top;
		window.picked = document.querySelector("#all td");
	})()`)); err != nil {
		t.Fatal(err)
	}
	l.Show(state(t, "running", 15))
	expect("it follows", about+`.includes("3.00 s so far")`)
	expect("a new picture comes in its place", `document.querySelector("#links").nextElementSibling.id === "hears"`)
	expect("it does not jump", `scrollY > 1000 && Math.abs(document.querySelector("#times h2").getBoundingClientRect().top - seen) < 1`)
	expect("what was opened is open", `document.querySelector("#server-2 details").open && !document.querySelector("#server-1 details").open`)
	expect("what was focused is", `document.activeElement === document.querySelector("#server-2 summary")`)
	expect("what was selected is", `picked.isConnected && getSelection().toString() === picked.innerText`)
	l.Show(state(t, "done", 20))
	expect("it is the report", `!document.querySelector(".live")`)
	expect("all of it", `!picked.isConnected && document.querySelectorAll(".picture").length === 13`)
	expect("strangers are not obeyed", `document.title.startsWith("drawbot load: ") && !document.querySelector("main script, main img")`)
	server.CloseClientConnections()
	expect("it does not miss what has ended", `document.getElementById("gone").hidden`)

	l = NewLive(state(t, "running", 3))
	server.Config.Handler = l
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL)); err != nil {
		t.Fatal(err)
	}
	expect("the page is live again", about+`.includes("600 ms so far")`)
	server.Listener.Close()
	server.CloseClientConnections()
	expect("it says that there is no more", `!document.getElementById("gone").hidden`)
}
