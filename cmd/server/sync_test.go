package main

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"drawmesh/canvas"
	"drawmesh/peer"
)

// agree waits until pages have the sum of the first one, and each says that all
// agree.
func agree(pages ...*page) {
	pages[0].t.Helper()
	for i := 0; i < len(pages); {
		sum := pages[0].sum()
		pages[i].wait(`document.documentElement.dataset.agree === "true" &&
			Number(document.documentElement.dataset.synced) === %s`, len(pages)-1)
		if pages[i].sum() == sum {
			i++
		}
	}
}

// Whoever comes late sees what was drawn; undo, redo and clear mean the same to
// all.
func TestLateJoin(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	b := newBrowser(t)
	room := server.url + "/studio"
	a := b.join(room, 1)[0]
	a.choose("pencil", red)
	a.drag(place{200, 200}, place{300, 200}, place{300, 300})
	a.choose("rect", teal)
	a.drag(place{400, 200}, place{500, 300})

	t.Log("the drawing is there before the second page came")
	c := b.open(room)
	c.waitLinks(1)
	c.waitInk(place{250, 200}, redInk)
	c.waitInk(place{450, 200}, tealInk)
	agree(a, c)
	waitSame(a, c)

	t.Log("strokes are undone by their author, latest first, and redone")
	c.wait(`document.querySelector("#undo").ariaDisabled === "true"`)
	a.do(click("#undo"))
	c.waitInk(place{450, 200}, noInk)
	a.do(chromedp.KeyEvent("z", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	c.waitInk(place{250, 200}, noInk)
	c.waitInk(place{300, 250}, noInk)
	a.do(chromedp.KeyEvent("Z", chromedp.KeyModifiers(chromedp.ModifierCtrl|chromedp.ModifierShift)))
	a.do(click("#redo"))
	c.waitInk(place{300, 250}, redInk)
	c.waitInk(place{450, 200}, tealInk)
	waitSame(a, c)

	t.Log("a stroke below others comes back below them")
	c.choose("pencil", blue)
	c.drag(place{230, 150}, place{230, 250})
	a.waitInk(place{230, 200}, blueInk)
	a.do(click("#undo"), click("#undo"))
	c.waitInk(place{250, 200}, noInk)
	a.do(click("#redo"), click("#redo"))
	c.waitInk(place{250, 200}, redInk)
	c.waitInk(place{230, 200}, blueInk)
	agree(a, c)
	waitSame(a, c)

	t.Log("a clear is for all, and for whoever comes later")
	c.clear()
	a.waitInk(place{250, 200}, noInk)
	a.drag(place{600, 200}, place{700, 300})
	d := b.open(room)
	agree(a, c, d)
	waitSame(a, d)
}

// scribble draws so many short strokes with a page's own mouse, all at once.
const scribble = `(() => {
	const overlay = document.querySelector("#overlay");
	overlay.setPointerCapture = () => {};
	const at = (type, x, y) => overlay.dispatchEvent(new PointerEvent(type, {
		pointerId: 1, button: type === "pointermove" ? -1 : 0, buttons: type === "pointerup" ? 0 : 1,
		pointerType: "mouse", clientX: x, clientY: y,
	}));
	let x = 100, y = 100, step = 0;
	const timer = setInterval(() => {
		at("pointerdown", x, y);
		for (let i = 0; i < 5; i++) at("pointermove", (x = (x + 37) %% 1000), (y = (y + 53) %% 700));
		at("pointerup", x, y);
		if (++step === %s) clearInterval(timer);
	}, 4);
})()`

// waitQuiet waits until the drawing has stayed the same for half a second.
func (p *page) waitQuiet() {
	p.t.Helper()
	eval[any](p, `new Promise((resolve) => {
		let sum, same = 0;
		const timer = setInterval(() => {
			const now = document.documentElement.dataset.sum;
			same = now === sum ? same + 1 : 0;
			sum = now;
			if (same === 10) resolve(clearInterval(timer));
		}, 50);
	})`)
}

// A page and a program hold the same drawing, whoever of them came first and
// whoever drew, undid and cleared.
func TestPageAndProgram(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	b := newBrowser(t)
	room := server.url + "/studio"
	first := enter(t, room)
	s := &schedule{random: rand.New(rand.NewPCG(5, 6))}
	for i := range 3000 {
		if _, err := first.Draw(s.op()); err != nil {
			t.Fatal(err)
		}
		if i%100 == 0 {
			first.Undo(first.Undoable())
		}
	}
	p := b.open(room)
	p.waitLinks(1)
	p.waitSum(first)

	t.Log("the page draws, undoes and clears")
	p.choose("pencil", red)
	p.drag(place{200, 200}, place{300, 200})
	p.drag(place{200, 250}, place{300, 250})
	p.do(click("#undo"))
	p.waitQuiet()
	p.waitSum(first)
	p.clear()
	p.drag(place{200, 300}, place{300, 300})
	p.waitQuiet()
	p.waitSum(first)

	t.Log("a program that comes late gets it from either")
	late := enter(t, room)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := late.WaitSynced(ctx); err != nil {
		t.Fatal(err)
	}
	p.waitSum(late)
}

// enter takes a program into a room.
func enter(t testing.TB, room string) *peer.Peer {
	t.Helper()
	p, err := peer.Join(t.Context(), room, peer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close(context.Background()) })
	return p
}

// drawAside draws something where no test looks.
func drawAside(t testing.TB, p *peer.Peer) {
	t.Helper()
	if _, err := p.Draw(canvas.Segment{From: canvas.Point{X: 5000, Y: 5000}, To: canvas.Point{X: 5010, Y: 5000}, Force: 1, Color: canvas.Color{A: 255}}); err != nil {
		t.Fatal(err)
	}
}

// sum is that of the page's drawing, "" before it has one.
func (p *page) sum() string {
	p.t.Helper()
	return eval[string](p, `document.documentElement.dataset.sum ?? ""`)
}

// waitSum waits until the page's drawing is a program's.
func (p *page) waitSum(of *peer.Peer) {
	p.t.Helper()
	var page, program string
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		if page, program = p.sum(), of.Sum().String(); page == program {
			return
		}
		if time.Now().After(end) {
			p.t.Fatalf("the page has the drawing %s, the program %s", page, program)
		}
	}
}
