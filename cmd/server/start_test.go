package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// openAfter opens a page at url on which a script runs before any other, as an
// extension's does.
func (b *browser) openAfter(script, url string) *page {
	b.t.Helper()
	p := b.open("about:blank")
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	}), chromedp.Navigate(url))
	return p
}

// forgive takes back what the page has complained of, where that was to be.
func (p *page) forgive() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.complaints = nil
}

// A browser that makes no connections says so, and does not join: the others would
// wait for it for ever.
func TestNoWebRTC(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	b := newBrowser(t)
	for i, tt := range []struct{ name, script string }{
		{"taken away", `delete window.RTCPeerConnection`},
		{"undefined", `window.RTCPeerConnection = undefined`},
		{"throws", `window.RTCPeerConnection = class { constructor() { throw new Error("blocked"); } }`},
		{"makes no channels", `window.RTCPeerConnection = class { close() {} }`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &browser{t, b.ctx}
			m := between(t, server.url)
			var asked atomic.Int32
			m.meddling(func(w http.ResponseWriter, r *http.Request, server http.Handler) {
				if r.Method == "POST" || r.URL.Path == "/connect" {
					asked.Add(1)
				}
				server.ServeHTTP(w, r)
			})
			p := b.openAfter(tt.script, fmt.Sprintf("%s/blocked-%d", m.url, i))
			p.wait(`document.querySelector("#notice").textContent.startsWith("WebRTC is switched off in this browser")`)
			p.wait(`!document.querySelector("#notice").hidden && document.querySelector("#hint").hidden`)
			p.wait(`document.querySelector("#count").textContent === "Not connected"`)
			p.choose("pencil", red)
			p.drag(place{200, 200}, place{300, 200})
			p.waitInk(place{250, 200}, redInk)
			if n := asked.Load(); n != 0 {
				t.Errorf("%d requests for a place in the room, want none", n)
			}
		})
	}
}

// A connection that the browser refuses later, for it has too many, is tried again.
func TestWebRTCRefusedForAWhile(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	bo := enterRoom(t, server.url+"/studio")
	p := newBrowser(t).openAfter(`(() => {
		const real = RTCPeerConnection;
		let made = 0;
		window.RTCPeerConnection = function (...args) {
			made++;
			if (made > 2 && made < 5) throw new DOMException("Cannot create so many PeerConnections", "UnknownError");
			return new real(...args);
		};
	})()`, server.url+"/studio")
	p.waitLinks(1)
	p.drag(place{200, 200}, place{300, 200})
	waitDrawn(t, bo)
}

// Where the data of sites is blocked, or the place for it is used up, people draw
// all the same.
func TestStorageBlocked(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	b := newBrowser(t)
	for i, tt := range []struct{ name, script string }{
		{"throws when looked at", `for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) {
			Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
		}
		window.BroadcastChannel = class { constructor() { throw new DOMException("denied", "SecurityError"); } };`},
		{"is null", `for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get: () => null });`},
		{"is full", `Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };`},
		{"throws when read", `Storage.prototype.getItem = () => { throw new DOMException("denied", "SecurityError"); };`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &browser{t, b.ctx}
			room := fmt.Sprintf("%s/forgetful-%d", server.url, i)
			bo := enterRoom(t, room)
			p := b.openAfter(tt.script, room)
			p.wait(connected)
			p.waitLinks(1)
			p.choose("pencil", red)
			p.drag(place{200, 200}, place{300, 200})
			p.waitInk(place{250, 200}, redInk)
			waitDrawn(t, bo)
			p.do(click("#who"), fill("#name", "Zoë"))
			p.wait(`document.querySelector("#name").value === "Zoë"`)
			p.wait(connected)
		})
	}
}

// Whatever keeps the page from starting is said, and there is no tool that does
// nothing.
func TestDoesNotStart(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	b := newBrowser(t)
	answer := func(kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			io.WriteString(w, body)
		}
	}
	const script = "text/javascript"
	for _, tt := range []struct {
		name, file string
		answer     http.HandlerFunc
		says       string
	}{
		{"the script is not there", bundleFile, http.NotFound, "app.bundle.js did not load"},
		{"a page instead of it", bundleFile, answer("text/html", "<title>Sign in</title>"), "app.bundle.js did not load"},
		{"the connection is cut", bundleFile, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "app.bundle.js did not load"},
		{"one that the browser cannot read", bundleFile, answer(script, "class Pen { # }"), "SyntaxError"},
		{"one that throws", bundleFile, answer(script, `throw new Error("no pen");`), "no pen"},
		{"the guard is not there either", "guard.js", http.NotFound, "not started yet"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &browser{t, b.ctx}
			m := between(t, server.url)
			m.meddling(func(w http.ResponseWriter, r *http.Request, server http.Handler) {
				guardless := tt.file == "guard.js" && r.URL.Path == "/static/"+bundleFile
				if r.URL.Path == "/static/"+tt.file || guardless {
					tt.answer(w, r)
				} else {
					server.ServeHTTP(w, r)
				}
			})
			p := b.open(m.url + "/studio")
			p.wait(`document.querySelector("#starting").innerText.includes(%s)`, tt.says)
			p.wait(`getComputedStyle(document.querySelector("#starting")).visibility === "visible"`)
			p.wait(`["main", "header", "#tools"].every((part) => document.querySelector(part).inert)`)
			if tt.file != "guard.js" && strings.Contains(eval[string](p, `document.body.innerText`), "Starting") {
				t.Error("it says to be starting")
			}
			p.forgive()
		})
	}
}

// Without JavaScript there are words for that, and no tools.
func TestNoScript(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	p := newBrowser(t).open("about:blank")
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}), chromedp.Navigate(server.url+"/studio"))
	shown := eval[string](p, `document.body.innerText`)
	if !strings.Contains(shown, "JavaScript is switched off") || !strings.Contains(shown, "drawbot join") {
		t.Errorf("got %q, want what to do about JavaScript, and without", shown)
	}
	for _, not := range []string{"Starting", "not started", "Copy link"} {
		if strings.Contains(shown, not) {
			t.Errorf("got %q, want no %q", shown, not)
		}
	}
}

// A name that the server does not take, of whatever page stored it, locks nobody
// out, and neither does one that it would shorten.
func TestNameRefused(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	b := newBrowser(t)
	for i, status := range []int{400, 403, 413} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			b := &browser{t, b.ctx}
			m := between(t, server.url)
			m.meddling(func(w http.ResponseWriter, r *http.Request, server http.Handler) {
				body, _ := io.ReadAll(r.Body)
				var said struct{ Username string }
				_ = json.Unmarshal(body, &said)
				if r.URL.Path == "/access" && strings.HasPrefix(said.Username, "Mallory") {
					http.Error(w, "not that name", status)
					return
				}
				r.Body = io.NopCloser(bytes.NewReader(body))
				server.ServeHTTP(w, r)
			})
			p := b.openAfter(`if (!localStorage.getItem("drawmesh.name")) localStorage.setItem("drawmesh.name", "Mallory");`,
				fmt.Sprintf("%s/named-%d", m.url, i))
			p.wait(connected)
			p.wait(`document.querySelector("#notice").textContent.startsWith("The server does not take the name “Mallory”: here you are ")`)
			p.wait(`document.querySelector("#name").value !== "Mallory" && localStorage.getItem("drawmesh.name") !== "Mallory"`)
			p.do(click("#who"), fill("#name", "Mallory II"))
			p.wait(`document.querySelector("#notice").textContent.startsWith("The server does not take the name “Mallory II”")`)
			p.wait(connected)
			p.wait(`!document.querySelector("#name").value.startsWith("Mallory")`)
		})
	}
}
