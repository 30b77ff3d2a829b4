package main

import (
	"strings"
	"testing"

	"drawmesh/canvas"
)

// Less opacity is lighter, everywhere on a stroke as much: what is one piece lets through
// what is below, and where pieces meet none shows twice. Others see the same.
func TestOpacity(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	friend := s.tab(eval[string](s.page, `location.href`))
	friend.waitLinks(2)
	both := func(at place, ink string) {
		t.Helper()
		s.waitInk(at, ink)
		friend.waitInk(at, ink)
	}
	share := func(want string) {
		t.Helper()
		s.wait(`document.querySelector("#opaque").textContent === %s`, want)
	}
	share("100 %")
	s.press(".")
	share("100 %")
	s.press(",,,,,,")
	share("40 %")
	s.wait(`document.querySelector("#style").ariaLabel === %s`, "Color red, size 4.1 px, opacity 40 %")
	s.press("c")
	s.wait(`!document.querySelector("#through").hidden`)
	s.press("\u001b]]")
	t.Log("a pencil's stroke is even, and covers")
	s.drag(place{200, 200}, place{230, 200}, place{260, 200}, place{300, 200}, place{400, 200})
	for x := 200.0; x <= 400; x += 10 {
		both(place{x, 200}, "#ff9999ff")
	}
	t.Log("a line lets through")
	s.press("l")
	s.drag(place{200, 300}, place{400, 300})
	both(place{300, 300}, "#ff000066")
	s.drag(place{300, 150}, place{300, 350})
	both(place{300, 200}, "#ff5c5cff")
	t.Log("and so does a rectangle, at its corners too")
	s.press("r")
	s.drag(place{500, 300}, place{600, 400})
	for _, at := range []place{{500, 350}, {550, 300}, {500, 300}, {600, 400}} {
		both(at, "#ff000066")
	}
	s.press("p")
	colors := map[canvas.Color]int{}
	for _, op := range s.drawn() {
		switch op := op.(type) {
		case canvas.Segment:
			colors[op.Color]++
		case canvas.Rect:
			colors[op.Color]++
		}
	}
	if len(colors) != 2 || colors[canvas.Color{R: 255, A: 102}] != 3 {
		t.Errorf("the program sees colors %v, want the pencil's and three times #ff000066", colors)
	}
	t.Log("it is remembered, and can be undone")
	s.safe()
	if got := eval[string](s.page, `sessionStorage.getItem("drawmesh.style")`); !strings.Contains(got, `"opacity":0.4`) {
		t.Errorf("remembered %s", got)
	}
	s.press("......")
	share("100 %")
	s.press("p")
	s.drag(place{200, 450}, place{400, 450})
	both(place{300, 450}, redInk)
}
