package main

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"drawmesh/peer"
)

// scripts are texts that a careless page would run: in an element, an attribute, an address,
// a style, a script of its own, or after somebody has made HTML of it twice.
var scripts = []string{
	`<script>pwned()</script>`,
	`<img src=x onerror=pwned()>`,
	`<svg onload=pwned()>`,
	`<svg><script>pwned()</script></svg>`,
	`"><img src=x onerror=pwned()>`,
	`' onfocus=pwned() autofocus tabindex=1 x='`,
	`" onmouseover="pwned()" style="position:fixed;inset:0`,
	`<iframe srcdoc="<script>parent.pwned()</script>">`,
	`<details open ontoggle=pwned()>`,
	`<a href="javascript:pwned()">x</a>`,
	`javascript:pwned()`,
	`</title></style></script><script>pwned()</script>`,
	`red;background:url(javascript:pwned())`,
	`url(https://evil.invalid/x.png)`,
	`<math><mtext></p><img src onerror=pwned()>`,
	`&lt;img src=x onerror=pwned()&gt;`,
	`${pwned()}{{constructor.constructor("pwned()")()}}`,
	`<meta http-equiv=refresh content="0;url=javascript:pwned()">`,
}

// guarded is a script that notes what may never happen.
const guarded = `globalThis.seen = [];
	globalThis.pwned = () => seen.push("a script ran");
	addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => seen.push(violatedDirective + " forbids " + blockedURI));
	for (const name of ["alert", "confirm", "prompt"]) globalThis[name] = () => seen.push(name);
`

// Whatever somebody is called, draws with, types or puts into an address is text.
func TestNothingIsMarkup(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	m := between(t, server.url)
	b := newBrowser(t)
	room := m.url + "/studio"
	p := b.openAfter(guarded+`localStorage["drawmesh.name"] = '`+scripts[1]+`';
		localStorage["drawmesh.colors"] = localStorage["drawmesh.paper"] = localStorage["drawmesh.save"] = "`+scripts[0]+` #123456";
		sessionStorage["drawmesh.style"] = JSON.stringify({ tool: "`+scripts[2]+`", color: "`+scripts[2]+`" });`, room+"?lang="+url.QueryEscape(scripts[1])+"#"+url.QueryEscape(scripts[1]))
	if err := chromedp.Listen(p.ctx, func(ev any) {
		if ev, ok := ev.(*cdppage.EventJavascriptDialogOpening); ok {
			t.Errorf("a dialog opens: %s", ev.Message)
		}
	}); err != nil {
		t.Fatal(err)
	}
	p.wait(connected)
	p.wait(`document.querySelector("#name").value === %s`, scripts[1])

	t.Log("names, in the list, in the notices and on the cursors")
	var names []string
	for _, name := range scripts {
		bo, err := peer.Join(t.Context(), room, peer.Options{Name: name, Role: name, Loopback: true})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		defer bo.Close(context.Background())
		names = append(names, bo.Name())
	}
	p.waitLinks(len(scripts))
	got := eval[string](p, `[...document.querySelectorAll("#others b")].map(({ textContent }) => textContent).sort().join("\n")`)
	if want := eval[string](p, `%s.sort().join("\n")`, names); got != want {
		t.Errorf("got the names\n%s\nwant\n%s", got, want)
	}
	p.wait(`document.querySelector("#came").textContent.includes("here now")`)

	t.Log("colors and other fields, of a plain page")
	plain := b.openPlain(m, "later")
	p.waitLinks(len(scripts) + 1)
	eval[any](plain, `(() => {
		for (const text of %s) {
			plain.send({ event: "draw", lastPoint: { x: 200, y: 200 }, x: 300, y: 200, force: 1, color: text });
			plain.send({ event: "drawRect", commit: true, origin: { x: 10, y: 10 }, width: 10, height: 10, color: text });
			for (const event of [text, "cursor", "name", "chat"]) plain.send({ event, x: 1, y: 1, laser: text, name: text, username: text, text, message: text });
		}
		plain.send({ event: "draw", lastPoint: { x: 200, y: 200 }, x: 300, y: 200, force: 1.5, color: "#ff0000" });
	})()`, scripts)
	p.waitInk(place{250, 200}, redInk)

	t.Log("text")
	p.press("t")
	for i, text := range scripts[:4] {
		p.drag(place{100, 250 + 20*float64(i)}, place{100, 250 + 20*float64(i)})
		p.wait(`document.activeElement.id === "text"`)
		p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
			return err
		}))
		p.wait(`document.querySelector("#text").value === %s`, text)
		p.press("\r")
	}

	t.Log("rooms")
	for _, name := range scripts {
		answer, err := http.Get(m.url + "/" + url.PathEscape(name))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if kind := answer.Header.Get("Content-Type"); answer.StatusCode == http.StatusOK || strings.Contains(kind, "html") {
			t.Errorf("room %s: got status %d, %s", name, answer.StatusCode, kind)
		}
	}

	for _, sheet := range sheets {
		eval[any](p, unfold, sheet)
		p.press("\x1b")
	}
	if seen := eval[[]string](p, `seen`); len(seen) > 0 {
		t.Errorf("got %q", seen)
	}
	const foreign = `[...document.querySelectorAll("script, img, iframe, a, details, meta, style, link, math, title, [onerror], [onload], [onfocus], [onmouseover], [ontoggle]")].map((e) => e.tagName).sort().join(" ")`
	other := b.open(m.url + "/another-room")
	other.wait(connected)
	if got, want := eval[string](p, foreign), eval[string](other, foreign); got != want {
		t.Errorf("got the elements %s, want %s", got, want)
	}
}
