package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience bounds every wait. It is generous, for nothing is measured by it.
const patience = 60 * time.Second

// A browser is a Chromium process of its own.
type browser struct {
	t   testing.TB
	ctx context.Context
}

// newBrowser starts Chromium, which ends with the test.
func newBrowser(t testing.TB, more ...chromedp.ExecAllocatorOption) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("these tests drive Chromium: apt-get install chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.WindowSize(1280, 800),
	)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), append(opts, more...)...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting chromium: %v", err)
	}
	return &browser{t, ctx}
}

// A page is a window of its own, which shares no storage with another.
type page struct {
	t   testing.TB
	ctx context.Context

	mu         sync.Mutex
	complaints []string // exceptions, and what the browser refused
}

// open opens a page at url. What it throws, or its policy forbids, fails the
// test.
func (b *browser) open(url string) *page {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	b.t.Cleanup(cancel)
	p := &page{t: b.t, ctx: ctx}
	p.do() // creates the window; its context must not have a deadline
	if err := chromedp.Listen(ctx, p.hear); err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, c := range p.complaints {
			b.t.Errorf("the page complains: %s", c)
		}
	})
	p.do(chromedp.Navigate(url))
	return p
}

// hear notes what goes wrong inside the page.
func (p *page) hear(ev any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		err := chromedp.ExceptionError{ExceptionDetails: ev.ExceptionDetails}
		p.complaints = append(p.complaints, err.Error())
	case *log.EventEntryAdded:
		if ev.Entry.Source == log.EntrySourceSecurity {
			p.complaints = append(p.complaints, ev.Entry.Text)
		}
	}
}

// do does something to the page.
func (p *page) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx := p.ctx
	if len(actions) > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// eval returns what a JavaScript expression is on the page, promises awaited.
// Args go in for its verbs, as JSON.
func eval[T any](p *page, expression string, args ...any) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	expression = script(expression, args)
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// wait waits until a JavaScript expression is true on the page.
func (p *page) wait(expression string, args ...any) {
	p.t.Helper()
	expression = script(expression, args)
	_, err := chromedp.Run(p.ctx, chromedp.Poll[chromedp.Void](expression,
		chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(patience)))
	if err != nil {
		p.t.Fatalf("waiting for %.500s: %v", expression, err)
	}
}

// script puts args into an expression, as JSON.
func script(expression string, args []any) string {
	if len(args) == 0 {
		return expression
	}
	values := make([]any, len(args))
	for i, a := range args {
		data, err := json.Marshal(a)
		if err != nil {
			panic(err)
		}
		values[i] = string(data)
	}
	return fmt.Sprintf(expression, values...)
}

// click clicks on the first element of a selector, once it can be seen.
func click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector))
}

// fill replaces what a field holds, and leaves it.
func fill(selector, text string) chromedp.Action[chromedp.Void] {
	choose := script(`document.querySelector(%s).select()`, []any{selector})
	return chromedp.Steps(chromedp.Evaluate[chromedp.Void](choose), chromedp.KeyEvent(text+"\r"))
}

// press types on the keyboard.
func (p *page) press(keys string) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(keys))
}

// clear clears for everybody, and says that it is meant if that is asked.
func (p *page) clear() {
	p.t.Helper()
	p.do(click("#clear"))
	if eval[bool](p, `document.querySelector("#sure").matches(":popover-open")`) {
		p.do(click("#really"))
	}
}

// close closes the window, as a person does.
func (p *page) close() {
	p.t.Helper()
	if err := chromedp.Cancel(p.ctx); err != nil {
		p.t.Fatal(err)
	}
}

// A place is where the mouse is, in CSS pixels.
type place struct{ x, y float64 }

// What a mouse does.
const (
	pressed  = chromedp.MousePressed
	moved    = chromedp.MouseMoved
	released = chromedp.MouseReleased
)

// mouse is the mouse, with its left button down if held.
func mouse(kind input.DispatchMouseEventType, at place, held bool) input.DispatchMouseEventParams {
	p := input.DispatchMouseEventParams{Type: kind, X: at.x, Y: at.y, Button: input.MouseButtonLeft, ClickCount: 1}
	if held {
		p.Buttons = 1
	}
	return p
}

// drag moves the mouse from the first place to the last with its button down.
func (p *page) drag(places ...place) {
	p.t.Helper()
	last := places[len(places)-1]
	p.point(mouse(pressed, places[0], true))
	for _, at := range places[1:] {
		p.point(mouse(moved, at, true))
	}
	p.point(mouse(released, last, false))
}

// point dispatches one event of the mouse or the pen.
func (p *page) point(event input.DispatchMouseEventParams) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.DispatchMouseEvent, event)
		return err
	}))
}
