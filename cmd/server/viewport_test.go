package main

import (
	"context"
	"math"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"drawmesh/canvas"
)

// redLine is a red line of a program's, 20.5 CSS pixels wide: its edges lie between
// pixels.
func redLine(x, y, u, v float64) canvas.Segment {
	return canvas.Segment{From: canvas.Point{X: x, Y: y}, To: canvas.Point{X: u, Y: v}, Force: 1.79, Color: canvas.Color{R: 255, A: 255}}
}

// draw has the program draw, and waits until the page has it.
func (s *studio) draw(ops ...canvas.PlainOp) {
	s.t.Helper()
	if _, err := s.hears.Draw(ops...); err != nil {
		s.t.Fatal(err)
	}
	s.waitSum(s.hears)
}

// more waits until the page says on these sides, and on no other, that there is
// more of the drawing.
func (s *studio) more(want string) {
	s.t.Helper()
	s.wait(`[...document.querySelectorAll(".more:not([hidden])")].map((button) => button.textContent).join(", ") === %s`, want)
}

// origin is the place of the sheet that is the window's upper left.
func (p *page) origin() place {
	p.t.Helper()
	x, y, _ := p.shows()
	return place{x, y}
}

// shows is the place of the sheet that is the window's upper left, and the scale.
func (p *page) shows() (x, y, scale float64) {
	p.t.Helper()
	v := eval[[]float64](p, `document.documentElement.dataset.view.split(" ").map(Number)`)
	return v[0], v[1], v[2]
}

// What lies beyond the window is told and can be looked at, and drawn on.
func TestBeyondWindow(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	width, height := eval[float64](s.page, `innerWidth`), eval[float64](s.page, `innerHeight`)
	s.draw(redLine(200, 200, 300, 200))
	s.more("")
	s.draw(redLine(width+300, 300, width+400, 300))
	s.more("More →")

	t.Log("a button leads there, and what is drawn is where it shows")
	s.do(click("#more-right"))
	s.more("More ←")
	at := s.origin()
	s.waitInk(place{width + 350 - at.x, 300 - at.y}, redInk)
	if at.x <= 0 || at.y != 0 {
		t.Errorf("the button leads to %v, want one further to the right", at)
	}
	s.drag(place{500, 400}, place{600, 400})
	s.waitInk(place{550, 400}, redInk)
	want := canvas.Point{X: 600 + at.x, Y: 400 + at.y}
	s.sees(func() bool { return s.ends(want) }, "at %v: no line to %v", at, want)

	t.Log("an undone stroke there is repainted there")
	s.do(click("#undo"))
	s.waitInk(place{550, 400}, noInk)
	s.waitInk(place{width + 350 - at.x, 300 - at.y}, redInk)

	t.Log("so does a wheel, and Home leads back")
	s.press(kb.Home)
	s.waitInk(place{250, 200}, redInk)
	s.more("More →")
	s.draw(redLine(-500, -300, -400, -300), redLine(100, height+200, 200, height+200))
	s.more("More ←, More →, More ↑, More ↓")
	s.point(input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel, X: 400, Y: 400, DeltaX: -600, DeltaY: -400})
	s.wait(`document.documentElement.dataset.view === "-600 -400 1"`)
	s.waitInk(place{600 - 450, 400 - 300}, redInk)
	s.more("More →, More ↓")

	t.Log("1 shows all of it")
	s.press("1")
	s.more("")
	_, _, scale := s.shows()
	if want := min((width-48)/(width+411+511), (height-188)/(height+211+311)); scale > want || scale < 0.98*want {
		t.Errorf("got scale %v, want %v", scale, want)
	}

	t.Log("where nothing is left, Home leads back all the same")
	s.clear()
	s.press(kb.Home)
	s.wait(`document.documentElement.dataset.view === "0 0 1"`)
	s.draw(redLine(width+300, 300, width+400, 300))
	s.more("More →")
	if err := s.hears.Undo(s.hears.Undoable()); err != nil {
		t.Fatal(err)
	}
	s.more("")
}

// Where the window is, how large and on what screen, changes nothing that is drawn:
// on each scale a pointer draws under itself, and plain pages see it where it is.
func TestZoom(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	wheel := func(dy float64) {
		s.point(input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel, X: 400, Y: 300, DeltaX: 1e-9, DeltaY: dy, Modifiers: ctrl})
	}
	tests := []struct {
		name string
		do   func()
	}{
		{"larger by a key", func() { s.press("++") }},
		{"smaller by a key", func() { s.press("----") }},
		{"larger by the wheel", func() { wheel(-120); wheel(-120) }},
		{"smaller by the wheel", func() { wheel(120) }},
		{"a button", func() { s.do(click("#larger")) }},
		{"on a finer screen", func() {
			s.press("0")
			s.do(chromedp.EmulateViewport(1000, 700, chromedp.EmulateScale(2)))
			s.wait(`innerWidth === 1000 && devicePixelRatio === 2`)
		}},
		{"on that, larger", func() { s.press("+") }},
	}
	for _, tt := range tests {
		before := s.page.sum()
		tt.do()
		s.settled()
		if got := s.page.sum(); got != before {
			t.Errorf("%s: the drawing has changed", tt.name)
		}
		x, y, scale := s.shows()
		s.drag(place{500, 400}, place{600, 400})
		s.settled()
		s.waitInk(place{550, 400}, redInk)
		at := func(v float64) float64 { return math.Round(v*100) / 100 }
		want := canvas.Point{X: at(x + 600/scale), Y: at(y + 400/scale)}
		s.sees(func() bool { return s.ends(want) }, "%s, at %v, %v × %v: no line to %v", tt.name, x, y, scale, want)
		s.do(click("#undo"))
		s.waitInk(place{550, 400}, noInk)
		s.sees(func() bool { return !s.ends(want) }, "%s: the line that was undone stays", tt.name)
		s.waitSum(s.hears)
	}
}

// ends says whether a line ends at a place of the sheet.
func (s *studio) ends(at canvas.Point) (found bool) {
	s.hears.Look(func(log *canvas.Log) {
		for e := range log.Paint(canvas.Key{}) {
			segment, ok := e.Op.(canvas.Segment)
			found = found || ok && segment.To == at
		}
	})
	return found
}

// settled waits until the picture is painted for what the window shows.
func (p *page) settled() {
	p.t.Helper()
	p.wait(`document.querySelector("#picture").style.transform === "" && document.querySelector("#picture").width === Math.round(innerWidth * devicePixelRatio)`)
}

// What is painted again in slices, for another scale, is what a page paints that comes
// there at once, and nothing is lost that is drawn meanwhile.
func TestZoomSharp(t *testing.T) {
	t.Parallel()
	p := logPage(t)
	got := eval[struct{ Most, Count, Blurred int }](p, `import("/testdata/view.js").then(({ zoomed }) => zoomed(7))`)
	if got.Count > 0 {
		t.Errorf("%d values differ, by up to %d", got.Count, got.Most)
	}
	if got.Blurred < 1000 {
		t.Errorf("%d values differ from those of a picture that is merely stretched: the test says little", got.Blurred)
	}
}

// The sheet follows a hand that drags it, by the space bar, the middle button or two
// fingers, and the overview shows meanwhile where that is.
func TestDragSheet(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.draw(redLine(300, 300, 400, 300))
	s.drawn()
	back := func() {
		s.settled()
		s.waitInk(place{350 + 50, 300 + 40}, redInk)
		s.press(kb.Home)
		s.waitInk(place{350, 300}, redInk)
	}
	eval[any](s.page, `(() => {
		const overview = document.querySelector("#overview");
		new MutationObserver(() => (window.overviews ??= []).push(overview.dataset.shown)).observe(overview, { attributeFilter: ["data-shown"] });
	})()`)
	t.Log("the middle button")
	s.mouse(pressed, 600, 400, input.MouseButtonMiddle, 4)
	s.mouse(moved, 650, 440, input.MouseButtonMiddle, 4)
	s.mouse(released, 650, 440, input.MouseButtonMiddle, 0)
	s.wait(`document.documentElement.dataset.view === "-50 -40 1"`)
	s.wait(`window.overviews?.[0] === "true" && window.overviews.at(-1) === "false"`)
	back()

	t.Log("the space bar")
	space := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeRawKeyDown, Key: " ", Code: "Space", WindowsVirtualKeyCode: 32}
	s.key(space)
	s.wait(`getComputedStyle(document.querySelector("#overlay")).cursor === "grab"`)
	s.drag(place{600, 400}, place{650, 440})
	space.Type = input.DispatchKeyEventTypeKeyUp
	s.key(space)
	s.wait(`document.documentElement.dataset.view === "-50 -40 1"`)
	back()

	t.Log("two fingers, which turn it larger as well")
	s.touch("touchStart", place{500, 400})
	s.touch("touchStart", place{500, 400}, place{600, 400})
	s.touch("touchMove", place{450, 400}, place{650, 400})
	s.touch("touchMove", place{500, 440}, place{700, 440})
	s.touch("touchEnd")
	s.wait(`document.documentElement.dataset.view === "250 180 2"`)
	s.settled()
	s.waitInk(place{(350 - 250) * 2, (300 - 180) * 2}, redInk)
	s.press(kb.Home)
	s.waitInk(place{350, 300}, redInk)
	if got := route(s.drawn()); got != "" {
		t.Errorf("got %q drawn, want nothing", got)
	}
}

// key dispatches one event of the keyboard.
func (p *page) key(event input.DispatchKeyEventParams) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.DispatchKeyEvent, event)
		return err
	}))
}

// A person may have the paper dark: on their screen, what is black is light, and what
// is white stays like the paper. What is drawn keeps its color.
func TestDarkPaper(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	line := redLine(300, 300, 400, 300)
	line.Color = canvas.Color{A: 255}
	s.draw(line)
	s.waitInk(place{350, 300}, "#000000ff")
	s.do(click("#paper"))
	s.waitInk(place{350, 300}, "#ebebebff")
	s.wait(`getComputedStyle(document.querySelector("main")).backgroundColor === "rgb(29, 28, 36)"`)
	s.choose("pencil", "#ffffff")
	s.drag(place{320, 280}, place{320, 320})
	s.waitInk(place{320, 300}, "#1d1c24ff")
	s.sees(func() bool {
		return s.ends(canvas.Point{X: 320, Y: 320}) && s.hasColor(canvas.Color{R: 255, G: 255, B: 255, A: 255}) && s.hasColor(canvas.Color{A: 255})
	}, "what was drawn has another color now")
	s.safe()
	t.Log("so it is after the page is loaded again, until they want it white")
	s.do(chromedp.Reload())
	s.waitInk(place{350, 300}, "#ebebebff")
	s.do(click("#paper"))
	s.waitInk(place{350, 300}, "#000000ff")
}

func (s *studio) hasColor(c canvas.Color) (found bool) {
	s.hears.Look(func(log *canvas.Log) {
		for e := range log.Paint(canvas.Key{}) {
			segment, ok := e.Op.(canvas.Segment)
			found = found || ok && segment.Color == c
		}
	})
	return found
}
