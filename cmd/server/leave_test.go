package main

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"drawmesh/canvas"
)

// doors hears how a page is left: the browser's question, or another page that is
// loaded.
func (p *page) doors() <-chan any {
	p.t.Helper()
	heard := make(chan any, 16)
	if err := chromedp.Listen(p.ctx, func(ev any) {
		switch ev.(type) {
		case *cdpage.EventJavascriptDialogOpening, *cdpage.EventLoadEventFired:
			heard <- ev
		}
	}); err != nil {
		p.t.Fatal(err)
	}
	return heard
}

// asks reloads a page, and says whether the browser asks before. If it does, the
// page stays.
func (p *page) asks(doors <-chan any) bool {
	p.t.Helper()
	p.do(chromedp.Evaluate[chromedp.Void](`void setTimeout(() => location.reload())`))
	select {
	case ev := <-doors:
		if _, loaded := ev.(*cdpage.EventLoadEventFired); loaded {
			return false
		}
	case <-time.After(patience):
		p.t.Fatal("the page neither asks nor leaves")
	}
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, cdpage.HandleJavaScriptDialog, cdpage.HandleJavaScriptDialogParams{})
		return err
	}))
	return true
}

// Where a browser keeps nothing, whoever leaves with a drawing that nobody else has is
// asked, and nobody else.
func TestLeavingAsks(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	room := server.url + "/studio"
	p := newBrowser(t).openAfter(`Object.defineProperty(window, "indexedDB", { get() { throw new DOMException("Access is denied", "SecurityError"); } })`, room)
	p.wait(connected)
	doors := p.doors()
	ask := func(when string, want bool) {
		t.Helper()
		if got := p.asks(doors); got != want {
			t.Fatalf("%s: asked %v, want %v", when, got, want)
		}
		p.wait(connected)
	}
	p.choose("pencil", red)
	ask("nothing is drawn", false)

	p.drag(place{200, 200}, place{300, 200})
	p.drag(place{200, 300}, place{300, 300})
	p.do(click("#undo"))
	ask("alone with a drawing", true)
	p.waitInk(place{250, 200}, redInk)
	p.do(click("#undo"))
	ask("alone, and all is undone", false)

	p.choose("pencil", red)
	p.drag(place{200, 200}, place{300, 200})
	friend := enter(t, room)
	p.wait(`document.documentElement.dataset.agree === "true" && document.documentElement.dataset.synced === "1"`)
	p.drag(place{200, 400}, place{300, 400}) // which is under way
	ask("a friend has it", false)

	p.waitInk(place{250, 200}, redInk)
	p.drag(place{200, 300}, place{300, 300})
	p.waitSum(friend)
	friend.Close(context.Background())
	p.waitLinks(0)
	ask("the friend has left", true)
	p.clear()
	p.waitInk(place{250, 200}, noInk)
	ask("it is cleared", false)
}

// A drawing that nobody else has is there again when its page is loaded again, and so is
// that it was cleared; nobody is asked.
func TestReloadAlone(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	room := server.url + "/studio"
	p := newBrowser(t).open(room)
	p.wait(connected)
	doors := p.doors()
	reload := func() {
		t.Helper()
		p.wait(kept)
		for len(doors) > 0 {
			<-doors
		}
		before := p.sum()
		if p.asks(doors) {
			t.Fatal("the page asks, though nothing would be lost")
		}
		p.wait(`document.documentElement.dataset.sum === %s`, before)
	}
	p.choose("pencil", red)
	p.drag(place{200, 200}, place{300, 200})
	p.drag(place{200, 300}, place{300, 300})
	p.do(click("#undo"))
	reload()
	p.waitInk(place{250, 200}, redInk)
	p.waitInk(place{250, 300}, noInk)
	p.wait(connected)

	t.Log("what is drawn after that is kept, too, and what others drew")
	p.drag(place{200, 400}, place{300, 400})
	friend := enter(t, room)
	if _, err := friend.Draw(wideLine(450, canvas.Color{B: 255, A: 255})); err != nil {
		t.Fatal(err)
	}
	p.waitSum(friend)
	friend.Close(context.Background())
	p.waitLinks(0)
	reload()
	for y, ink := range map[float64]string{200: redInk, 400: redInk, 450: blueInk} {
		p.waitInk(place{250, y}, ink)
	}
	p.wait(connected)
	late := enter(t, room)
	p.waitSum(late)
	late.Close(context.Background())

	t.Log("another room has a drawing of its own")
	p.wait(kept)
	p.do(chromedp.Navigate(server.url + "/other"))
	p.wait(connected)
	p.waitInk(place{250, 200}, noInk)
	p.do(chromedp.Navigate(room))
	p.waitInk(place{250, 200}, redInk)

	t.Log("what was cleared stays away")
	p.clear()
	p.waitInk(place{250, 200}, noInk)
	reload()
	p.wait(connected)
	p.waitInk(place{250, 200}, noInk)
}

// kept is whether the browser keeps all that the page has.
const kept = `document.documentElement.dataset.kept === "all"`

// A clear can be taken back for a while: what it wiped is drawn again, in its order.
func TestClearIsTakenBack(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.drag(place{200, 200}, place{300, 200})
	s.choose("pencil", blue)
	s.drag(place{250, 150}, place{250, 250}) // above the red one
	if _, err := s.hears.Draw(wideLine(400, canvas.Color{R: 255, A: 255})); err != nil {
		t.Fatal(err)
	}
	s.waitInk(place{250, 200}, blueInk)
	s.waitInk(place{250, 400}, redInk)
	for range 2 {
		s.clear()
		s.waitInk(place{250, 200}, noInk)
		s.waitSum(s.hears)
		s.wait(`document.querySelector("#notice").textContent === "Cleared for everybody"`)
		s.do(click("#act"))
		s.waitInk(place{250, 200}, blueInk)
		s.waitInk(place{250, 400}, redInk)
		s.waitSum(s.hears)
		s.wait(`document.querySelector("#act").hidden`)
	}
	s.do(click("#undo")) // one stroke, as it was
	s.waitInk(place{250, 400}, noInk)
	s.waitInk(place{250, 200}, blueInk)
}

// A page that the browser has kept, when its person comes back, has its drawing
// and is in the room.
func TestComesBackFromCache(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	room := server.url + "/studio"
	p := newBrowser(t).open(room)
	p.wait(connected)
	p.choose("pencil", red)
	p.drag(place{200, 200}, place{300, 200})
	for _, name := range []string{"pagehide", "pageshow"} {
		eval[any](p, `void dispatchEvent(new PageTransitionEvent(%s, { persisted: true }))`, name)
	}
	friend := enter(t, room)
	p.waitLinks(1)
	p.waitInk(place{250, 200}, redInk)
	p.waitSum(friend)
}
