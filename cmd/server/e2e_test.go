package main

import (
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"

	"github.com/chromedp/chromedp"
)

// What a page looks like, in JavaScript.
const (
	// pixels is what the picture is, all of it.
	pixels = `document.querySelector("#picture").toDataURL()`

	// inkAt is the color of one CSS pixel of a canvas, as #rrggbbaa.
	inkAt = `(() => {
		const canvas = document.querySelector(%s), ratio = canvas.width / innerWidth;
		const data = canvas.getContext("2d").getImageData(%s * ratio, %s * ratio, 1, 1).data;
		return "#" + [...data].map((v) => v.toString(16).padStart(2, "0")).join("");
	})()`
)

// An ink is a color of the swatch, and what it is on the canvas.
const (
	red, redInk   = "#ff0000", "#ff0000ff"
	teal, tealInk = "#45818e", "#45818eff"
	blue, blueInk = "#0000ff", "#0000ffff"
	noInk         = "#00000000"
)

// join opens pages in one room and waits until each has a link to each.
func (b *browser) join(url string, n int) []*page {
	b.t.Helper()
	var pages []*page
	for range n {
		pages = append(pages, b.open(url))
	}
	for _, p := range pages {
		p.waitLinks(n - 1)
	}
	return pages
}

func (p *page) waitLinks(n int) {
	p.t.Helper()
	p.wait(`Number(document.documentElement.dataset.links) === %s`, n)
}

// choose takes a tool and a color of the swatch.
func (p *page) choose(tool, color string) {
	p.t.Helper()
	p.do(click("[data-tool="+tool+"]"), click("#style"), click(`#swatch [data-color="`+color+`"]`))
	p.press("\u001b")
}

// waitInk waits until a place of the picture has a color.
func (p *page) waitInk(at place, ink string) {
	p.t.Helper()
	p.wait(inkAt+` === %s`, "#picture", at.x, at.y, ink)
}

// waitSame waits until two pages show the same picture, to the last pixel.
// Either may still have to paint what it knows.
func waitSame(a, b *page) {
	a.t.Helper()
	for end := time.Now().Add(patience); eval[string](a, pixels) != eval[string](b, pixels); {
		if time.Now().After(end) {
			a.t.Fatal("the pictures differ")
		}
	}
}

func TestTwoPeopleDraw(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	pages := newBrowser(t).join(server.url+"/studio", 2)
	a, b := pages[0], pages[1]

	t.Log("the mouse draws on one page, and the other shows it")
	a.choose("pencil", red)
	a.drag(place{200, 200}, place{300, 200}, place{300, 300})
	b.waitInk(place{250, 200}, redInk)
	b.waitInk(place{300, 250}, redInk)
	b.choose("pencil", blue)
	b.drag(place{200, 400}, place{300, 400})
	a.waitInk(place{250, 400}, blueInk)
	waitSame(a, b)

	t.Log("a rectangle shows while it is dragged, and stays when it is let go")
	a.choose("rect", teal)
	a.point(mouse(pressed, place{500, 200}, true))
	a.point(mouse(moved, place{600, 300}, true))
	b.wait(inkAt+` === %s`, "#overlay", 550.0, 200.0, tealInk)
	b.waitInk(place{550, 200}, noInk)
	a.point(mouse(released, place{600, 300}, false))
	b.waitInk(place{550, 200}, tealInk)
	b.wait(inkAt+` === %s`, "#overlay", 550.0, 200.0, noInk)
	waitSame(a, b)

	t.Log("one that is given up leaves nothing")
	a.point(mouse(pressed, place{700, 200}, true))
	a.point(mouse(moved, place{800, 300}, true))
	b.wait(inkAt+` === %s`, "#overlay", 750.0, 200.0, tealInk)
	a.press("\u001b")
	a.point(mouse(released, place{800, 300}, false))
	b.wait(inkAt+` === %s`, "#overlay", 750.0, 200.0, noInk)
	waitSame(a, b)

	t.Log("a new name is everybody's")
	b.do(click("#who"), fill("#name", "Zoë <b>"))
	a.wait(`document.querySelector("#others b")?.textContent === %s`, "Zoë <b>")
	a.waitLinks(1)
	b.waitLinks(1)
	b.press("\u001b")

	t.Log("clear is for everybody, and asks first where others have drawn")
	b.do(click("#clear"))
	b.wait(`document.activeElement.id === "keep"`)
	a.waitInk(place{250, 200}, redInk)
	b.do(click("#really"))
	a.waitInk(place{250, 200}, noInk)
	waitSame(a, b)

	t.Log("a page that is loaded again draws on")
	a.do(chromedp.Reload())
	a.waitLinks(1)
	b.waitLinks(1)
	a.choose("pencil", red)
	a.drag(place{200, 200}, place{300, 200})
	b.waitInk(place{250, 200}, redInk)

	t.Log("and one that is closed is gone")
	a.close()
	b.wait(`document.querySelector("#others").children.length === 0`)
}

func TestServerRestarts(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	b := newBrowser(t)
	pages := b.join(server.url+"/studio", 2)
	for _, p := range pages {
		// How many links were open, each time that changed.
		eval[any](p, `(() => {
			const root = document.documentElement;
			window.linksSeen = [root.dataset.links];
			new MutationObserver(() => window.linksSeen.push(root.dataset.links))
				.observe(root, { attributes: true, attributeFilter: ["data-links"] });
		})()`)
		p.choose("pencil", red)
	}

	t.Log("drawing goes on while there is no server, and the page says so")
	server.end(syscall.SIGKILL)
	for i, p := range pages {
		p.wait(`document.documentElement.dataset.signaling === "waiting"`)
		p.wait(`/^Reconnecting to the server in \d+ s$/.test(document.querySelector("#notice").textContent)`)
		y := 200 + 50*float64(i)
		p.drag(place{200, y}, place{300, y})
		pages[1-i].waitInk(place{250, y}, redInk)
	}

	t.Log("the pages find the new server, and keep their links")
	again := startProcess(t, "--port", server.port(), "--token-secret", longSecret)
	for _, p := range pages {
		p.wait(`document.documentElement.dataset.signaling === "connected"`)
		p.wait(`document.querySelector("#notice").hidden`)
	}

	t.Log("a third one joins them there")
	third := b.open(again.url + "/studio")
	for _, p := range append(pages, third) {
		p.waitLinks(2)
	}
	third.choose("pencil", blue)
	third.drag(place{200, 400}, place{300, 400})
	for _, p := range pages {
		p.waitInk(place{250, 400}, blueInk)
		seen := eval[[]string](p, `window.linksSeen`)
		if slices.Contains(seen, "0") {
			t.Errorf("got %v links open, one after another, want never 0", seen)
		}
	}
	waitSame(pages[0], pages[1])
}

// A server that comes back with another secret knows nobody's token.
func TestServerForgetsTokens(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	pages := newBrowser(t).join(server.url+"/studio", 2)
	server.end(syscall.SIGKILL)
	startProcess(t, "--port", server.port(), "--token-secret", strings.ToUpper(longSecret))
	for _, p := range pages {
		p.wait(`document.documentElement.dataset.signaling === "connected"`)
		p.waitLinks(1)
		p.wait(`document.querySelectorAll("#others li").length === 1`)
	}
	pages[0].choose("pencil", red)
	pages[0].drag(place{200, 200}, place{300, 200})
	pages[1].waitInk(place{250, 200}, redInk)
}

// What a pen presses widens its line, and so does the keyboard.
func TestForce(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	pages := newBrowser(t).join(server.url+"/studio", 2)
	a, b := pages[0], pages[1]
	a.choose("pencil", red)
	stroke := func(y, pressure float64) {
		for i, kind := range []input.DispatchMouseEventType{pressed, moved, released} {
			event := mouse(kind, place{200 + 50*float64(i), y + 0.5}, kind != released)
			event.PointerType, event.Force = input.DispatchMouseEventPointerTypePen, pressure
			a.point(event)
		}
	}
	width := func(y float64) int { // of the line at y, in CSS pixels
		b.waitInk(place{230, y}, redInk)
		return eval[int](b, `(() => {
			const { data } = document.querySelector("#picture").getContext("2d").getImageData(230, %s - 40, 1, 80);
			return data.filter((v, i) => i %% 4 === 3 && v > 127).length;
		})()`, y)
	}
	stroke(100, 0.25)
	stroke(200, 0.5)
	stroke(300, 1)
	a.press("\u001b]]]]]]")
	a.drag(place{200, 400.5}, place{250, 400.5}) // a mouse, which does not press
	// (force × (½ + pressure))⁴ × 2, where the keyboard's force is 1.2, then 1.5.
	for i, want := range []int{1, 4, 21, 10} {
		if got := width(100 + 100*float64(i)); got < want-1 || got > want+1 {
			t.Errorf("line %d: got %d pixels, want %d±1", i, got, want)
		}
	}
	waitSame(a, b)
}

// The drawing outlives a change of the window's size.
func TestResize(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	p := newBrowser(t).open(server.url + "/studio")
	p.do(chromedp.EmulateViewport(1280, 800))
	p.wait(`document.querySelector("#picture").height === 800`)
	p.choose("pencil", red)
	p.drag(place{200, 200}, place{300, 200})
	p.waitInk(place{250, 200}, redInk)
	before := eval[string](p, pixels)
	for _, size := range []struct {
		width, height int64
		ratio         float64
	}{{280, 300, 1}, {800, 600, 2}, {1280, 800, 1}} {
		p.do(chromedp.EmulateViewport(size.width, size.height, chromedp.EmulateScale(size.ratio)))
		p.wait(`innerWidth === %s && document.querySelector("#picture").width === innerWidth * %s`, size.width, size.ratio)
		p.waitInk(place{250, 200}, redInk)
	}
	p.wait(pixels+` === %s`, before)
}
