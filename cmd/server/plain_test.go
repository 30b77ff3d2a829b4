package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// The middleman holds each description back for a moment, or until a candidate
// overtakes it: a page that posts both at once is found out, every time.
func holdDescriptions(w http.ResponseWriter, r *http.Request, server http.Handler) {
	if strings.HasSuffix(r.URL.Path, "/session-description") {
		<-time.After(200 * time.Millisecond)
	}
	server.ServeHTTP(w, r)
}

// A page that speaks only the plain protocol, in either dialect and on either
// side of the offer, draws with ours.
func TestPlainPages(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	b := newBrowser(t)
	for _, dialect := range []string{"article", "later"} {
		for _, first := range []string{"ours", "theirs"} {
			t.Run(dialect+", "+first+" is there first", func(t *testing.T) {
				b := &browser{t, b.ctx}
				room := dialect + "-" + first
				m := between(t, server.url)
				openPlain := func() *page {
					return b.open(m.url + "/testdata/plain.html?dialect=" + dialect + "&room=" + room)
				}
				var ours, theirs *page
				if first == "ours" {
					ours = b.open(m.url + "/" + room)
					ours.wait(`document.documentElement.dataset.signaling === "connected"`)
					// Ours answers a page whose candidates may come too early.
					theirs = openPlain()
				} else {
					theirs = openPlain()
					theirs.wait(`plain.id !== ""`)
					m.meddling(holdDescriptions) // and now ours makes the offer
					ours = b.open(m.url + "/" + room)
				}
				ours.waitLinks(1)
				theirs.wait(`plain.open() === 1`)
				drawWithPlain(t, ours, theirs, dialect)
				if errors := eval[[]string](theirs, `plain.errors`); len(errors) > 0 {
					t.Errorf("the plain page complains: %q", errors)
				}
			})
		}
	}
}

// drawWithPlain draws on both pages.
func drawWithPlain(t *testing.T, ours, theirs *page, dialect string) {
	t.Helper()
	send := func(message string) {
		t.Helper()
		eval[any](theirs, `plain.send(%s)`, message)
	}
	if dialect == "article" {
		send(`{"lastPoint":{"x":200,"y":200},"x":300,"y":200,"force":1.5,"color":"rgb(254.7, 0.2, 0.4)"}`)
		ours.waitInk(place{250, 200}, redInk)
	} else {
		send(`{"event":"draw","lastPoint":{"x":200,"y":200},"x":300,"y":200,"force":1.5,"color":"#ff0000"}`)
		ours.waitInk(place{250, 200}, redInk)
		send(`{"event":"drawRect","origin":{"x":500,"y":200},"color":"#45818e","width":100,"height":100}`)
		ours.wait(inkAt+` === %s`, "#overlay", 550.0, 200.0, tealInk)
		rect := `{"event":"drawRect","commit":true,"origin":{"x":500,"y":200},"color":"#45818e","width":100,"height":100}`
		send(rect)
		send(rect) // as those pages do
		ours.waitInk(place{550, 200}, tealInk)
	}
	for _, nonsense := range []string{`{`, `null`, `{"event":"dance"}`, `{"event":"draw"}`, `{"lastPoint":{"x":"a"}}`} {
		send(nonsense)
	}
	ours.choose("pencil", blue)
	ours.drag(place{200, 400}, place{300, 400})
	theirs.wait(`[...context.getImageData(250, 400, 1, 1).data].join() === "0,0,255,255"`)

	ours.choose("rect", teal)
	ours.drag(place{700, 200}, place{800, 300})
	ours.clear()
	ours.waitInk(place{250, 400}, noInk)
	ours.choose("pencil", red) // behind the clear, in order
	ours.drag(place{200, 500}, place{300, 500})
	theirs.wait(`[...context.getImageData(250, 500, 1, 1).data].join() === "255,0,0,255"`)

	var want []string // what the other page heard, without repetition
	if dialect == "later" {
		want = []string{"draw", "drawRect", "drawRect commit", "clear", "draw"}
	} else {
		// It throws at anything else. A rectangle has four sides, two of them at
		// one y.
		want = []string{"draw", "draw", "draw", "draw", "draw"}
	}
	heard := eval[[]string](theirs, `plain.heard
		.map((m) => m.event + (m.commit ? " commit" : ""))
		.filter((name, i, all) => name !== all[i - 1] || (name === "draw" && plain.heard[i].y !== plain.heard[i - 1].y))`)
	if got, want := marshal(heard), marshal(want); got != want {
		t.Errorf("the plain page heard %s, want %s", got, want)
	}
}

func marshal(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(data)
}
