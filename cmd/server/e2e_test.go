package main

import (
	"testing"

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
func waitSame(a, b *page) {
	a.t.Helper()
	want := eval[string](a, pixels)
	b.wait(pixels+` === %s`, want)
}

func TestTwoPeopleDraw(t *testing.T) {
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

	t.Log("clear is for everybody, and asks first")
	b.do(click("#clear"))
	b.wait(`document.activeElement.id === "really"`)
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
