package main

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"drawmesh/canvas"
)

// A media is what a browser says of its screen and of whoever looks at it.
type media map[string]string

func (p *page) emulate(m media) {
	p.t.Helper()
	var features []*emulation.MediaFeature
	for name, value := range m {
		features = append(features, &emulation.MediaFeature{Name: name, Value: value})
	}
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
		return err
	}))
}

// resize makes the window that large, in CSS pixels.
func (p *page) resize(width, height int64) {
	p.t.Helper()
	p.do(chromedp.EmulateViewport(width, height))
	p.wait(`innerWidth === %s && innerHeight === %s`, width, height)
	p.settled()
}

// misplaced are the controls that nobody can reach, and the words that are cut, of what is open.
const misplaced = `(async () => {
	const wrong = [];
	const name = (e) => e.id || e.getAttribute("aria-label") || e.dataset.tool || e.tagName + " " + e.textContent;
	const open = document.querySelector(":popover-open, #history");
	const head = document.querySelector("header").getBoundingClientRect();
	if (open) {
		const { top, left, right, bottom } = open.getBoundingClientRect();
		if (top < head.bottom || left < 0 || right > innerWidth || bottom > innerHeight) wrong.push(open.id + " from " + [left, top] + " to " + [right, bottom] + " is out of the window, or on the header");
	}
	for (const e of (open ?? document).querySelectorAll("button, input, a, summary")) {
		if (!e.checkVisibility() || (!open && e.closest("[popover]")) || e.closest("main")) continue;
		if (open) e.scrollIntoView({ block: "nearest" });
		const { left, right, top, bottom } = e.getBoundingClientRect();
		if (left < 0 || top < 0 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5) wrong.push(name(e) + " is out of the window");
		const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
		if (at !== e && !e.contains(at) && !e.closest("label")?.contains(at)) wrong.push(name(e) + " is below " + (at ? name(at) : "nothing"));
		if (!open && Math.min(right - left, bottom - top) < 24) wrong.push(name(e) + " is small");
	}
	for (const e of (open ?? document).querySelectorAll("button, label, h2, p, dd, dt, span, summary, legend")) {
		if (!e.checkVisibility({ visibilityProperty: true }) || (!open && e.closest("[popover]")) || e.matches("#room, .unseen, .unseen *")) continue;
		if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && getComputedStyle(e).display !== "inline") wrong.push(name(e) + " is cut");
	}
	if (open && open.scrollWidth > open.clientWidth) wrong.push(open.id + " is wider than it shows");
	if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page is wider than the window");
	return wrong;
})()`

// sheets are what opens above the drawing.
var sheets = []string{"palette", "people", "saving", "inviting", "help", "sure"}

// unfold opens a sheet, with all that may be on it.
const unfold = `(() => {
	document.querySelector("#" + %s).showPopover();
	document.querySelector("#details").open = true;
	document.querySelector("#through").hidden = false;
})()`

// Whatever the window, each control can be reached and each word read.
func TestLayout(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	room := server.url + "/studio-of-a-long-name-that-is-cut"
	bo := enter(t, room)
	if _, err := bo.Draw(canvas.Segment{From: canvas.Point{X: -900, Y: -900}, To: canvas.Point{X: 3000, Y: 3000}, Force: 1.5, Color: canvas.Color{R: 255, A: 255}}); err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t)
	for _, query := range []string{"", "?lang=de", "?view&lang=de"} {
		p := b.open(room + query)
		p.waitLinks(1)
		p.waitSum(bo)
		p.emulate(media{"prefers-reduced-motion": "reduce"})
		for _, size := range [][2]int64{{320, 256}, {320, 568}, {360, 740}, {568, 320}, {640, 320}, {768, 1024}, {1024, 500}, {1440, 900}} {
			p.resize(size[0], size[1])
			look := func(what string) {
				for _, wrong := range eval[[]string](p, misplaced) {
					t.Errorf("%s %v, %s: %s", query, size, what, wrong)
				}
			}
			look("closed")
			if query != "" {
				p.backInTime()
				look("history")
				p.press("\x1b")
				p.wait(`document.querySelector("#history") === null`)
			}
			for _, sheet := range sheets {
				if query == "?view&lang=de" {
					continue
				}
				eval[any](p, unfold, sheet)
				look(sheet)
				eval[any](p, `document.querySelector("#"+%s).hidePopover()`, sheet)
			}
		}
		p.close()
	}
}

// What is said can be read where there is more of the drawing in every direction, and each
// control pressed; in the smallest windows, it can be read.
func TestNoticeCoversNothing(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	room := server.url + "/studio"
	bo := enter(t, room)
	if _, err := bo.Draw(canvas.Segment{From: canvas.Point{X: -900, Y: -900}, To: canvas.Point{X: 3000, Y: 3000}, Force: 1.5, Color: canvas.Color{R: 255, A: 255}}); err != nil {
		t.Fatal(err)
	}
	p := newBrowser(t).open(room)
	p.waitSum(bo)
	p.emulate(media{"prefers-reduced-motion": "reduce"})
	for _, size := range [][2]int64{{320, 256}, {360, 740}, {640, 320}, {1280, 800}} {
		p.resize(size[0], size[1])
		p.wait(`document.querySelectorAll(".more:not([hidden])").length === 4`)
		eval[any](p, `(() => {
			document.querySelector("#name").value = "";
			document.querySelector("#name").dispatchEvent(new Event("change"));
		})()`)
		p.wait(`!document.querySelector("#notice").hidden`)
		if !eval[bool](p, `(() => {
			const notice = document.querySelector("#notice");
			const { left, right, top, bottom } = notice.getBoundingClientRect();
			notice.style.pointerEvents = "auto";
			const isSeen = [left + 20, (left + right) / 2, right - 20].every((x) => document.elementFromPoint(x, (top + bottom) / 2) === notice);
			notice.style.pointerEvents = "";
			return isSeen;
		})()`) {
			t.Errorf("%v: what is said is covered", size)
		}
		if size[1] == 256 {
			continue // there is no room for both
		}
		for _, id := range eval[[]string](p, `(() => {
			const said = document.querySelector("#notice").getBoundingClientRect();
			return [...document.querySelectorAll("button")].filter((e) => {
				if (!e.checkVisibility({ visibilityProperty: true }) || e.closest("[popover]")) return false;
				const { left, right, top, bottom } = e.getBoundingClientRect();
				return left < said.right && right > said.left && top < said.bottom && bottom > said.top;
			}).map((e) => e.id || e.ariaLabel);
		})()`) {
			t.Errorf("%v: %s is where something is said", size, id)
		}
	}
}
