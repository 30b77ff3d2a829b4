package main

import (
	"encoding/base64"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"drawmesh/canvas"
	"drawmesh/peer"
)

const (
	pastPixels = `document.querySelector("#past").toDataURL()`
	atNow      = `document.querySelector("#past")?.dataset.position === document.querySelector("#past")?.dataset.length`
)

// backInTime opens the history.
func (p *page) backInTime() {
	p.t.Helper()
	p.press("b")
	p.wait(atNow + ` && document.activeElement.id === "when"`)
}

// stepTo presses a key until the history shows a picture.
func (p *page) stepTo(key, picture string) {
	p.t.Helper()
	var seen []string
	for range 60 {
		before := eval[string](p, `document.querySelector("#past").dataset.position`)
		seen = append(seen, before)
		p.press(key)
		p.wait(`document.querySelector("#past").dataset.position !== %s`, before)
		if eval[string](p, pastPixels) == picture {
			return
		}
	}
	p.t.Fatalf("the history does not show the picture of then; seen positions %v", seen)
}

// aPicture is a picture as toDataURL has it.
func aPicture(t *testing.T, url string) image.Image {
	t.Helper()
	encoded, _ := strings.CutPrefix(url, "data:image/png;base64,")
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return decodePNG(t, data)
}

// The history shows what the page, and a program, showed at each moment, to the last
// pixel, on the way back as on the way forth; and what is brought back from there is there
// for everybody. Others notice nothing of who looks.
func TestHistory(t *testing.T) {
	t.Parallel()
	drawbot := buildDrawbot(t)
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	room := server.url + "/studio"
	b := newBrowser(t)
	pages := b.join(room, 2)
	ana, bo := pages[0], pages[1]
	for _, p := range pages {
		p.do(chromedp.EmulateViewport(1280, 800))
		p.wait(`document.querySelector("#picture").height === 800`)
	}
	ana.choose("pencil", red)
	bo.choose("pencil", blue)
	for _, p := range pages {
		p.press("]]]]]]]]]]]]")
	}
	moment := func(at place, ink string) string {
		t.Helper()
		ana.waitInk(at, ink)
		bo.waitInk(at, ink)
		waitSame(ana, bo)
		return eval[string](ana, pixels)
	}
	snap := func() image.Image {
		t.Helper()
		file := filepath.Join(t.TempDir(), "now.png")
		if out, err := exec.Command(drawbot, "snap", room, "-o", file, "--size", "1280x800").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return decodePNG(t, data)
	}

	blank := eval[string](ana, pixels)
	ana.drag(place{200, 200}, place{500, 200}, place{400, 350})
	first := moment(place{300, 200}, redInk)
	bo.drag(place{250, 150}, place{300, 500})
	second := moment(place{300, 500}, blueInk)
	agree(ana, bo)
	recorded := snap()
	ana.do(click("#undo"))
	third := moment(place{300, 200}, noInk)
	bo.clear()
	moment(place{300, 500}, noInk)
	ana.drag(place{600, 200}, place{700, 300})
	fourth := moment(place{600, 200}, redInk)
	agree(ana, bo)

	ana.backInTime()
	if got := eval[string](ana, pastPixels); got != fourth {
		t.Error("the history does not begin with what is there now")
	}
	for _, picture := range []string{blank, third, second, first, blank} {
		ana.stepTo(kb.ArrowLeft, picture)
	}
	for _, picture := range []string{first, second, third, blank, fourth} {
		ana.stepTo(kb.ArrowRight, picture)
	}
	ana.stepTo(kb.Home, blank)
	ana.stepTo(kb.End, fourth)
	for _, picture := range []string{blank, third, second} {
		ana.stepTo(kb.ArrowLeft, picture)
	}
	comparePictures(t, recorded, aPicture(t, eval[string](ana, pastPixels)))

	t.Log("others see and are seen as if nobody looked; whoever does draws nothing")
	sum := bo.sum()
	bo.wait(`document.querySelector(".cursor") === null`)
	eval[any](bo, `(() => {
		globalThis.pointed = false;
		new MutationObserver(() => (pointed = true)).observe(document.querySelector("#cursors"), { childList: true });
	})()`)
	ana.drag(place{300, 500}, place{400, 550}) // beside the bar
	ana.press("\u007fp")
	ana.do(chromedp.KeyEvent("z", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	if got := ana.sum(); got != sum || eval[string](bo, pixels) != fourth {
		t.Errorf("the drawing has the sum %s, want %s as before", got, sum)
	}
	bo.drag(place{600, 500}, place{700, 500})
	bo.waitInk(place{650, 500}, blueInk)
	ana.wait(`document.querySelector("#meanwhile").textContent === "1 new stroke"`)
	if eval[bool](bo, `pointed`) {
		t.Error("who looks at the past still points at the present")
	}

	t.Log("what has gone since then is brought back for everybody, on top of what is there")
	ana.wait(`document.documentElement.dataset.view !== "0 0 1"`) // it was dragged
	ana.do(click("#again"))
	ana.wait(`!document.querySelector("#past")`)
	ana.press(kb.Home)
	ana.wait(noticed, "Brought back 2 strokes")
	for at, ink := range map[place]string{{400, 200}: redInk, {300, 500}: blueInk, {600, 200}: redInk, {650, 500}: blueInk} {
		ana.waitInk(at, ink)
		bo.waitInk(at, ink)
	}
	agree(ana, bo)
	waitSame(ana, bo)
	t.Log("and again, if that was not meant")
	ana.do(click("#act"))
	bo.waitInk(place{300, 500}, noInk)
	bo.waitInk(place{650, 500}, blueInk)
	agree(ana, bo)
	waitSame(ana, bo)
}

// What somebody drew who has left, and a clear has wiped, is played in its rhythm, in
// colors that tell who drew what; also for whoever only watches, who cannot bring it back.
// Whoever can, does so for programs as well.
func TestHistoryOfCleared(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	room := server.url + "/studio"
	b := newBrowser(t)
	ana, eve := b.open(room), b.open(room+"?view")
	bo, keeps := enterRoom(t, room), enter(t, room)
	for _, p := range []*page{ana, eve} {
		p.waitLinks(3)
	}
	spiral(t, bo, 3000)
	for _, p := range []*page{ana, eve} {
		p.waitSum(bo)
		p.waitQuiet()
	}
	drawn := eval[string](ana, pixels)
	ops := painted(keeps)
	bo.Close(t.Context())
	ana.waitLinks(2)
	ana.clear()
	ana.waitSum(keeps)
	ana.choose("pencil", red)
	ana.drag(place{600, 100}, place{700, 100})
	eve.waitInk(place{650, 100}, redInk)

	t.Log("it plays to the end, and stops there")
	eve.backInTime()
	if eval[bool](eve, `document.querySelector("#again").checkVisibility()`) {
		t.Error("who watches may bring things back")
	}
	eve.press(" ")
	eve.wait(`document.querySelector("#play").ariaLabel === "Pause" && document.querySelector("#past").dataset.position >= 1 && !(` + atNow + `)`)
	eve.press(" ")
	eve.wait(`document.querySelector("#play").ariaLabel === "Play"`)
	eve.wait(`/ · (Bo|cleared by .+)$/.test(document.querySelector("#when").getAttribute("aria-valuetext"))`)
	eve.press(" ")
	eve.wait(atNow + ` && document.querySelector("#play").ariaLabel === "Play"`)

	t.Log("tenths of it, by keys that go no further than it does")
	const tenth = `Math.round(10 * document.querySelector("#when").valueAsNumber / document.querySelector("#when").max) === %s`
	eve.press(kb.PageDown + kb.PageDown)
	eve.wait(tenth, 8)
	eve.press(kb.PageUp)
	eve.wait(tenth, 9)
	eve.press(kb.PageUp + kb.PageUp)
	eve.wait(tenth+` && `+atNow, 10)

	t.Log("who drew what: in colors, with names")
	eve.do(click("#who-drew"))
	eve.wait(`[...document.querySelectorAll("#legend li")].map((li) => li.textContent).join() === %s`, "Bo,"+eval[string](ana, `document.querySelector("#name").value`))
	color := `getComputedStyle(document.querySelectorAll("#legend .light")[1]).backgroundColor`
	eve.wait(`(([r, g, b]) => "rgb(" + [r, g, b].join(", ") + ")")(document.querySelector("#past").getContext("2d").getImageData(650, 100, 1, 1).data) === ` + color)
	eve.do(click("#who-drew"))
	eve.wait(inkAt+` === %s`, "#past", 650.0, 100.0, redInk)

	t.Log("the sheet moves as it does now, and shows the same there")
	eve.drag(place{200, 200}, place{150, 260})
	eve.press("+")
	eve.wait(`!document.querySelector("#past").style.transform && document.documentElement.dataset.view.endsWith(" 1.25")`)
	eve.wait(pastPixels + ` === ` + pixels)
	eve.press(kb.Escape)
	eve.wait(`!document.querySelector("#past") && document.querySelector("#tools").checkVisibility({ visibilityProperty: true })`)

	t.Log("what is brought back is what was there, in its order")
	ana.backInTime()
	ana.press(kb.ArrowLeft)
	ana.stepTo(kb.ArrowLeft, drawn)
	ana.do(click("#again"))
	ana.wait(`document.querySelector("#notice").textContent.startsWith("Brought back ")`)
	ana.waitSum(keeps)
	again := painted(keeps)
	if got := again[len(again)-len(ops):]; !slices.Equal(got, ops) {
		t.Errorf("got %d operations again, want the %d that were there", len(got), len(ops))
	}
	ana.backInTime()
	ana.stepTo(kb.ArrowLeft, drawn)
	ana.do(click("#again"))
	ana.wait(noticed, "All of that is still here")
}

// painted is what a program's drawing shows, in its order.
func painted(p *peer.Peer) (ops []canvas.Op) {
	p.Look(func(log *canvas.Log) {
		for e := range log.Paint(canvas.Key{}) {
			ops = append(ops, e.Op)
		}
	})
	return ops
}

// A flood of clears leaves the latest of what they wiped, which is said; and where the
// server is away, so is what has not been loaded yet.
func TestHistoryIsBounded(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	m := between(t, server.url)
	m.meddling(rewriting("/static/"+bundleFile, "mostBytes = 16 << 20", "mostBytes = 16 << 10"))
	b := newBrowser(t)
	ana, eve := b.open(m.url+"/studio"), b.open(m.url+"/studio")
	mallory := enter(t, m.url+"/studio")
	for _, p := range []*page{ana, eve} {
		p.waitLinks(2)
	}
	ana.press("b")
	ana.wait(noticed, "Nothing has been drawn here yet")
	for range 30 {
		spiral(t, mallory, 100)
		if _, err := mallory.Draw(canvas.Clear{}); err != nil {
			t.Fatal(err)
		}
		ana.waitSum(mallory)
	}
	ana.backInTime()
	ana.wait(`document.querySelector("#told").textContent.startsWith("Only you see this. Nothing is drawn until you are back. Nothing from before ")`)
	if got := eval[int](ana, `Number(document.querySelector("#past").dataset.length)`); got < 101 || got > 404 || got%101 != 0 {
		t.Errorf("got %d events, want those of one to four floods of 100 and a clear", got)
	}
	ana.press("b")
	ana.wait(`!document.querySelector("#past") && document.activeElement.id === "back"`)

	server.end(syscall.SIGKILL)
	eve.press("b")
	eve.wait(noticed, "History: could not be loaded. Try again once the server is there; if that does not help, load the page again")
	eve.choose("pencil", red)
	eve.drag(place{200, 200}, place{300, 200})
	ana.waitInk(place{250, 200}, redInk)
}
