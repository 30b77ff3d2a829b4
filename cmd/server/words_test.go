package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"drawmesh/canvas"
)

// reading is a script that notes every text that the page ever has, and every label.
const reading = `addEventListener("DOMContentLoaded", () => {
	globalThis.read = new Set();
	const take = (text) => text?.trim() && read.add(text.trim());
	const walk = (node) => {
		if (node.nodeType === Node.TEXT_NODE && !["SCRIPT", "STYLE", "NOSCRIPT"].includes(node.parentElement?.tagName)) take(node.data);
		for (const name of ["title", "aria-label", "aria-valuetext", "placeholder", "alt"]) take(node.getAttribute?.(name));
		node.childNodes.forEach(walk);
	};
	document.querySelector("#starting").textContent = ""; // it is in English, for it needs no script
	walk(document.documentElement);
	new MutationObserver((list) => list.forEach(({ target, type, addedNodes }) => (type === "childList" ? addedNodes : [target]).forEach(walk)))
		.observe(document.documentElement, { childList: true, subtree: true, characterData: true, attributes: true });
});
`

// foreign is what a page has read that is of the English table, and not of its own.
const foreign = `Promise.all(["en", document.documentElement.lang].map((tag) => import("/static/words." + tag + ".js"))).then(([english, own]) => {
	// What is said of names and numbers is known by what stands between these.
	const parts = (value) => {
		if (typeof value === "function") return [2, 1].flatMap((n) => value(...Array(value.length).fill(value === english.words.all || value === own.words.all ? ["\0", "\0"] : n)).split(/[\0\d]+/));
		return typeof value === "object" ? Object.values(value).flatMap(parts) : value.split("*");
	};
	const of = (table) => new Set(parts(table.words).map((part) => part.trim()).filter((part) => /\p{L}{3}/u.test(part)));
	const ours = [...of(own)];
	const theirs = [...of(english)].filter((part) => !ours.some((text) => text.includes(part)));
	const word = (part) => new RegExp("(?<!\\p{L})" + part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&") + "(?!\\p{L})", "u");
	return { read: read.size, found: [...read].flatMap((text) => theirs.filter((part) => part.length > 5 ? word(part).test(text) : text === part).map((part) => text + " has " + part)) };
})`

// A German reads German, whatever the page has to say.
func TestGerman(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	room := server.url + "/studio"
	bo := enter(t, room)
	b := newBrowser(t)
	p := b.openAfter(reading, room+"?lang=de")
	p.waitLinks(1)
	p.wait(`document.documentElement.lang === "de"`)
	p.wait(`document.querySelector("#standing").textContent === "Alle haben dieselbe Zeichnung"`)
	p.wait(`document.querySelector("#others .state").textContent === "verbunden"`)
	if got, want := eval[string](p, `document.querySelector("#undo").title`), "Deinen letzten Strich zurücknehmen (Strg Z)"; got != want {
		t.Errorf("undo: got %q, want %q", got, want)
	}

	t.Log("with all sheets open once, and all that it says on a trip")
	if _, err := bo.Draw(canvas.Segment{From: canvas.Point{X: 200, Y: 300}, To: canvas.Point{X: 400, Y: 300}, Force: 1.5, Color: canvas.Color{R: 255, A: 255}}); err != nil {
		t.Fatal(err)
	}
	p.waitSum(bo)
	for _, sheet := range []string{"c", "w", "s", "q", "?"} {
		p.press(sheet)
		p.wait(`document.querySelector(":popover-open")`)
		if sheet == "w" {
			eval[any](p, `document.querySelector("#details").open = true`)
			p.wait(`document.querySelector("#routes li")`)
		}
		p.press("\x1b")
	}
	p.backInTime()
	p.press(kb.ArrowLeft)
	p.do(click("#who-drew"))
	p.wait(`read.has("Vor dem ersten Strich") && read.has("Die Striche von allen in einer eigenen Farbe")`)
	p.press(kb.Escape)
	p.choose("pencil", red)
	p.drag(place{300, 200}, place{300, 400})
	p.press("e")
	p.drag(place{250, 280}, place{350, 320})
	p.wait(`read.has("Einen deiner Striche ausradiert; die Striche anderer übermalt")`)
	p.press("i")
	p.drag(place{600, 500}, place{600, 500})
	p.wait(`read.has("Dort ist nichts gezeichnet")`)
	p.clear()
	p.wait(`read.has("Für alle gelöscht")`)
	p.do(click("#who"), fill("#name", " "))
	p.wait(`read.has("Ein Name braucht wenigstens ein Zeichen, das man sieht")`)
	p.press("\x1b")
	p.backInTime()
	p.press("\x1b")
	bo.Close(t.Context())
	p.wait(`[...read].some((text) => text.endsWith(" ist gegangen"))`)
	eval[any](p, `dispatchEvent(new Event("offline"))`)

	watcher := b.openAfter(reading, room+"?view&lang=de")
	watcher.waitLinks(1)
	watcher.press("p")
	watcher.wait(`read.has("Du siehst zu: zum Zeichnen wähle Mitzeichnen")`)
	for _, p := range []*page{p, watcher} {
		got := eval[struct {
			Read  int
			Found []string
		}](p, foreign)
		if got.Read < 100 || len(got.Found) > 0 {
			t.Errorf("of %d texts, in English: %q", got.Read, got.Found)
		}
	}
}

// The language is that of the address, or the first of the browser's that there is.
func TestLanguage(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	m := between(t, server.url)
	blocked := false
	m.meddling(func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		if blocked && strings.HasPrefix(r.URL.Path, "/static/words.de.") {
			http.NotFound(w, r)
			return
		}
		server.ServeHTTP(w, r)
	})
	b := newBrowser(t)
	for _, tt := range []struct{ name, browser, query, want, copy string }{
		{"what there is not, and what there is", `["fr", "de-AT", "en"]`, "", "de", "Link kopieren"},
		{"English is there", `["en-GB", "de"]`, "", "en", "Copy link"},
		{"by the address", `["de"]`, "?lang=en", "en", "Copy link"},
		{"by the address, in part", `["en"]`, "?view&lang=DE-de", "de", "Link kopieren"},
		{"none that there is", `["de"]`, "?lang=constructor", "de", "Link kopieren"},
		{"words that do not come", `["de"]`, "", "en", "Copy link"},
	} {
		blocked = tt.name == "words that do not come"
		p := b.openAfter(`Object.defineProperty(navigator, "languages", { get: () => `+tt.browser+` })`, m.url+"/studio"+tt.query)
		p.wait(connected)
		if got := eval[string](p, `document.documentElement.lang + " " + document.querySelector("#copy span").textContent`); got != tt.want+" "+tt.copy {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want+" "+tt.copy)
		}
		p.forgive()
	}
}
