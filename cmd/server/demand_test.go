package main

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
)

// demands is what is loaded when it is first wanted: how somebody asks for it, where the page
// says that it does not come, and what shows that it has.
var demands = []struct {
	what, german string
	ask          func(p *page)
	said, came   string
}{
	{"History", "Verlauf", func(p *page) { p.press("b") }, "#notice", `document.activeElement.id === "when" && getComputedStyle(document.querySelector("#history")).display === "grid"`},
	{"Pen for the keyboard", "Stift für die Tastatur", func(p *page) {
		eval[any](p, `document.querySelector("#overlay").focus()`)
		p.press("\r")
	}, "#notice", `!document.querySelector("#pen").hidden`},
	{"Details", "Einzelheiten", func(p *page) {
		p.press("w")
		eval[any](p, `document.querySelector("#details").open = true`)
	}, "#routes li", `document.querySelector("#mesh circle") && !document.querySelector("#routes").textContent.includes("Details") && !document.querySelector("#routes").textContent.includes("Einzelheiten")`},
	{"QR code", "QR-Code", func(p *page) { p.press("q") }, "#uncoded", `document.querySelector("#code path").getAttribute("d") && document.querySelector("#uncoded").textContent === ""`},
}

// away puts away what somebody has asked for.
func (p *page) away() {
	p.t.Helper()
	eval[any](p, `document.querySelector("#details").open = false`)
	eval[any](p, `document.activeElement.blur()`)
	p.press("\x1b")
	p.wait(`!document.querySelector("#past") && !document.querySelector(":popover-open")`)
}

// What cannot be loaded, for the server is away, is said to be so, and comes when it is asked
// for again once the server is back.
func TestLoadedOnceTheServerIsBack(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	b := newBrowser(t)
	pages := map[string]*page{"en": b.open(server.url + "/studio"), "de": b.open(server.url + "/studio?lang=de")}
	for _, p := range pages {
		p.waitLinks(1)
		p.choose("pencil", red)
		p.drag(place{200, 200}, place{300, 200})
	}
	server.end(syscall.SIGKILL)
	for language, p := range pages {
		for _, d := range demands {
			want := d.what + ": could not be loaded. Try again once the server is there; if that does not help, load the page again"
			if language == "de" {
				want = d.german + ": nicht geladen. Versuche es noch einmal, sobald der Server da ist; hilft das nicht, lade die Seite neu"
			}
			d.ask(p)
			p.wait(`document.querySelector(%s)?.textContent === %s`, d.said, want)
			p.wait(`document.querySelector("#spoken").textContent.includes(%s)`, want)
			p.away()
		}
	}
	startProcess(t, "--port", server.port(), "--token-secret", longSecret)
	for _, p := range pages {
		p.wait(connected)
		for _, d := range demands {
			d.ask(p)
			p.wait(d.came)
			p.away()
		}
	}
}

// The history is not shown without its style.
func TestHistoryComesWithItsStyle(t *testing.T) {
	t.Parallel()
	m := between(t, startProcess(t, "--port=0", "--token-secret", longSecret).url)
	m.meddling(func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		if strings.HasSuffix(r.URL.Path, "/history.css") {
			panic(http.ErrAbortHandler)
		}
		server.ServeHTTP(w, r)
	})
	p := newBrowser(t).open(m.url + "/studio")
	p.wait(connected)
	p.choose("pencil", red)
	p.drag(place{200, 200}, place{300, 200})
	p.press("b")
	p.wait(`document.querySelector("#notice").textContent.startsWith("History: could not be loaded.")`)
	if eval[bool](p, `document.querySelector("#history, #past, link[href*=history]") !== null`) {
		t.Error("it is there all the same")
	}
	m.meddling(nil)
	p.backInTime()
	if got := eval[string](p, `getComputedStyle(document.querySelector("#history")).display`); got != "grid" {
		t.Errorf("the history is shown as %s, want a grid: its style is not there", got)
	}
}
