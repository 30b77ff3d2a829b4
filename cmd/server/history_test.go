package main

import (
	"encoding/base64"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
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
	ana.drag(place{300, 600}, place{400, 650})
	ana.press("\u007fp")
	ana.do(chromedp.KeyEvent("z", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	if got := ana.sum(); got != sum || eval[string](bo, pixels) != fourth {
		t.Errorf("the drawing has the sum %s, want %s as before", got, sum)
	}
	if eval[bool](bo, `Boolean(document.querySelector(".cursor"))`) {
		t.Error("who looks at the past still points at the present")
	}
	bo.drag(place{600, 500}, place{700, 500})
	bo.waitInk(place{650, 500}, blueInk)
	ana.wait(`document.querySelector("#meanwhile").textContent === "1 new stroke"`)

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
