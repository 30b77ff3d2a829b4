package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"drawmesh/canvas"
	"drawmesh/peer"

	"github.com/chromedp/chromedp"
)

// Rooms of people, programs and plain pages, in which something goes wrong. They
// share a browser.
func TestRooms(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	b := newBrowser(t)
	for name, test := range map[string]func(*testing.T, *browser, *middleman){
		"all kinds in one room": allKinds, "the sponsor leaves": sponsorLeaves, "a partition heals": partitionHeals,
	} {
		t.Run(name, func(t *testing.T) { test(t, &browser{t, b.ctx}, between(t, server.url)) })
	}
}

// openPlain opens a plain page.
func (b *browser) openPlain(m *middleman, dialect string) *page {
	b.t.Helper()
	return b.open(m.url + "/testdata/plain.html?dialect=" + dialect + "&room=studio")
}

// inkOfPlain waits until a place of a plain page has a color.
func (p *page) inkOfPlain(x, y float64, want string) {
	p.t.Helper()
	p.wait(`[...context.getImageData(%s, %s, 1, 1).data].join() === %s`, x, y, want)
}

// bar is a thick horizontal line.
func bar(y float64, c canvas.Color) canvas.Segment {
	return canvas.Segment{From: canvas.Point{X: 200, Y: y}, To: canvas.Point{X: 300, Y: y}, Force: 1.5, Color: c}
}

func drawAll(t *testing.T, p *peer.Peer, ops ...canvas.PlainOp) {
	t.Helper()
	for _, op := range ops {
		if _, err := p.Draw(op); err != nil {
			t.Fatal(err)
		}
	}
}

// Two people, two programs and a plain page of each dialect hold one drawing,
// though one of them comes back in the middle of it.
func allKinds(t *testing.T, b *browser, m *middleman) {
	room := m.url + "/studio"
	programs := []*peer.Peer{enter(t, room), enter(t, room)}
	pages := []*page{b.open(room), b.open(room)}
	for _, p := range pages {
		p.waitLinks(3)
	}
	drawAll(t, programs[0], bar(200, canvas.Color{R: 255, A: 255}))
	pages[0].choose("pencil", blue)
	pages[0].drag(place{200, 250}, place{300, 250})
	pages[0].choose("rect", teal)
	pages[0].drag(place{400, 200}, place{500, 300})
	pages[1].waitInk(place{450, 200}, tealInk)

	t.Log("plain pages come late, and show the drawing")
	plain := []*page{b.openPlain(m, "article"), b.openPlain(m, "later")}
	for _, p := range plain {
		p.inkOfPlain(250, 200, "255,0,0,255")
		p.inkOfPlain(250, 250, "0,0,255,255")
		p.inkOfPlain(450, 200, "69,129,142,255")
	}

	t.Log("what they draw is everybody's")
	eval[any](plain[0], `plain.send(%s)`, strings.Replace(line(350, red), `"event":"draw",`, "", 1))
	eval[any](plain[1], `plain.send(%s)`, line(400, blue))
	for _, p := range pages {
		p.waitInk(place{250, 350}, redInk)
		p.waitInk(place{250, 400}, blueInk)
	}

	t.Log("the keys undo and redo one's own strokes, for plain pages as well")
	undo, redo := chromedp.KeyEvent("z", chromedp.KeyModifiers(chromedp.ModifierCtrl)), chromedp.KeyEvent("y", chromedp.KeyModifiers(chromedp.ModifierCtrl))
	pages[1].do(undo) // it has drawn nothing
	pages[0].do(undo, undo)
	plain[1].inkOfPlain(250, 250, "0,0,0,0")
	plain[1].inkOfPlain(450, 200, "0,0,0,0")
	pages[0].do(undo) // nor has this anything left
	pages[0].do(redo)
	plain[1].inkOfPlain(250, 250, "0,0,255,255")
	plain[1].inkOfPlain(250, 200, "255,0,0,255")
	plain[1].inkOfPlain(250, 400, "0,0,255,255")

	t.Log("a page is loaded again while all draw")
	eval[any](pages[0], scribble, 100)
	eval[any](pages[1], scribble, 100)
	for i, p := range programs {
		for j := range 500 {
			drawAll(t, p, bar(float64(500+100*i)+float64(j)/10, canvas.Color{G: uint8(j), A: 255}))
		}
	}
	pages[1].do(chromedp.Reload())
	for _, p := range pages {
		p.waitLinks(5)
		p.waitQuiet()
	}
	for _, p := range programs {
		pages[0].waitSum(p)
		pages[1].waitSum(p)
	}
	waitSame(pages[0], pages[1])
}

// Whoever logs what a plain page draws is closed in the middle of it.
func sponsorLeaves(t *testing.T, b *browser, m *middleman) {
	pages := b.join(m.url+"/studio", 3)
	slices.SortFunc(pages, func(p, q *page) int {
		site := `document.documentElement.dataset.site`
		return strings.Compare(eval[string](p, site), eval[string](q, site))
	})
	plain := b.openPlain(m, "later")
	plain.wait(`plain.open() === 3`)
	const total = 100
	eval[any](plain, `(() => {
		window.sent = 0;
		const timer = setInterval(() => {
			const y = 100 + 5 * sent;
			plain.send({ event: "draw", lastPoint: { x: 200, y }, x: 300, y, force: 1, color: "#ff0000" });
			if (++sent === %s) clearInterval(timer);
		}, 20);
	})()`, total)
	plain.wait(`sent >= %s`, total/4)
	pages[0].close()
	plain.wait(`sent === %s`, total)
	left := pages[1:]
	for _, p := range left {
		for y := 100.0; y < 100+5*total; y += 5 {
			p.waitInk(place{250, y}, redInk)
		}
	}
	agree(left...)
	waitSame(left[0], left[1])
}

// Two pages lose each other and the way back, draw, undo and clear, and find
// each other again.
func partitionHeals(t *testing.T, b *browser, m *middleman) {
	pages := b.join(m.url+"/studio", 2)
	for i, p := range pages {
		eval[any](p, `(() => {
			const { send } = RTCDataChannel.prototype;
			RTCDataChannel.prototype.send = function (data) {
				window.channel = this;
				return send.call(this, data);
			};
		})()`)
		p.choose("pencil", red)
		y := 200 + 50*float64(i)
		p.drag(place{200, y}, place{300, y})
		pages[1-i].waitInk(place{250, y}, redInk)
	}
	m.meddling(func(w http.ResponseWriter, r *http.Request, server http.Handler) {
		if strings.HasPrefix(r.URL.Path, "/relay/") {
			http.Error(w, "no way", http.StatusBadGateway)
			return
		}
		server.ServeHTTP(w, r)
	})
	eval[any](pages[0], `window.channel.close()`)
	for _, p := range pages {
		p.waitLinks(0)
	}
	pages[0].clear()
	pages[0].drag(place{200, 300}, place{300, 300})
	pages[1].do(click("#undo"))
	pages[1].drag(place{200, 350}, place{300, 350})
	pages[1].drag(place{200, 400}, place{300, 400})
	pages[1].do(click("#undo"))
	pages[0].waitInk(place{250, 200}, noInk)
	pages[1].waitInk(place{250, 200}, redInk)

	m.meddling(nil)
	for _, p := range pages {
		p.waitLinks(1)
		p.waitInk(place{250, 200}, noInk) // was cleared
		p.waitInk(place{250, 250}, noInk) // was undone, and cleared
		p.waitInk(place{250, 300}, redInk)
		p.waitInk(place{250, 350}, redInk)
		p.waitInk(place{250, 400}, noInk)
	}
	agree(pages...)
	waitSame(pages[0], pages[1])
}
