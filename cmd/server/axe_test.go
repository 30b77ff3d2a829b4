package main

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp"

	"drawmesh/canvas"
)

// violations are what axe-core finds wrong with a page, each as a line.
const violations = `axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
	nodes.map(({ target, failureSummary }) => id + " at " + target.join(" ") + ": " + failureSummary.replaceAll("\n", " "))))`

// faint are the words that do not stand out from what is behind them, in the ratio of
// WCAG 2.2, 1.4.3, where something black or white is drawn below; axe-core does not look
// through what is translucent.
const faint = `(() => {
	const numbers = (color) => color.match(/[\d.]+/g).map(Number);
	const over = ([r, g, b, a = 1], base) => [r, g, b].map((v, i) => v * a + base[i] * (1 - a));
	const light = (rgb) => rgb.map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
	const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
	const behind = (e, base) => e ? over(numbers(getComputedStyle(e).backgroundColor), behind(e.parentElement, base)) : base;
	return [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility() && !e.closest("svg, .unseen, [aria-disabled=true]")
		&& (e.matches("input[type=text]") || [...e.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()))).flatMap((e) => {
		const got = Math.min(...[0, 255].map((v) => behind(e, [v, v, v])).map((back) => ratio(light(back), light(over(numbers(getComputedStyle(e).color), back)))));
		return got < 4.5 ? [(e.id || e.className || e.tagName) + " “" + (e.textContent || e.value) + "” is faint: " + got.toFixed(2)] : [];
	});
})()`

// No state of the page has a fault that axe-core knows: neither closed nor with any sheet
// open, light nor dark, narrow nor for whoever only watches.
func TestAxe(t *testing.T) {
	t.Parallel()
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("this test needs the page's development packages: npm ci --prefix cmd/server: %v", err)
	}
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	room := server.url + "/studio"
	bo := enter(t, room)
	b := newBrowser(t)
	for _, tt := range []struct {
		name, query   string
		width, height int64
		media         media
		sheets        []string
	}{
		{"light", "", 1280, 800, media{}, sheets},
		{"dark", "", 1280, 800, media{"prefers-color-scheme": "dark"}, sheets},
		{"narrow", "?lang=de", 360, 740, media{}, sheets},
		{"with more contrast", "", 1280, 800, media{"prefers-contrast": "more"}, nil},
		{"watching", "?view", 1280, 800, media{}, []string{"people"}},
	} {
		p := b.open(room + tt.query)
		p.do(chromedp.Evaluate[chromedp.Void](string(axe)))
		tt.media["prefers-reduced-motion"] = "reduce"
		p.emulate(tt.media)
		p.resize(tt.width, tt.height)
		look := func(what string) {
			for _, wrong := range append(eval[[]string](p, violations), eval[[]string](p, faint)...) {
				t.Errorf("%s, %s: %s", tt.name, what, wrong)
			}
		}
		p.wait(`!document.querySelector("#hint").hidden || document.documentElement.dataset.links !== "0"`)
		look("at the start")
		if tt.name == "dark" {
			p.do(click("#paper"))
		}
		p.waitLinks(1)
		if _, err := bo.Draw(canvas.Segment{From: canvas.Point{X: -900, Y: -900}, To: canvas.Point{X: 3000, Y: 3000}, Force: 1.5, Color: canvas.Color{A: 255}}); err != nil {
			t.Fatal(err)
		}
		p.waitSum(bo)
		for _, sheet := range tt.sheets {
			eval[any](p, unfold, sheet)
			look(sheet)
			eval[any](p, `document.querySelector("#"+%s).hidePopover()`, sheet)
		}
		if tt.sheets != nil {
			p.backInTime()
			look("history")
			p.press("\x1b")
			p.wait(`document.querySelector("#history") === null`)
		}
		eval[any](p, `(() => { const name = document.querySelector("#name"); name.value = ""; name.dispatchEvent(new Event("change")); })()`)
		look("with a notice")
		p.backInTime()
		p.do(click("#who-drew"))
		p.wait(`document.querySelector("#legend li")`)
		look("back in time")
		p.close()
	}
}
