package svg

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"drawmesh/canvas/internal/browser"
	"drawmesh/canvas/internal/likeness"
	"drawmesh/canvas/trace"
)

// TestLikeChromium compares strokes with what Chromium makes of the file itself, or,
// where something of it cannot be drawn, of another one that says what is to be seen.
// Chromium paints the strokes, too: what is judged is where they are.
func TestLikeChromium(t *testing.T) {
	files, err := filepath.Glob("testdata/like/*.svg")
	if err != nil || len(files) < 20 {
		t.Fatalf("got %d files, %v", len(files), err)
	}
	page := browser.New(t)
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".svg")
		if strings.HasSuffix(name, ".want") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want := text
			if other, err := os.ReadFile("testdata/like/" + name + ".want.svg"); err == nil {
				want = other
			}
			d, err := Parse(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			strokes, err := d.Strokes(Options{Matrix: trace.Identity, Tolerance: 0.02})
			if err != nil {
				t.Fatal(err)
			}
			checkLike(t, picture(t, page, written(d, strokes)), picture(t, page, want))
		})
	}
}

// checkLike has the limits that canvas/raster has for its own pictures.
func checkLike(t *testing.T, got, want *image.RGBA) {
	t.Helper()
	d := likeness.Compare(got, want, white)
	if t.Log(d); d.Mean > 1 || d.Max > 96 || d.Over16 > .006 || d.SSIM < .998 || d.Touched < 500 {
		t.Errorf("got %v of %d pixels touched; want mean ≤ 1, max ≤ 96, over 16 ≤ 0.6 %%, SSIM ≥ .998; first at %v", d, d.Touched, d.FirstOver)
		for name, im := range map[string]*image.RGBA{"got": got, "want": want} {
			var b bytes.Buffer
			path := filepath.Join(t.ArtifactDir(), name+".png")
			if err := png.Encode(&b, im); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
			t.Log(path)
		}
	}
}

var white = color.RGBA{255, 255, 255, 255}

// written is strokes as an SVG of nothing but straight lines in plain colors.
func written(d *Document, strokes []trace.Stroke) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%g" height="%g" fill="none" stroke-linecap="round" stroke-linejoin="round">`, d.Width, d.Height)
	for _, s := range strokes {
		fmt.Fprintf(&b, `<path stroke="%s" stroke-width="%g" d="M`, s.Color, s.Width)
		for _, p := range s.Points {
			fmt.Fprintf(&b, " %g %g", p.X, p.Y)
		}
		b.WriteString(`"/>`)
	}
	b.WriteString("</svg>")
	return b.Bytes()
}

// fine is how many pixels of Chromium's, across and down, are averaged for one: how it
// smooths an edge depends on how many points its path has.
const fine = 8

// picture is what Chromium shows of an SVG, on white.
func picture(t *testing.T, page context.Context, text []byte) *image.RGBA {
	t.Helper()
	url, err := chromedp.Run(page, chromedp.Evaluate[string](fmt.Sprintf(`(async () => {
		const im = new Image();
		im.src = "data:image/svg+xml;base64,%[1]s";
		await im.decode();
		const c = new OffscreenCanvas(%[2]d * im.width, %[2]d * im.height).getContext("2d", {willReadFrequently: true});
		c.drawImage(im, 0, 0, c.canvas.width, c.canvas.height);
		const data = new Uint8Array(await (await c.canvas.convertToBlob()).arrayBuffer());
		return btoa(Array.from(data, (b) => String.fromCharCode(b)).join(""));
	})()`, base64.StdEncoding.EncodeToString(text), fine), chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	data, err := base64.StdEncoding.DecodeString(url)
	if err != nil {
		t.Fatal(err)
	}
	im, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return averaged(likeness.Over(im, white))
}

// averaged is im with fine×fine pixels made one.
func averaged(im *image.RGBA) *image.RGBA {
	small := image.NewRGBA(image.Rect(0, 0, im.Rect.Dx()/fine, im.Rect.Dy()/fine))
	for i := range small.Pix {
		x, y, channel := i%small.Stride/4, i/small.Stride, i%4
		sum := 0
		for j := range fine * fine {
			sum += int(im.Pix[im.PixOffset(x*fine+j%fine, y*fine+j/fine)+channel])
		}
		small.Pix[i] = uint8(sum / (fine * fine))
	}
	return small
}
