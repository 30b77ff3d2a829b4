package main

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"testing"

	"github.com/chromedp/chromedp"

	"drawmesh/canvas"
)

// keepFiles has the page leave what it would download in window.saved and
// window.savedAs.
const keepFiles = `(() => {
	window.savedAs = "";
	URL.createObjectURL = (blob) => { window.saved = blob; return "#"; };
	HTMLAnchorElement.prototype.click = function () { window.savedAs = this.download; };
})()`

// save saves the drawing as the sheet is told to, such as "times=2", and returns the
// file.
func (p *page) save(choices ...[2]string) []byte {
	p.t.Helper()
	eval[any](p, keepFiles)
	p.press("s")
	p.wait(`document.activeElement.type === "submit"`)
	kind := "png"
	for _, c := range choices {
		p.do(chromedp.Click(chromedp.CSS(`#saving label:has([name="` + c[0] + `"][value="` + c[1] + `"])`)))
		if c[0] == "type" {
			kind = c[1]
		}
	}
	p.do(click("#saving [type=submit]"))
	p.wait(`window.savedAs === %s`, "studio."+kind)
	encoded := eval[string](p, `saved.arrayBuffer().then((buffer) =>
		btoa(Array.from(new Uint8Array(buffer), (v) => String.fromCharCode(v)).join("")))`)
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		p.t.Fatal(err)
	}
	return data
}

// saved is the picture that the page saves now.
func (p *page) saved(choices ...[2]string) image.Image {
	p.t.Helper()
	im, err := png.Decode(bytes.NewReader(p.save(choices...)))
	if err != nil {
		p.t.Fatal(err)
	}
	return im
}

// What is saved is what was chosen of the drawing, as large and on such paper, also if
// the window is elsewhere and the paper dark.
func TestSave(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.draw(redLine(200, 200, 300, 200), redLine(-300, 100, -200, 100))
	s.do(click("#paper"))
	s.press("++")
	s.settled()
	at := func(im image.Image, x, y int) color.NRGBA { return color.NRGBAModel.Convert(im.At(x, y)).(color.NRGBA) }
	red, white := color.NRGBA{255, 0, 0, 255}, color.NRGBA{255, 255, 255, 255}

	// Around a line there is half its width, a pixel for its edge, and a margin.
	im := s.saved()
	size, left, top := im.Bounds().Size(), -300-32, 100-32
	if abs(size.X-(600+64)) > 2 || abs(size.Y-(100+64)) > 2 {
		t.Errorf("all: got a picture of %v, want one around both lines", size)
	}
	for _, line := range []image.Point{{250, 200}, {-250, 100}} {
		if at(im, line.X-left, line.Y-top) != red {
			t.Errorf("%v is not in the picture", line)
		}
	}
	if got := at(im, 0, 0); got != white {
		t.Errorf("got the paper %v, want white", got)
	}

	double := s.saved([2]string{"times", "2"}, [2]string{"paper", "none"})
	if got := double.Bounds().Size(); got != size.Mul(2) {
		t.Errorf("2×: got a picture of %v, want %v", got, size.Mul(2))
	}
	if at(double, 0, 0).A != 0 || at(double, 2*(250-left), 2*(200-top)) != red {
		t.Error("2×, transparent: got another paper or no line")
	}

	t.Log("it remembers what was chosen")
	_, _, scale := s.shows()
	seen := s.saved([2]string{"part", "seen"})
	if got, want := seen.Bounds().Size(), image.Pt(2*1280, 2*eval[int](s.page, `innerHeight`)); got != want || scale < 1.5 || at(seen, 0, 0).A != 0 {
		t.Errorf("what is seen: got a picture of %v, want %v, transparent", got, want)
	}
}

func abs(v int) int { return max(v, -v) }

// A picture is made within bounds, and says what it lacks.
func TestSaveWithinBounds(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.draw(redLine(0, 0, 100, 0))
	s.saved()
	s.wait(`document.querySelector("#notice").textContent === "Picture saved"`)

	s.draw(redLine(7000, 7000, 7100, 7000))
	size := s.saved().Bounds().Size()
	if size.X*size.Y > 16<<20 || size.X < 3000 {
		t.Errorf("far beyond: got a picture of %v", size)
	}
	s.wait(`/^Picture saved, at \d\d % of its size: /.test(document.querySelector("#notice").textContent)`)

	s.draw(redLine(1e6-100, -1e6+100, 1e6-50, -1e6+100))
	size = s.saved().Bounds().Size()
	if size.X*size.Y > 16<<20 || size.X < 1000 || size.Y < 1000 {
		t.Errorf("at the end of the world: got a picture of %v", size)
	}
	s.wait(`document.querySelector("#notice").textContent.startsWith("Picture saved, without what lies more than 8192 pixels beyond what you see, at ")`)
}

// An SVG looks as the PNG does.
func TestSaveSVG(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	ops := []canvas.PlainOp{
		redLine(100, 100, 300, 150), redLine(300, 150, 320, 300),
		canvas.Rect{Origin: canvas.Point{X: 400, Y: 300}, Width: -150, Height: 80, LineWidth: 7.5, Color: canvas.Color{B: 200, A: 128}},
		canvas.Rect{Origin: canvas.Point{X: 100, Y: 400}, Width: 150, Height: 0, LineWidth: 12, Color: canvas.Color{G: 120, A: 255}},
	}
	for i := range 40 {
		x := 20 * float64(i)
		ops = append(ops, canvas.Segment{From: canvas.Point{X: x, Y: 250}, To: canvas.Point{X: x + 20, Y: 252}, Force: 1 + float64(i)/40, Color: canvas.Color{R: 90, B: 90, A: 100}})
	}
	s.draw(ops...)
	flat := s.save()
	vectors := s.save([2]string{"type", "svg"})
	got := eval[struct{ Width, Height, Touched, Off int }](logPage(t), `import("/testdata/svg.js").then(({ compare }) => compare(%s, %s))`, vectors, flat)
	im, err := png.Decode(bytes.NewReader(flat))
	if err != nil {
		t.Fatal(err)
	}
	if size := im.Bounds().Size(); got.Width != size.X || got.Height != size.Y {
		t.Errorf("got an SVG of %d×%d, want %v", got.Width, got.Height, size)
	}
	if got.Touched < 20000 || got.Off > got.Touched/100 {
		t.Errorf("%d of %d touched pixels are off by more than 32, want at most 1 %%", got.Off, got.Touched)
	}
	t.Logf("%d of %d touched pixels are off by more than 32", got.Off, got.Touched)
}
