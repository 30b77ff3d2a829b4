package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"drawmesh/canvas"
)

// openAlone opens a page in a room of its own.
func openAlone(t *testing.T) *page {
	t.Helper()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	p := newBrowser(t).open(server.url + "/studio")
	p.wait(connected)
	return p
}

// style is the color and the width that the page would draw with.
func (p *page) style() (color, width string) {
	p.t.Helper()
	color = eval[string](p, `document.querySelector('#swatch [aria-checked="true"]').dataset.color`)
	return color, eval[string](p, `document.querySelector("#width").textContent`)
}

func TestKeys(t *testing.T) {
	t.Parallel()
	p := openAlone(t)
	p.choose("pencil", red)
	tests := []struct{ name, keys, color, width string }{
		{"as chosen", "", red, "4.1 px"},
		{"next color", kb.ArrowRight, "#ff9900", "4.1 px"},
		{"previous color", kb.ArrowLeft + kb.ArrowLeft, "#980000", "4.1 px"},
		{"the row before", kb.ArrowLeft, "#ffffff", "4.1 px"},
		{"there and back", kb.ArrowRight + kb.ArrowLeft + kb.ArrowLeft, "#f3f3f3", "4.1 px"},
		{"more force", kb.ArrowUp + kb.ArrowUp, "#f3f3f3", "5.7 px"},
		{"less force", kb.ArrowDown + "[", "#f3f3f3", "4.1 px"},
		{"open the swatch and walk down", "c" + kb.ArrowDown, "#9900ff", "4.1 px"},
		{"walk left and up in it", kb.ArrowLeft + kb.ArrowUp, "#efefef", "4.1 px"},
		{"force in it", "]", "#efefef", "4.9 px"},
		{"close it", kb.Escape + kb.ArrowRight, "#f3f3f3", "4.9 px"},
		{"after the last comes the first", "c" + kb.ArrowUp + kb.ArrowRight + kb.ArrowRight + kb.Escape, "#000000", "4.9 px"},
	}
	for _, tt := range tests {
		p.press(tt.keys)
		if color, width := p.style(); color != tt.color || width != tt.width {
			t.Errorf("%s: got %s, %s, want %s, %s", tt.name, color, width, tt.color, tt.width)
		}
	}
	p.press("r")
	p.wait(`document.querySelector("[data-tool=rect]").ariaPressed === "true"`)
	p.press("p")
	p.wait(`document.querySelector("[data-tool=pencil]").ariaPressed === "true"`)
	p.press("w")
	p.wait(`document.querySelector("#people").matches(":popover-open")`)
	p.do(chromedp.Focus(chromedp.CSS("#name")))
	p.press("rp?") // a name is typed, and nothing else
	p.wait(`document.querySelector("#people").matches(":popover-open") && !document.querySelector("#help").matches(":popover-open")`)
	p.wait(`document.querySelector("[data-tool=pencil]").ariaPressed === "true"`)
	p.press(kb.Escape)
	p.press("?")
	p.wait(`document.querySelector("#help").matches(":popover-open")`)

	p.press(kb.Escape + "c")
	p.drag(place{200, 100}, place{300, 100}) // closes the swatch, and draws nothing
	p.drag(place{200, 200}, place{300, 200})
	p.waitInk(place{250, 200}, "#000000ff")
	p.waitInk(place{250, 100}, noInk)
	p.press(kb.Delete)
	p.waitInk(place{250, 200}, noInk)
	p.do(chromedp.KeyEvent("z", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	p.waitInk(place{250, 200}, "#000000ff")

	friend := enter(t, eval[string](p, `location.href`))
	drawAside(t, friend)
	p.waitSum(friend)
	for _, key := range []string{kb.Delete, kb.Backspace} {
		p.press(key)
		p.wait(`document.activeElement.id === "keep"`) // what it destroys is everybody's
		p.press("\r")
		p.wait(`!document.querySelector("#sure").matches(":popover-open")`)
		p.waitInk(place{250, 200}, "#000000ff")
	}
	p.press(kb.Delete + kb.Tab + "\r")
	p.waitInk(place{250, 200}, noInk)
}

// A color that is chosen where nothing that has the focus says which it is, is spoken; of those
// on the way, none.
func TestColorIsSpoken(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	p := newBrowser(t).openAfter(hearing, server.url+"/studio")
	p.wait(connected)
	p.choose("pencil", red)
	spoken := func(want string) {
		t.Helper()
		p.wait(`spoken.length > 0`)
		if got := eval[[]string](p, `spoken.splice(0)`); len(got) != 1 || got[0] != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	p.press(strings.Repeat(kb.ArrowRight, 3))
	spoken("green")
	eval[any](p, `(() => {
		const custom = document.querySelector("#custom");
		for (custom.value of ["#654321", "#123456"]) custom.dispatchEvent(new Event("input"));
	})()`)
	spoken("nearly very dark blue")

	t.Log("in the swatch the focus is on it, also where the color before is none of its")
	p.press("c")
	const focused = `document.activeElement.role + " " + document.activeElement.ariaLabel + " " + document.activeElement.ariaChecked`
	if got := eval[string](p, focused); got != "radio black false" {
		t.Errorf("the focus is on %s", got)
	}
	p.press(kb.ArrowRight + kb.ArrowRight)
	if got := eval[string](p, focused); got != "radio gray 1 true" {
		t.Errorf("the focus is on %s", got)
	}
}

// Any color can be drawn with: one that is chosen, one of the drawing, one of before.
func TestColorsOfOnesOwn(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	p := s.page
	draw := func(y float64, ink string) {
		t.Helper()
		p.drag(place{200, y}, place{300, y})
		p.waitInk(place{250, y}, ink)
	}
	p.press("p")
	eval[any](p, `(() => {
		const custom = document.querySelector("#custom");
		custom.value = "#123456";
		custom.dispatchEvent(new Event("input"));
	})()`)
	draw(200, "#123456ff")
	p.choose("pencil", red)
	draw(300, redInk)
	t.Log("the eyedropper takes a color, once")
	p.press("i")
	p.drag(place{250, 200}, place{250, 200})
	draw(400, "#123456ff")
	p.press("i")
	p.drag(place{600, 500}, place{600, 500})
	p.wait(`document.querySelector("#notice").textContent === "Nothing is drawn there"`)
	p.drag(place{250, 300}, place{250, 300})
	draw(500, redInk)
	t.Log("those of before are there, also after the page is loaded again")
	s.sees(func() bool { return s.ends(canvas.Point{X: 300, Y: 500}) }, "the program does not see the last line")
	s.safe()
	p.do(chromedp.Reload())
	p.waitLinks(1)
	p.press("pc")
	p.wait(`[...document.querySelectorAll("#recent button")].map((button) => button.dataset.color).join() === %s`, red+",#123456")
	p.do(click(`#recent [data-color="#123456"]`))
	p.press(kb.Escape)
	draw(150, "#123456ff")
}

// A finger draws a line, and a tap a dot.
func TestTouch(t *testing.T) {
	t.Parallel()
	p := openAlone(t)
	p.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
	p.wait(`document.querySelector("#picture").width === 390`)
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('#swatch [data-color="` + red + `"]').click()`))
	p.touch("touchStart", place{100, 200})
	p.touch("touchMove", place{200, 200})
	p.touch("touchMove", place{300, 200})
	p.touch("touchEnd")
	p.waitInk(place{250, 200}, redInk)
	p.touch("touchStart", place{200, 600})
	p.touch("touchEnd")
	p.waitInk(place{200, 600}, redInk)
}
