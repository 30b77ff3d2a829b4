package raster

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"drawmesh/canvas"
	"drawmesh/canvas/internal/likeness"
)

// logOf is a log in which one pen draws ops, each run of segments that join as
// one stroke.
func logOf(t testing.TB, ops []canvas.Op) *canvas.Log {
	t.Helper()
	log := pen("Ana00000000")
	var k uint32
	var last canvas.Segment
	for _, op := range ops {
		s, ok := op.(canvas.Segment)
		if !ok || s.From != last.To || s.Color != last.Color {
			k = 0
		}
		e, err := log.Draw(op.(canvas.Shape), k, 0)
		if err != nil {
			t.Fatal(err)
		}
		k, last = e.K, s
	}
	return log
}

func svg(t testing.TB, s SVG, log *canvas.Log) string {
	t.Helper()
	var out bytes.Buffer
	if err := s.Write(&out, log); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestSVGText asserts the whole text of small drawings.
func TestSVGText(t *testing.T) {
	tests := []struct {
		name string
		ops  []canvas.Op
		want string // inside the only group
	}{
		{"a stroke of one width", []canvas.Op{line(1, 2, 3, 4.5, 2, ink), line(3, 4.5, 2, 4, 2, ink)},
			`<path stroke="#203060" stroke-width="200" d="M100 200l200 250l-100-50"/>`},
		{"a stroke that swells", []canvas.Op{line(1, 2, 3, 4, 2, ink), canvas.Segment{From: at(3, 4), To: at(2, 4), Force: 1.1, Color: ink}},
			`<g stroke="#203060">` + "\n" + `<path stroke-width="200" d="M100 200l200 200"/>` + "\n" + `<path stroke-width="292.8" d="M300 400l-100 0"/>` + "\n</g>"},
		{"two strokes", []canvas.Op{line(1, 2, 3, 4, 2, ink), line(5, 4, 2, 4, 2, ink)},
			`<g stroke="#203060">` + "\n" + `<path stroke-width="200" d="M100 200l200 200"/>` + "\n" + `<path stroke-width="200" d="M500 400l-300 0"/>` + "\n</g>"},
		{"translucent", []canvas.Op{line(1, 2, 3, 4, 2, glass), line(3, 4, 2, 4, 2, glass)},
			`<g stroke="#008000" stroke-opacity="0.5020">` + "\n" + `<path stroke-width="200" d="M100 200l200 200"/>` + "\n" + `<path stroke-width="200" d="M300 400l-100 0"/>` + "\n</g>"},
		{"two colours", []canvas.Op{line(1, 2, 3, 4, 2, ink), line(3, 4, 2, 4, 2, red)},
			`<path stroke="#203060" stroke-width="200" d="M100 200l200 200"/>` + "\n" + `<path stroke="#ff0000" stroke-width="200" d="M300 400l-100 0"/>`},
		{"rectangle", []canvas.Op{rect(5, 6, -2, 3, 1.5, red)},
			`<rect stroke="#ff0000" stroke-width="150" x="300" y="600" width="200" height="300" stroke-linejoin="miter"/>`},
		{"rectangle of no height", []canvas.Op{rect(5, 6, 2, 0, 1.5, red)},
			`<path stroke="#ff0000" stroke-width="150" stroke-linecap="butt" d="M500 600l200 0"/>`},
		{"nothing to see", []canvas.Op{line(1, 2, 1, 2, 2, ink), rect(5, 6, 0, 0, 2, ink), line(1, 2, 3, 4, 2, canvas.Color{R: 1}), line(-90, -90, -80, -90, 2, ink)}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := func(canvas.Entry) string { return "Ana <a&b>\x00" }
			got := svg(t, SVG{Viewport: Viewport{Width: 20, Height: 10}, Name: name}, logOf(t, tt.ops))
			want := `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10" viewBox="0 0 2000 1000" fill="none" stroke-linecap="round" stroke-linejoin="round">` + "\n"
			if tt.want != "" {
				want += "<g><title>Ana &lt;a&amp;b&gt;\uFFFD</title>\n" + tt.want + "\n</g>\n"
			}
			if want += "</svg>\n"; got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// TestSVGViewport looks at the part and the size that are asked for, and at the
// background.
func TestSVGViewport(t *testing.T) {
	got := svg(t, SVG{Viewport: Viewport{30, 15, at(12.5, -4), 1.5}, Background: glass}, logOf(t, nil))
	want := `<svg xmlns="http://www.w3.org/2000/svg" width="30" height="15" viewBox="1250 -400 2000 1000" fill="none" stroke-linecap="round" stroke-linejoin="round">
<rect x="1250" y="-400" width="2000" height="1000" fill="#008000" fill-opacity="0.5020"/>
</svg>
`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if err := (SVG{}).Write(io.Discard, logOf(t, nil)); err == nil {
		t.Error("an SVG of no size: no error")
	}
	if err := (SVG{Viewport: Viewport{Width: 9, Height: 9}}).Write(&shortWriter{room: 9}, logOf(t, nil)); !errors.Is(err, errFull) {
		t.Errorf("a full disk: error %v, want %v", err, errFull)
	}
}

// TestSVGGroups lets two people draw by turns: side by side they have a group
// each, on top of one another a group each time.
func TestSVGGroups(t *testing.T) {
	tests := []struct {
		name string
		far  float64 // one from the other
		want string
	}{
		{"apart", 100, "AB"},
		{"on top", 1, "ABABAB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b, all := pen("A0000000000"), pen("B0000000000"), canvas.NewUnsigned(canvas.Site{})
			for i := range 3 {
				y := float64(3 * i)
				for pen, x := range map[*canvas.Log]float64{a: 0, b: tt.far} {
					e, err := pen.Draw(line(x, y, x+9, y+9, 2, ink), 0, 0)
					if err != nil {
						t.Fatal(err)
					}
					if _, err := all.Add(e); err != nil {
						t.Fatal(err)
					}
				}
			}
			s := SVG{Viewport: Viewport{Width: 200, Height: 200}, Name: func(e canvas.Entry) string { return e.Site.String()[:1] }}
			got := ""
			for _, part := range strings.Split(svg(t, s, all), "<title>")[1:] {
				got += part[:1]
			}
			if got != tt.want {
				t.Errorf("groups %s, want %s", got, tt.want)
			}
			if s.Show = func(e canvas.Entry) bool { return e.Site.String()[0] == 'B' }; strings.Count(svg(t, s, all), "<title>A") > 0 {
				t.Error("A is shown")
			}
		})
	}
}

// pen is a log whose pen writes as a site of 11 letters or digits.
func pen(site string) *canvas.Log {
	var s canvas.Site
	copy(s[:], site)
	return canvas.NewUnsigned(s)
}

// TestSVGInChromium lets Chromium show the SVGs of scenes, and compares with our
// pixels. Where a stroke is one path, the edges of its joints are covered once,
// and not twice as on a canvas: so more pixels are off, though no one sees it.
func TestSVGInChromium(t *testing.T) {
	browser := newBrowser(t)
	for _, s := range readScenes(t) {
		t.Run(s.Name, func(t *testing.T) { checkSVG(t, browser, Viewport{Width: s.Width, Height: s.Height}, s.ops(t)) })
		if s.Name == "dots" || s.Name == "strokerect" {
			t.Run(s.Name+"/twice as large", func(t *testing.T) {
				checkSVG(t, browser, Viewport{s.Width, s.Height, at(100, 50), 2}, s.ops(t))
			})
		}
	}
	if testing.Short() {
		return // scenes suffice
	}
	for _, w := range workloads {
		t.Run("drawing/"+w.name, func(t *testing.T) {
			checkSVG(t, browser, Viewport{Width: workWidth, Height: workHeight}, w.draw(newRand(20261), min(w.n, 10_000)))
		})
	}
}

// checkSVG compares what Chromium makes of the SVG with our picture.
func checkSVG(t *testing.T, browser context.Context, port Viewport, ops []canvas.Op) {
	t.Helper()
	ops = slices.DeleteFunc(slices.Clone(ops), func(op canvas.Op) bool { return canvas.Check(op.(canvas.PlainOp)) != nil }) // no log takes them
	log := logOf(t, ops)
	text := svg(t, SVG{Viewport: port, Background: canvas.Color(page)}, log)
	v, err := NewViewOf(port, canvas.Color(page))
	if err != nil {
		t.Fatal(err)
	}
	v.Reset(log)
	mean, over16, similar := 1.2, .015, .998
	if strings.Count(text, "<path")+strings.Count(text, "<rect") < len(ops)/2 { // joined
		mean, over16, similar = 2, .06, .999
	}
	got := browserSVG(t, browser, port.Width, port.Height, text)
	d := likeness.Compare(got, v.Image(), page)
	t.Log(d)
	if d.Mean > mean || d.Over16 > over16 || d.SSIM < similar {
		t.Errorf("got %v; want mean ≤ %g, over 16 ≤ %g %%, SSIM ≥ %g", d, mean, 100*over16, similar)
		saveDifference(t, got, v.Image())
	}
}

// browserSVG is what Chromium makes of an SVG.
func browserSVG(t *testing.T, browser context.Context, width, height int, text string) *image.RGBA {
	t.Helper()
	script := fmt.Sprintf(`(async () => {
		const image = new Image();
		image.src = URL.createObjectURL(new Blob([%q], {type: "image/svg+xml"}));
		await image.decode();
		const c = board(%d, %d);
		c.drawImage(image, 0, 0);
		return c.canvas.toDataURL("image/png");
	})()`, text, width, height)
	url, err := chromedp.Run(browser, chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return dataURL(t, url)
}

// TestSVGSize counts the bytes of a drawing by hand.
func TestSVGSize(t *testing.T) {
	for _, tt := range []struct {
		name string
		draw []canvas.Op
		most int // bytes a segment
	}{
		{"hand", handStrokes(newRand(1), 10_000), 55},
		{"mouse", mouseStrokes(newRand(1), 10_000), 12},
		{"translucent", translucentStrokes(newRand(1), 10_000), 57},
	} {
		text := svg(t, SVG{Viewport: Viewport{Width: workWidth, Height: workHeight}, Background: white}, logOf(t, tt.draw))
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		io.WriteString(z, text)
		z.Close()
		t.Logf("%s: %d bytes, %d in gzip", tt.name, len(text), packed.Len())
		if n := len(text) / len(tt.draw); n > tt.most {
			t.Errorf("%s: %d bytes a segment, want at most %d", tt.name, n, tt.most)
		}
	}
}

// FuzzSVG writes any log: it must be well-formed, and have a path or rectangle
// wherever there is something to see.
func FuzzSVG(f *testing.F) {
	f.Add([]byte{}, "Ana", 1.0)
	f.Add([]byte("segment.12345678901234567890123456789012345678901234567890"), "]]><!--\x01\xff&lt;", .3)
	f.Fuzz(func(t *testing.T, data []byte, name string, scale float64) {
		log := pen("Ana00000000")
		seen := false
		port := Crop(canvas.Box{Max: at(20, 20)}, scale).withScale()
		shown := canvas.Box{Max: at(float64(port.Width)/port.Scale, float64(port.Height)/port.Scale)} // whole pixels
		for _, op := range fuzzOps(data) {
			if e, err := log.Draw(op.(canvas.Shape), 0, 0); err == nil {
				seen = seen || visible(e.Op) && canvas.Bounds(e.Op).Overlaps(shown)
			}
		}
		var out bytes.Buffer
		if err := (SVG{Viewport: port, Name: func(canvas.Entry) string { return name }}).Write(&out, log); err != nil {
			if port.check() == nil {
				t.Error(err)
			}
			return
		}
		count := 0
		d := xml.NewDecoder(bytes.NewReader(out.Bytes()))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%v in %s", err, out.Bytes())
			}
			if start, ok := token.(xml.StartElement); ok && (start.Name.Local == "path" || start.Name.Local == "rect") {
				count++
			}
		}
		if seen != (count > 0) {
			t.Errorf("%d elements, want some: %v, in %s", count, seen, out.Bytes())
		}
	})
}
