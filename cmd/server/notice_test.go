package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// hearing is a script that notes what the page's live regions say.
const hearing = `addEventListener("DOMContentLoaded", () => {
	globalThis.spoken = [];
	const observer = new MutationObserver((list) => {
		for (const { target, addedNodes } of list) {
			if (addedNodes.length > 0) spoken.push(...[...addedNodes].map((node) => node.textContent));
			else spoken.push(target.textContent);
		}
	});
	for (const region of document.querySelectorAll("[role=status], [aria-live]")) {
		observer.observe(region, { childList: true, subtree: true, characterData: true, attributes: true });
	}
});
`

// wantSpoken wants the page to have said something once to screen readers, which a part
// of it tells.
func (p *page) wantSpoken(part string) {
	p.t.Helper()
	p.wait(`spoken.some((text) => text.includes(%s))`, part)
	count := 0
	said := eval[[]string](p, `spoken`)
	for _, text := range said {
		if strings.Contains(text, part) {
			count++
		}
	}
	if count != 1 {
		p.t.Errorf("%q was spoken %d times, want once: %q", part, count, said)
	}
}

// What is said in one moment is spoken as one, and what goes on as it did is not spoken: one
// live region, and few words.
func TestSpokenSeldom(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	p := newBrowser(t).openAfter(hearing, server.url+"/studio")
	p.wait(connected)
	if n := eval[int](p, `document.querySelectorAll("[role=status], [role=alert], [role=log], [aria-live]").length`); n != 1 {
		t.Errorf("got %d live regions, want 1", n)
	}
	p.choose("pencil", red)
	for y := range 10 {
		p.drag(place{200, 200 + float64(10*y)}, place{300, 200 + float64(10*y)})
	}
	p.press("[[[]]],,..++--0")
	eval[any](p, `new Promise((resolve) => setTimeout(resolve, 600))`)
	if said := eval[[]string](p, `spoken`); len(said) > 0 {
		t.Errorf("of what a hand does itself is spoken: %q", said)
	}
	t.Log("three notices in a moment, of which two are the same")
	p.press("i")
	eval[any](p, `(() => {
		document.querySelector("#really").click();
		for (const name of ["", " "]) {
			document.querySelector("#name").value = name;
			document.querySelector("#name").dispatchEvent(new Event("change"));
		}
	})()`)
	p.wait(`spoken.length > 0`)
	eval[any](p, `new Promise((resolve) => setTimeout(resolve, 600))`)
	if said := eval[[]string](p, `spoken`); len(said) != 1 || said[0] != "Cleared for everybody; A name needs at least one character that can be seen" {
		t.Errorf("got %q, want both in one line", said)
	}
}

// roles are those of what assistive technology is told of the page.
func (p *page) roles() (list []string) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		tree, err := cdp.Call(ctx, t, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		if err != nil {
			return err
		}
		for _, node := range tree.Nodes {
			if !node.Ignored && node.Role != nil {
				list = append(list, strings.Trim(string(node.Role.Value), `"`))
			}
		}
		return nil
	}))
	return list
}

// rewriting serves one of the page's files with something else in the place of some text.
func rewriting(path, old, with string) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		if r.URL.Path != path {
			server.ServeHTTP(w, r)
			return
		}
		r.Header.Del("Accept-Encoding")
		answer := httptest.NewRecorder()
		server.ServeHTTP(answer, r)
		w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
		w.Write(bytes.ReplaceAll(answer.Body.Bytes(), []byte(old), []byte(with)))
	}
}

const noticed = `!document.querySelector("#notice").hidden && document.querySelector("#notice").textContent === %s`

// A stroke that cannot be written is never silently missing: the page says so, and why,
// each time; and to a screen reader once while it goes on.
func TestUnwritten(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	m := between(t, server.url)
	m.meddling(rewriting("/static/"+bundleFile, "maxLive = 1 << 20", "maxLive = 40"))
	b := newBrowser(t)
	p := b.openAfter(hearing, m.url+"/studio")
	p.wait(connected)
	if roles := p.roles(); !slices.Contains(roles, "status") {
		t.Errorf("nothing is there for a screen reader to listen to before something is said: %q", roles)
	}

	t.Log("full")
	const full = "This drawing is full: clear it to go on."
	p.choose("pencil", red)
	for y := 200.0; y < 600; y += 10 {
		p.drag(place{200, y}, place{300, y})
	}
	p.wait(noticed, full)
	p.waitInk(place{250, 200}, redInk)
	p.waitInk(place{250, 590}, noInk)
	p.wantSpoken(full)
	p.wait(`document.querySelector("#notice").hidden`)
	p.do(click("#undo"))
	p.wait(noticed, full)

	t.Log("what a plain peer draws is not kept, which is said once")
	plain := b.open(m.url + "/testdata/plain.html?dialect=later&room=studio")
	plain.wait(`plain.open() === 1`)
	const stroke = `{"event":"draw","lastPoint":{"x":200,"y":500},"x":300,"y":500,"force":1.5,"color":"#ff0000"}`
	for range 5 {
		eval[any](plain, `plain.send(%s)`, stroke)
	}
	p.wantSpoken("draws is not kept: this drawing is full")
	p.wait(`document.querySelector("#fault").textContent.endsWith("draws is not kept: this drawing is full")`)

	t.Log("a clear makes room")
	p.clear()
	p.drag(place{200, 200}, place{300, 200})
	p.waitInk(place{250, 200}, redInk)
	eval[any](plain, `plain.send(%s)`, stroke)
	p.waitInk(place{250, 500}, redInk)
}

// Somebody told one story, left, and told another with the same key. Whoever saw the
// first names the liar, where people look and where they listen, and nothing of theirs
// is left.
func TestPageNamesLiar(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	b := newBrowser(t)
	room := server.url + "/studio"
	ana := b.openAfter(hearing, room)
	lie := func(color, ink string) *page {
		liar := b.openAfter(`localStorage.setItem("drawmesh.name", "Mallory");
			const random = crypto.getRandomValues.bind(crypto);
			crypto.getRandomValues = (bytes) => bytes.length === 32 ? bytes.fill(7) : random(bytes);`, room)
		liar.waitLinks(1)
		liar.choose("pencil", color)
		liar.drag(place{200, 200}, place{300, 200})
		return liar
	}
	first := lie(red, redInk)
	ana.waitInk(place{250, 200}, redInk)
	agree(ana, first)
	first.close()
	ana.waitLinks(0)
	lie(blue, blueInk)
	const words = "Mallory told two stories; what they drew is gone"
	ana.wait(noticed, words)
	ana.wait(`document.querySelector("#fault").textContent === %s`, words)
	ana.waitInk(place{250, 200}, noInk)
	ana.wantSpoken(words)

	t.Log("it stays in sight through what else is said, and is not spoken again")
	eval[any](ana, `((field) => { field.value = ""; field.dispatchEvent(new Event("change")); })(document.querySelector("#name"))`)
	ana.wait(`document.querySelector("#notice").textContent.startsWith("A name needs")`)
	ana.wait(noticed, words)
	ana.wantSpoken(words)
	ana.do(click("#who"))
	if got := eval[string](ana, `document.querySelector("#drawing").textContent`); strings.HasPrefix(got, "Everybody") {
		t.Errorf("it says %q with a liar in the room", got)
	}
}

// That all have the same drawing is said when it is so, and not of those who cannot tell.
func TestSameDrawing(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	b := newBrowser(t)
	pages := b.join(server.url+"/studio", 2)
	bo := enterRoom(t, server.url+"/studio")
	ana := pages[0]
	ana.drag(place{200, 200}, place{300, 200})
	waitDrawn(t, bo)
	const says = `document.querySelector("#drawing").textContent === %s + document.documentElement.dataset.sum.slice(0, 8) + %s`
	for _, p := range pages {
		p.wait(says, "Everybody has the same drawing, ", "")
		p.wait(`document.querySelector("#standing").textContent === "Everybody has the same drawing"`)
	}
	t.Log("how, is told under Details: a line for each link, and its route")
	ana.do(click("#who"), click("#details summary"))
	ana.wait(`document.querySelectorAll("#mesh line[data-state=open]").length === 2 && document.querySelectorAll("#mesh circle").length === 3`)
	ana.wait(`[...document.querySelectorAll("#routes li")].some(({ textContent }) => textContent.startsWith("Bo: direct, "))`)
	ana.press("\x1b")
	ana.waitSum(bo)
	m := between(t, server.url)
	plain := b.open(m.url + "/testdata/plain.html?dialect=later&room=studio")
	plain.wait(`plain.open() === 3`)
	for _, p := range pages {
		p.wait(says, "Drawing ", ", the same for 2 others")
		p.wait(`document.querySelector("#standing").textContent === "2 others have the same drawing"`)
	}
	plain.close()
	ana.wait(says, "Everybody has the same drawing, ", "")
}

// The seconds that a trouble lasts count down in sight. A screen reader is told of it
// once.
func TestTroubleIsSpokenOnce(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	m := between(t, server.url)
	m.meddling(func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		if strings.HasSuffix(r.URL.Path, "/access") {
			http.Error(w, "too many requests", http.StatusTooManyRequests)
			return
		}
		server.ServeHTTP(w, r)
	})
	p := newBrowser(t).openAfter(hearing+`globalThis.shown = new Set();
		setInterval(() => shown.add(document.querySelector("#notice")?.textContent), 100);`, m.url+"/studio")
	p.wait(`[...shown].filter((text) => text?.startsWith("The server is busy, trying again in ")).length >= 3`)
	p.wantSpoken("The server is busy")
}
