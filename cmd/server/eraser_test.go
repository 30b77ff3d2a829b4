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
