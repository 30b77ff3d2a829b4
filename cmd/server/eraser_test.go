package main

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// The eraser takes back one's own strokes that it touches, paints over those of others, and
// says which; all of a pass is undone and redone at once.
func TestEraser(t *testing.T) {
	t.Parallel()
	const paper = "#ffffffff"
	s := openStudio(t)
	friend := s.tab(eval[string](s.page, `location.href`))
	friend.waitLinks(2)
	friend.choose("pencil", blue)
	both := func(at place, ink string) {
		t.Helper()
		s.waitInk(at, ink)
		friend.waitInk(at, ink)
	}
	undo := func(redoes bool) {
		t.Helper()
		modifiers := chromedp.ModifierCtrl
		if redoes {
			modifiers |= chromedp.ModifierShift
		}
		s.do(chromedp.KeyEvent("z", chromedp.KeyModifiers(modifiers)))
	}
	said := func(words string) {
		t.Helper()
		s.wait(`document.querySelector("#notice").textContent === %s`, words)
	}
	friend.drag(place{200, 400}, place{500, 400})
	both(place{300, 400}, blueInk)
	s.drag(place{200, 200}, place{500, 200})
	s.drag(place{200, 300}, place{500, 300})
	s.drag(place{200, 500}, place{500, 500})
	both(place{300, 500}, redInk)

	s.press("e")
	s.wait(`document.querySelector("[data-tool=eraser]").ariaPressed === "true"`)
	s.point(mouse(moved, place{300, 150}, false))
	s.wait(`document.querySelector("#tip").style.visibility === "visible" && parseFloat(document.querySelector("#tip").style.width) > 16`)
	t.Log("while it is dragged, what it touches goes")
	s.point(mouse(pressed, place{300, 150}, true))
	s.point(mouse(moved, place{300, 250}, true))
	both(place{450, 200}, noInk)
	both(place{300, 300}, redInk)
	s.point(mouse(moved, place{300, 450}, true))
	both(place{450, 300}, noInk)
	both(place{300, 400}, paper)
	s.point(mouse(released, place{300, 450}, false))
	said("Erased 2 of your strokes; painted over others’")
	both(place{400, 400}, blueInk)
	both(place{450, 500}, redInk)
	s.waitSum(s.hears)

	t.Log("one step undoes it, one does it again")
	undo(false)
	both(place{300, 200}, redInk)
	both(place{450, 300}, redInk)
	both(place{300, 400}, blueInk)
	undo(true)
	both(place{300, 200}, noInk)
	both(place{300, 300}, noInk)
	both(place{300, 400}, paper)
	t.Log("more than once does no more")
	undo(true)
	both(place{300, 200}, noInk)

	t.Log("where there is nothing but one's own, nothing is painted")
	s.drag(place{450, 470}, place{450, 530})
	both(place{300, 500}, noInk)
	both(place{450, 500}, noInk)
	said("Erased 1 of your strokes")
	undo(false)
	both(place{300, 500}, redInk)
	undo(false)
	both(place{300, 200}, redInk)
	both(place{300, 400}, blueInk)
	t.Log("and then one's strokes are undone")
	undo(false)
	both(place{300, 500}, noInk)
	both(place{300, 200}, redInk)
	undo(true)
	both(place{300, 500}, redInk)

	t.Log("what it painted is not erased, nor is what was given up")
	s.drag(place{300, 370}, place{300, 430})
	said("Painted over others’ strokes")
	both(place{300, 400}, paper)
	s.drag(place{290, 400}, place{290, 400})
	both(place{300, 400}, paper)
	s.point(mouse(pressed, place{400, 150}, true))
	s.point(mouse(moved, place{400, 450}, true))
	both(place{450, 200}, noInk)
	both(place{400, 400}, paper)
	s.press("\u001b")
	both(place{450, 200}, redInk)
	both(place{400, 400}, blueInk)
	s.point(mouse(released, place{400, 450}, false))
	s.waitSum(s.hears)
}

// A finger writes and erases, but not where it turns out to be one of two.
func TestTouchTools(t *testing.T) {
	t.Parallel()
	p := openAlone(t)
	p.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
	p.wait(`document.querySelector("#picture").width === 390`)
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('#swatch [data-color="` + red + `"]').click()`))
	tool := func(name string) {
		p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('[data-tool="` + name + `"]').click()`))
	}
	tool("text")
	p.touch("touchStart", place{100, 200})
	p.touch("touchEnd")
	p.wait(`document.activeElement.id === "text" && document.querySelector("#text").getBoundingClientRect().left >= 100`)
	p.press("L")
	p.wait(inkAt+` === %s`, "#overlay", 100.0, 200.0, redInk)
	p.wait(`document.activeElement.id === "text"`)
	t.Log("another tap ends it, and begins another")
	p.touch("touchStart", place{200, 300})
	p.touch("touchEnd")
	p.waitInk(place{100, 200}, redInk)
	p.wait(`document.activeElement.id === "text"`)
	p.press("L\r")
	p.waitInk(place{200, 300}, redInk)

	tool("eraser")
	t.Log("two fingers hold the sheet")
	p.touch("touchStart", place{92, 200})
	p.touch("touchMove", place{97, 200})
	p.touch("touchStart", place{97, 200}, place{300, 500})
	p.touch("touchEnd")
	p.waitInk(place{100, 200}, redInk)
	p.touch("touchStart", place{60, 200})
	p.touch("touchMove", place{90, 200})
	p.touch("touchMove", place{130, 200})
	p.touch("touchEnd")
	p.waitInk(place{100, 200}, noInk)
	p.waitInk(place{200, 300}, redInk)
	t.Log("a tap erases, too")
	p.touch("touchStart", place{200, 300})
	p.touch("touchEnd")
	p.waitInk(place{200, 300}, noInk)
	p.do(click("#undo"))
	p.waitInk(place{200, 300}, redInk)
}
