package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"drawmesh/canvas"
)

// heard is where the strokes lead that the program in the room sees.
func (s *studio) heard() string {
	var ops []canvas.Op
	s.hears.Look(func(log *canvas.Log) {
		for e := range log.Paint(canvas.Key{}) {
			ops = append(ops, e.Op)
		}
	})
	return route(ops)
}

// byKeyboard goes to the canvas with Tab, where the pen is then.
func (s *studio) byKeyboard() {
	s.t.Helper()
	for range 40 {
		s.press("\t")
		if eval[bool](s.page, `document.activeElement.id === "overlay"`) {
			s.wait(`!document.querySelector("#pen").hidden`)
			return
		}
	}
	s.t.Fatal("Tab does not lead to the canvas")
}

// Whoever has only a keyboard draws with each tool, and others see the same strokes as from
// a mouse.
func TestDrawByKeyboard(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.byKeyboard()
	x, y := eval[float64](s.page, `Math.round(innerWidth / 2)`), eval[float64](s.page, `Math.round(innerHeight / 2)`)
	at := func(dx, dy float64) string { return fmt.Sprintf("%v,%v", x+dx, y+dy) }
	bigger := func(keys string) {
		s.do(chromedp.KeyEvent(keys, chromedp.KeyModifiers(shift)))
	}
	const space = " "
	right, down, back := kb.ArrowRight, kb.ArrowDown, kb.ArrowLeft+kb.ArrowUp
	for _, tt := range []struct {
		name string
		do   func()
		want string
	}{
		{"a pencil's stroke", func() { s.press("p" + space + strings.Repeat(right, 3) + space + strings.Repeat(kb.ArrowLeft, 3)) }, at(0, 0) + " " + at(24, 0)},
		{"what is not put down draws nothing", func() { s.press(right + kb.ArrowLeft) }, ""},
		{"with Shift, further", func() { s.press(space); bigger(right); s.press(kb.Enter); bigger(kb.ArrowLeft) }, at(0, 0) + " " + at(40, 0)},
		{"a dot", func() { s.press(kb.Enter) }, "at " + at(0, 0)},
		{"a line", func() { s.press("l" + kb.Enter + right + down + kb.Enter + back) }, at(0, 0) + " " + at(8, 8)},
		{"a rectangle", func() { s.press("r" + space + right + right + down + space + kb.ArrowLeft + back) }, "rect " + at(0, 0) + " " + at(16, 8)},
		{"a line that is given up", func() { s.press("l" + space + right + kb.Escape + kb.ArrowLeft) }, ""},
	} {
		tt.do()
		s.sees(func() bool { return s.heard() == tt.want }, "%s: got %q, want %q", tt.name, s.heard(), tt.want)
		if tt.want != "" {
			s.do(chromedp.KeyEvent("z", chromedp.KeyModifiers(ctrl)))
			s.sees(func() bool { return s.heard() == "" }, "%s: it is not undone as one", tt.name)
		}
	}
	for _, tool := range []string{"a", "o"} {
		s.press(tool + space + right + down + space + back)
		s.sees(func() bool { return s.heard() != "" }, "%s draws nothing", tool)
		s.do(chromedp.KeyEvent("z", chromedp.KeyModifiers(ctrl)))
		s.sees(func() bool { return s.heard() == "" }, "%s is not undone as one", tool)
	}

	t.Log("text, after which the canvas has the keyboard again")
	s.press("t" + kb.Enter)
	s.wait(`document.activeElement.id === "text"`)
	s.press("I" + kb.Enter)
	s.sees(func() bool { return s.heard() != "" }, "no text")
	s.wait(`document.activeElement.id === "overlay" && !document.querySelector("#pen").hidden`)
	text := s.heard()

	t.Log("the eraser takes it back")
	bigger(kb.ArrowLeft + kb.ArrowUp)
	s.press("e" + space)
	bigger(strings.Repeat(right+down, 3))
	s.press(space)
	s.sees(func() bool { return s.heard() == "" }, "it is not erased: %s", text)

	t.Log("the sheet moves where the pen comes to an edge")
	s.press("l" + space)
	bigger(strings.Repeat(right, int(x/40)+2))
	s.press(kb.Enter)
	s.wait(`!document.documentElement.dataset.view.startsWith("0 ")`)
	s.sees(func() bool { return strings.Count(s.heard(), " ") == 1 }, "not one line: %s", s.heard())

	t.Log("back from a sheet, it is there again for whoever had it, and else is not")
	s.press("c" + kb.Escape)
	s.wait(`document.activeElement.id === "overlay" && !document.querySelector("#pen").hidden`)
	s.drag(place{600, 500}, place{640, 500})
	s.press("c" + kb.Escape)
	s.wait(`document.activeElement.id === "overlay"`)
	before := eval[string](s.page, `document.querySelector("#style").ariaLabel`)
	s.press(kb.ArrowRight)
	s.wait(`document.querySelector("#pen").hidden && document.querySelector("#style").ariaLabel !== %s`, before)

	t.Log("arrows mean what they did to whoever has a mouse, and Enter takes the pen there")
	color := eval[string](s.page, `document.querySelector("#dot").style.backgroundColor`)
	s.drag(place{300, 300}, place{310, 300})
	s.wait(`document.querySelector("#pen").hidden`)
	s.press(right)
	s.wait(`document.querySelector("#dot").style.backgroundColor !== %s`, color)
	s.press(kb.Enter)
	s.wait(`!document.querySelector("#pen").hidden && document.querySelector("#pen").style.transform === "translate(300px, 300px)"`)
}
