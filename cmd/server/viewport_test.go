package main

import (
	"image/color"
	"testing"

	"github.com/chromedp/cdproto/input"
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
// more of the drawing, or a way back.
func (s *studio) more(want string) {
	s.t.Helper()
	s.wait(`[...document.querySelectorAll(".more:not([hidden])")].map((button) => button.textContent).join(", ") === %s`, want)
}

// origin is the place of the drawing that is the window's upper left.
func (s *studio) origin() place {
	s.t.Helper()
	at := eval[[]float64](s.page, `document.querySelector("main").style.backgroundPosition.split(" ").map((v) => -parseFloat(v))`)
	return place{at[0], at[1]}
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
	s.drag(place{500, 400}, place{600, 400})
	s.waitSum(s.hears)
	s.waitInk(place{550, 400}, redInk)
	want := canvas.Point{X: 600 + at.x, Y: 400 + at.y}
	found := false
	s.hears.Look(func(log *canvas.Log) {
		for e := range log.Paint(canvas.Key{}) {
			segment, ok := e.Op.(canvas.Segment)
			found = found || ok && segment.To == want
		}
	})
	if !found || at.x <= 0 || at.y != 0 {
		t.Errorf("at %v: got no line to %v", at, want)
	}

	t.Log("an undone stroke there is repainted there")
	s.do(click("#undo"))
	s.waitInk(place{550, 400}, noInk)
	s.waitInk(place{width + 350 - at.x, 300 - at.y}, redInk)

	t.Log("so does a wheel, no further than there is something, and Home leads back")
	s.press(kb.Home)
	s.waitInk(place{250, 200}, redInk)
	s.more("More →")
	s.draw(redLine(-500, -300, -400, -300), redLine(100, height+200, 200, height+200))
	s.more("More ←, More →, More ↑, More ↓")
	s.point(input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel, X: 400, Y: 400, DeltaX: -9000, DeltaY: -9000})
	s.more("More →, More ↓")
	at = s.origin()
	if at.x < -513 || at.x > -509 || at.y < -313 || at.y > -309 {
		t.Errorf("got the upper left at %v, want that of the drawing, at -511, -311", at)
	}
	s.waitInk(place{-450 - at.x, -300 - at.y}, redInk)

	t.Log("where nothing is left, there is only the way back")
	s.do(click("#clear"), click("#really"))
	s.more("Back →, Back ↓")
	s.press(kb.Home)
	s.more("")
	s.draw(redLine(width+300, 300, width+400, 300))
	s.more("More →")
	if err := s.hears.Undo(s.hears.Undoable()); err != nil {
		t.Fatal(err)
	}
	s.more("")
}

// The picture that is saved is all of the drawing, within bounds, and says what
// it lacks.
func TestSaveBeyondWindow(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	width, height := eval[int](s.page, `innerWidth`), eval[int](s.page, `innerHeight`)
	redAt := func(x, y int) bool {
		t.Helper()
		r, g, b, _ := s.saved().At(x, y).RGBA()
		return color.RGBA{uint8(r), uint8(g), uint8(b), 255} == color.RGBA{255, 0, 0, 255}
	}
	s.draw(redLine(200, 200, 300, 200))
	if size := s.saved().Bounds().Size(); size.X != width || size.Y != height || !redAt(250, 200) {
		t.Errorf("within the window: got a picture of %v, want %d×%d", size, width, height)
	}

	s.draw(redLine(-300, 100, -200, 100), redLine(float64(width)+100, 700, float64(width)+200, 700))
	// Around a line there is half its width, and a pixel for its edge.
	size, left := s.saved().Bounds().Size(), 311
	if want := left + width + 211; size.X < want-1 || size.X > want+2 || size.Y < height {
		t.Errorf("beyond the window: got a picture of %v, want one %d wide", size, want)
	}
	for _, x := range []int{-250, 250, width + 150} {
		y := map[int]int{-250: 100, 250: 200, width + 150: 700}[x]
		if !redAt(left+x, y) && !redAt(left+1+x, y) {
			t.Errorf("%d,%d is not in the picture", x, y)
		}
	}
	s.wait(`document.querySelector("#notice").textContent === "Picture saved"`)

	s.draw(redLine(7000, 7000, 7100, 7000))
	size = s.saved().Bounds().Size()
	if size.X*size.Y > 16<<20 || size.X < 3000 {
		t.Errorf("far beyond: got a picture of %v", size)
	}
	s.wait(`/^Picture saved, at \d\d % of its size: /.test(document.querySelector("#notice").textContent)`)

	s.draw(redLine(1e6-100, -1e6+100, 1e6-50, -1e6+100))
	size = s.saved().Bounds().Size()
	if size.X*size.Y > 16<<20 || size.X < 1000 || size.Y < 1000 {
		t.Errorf("at the end of the world: got a picture of %v", size)
	}
	s.wait(`document.querySelector("#notice").textContent.startsWith("Picture saved, without what lies more than 8192 pixels beyond the window, at ")`)
}
