package main

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
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

// Whoever leaves with a drawing that nobody else has is asked, and nobody else.
func TestLeavingAsks(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	room := server.url + "/studio"
	p := newBrowser(t).open(room)
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
	p.do(click("#clear"), click("#really"))
	p.waitInk(place{250, 200}, noInk)
	ask("it is cleared", false)
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
