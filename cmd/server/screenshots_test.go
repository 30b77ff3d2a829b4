package main

import (
	"bytes"
	"context"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"drawmesh/canvas"
	"drawmesh/peer"
)

const (
	shotsFolder = "../../docs/page"
	mostShots   = 1000000 // bytes of all of them
)

// shots are the screenshots of docs/page.md: each size in each look, with another sheet open.
var shots = []struct {
	name          string
	width, height int64
	media         media
	sheet         string
}{
	{"360-light", 360, 740, media{}, ""},
	{"360-dark", 360, 740, media{"prefers-color-scheme": "dark"}, "palette"},
	{"360-forced", 360, 740, media{"forced-colors": "active", "prefers-color-scheme": "dark"}, "saving"},
	{"768-light", 768, 1024, media{}, "people"},
	{"768-dark", 768, 1024, media{"prefers-color-scheme": "dark"}, ""},
	{"768-forced", 768, 1024, media{"forced-colors": "active"}, "help"},
	{"1440-light", 1440, 900, media{}, ""},
	{"1440-dark", 1440, 900, media{"prefers-color-scheme": "dark"}, "inviting"},
	{"1440-forced", 1440, 900, media{"forced-colors": "active", "prefers-color-scheme": "dark"}, "palette"},
}

// The screenshots in docs are there, of their sizes, and small enough to be fetched with
// the source. With -update they are taken anew: look at them.
func TestScreenshots(t *testing.T) {
	t.Parallel()
	if *update {
		takeScreenshots(t)
	}
	doc, err := os.ReadFile(shotsFolder + ".md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(shotsFolder + "/*.png")
	if err != nil || len(files) != len(shots) {
		t.Errorf("got %d files, error %v, want %d", len(files), err, len(shots))
	}
	size := 0
	for _, shot := range shots {
		data, err := os.ReadFile(filepath.Join(shotsFolder, shot.name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		size += len(data)
		if c, err := png.DecodeConfig(bytes.NewReader(data)); err != nil || int64(c.Width) != shot.width || int64(c.Height) != shot.height {
			t.Errorf("%s: got %d × %d, error %v", shot.name, c.Width, c.Height, err)
		}
		if !strings.Contains(string(doc), "page/"+shot.name+".png") {
			t.Errorf("docs/page.md does not show %s", shot.name)
		}
	}
	if size > mostShots {
		t.Errorf("they have %d bytes, want at most %d", size, mostShots)
	}
}

func takeScreenshots(t *testing.T) {
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	room := server.url + "/studio"
	ana, ken := named(t, room, "Ana"), named(t, room, "Ken")
	rosette(t, ana, canvas.Point{X: 430, Y: 330}, 210, canvas.Color{R: 153, B: 255, A: 255})
	rosette(t, ken, canvas.Point{X: 800, Y: 430}, 150, canvas.Color{R: 230, G: 145, B: 56, A: 255})
	rosette(t, ken, canvas.Point{X: 640, Y: 610}, 90, canvas.Color{R: 69, G: 129, B: 142, A: 255})
	b := newBrowser(t)
	for _, shot := range shots {
		p := b.openAfter(`if (location.origin !== "null") {
			localStorage["drawmesh.name"] = "Zoë";
			sessionStorage["drawmesh.style"] ??= '{"tool":"pencil","color":"#cc0000","force":1.2,"opacity":1}';
		}`, room)
		shot.media["prefers-reduced-motion"] = "reduce"
		p.emulate(shot.media)
		p.waitLinks(2)
		p.waitSum(ana)
		p.wait(`document.querySelector("#standing").textContent === "Everybody has the same drawing"`)
		p.resize(shot.width, shot.height)
		p.press("1")
		if shot.media["prefers-color-scheme"] == "dark" {
			p.do(click("#paper"))
		}
		p.settled()
		if shot.sheet != "" {
			eval[any](p, `document.querySelector("#" + %s).showPopover()`, shot.sheet)
		}
		p.wait(`document.querySelector("#came").hidden && document.querySelector("#overview").dataset.shown === "false"`)
		p.screenshot(filepath.Join(shotsFolder, shot.name+".png"))
		p.close()
	}
}

// rosette has a peer draw one, in a stroke.
func rosette(t *testing.T, p *peer.Peer, middle canvas.Point, size float64, color canvas.Color) {
	t.Helper()
	const steps = 600
	at := func(i int) canvas.Point {
		angle := 2 * math.Pi * float64(i) / steps
		r := size * (0.62 + 0.38*math.Cos(9*angle))
		return canvas.Point{X: middle.X + r*math.Cos(2*angle), Y: middle.Y + r*math.Sin(2*angle)}
	}
	var ops []canvas.PlainOp
	for i := range steps {
		ops = append(ops, canvas.Segment{From: at(i), To: at(i + 1), Force: 1.1, Color: color})
	}
	if _, err := p.Draw(ops...); err != nil {
		t.Fatal(err)
	}
}

// screenshot writes what the window shows.
func (p *page) screenshot(file string) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		shot, err := cdp.Call(ctx, t, cdppage.CaptureScreenshot, cdppage.CaptureScreenshotParams{})
		if err != nil {
			return err
		}
		// Browsers compress in a hurry.
		picture, err := png.Decode(bytes.NewReader(shot.Data))
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, picture); err != nil {
			return err
		}
		return os.WriteFile(file, b.Bytes(), 0o666)
	}))
}

// named is a peer of that name in a room.
func named(t *testing.T, room, name string) *peer.Peer {
	t.Helper()
	p, err := peer.Join(t.Context(), room, peer.Options{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close(context.Background()) })
	return p
}
