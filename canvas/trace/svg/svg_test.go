package svg

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/trace"
)

// in is an SVG with something in it.
func in(text string) string {
	return `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100" fill="none" stroke="black">` + text + `</svg>`
}

func draw(text string) (*Document, []trace.Stroke, error) {
	d, err := Parse(strings.NewReader(text))
	if err != nil {
		return nil, nil, err
	}
	strokes, err := d.Strokes(Options{Matrix: trace.Identity})
	return d, strokes, err
}

// TestHostile reads what somebody made to do harm, or by mistake: one line says what
// is wrong, and soon.
func TestHostile(t *testing.T) {
	bomb := `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">`
	uses := `<path id="u0" d="M0 0h1"/>`
	for i := range 40 {
		bomb += fmt.Sprintf(`<!ENTITY a%d "&a;&a;&a;">`, i)
		uses += fmt.Sprintf(`<g id="u%d"><use href="#u%d"/><use href="#u%d"/></g>`, i+1, i, i)
	}
	tests := []struct{ name, text, want string }{
		{"entity_bomb", bomb + `]>` + in(`<path d="&a39;"/>`), "invalid character entity &a39;"},
		{"use_bomb", in(uses + `<use href="#u40"/>`), "more than 200000 elements are used"},
		{"use_of_itself", in(`<g id="a"><use href="#a"/></g>`), "more than 256 deep"},
		{"uses_of_each_other", in(`<symbol id="a"><use href="#b"/></symbol><symbol id="b"><use href="#a"/></symbol><use href="#a"/>`), "more than 256 deep"},
		{"deep", in(strings.Repeat("<g>", 100_000)), "more than 256 deep"},
		{"many", in(strings.Repeat("<g/>", MaxElements)), "more than 200000 elements"},
		{"endless_path", in(`<path d="M0 0` + strings.Repeat("h1v1", 700_000) + `"/>`), "more than 1048576 segments"},
		{"endless_curves", in(`<path stroke-width="9" d="M0 0` + strings.Repeat("C9e5 0 0 9e5 9e5 9e5 0 9e5-9e5 0 0 0", 1000) + `"/>`), "more than 1048576 segments"},
		{"too_long", in(`<path d="M0 0` + strings.Repeat(" ", MaxBytes) + `"/>`), "more than 32 MiB"},
		{"nan", in(`<path d="M NaN NaN L 10 10"/>`), `line 1: path: path data: no number at character 3`},
		{"infinite", in(`<circle cx="Infinity" r="5"/>`), `circle: cx: "Infinity" is no length`},
		{"huge", in(`<path d="M0 0L1e999 0"/>`), "1e999 is out of range"},
		{"far", in(`<path d="M0 0L1e7 0"/>`), "a point at 1e+07, 0: outside of the canvas, which ends at ±1e+06"},
		{"far_curve", in(`<path d="M0 0C1e300 1e300 1e300 0 5 5"/>`), "outside of the canvas"},
		{"far_arc", in(`<path d="M0 0A1e300 1e308 0 1 1 5 5"/>`), "outside of the canvas"},
		{"far_transform", in(`<g transform="scale(1e300)"><g transform="scale(1e300)"><path d="M1 1h1"/></g></g>`), "outside of the canvas"},
		{"far_width", in(`<path stroke-width="1e999" d="M1 1h1"/>`), "stroke-width"},
		{"huge_size", `<svg xmlns="http://www.w3.org/2000/svg" width="1e300" height="1"/>`, "a size of 1e+300×1"},
		{"negative_size", `<svg xmlns="http://www.w3.org/2000/svg" width="-5" height="1"/>`, "a size of -5×1"},
		{"viewbox", `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 a b"/>`, `viewBox: "0 0 a b" is not four numbers`},
		{"aspect", in(`<svg viewBox="0 0 1 1" preserveAspectRatio="middle"/>`), `preserveAspectRatio: "middle" is none`},
		{"transform", in(`<g transform="spin(9)"/>`), "transform"},
		{"transform_cut", in(`<g transform="rotate(9"/>`), "transform"},
		{"no_command", in(`<path d="M0 0X5 5"/>`), `"X5 5" is no command at character 5`},
		{"no_move", in(`<path d="L5 5"/>`), "does not begin with a move"},
		{"no_flag", in(`<path d="M0 0A5 5 0 2 0 9 9"/>`), "no flag"},
		{"odd", in(`<path d="M0 0L5"/>`), "no number at character 7"},
		{"points", in(`<polygon points="0 0 a"/>`), "points: no number"},
		{"cut_off", `<svg xmlns="http://www.w3.org/2000/svg"><g><path d="M0 0h9"/>`, "it ends within g, which began in line 1"},
		{"crossed", in(`<g><a></g></a>`), "an end of g, which is not open"},
		{"second_root", in("") + in(""), "svg after the end"},
		{"html", `<html><body><svg/></body></html>`, "no SVG: the document is a html"},
		{"other_namespace", `<svg xmlns="urn:other"/>`, "no SVG"},
		{"text", "hello", "no SVG"},
		{"png", "\x89PNG\r\n\x1a\n\x00\x00", "no SVG"},
		{"empty", "", "no SVG"},
		{"encoding", `<?xml version="1.0" encoding="ebcdic"?>` + in(""), "its encoding is \"ebcdic\""},
		{"half_gzip", "\x1f\x8b\x08\x00\x00", "compressed: unexpected EOF"},
		{"gzip_bomb", zipped(in(`<path d="` + strings.Repeat(" ", 2*MaxBytes) + `"/>`)), "more than 32 MiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			begin := time.Now()
			_, _, err := draw(tt.text)
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 200 {
				t.Errorf("got %v, want one line with %q", err, tt.want)
			}
			if took := time.Since(begin); took > 10*time.Second { // a second, on a machine with nothing else to do
				t.Errorf("took %v", took)
			}
		})
	}
}

func zipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		panic(err) // only if memory fails
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

// TestLeftOut names what is not drawn as it is, once each.
func TestLeftOut(t *testing.T) {
	const line = `d="M0 0h9"`
	tests := []struct{ name, text, want string }{
		{"nothing", `<title>x</title><defs><text/></defs><path ` + line + `/>`, ``},
		{"elements", `<text/><image/><text/><script/><animate/>`, `text, image, script, animate`},
		{"another_namespace", `<e:box xmlns:e="urn:editor"/>`, ``},
		{"properties", `<g filter="url(#f)" mask="none"><path clip-path="url(#c)" style="stroke-dasharray:5 5" marker-end="url(#m)" ` + line + `/></g>`, `filter, clip-path, marker-end, stroke-dasharray`},
		{"gradient", `<linearGradient id="g"><stop stop-color="red"/></linearGradient><path stroke="url(#g)" ` + line + `/><path stroke="url(#g)" ` + line + `/>`, `gradients (drawn in their first color)`},
		{"pattern", `<pattern id="p"/><path stroke="url(#p)" ` + line + `/>`, `patterns (drawn plain)`},
		{"fill", `<path fill="red" ` + line + `/>`, `fills (outlines are drawn)`},
		{"fill_unseen", `<path fill="red" fill-opacity="0" ` + line + `/><g visibility="hidden"><path fill="red" ` + line + `/></g>`, ``},
		{"transparency", `<path opacity=".5" ` + line + `/>`, `transparency (drawn pale)`},
		{"css", `<style>@media print{} g > path, g path{} @import "x"; path:hover{} .a{stroke:var(--b)}</style><path class="a" ` + line + `/>`,
			`CSS's @media, the CSS selector "g > path", the CSS selector "g path", CSS's @import, the CSS selector "path:hover", CSS's var()`},
		{"use", `<use href="other.svg#x"/><use href="#nowhere"/><use/>`, `use of other.svg#x, which is not there, use of #nowhere, which is not there`},
		{"wide", `<path stroke-width="600" ` + line + `/>`, `what of a width is over 512 pixels`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, _, err := draw(in(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(d.LeftOut(), ", "); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestClip cuts off on each side what lies outside of the viewport, but for half the
// width of the line.
func TestClip(t *testing.T) {
	_, strokes, err := draw(in(`<path stroke-width="4" d="M-50 50H150M50-50V150M-20-20L120 120M120-20L-20 120M-5-5H105V105H-5z"/>`))
	if err != nil {
		t.Fatal(err)
	}
	box, _ := trace.Bounds(strokes)
	if want := (canvas.Box{Min: canvas.Point{X: -2, Y: -2}, Max: canvas.Point{X: 102, Y: 102}}); box != want || len(strokes) != 4 {
		t.Errorf("got %d strokes in %v, want 4 in %v", len(strokes), box, want)
	}
}

// TestSize finds the size of documents that say little of it.
func TestSize(t *testing.T) {
	tests := []struct {
		attributes    string
		width, height float64
	}{
		{`width="20" height="1in"`, 20, 96},
		{`viewBox="0 0 30 40"`, 30, 40},
		{`viewBox="0 0 30 40" width="60"`, 60, 80},
		{`viewBox="0 0 30 40" height="80"`, 60, 80},
		{`viewBox="0 0 30 40" width="100%" height="50%"`, 30, 20},
		{``, 300, 150},
		{`width="auto" height="75mm"`, 300, 75 * 96 / 25.4},
	}
	for _, tt := range tests {
		d, err := Parse(strings.NewReader(`<svg xmlns="http://www.w3.org/2000/svg" ` + tt.attributes + `/>`))
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(d.Width-tt.width)+math.Abs(d.Height-tt.height) > 1e-9 {
			t.Errorf("%s: got %g×%g, want %g×%g", tt.attributes, d.Width, d.Height, tt.width, tt.height)
		}
	}
}

// TestEncodings reads what programs write that are old, or save space, or leave the
// namespace out.
func TestEncodings(t *testing.T) {
	for name, text := range map[string]string{
		"gzip":         zipped(in(`<path d="M1 1h5"/>`)),
		"latin_1":      `<?xml version="1.0" encoding="ISO-8859-1"?>` + in("<title>\xe9</title>"+`<path d="M1 1h5"/>`),
		"mark":         "\ufeff" + in(`<path d="M1 1h5"/>`),
		"no_namespace": `<svg width="9" height="9"><path d="M1 1h5"/></svg>`,
		"prefix":       `<s:svg xmlns:s="http://www.w3.org/2000/svg" width="9" height="9"><s:path d="M1 1h5"/><path d="M0 0h1"/></s:svg>`,
	} {
		if _, strokes, err := draw(text); err != nil || len(strokes) != 1 {
			t.Errorf("%s: got %d strokes, %v, want one", name, len(strokes), err)
		}
	}
}

// TestFlattened measures how far lines stray from their curve, and from one another in
// number: a circle's, at several scales.
func TestFlattened(t *testing.T) {
	d, err := Parse(strings.NewReader(in(`<circle cx="0" cy="0" r="50"/>`)))
	if err != nil {
		t.Fatal(err)
	}
	for _, scale := range []float64{0.1, 1, 30, 1000} {
		for _, tolerance := range []float64{0.01, 0.1, 2} {
			strokes, err := d.Strokes(Options{Matrix: trace.Scale(scale, scale), Tolerance: tolerance})
			if err != nil || len(strokes) == 0 {
				t.Fatalf("got %d strokes, %v", len(strokes), err)
			}
			r := 50 * scale
			var n int
			for _, s := range strokes {
				n += len(s.Points) - 1
				for i, p := range s.Points[1:] {
					middle := math.Hypot((p.X+s.Points[i].X)/2, (p.Y+s.Points[i].Y)/2)
					if math.Abs(r-middle) > tolerance+1e-5*r {
						t.Fatalf("scale %g: a line strays by %g, want %g at most", scale, r-middle, tolerance)
					}
				}
			}
			least := math.Pi / math.Acos(math.Max(0, 1-tolerance/r)) / 4 // the clip leaves a quarter
			if float64(n) > 2*least+8 {
				t.Errorf("scale %g, tolerance %g: got %d lines, want about %.0f", scale, tolerance, n, least)
			}
		}
	}
}

// big is an SVG of a megabyte and 100,000 segments.
func big() []byte {
	var b bytes.Buffer
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="1000" fill="none" stroke="black">`)
	for i := range 1000 {
		fmt.Fprintf(&b, `<path d="M%d %d`, i, 400+i%100)
		for j := range 100 {
			fmt.Fprintf(&b, "l%.2f %.1f", float64(j%9), float64(i%7)-3)
		}
		b.WriteString(`"/>`)
	}
	b.WriteString("</svg>")
	return b.Bytes()
}

func TestBig(t *testing.T) {
	text := big()
	_, strokes, err := draw(string(text))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for range trace.Segments(strokes, 0) {
		n++
	}
	if len(text) < 900_000 || n < 90_000 {
		t.Errorf("got %d segments of %d bytes, want about 100,000 of a megabyte", n, len(text))
	}
}

// BenchmarkBig is as a ratio to encoding/xml reading the same, and nothing else.
func BenchmarkBig(b *testing.B) {
	text := big()
	var bare time.Duration
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		b.StopTimer()
		begin := time.Now()
		for dec := xml.NewDecoder(bytes.NewReader(text)); ; {
			if _, err := dec.RawToken(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
		bare += time.Since(begin)
		b.StartTimer()
		if _, _, err := draw(string(text)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N), "ms/op")
	b.ReportMetric(b.Elapsed().Seconds()/bare.Seconds(), "×xml")
}

// FuzzSVGInput reads anything. What comes out can be drawn: it is on the canvas, not
// too much, and what is said of it is short.
func FuzzSVGInput(f *testing.F) {
	f.Add([]byte(in(`<path d="M0 0a5 5 0 0110 10q1 2 3 4t5 6c1 2 3 4 5 6s7 8 9 10z"/>`)))
	f.Add([]byte(in(`<style>path.a#b{stroke:red!important}</style><g transform="skewX(3)scale(2)"><path class="a" id="b" style="opacity:.5" d="M1 1h5"/></g>`)))
	f.Add([]byte(in(`<symbol id="s" viewBox="0 0 9 9"><circle r="4"/></symbol><use href="#s" width="50%"/><rect width="5" height="5" rx="1"/>`)))
	f.Add([]byte(in(`<svg viewBox="0 0 1 1" preserveAspectRatio="xMinYMax slice"><polygon points="0 0 1 1 0 1"/><line x2="5mm"/></svg>`)))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, strokes, err := draw(string(text))
		if err != nil {
			if strings.Contains(err.Error(), "\n") || len(err.Error()) > 300 {
				t.Errorf("got %q, want one short line", err)
			}
			return
		}
		n := 0
		for s := range trace.Segments(strokes, 0) {
			n++
			if err := canvas.Check(s); err != nil {
				t.Fatalf("%+v: %v", s, err)
			}
		}
		if n > 2*trace.MaxPoints || len(d.LeftOut()) > maxNotes {
			t.Errorf("got %d segments, %d notes", n, len(d.LeftOut()))
		}
	})
}
