package main

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"drawmesh/canvas"
)

// What is typed on the sheet is shown while it is typed, drawn as one stroke, seen by
// others, and never more than lines.
func TestText(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	friend := s.tab(eval[string](s.page, `location.href`))
	friend.waitLinks(2)
	const typed = `L <img src=x onerror=alert(1)>`
	corner := place{300, 322} // the L's upper end is above, its foot to the right
	s.press("t")
	s.wait(`document.querySelector("[data-tool=text]").ariaPressed === "true"`)
	s.drag(place{300, 300}, place{300, 300})
	s.wait(`document.activeElement.id === "text"`)
	s.press(typed)
	s.wait(inkAt+` === %s`, "#overlay", 300.0, 300.0, redInk)
	s.waitInk(place{300, 300}, noInk)
	s.press(kb.Enter)
	for _, p := range []*page{s.page, friend} {
		p.waitInk(place{300, 300}, redInk)
		p.waitInk(corner, noInk)
		p.wait(`document.querySelectorAll("img[src=x]").length === 0`)
	}
	s.wait(inkAt+` === %s`, "#overlay", 300.0, 300.0, noInk)
	s.press("p")
	var box canvas.Box
	for i, op := range s.drawn() {
		if _, ok := op.(canvas.Segment); !ok {
			t.Fatalf("drew %v, want segments", op)
		}
		if b := canvas.Bounds(op); i == 0 {
			box = b
		} else {
			box.Max = canvas.Point{X: max(box.Max.X, b.Max.X), Y: max(box.Max.Y, b.Max.Y)}
		}
	}
	if wide := box.Max.X - box.Min.X; wide < 300 || wide > 900 {
		t.Errorf("got a text of %v pixels", wide)
	}
	s.do(click("#undo"), click("#undo")) // the mark is the last
	s.marks--
	friend.waitInk(place{300, 300}, noInk)
	s.waitSum(s.hears)

	t.Log("one that is given up leaves nothing, nor does one without letters")
	s.drawn()
	s.press("t")
	s.drag(place{300, 300}, place{300, 300})
	s.press("L" + kb.Escape)
	s.drag(place{300, 400}, place{300, 400})
	s.press(" " + kb.Enter)
	s.wait(inkAt+` === %s`, "#overlay", 300.0, 300.0, noInk)
	t.Log("whatever leaves the field ends it")
	s.drag(place{300, 200}, place{300, 200})
	s.press("pL")
	s.do(click("[data-tool=pencil]"))
	s.wait(`document.querySelector("#text").hidden`)
	ops := s.drawn()
	if len(ops) == 0 {
		t.Fatal("a text that was left is not drawn")
	}
	for _, op := range ops {
		if b := canvas.Bounds(op); b.Max.Y > 240 {
			t.Errorf("got %v, want nothing of what was given up", op)
		}
	}

	t.Log("an input method composes in it, and its Enter ends nothing")
	s.press("t")
	s.drag(place{300, 500}, place{300, 500})
	eval[any](s.page, `(() => {
		const field = document.querySelector("#text");
		field.dispatchEvent(new CompositionEvent("compositionstart"));
		field.value = "L";
		field.dispatchEvent(new InputEvent("input", { isComposing: true, data: "L" }));
		field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true }));
	})()`)
	s.wait(inkAt+` === %s`, "#overlay", 300.0, 500.0, redInk)
	s.wait(`!document.querySelector("#text").hidden`)
	s.press(kb.Enter)
	s.waitInk(place{300, 500}, redInk)
	s.do(chromedp.KeyEvent("z", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	s.waitInk(place{300, 500}, noInk)
}
