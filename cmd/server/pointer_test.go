package main

import (
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A stroke begins where the first button goes down and ends where it is up, in
// whatever way that is told, or that the hand's attention is elsewhere. What the
// system takes away was none.
func TestGestures(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	none, leftButton, rightButton := input.MouseButtonNone, input.MouseButtonLeft, input.MouseButtonRight
	tests := []struct {
		name string
		do   func()
		want string
	}{
		{"a line", func() {
			s.drag(place{200, 300}, place{250, 300}, place{250, 350})
		}, "200,300 250,300 250,350"},
		{"the other button is down when the first is up", func() {
			s.mouse(pressed, 200, 300, leftButton, left)
			s.mouse(moved, 240, 300, leftButton, left)
			s.mouse(pressed, 240, 300, rightButton, left|right)
			s.mouse(moved, 280, 300, leftButton, left|right)
			s.mouse(released, 280, 320, leftButton, right)
			s.mouse(moved, 400, 300, rightButton, right)
			s.mouse(released, 450, 350, rightButton, 0)
		}, "200,300 280,300 280,320"},
		{"the first button goes down and up while another is down", func() {
			s.mouse(pressed, 200, 300, rightButton, right)
			s.mouse(moved, 240, 300, rightButton, right)
			s.mouse(pressed, 260, 300, leftButton, left|right)
			s.mouse(moved, 300, 300, leftButton, left|right)
			s.mouse(released, 320, 300, leftButton, right)
			s.mouse(moved, 360, 300, rightButton, right)
			s.mouse(released, 360, 300, rightButton, 0)
		}, "260,300 320,300"},
		{"only the other button", func() {
			s.mouse(pressed, 200, 300, rightButton, right)
			s.mouse(moved, 240, 300, rightButton, right)
			s.mouse(released, 240, 300, rightButton, 0)
		}, ""},
		{"the release is never told", func() {
			s.mouse(pressed, 200, 300, leftButton, left)
			s.mouse(moved, 240, 300, leftButton, left)
			s.mouse(moved, 400, 300, none, 0)
			s.mouse(moved, 500, 300, none, 0)
		}, "200,300 240,300"},
		{"nor that of a tap", func() {
			s.mouse(pressed, 200, 300, leftButton, left)
			s.mouse(moved, 400, 300, none, 0)
		}, "at 200,300"},
		{"nor that of a rectangle", func() {
			s.press("r")
			s.mouse(pressed, 200, 300, leftButton, left)
			s.mouse(moved, 240, 330, leftButton, left)
			s.mouse(moved, 400, 400, none, 0)
			s.press("p")
		}, "rect 200,300 240,330"},
		{"the next press comes before any release", func() {
			s.script(`at("pointerdown", 9, 200, 300); at("pointermove", 9, 240, 300);
				at("pointerdown", 9, 400, 300); at("pointermove", 9, 440, 300); at("pointerup", 9, 440, 300);`)
		}, "200,300 240,300; 400,300 440,300"},
		{"the window loses the focus", func() {
			s.script(`at("pointerdown", 9, 200, 300); at("pointermove", 9, 240, 300);
				window.dispatchEvent(new Event("blur")); at("pointermove", 9, 400, 300); at("pointerup", 9, 400, 300);`)
		}, "200,300 240,300"},
		{"the canvas loses the pointer", func() {
			s.mouse(pressed, 200, 300, leftButton, left)
			s.mouse(moved, 240, 300, leftButton, left)
			eval[any](s.page, `document.querySelector("#overlay").releasePointerCapture(1)`)
			s.mouse(moved, 260, 300, leftButton, left) // which is when it is told
			s.mouse(moved, 400, 300, leftButton, left)
			s.mouse(released, 400, 300, leftButton, 0)
		}, "200,300 240,300"},
		{"up outside of the window", func() {
			s.mouse(pressed, 20, 300, leftButton, left)
			s.mouse(moved, -40, 300, leftButton, left)
			s.mouse(released, -40, 320, leftButton, 0)
			s.mouse(moved, 300, 300, none, 0)
		}, "20,300 -40,300 -40,320"},
		{"samples of one moment", func() {
			s.script(`at("pointerdown", 9, 200, 300); for (const [x, y] of [[230, 300], [230, 330], [260, 330], [260, 360]]) at("pointermove", 9, x, y);
				at("pointerup", 9, 290, 360);`)
		}, "200,300 230,300 230,330 260,330 260,360 290,360"},
		{"a finger", func() {
			s.touch("touchStart", place{200, 300})
			s.touch("touchMove", place{300, 300})
			s.touch("touchEnd")
		}, "200,300 300,300"},
		{"a finger that taps", func() {
			s.touch("touchStart", place{200, 300})
			s.touch("touchEnd")
		}, "at 200,300"},
		{"a finger that the system takes away", func() {
			s.touch("touchStart", place{200, 300})
			s.touch("touchMove", place{300, 300})
			s.touch("touchMove", place{300, 400})
			s.touch("touchCancel")
		}, ""},
		{"one that only rests", func() {
			s.touch("touchStart", place{200, 300})
			s.touch("touchCancel")
		}, ""},
		{"a rectangle that the system takes away", func() {
			s.press("r")
			s.touch("touchStart", place{200, 300})
			s.touch("touchMove", place{300, 400})
			s.touch("touchCancel")
			s.press("p")
		}, ""},
		{"two fingers that move the sheet", func() {
			s.touch("touchStart", place{200, 300})
			s.touch("touchMove", place{220, 300})
			s.touch("touchStart", place{220, 300}, place{400, 300})
			s.touch("touchMove", place{250, 300}, place{430, 300})
			s.touch("touchEnd")
			s.press(kb.Home)
		}, ""},
		{"two fingers that only rest", func() {
			s.touch("touchStart", place{200, 300}, place{400, 300})
			s.touch("touchEnd")
		}, ""},
		{"a hand that comes before its pen", func() {
			s.touch("touchStart", place{600, 500})
			s.touch("touchMove", place{600, 520})
			s.touch("touchMove", place{610, 540})
			s.pen(pressed, 200, 300, 0.5)
			s.touch("touchMove", place{620, 560})
			s.pen(moved, 240, 300, 0.5)
			s.touch("touchEnd")
			s.pen(released, 240, 300, 0)
		}, "200,300 240,300"},
		{"a hand that only rests before its pen", func() {
			s.touch("touchStart", place{600, 500})
			s.pen(pressed, 200, 300, 0.5)
			s.pen(released, 200, 300, 0)
			s.touch("touchEnd")
		}, "at 200,300"},
		{"a hand that comes after its pen, and stays", func() {
			s.pen(pressed, 200, 300, 0.5)
			s.touch("touchStart", place{600, 500})
			s.pen(moved, 240, 300, 0.5)
			s.pen(released, 240, 300, 0)
			s.touch("touchMove", place{640, 500})
			s.touch("touchEnd")
		}, "200,300 240,300"},
		{"a hand that drags a rectangle before its pen does", func() {
			s.press("r")
			s.touch("touchStart", place{600, 500})
			s.touch("touchMove", place{640, 540})
			s.pen(pressed, 200, 300, 0.5)
			s.pen(moved, 240, 330, 0.5)
			s.pen(released, 240, 330, 0)
			s.touch("touchEnd")
			s.press("p")
		}, "rect 200,300 240,330"},
		{"a pen that the system takes away", func() {
			s.script(`const pen = { pointerType: "pen", pressure: 0.5 };
				at("pointerdown", 9, 200, 300, pen); at("pointermove", 9, 240, 300, pen);
				at("pointercancel", 9, 0, 0, { pointerType: "pen" });`)
		}, "200,300 240,300"},
	}
	for _, tt := range tests {
		tt.do()
		if got := route(s.drawn()); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}

	t.Log("what was taken back does not come back")
	s.touch("touchStart", place{200, 600})
	s.touch("touchMove", place{300, 600})
	s.touch("touchCancel")
	s.wait(`document.querySelector("#redo").ariaDisabled === "true"`)
	s.do(chromedp.KeyEvent("z", chromedp.KeyModifiers(chromedp.ModifierCtrl|chromedp.ModifierShift)))
	if got := route(s.drawn()); got != "" {
		t.Errorf("redone: got %q, want nothing", got)
	}
	s.waitInk(place{250, 600}, noInk)
}
