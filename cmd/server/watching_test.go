package main

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// A page that was opened to watch shows what others draw and draws nothing, whatever is
// done to it: its mouse moves the sheet. It says how to draw, and there it draws.
func TestWatching(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	b := newBrowser(t)
	ana := b.open(server.url + "/studio")
	eve := b.open(server.url + "/studio?view")
	ana.waitLinks(1)
	ana.choose("pencil", red)
	ana.drag(place{200, 200}, place{300, 200})
	eve.waitInk(place{250, 200}, redInk)
	for _, id := range []string{"#undo", "#clear", "#style", `[data-tool="pencil"]`} {
		if eval[bool](eve, `document.querySelector(%s).checkVisibility()`, id) {
			t.Errorf("%s is there for whoever only watches", id)
		}
	}
	if !eval[bool](eve, `document.querySelector("#save").checkVisibility()`) {
		t.Error("who watches cannot save the picture")
	}

	eve.press("r")
	eve.wait(noticed, "You are watching: to draw, choose Draw too")
	for _, keys := range []string{"p", "\u007f", "c"} {
		eve.press(keys)
	}
	eve.do(chromedp.KeyEvent("z", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	if eval[bool](eve, `Boolean(document.querySelector(":popover-open"))`) {
		t.Error("a sheet to draw with is open")
	}
	eve.drag(place{200, 300}, place{300, 400})
	eve.wait(`document.documentElement.dataset.view === "-100 -100 1"`)
	eve.waitInk(place{350, 300}, redInk)
	eval[any](eve, `document.querySelector("#really").click()`) // no finger gets there
	agree(ana, eve)
	if got := eval[string](ana, `document.querySelector("#undo").ariaDisabled`); got != "false" {
		t.Error("the drawing was cleared by who watches")
	}
	ana.waitInk(place{250, 200}, redInk)

	eve.do(chromedp.Navigate(eval[string](eve, `document.querySelector("#draw-too").href`)))
	eve.waitLinks(1)
	eve.choose("pencil", blue)
	eve.drag(place{200, 500}, place{300, 500})
	ana.waitInk(place{250, 500}, blueInk)
}
