package bitmap

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/trace"
)

// painted is a picture of 120×100 pixels, of which each is asked for.
func painted(at func(x, y int) color.Color) *image.NRGBA {
	im := image.NewNRGBA(image.Rect(0, 0, 120, 100))
	for y := range 100 {
		for x := range 120 {
			im.Set(x, y, at(x, y))
		}
	}
	return im
}

// disc is one of a color on white: its middle is at 60, 50, its radius 30.
func disc(c color.Color) *image.NRGBA {
	return painted(func(x, y int) color.Color {
		if math.Hypot(float64(x)+.5-60, float64(y)+.5-50) < 30 {
			return c
		}
		return color.White
	})
}

var teal = color.NRGBA{0, 128, 128, 255}

func options(style string) Options {
	return Options{Matrix: trace.Translate(100, 200).Times(trace.Scale(2, 2)), Style: style, Colors: 2, Spacing: 4, Width: 1, Tolerance: .1}
}

// center is where the disc's middle is on the canvas; its radius is 60 there.
var center = canvas.Point{X: 220, Y: 300}

// TestStyles draws a disc: on its edge, or within it, in its color.
func TestStyles(t *testing.T) {
	for _, style := range Styles() {
		t.Run(style, func(t *testing.T) {
			strokes, err := Strokes(disc(teal), options(style))
			if err != nil || len(strokes) == 0 {
				t.Fatalf("got %d strokes, %v", len(strokes), err)
			}
			for _, s := range strokes {
				if s.Color != canvas.Color(teal) || s.Width != 1 {
					t.Fatalf("got %v %g wide, want %v, 1", s.Color, s.Width, teal)
				}
				for _, p := range s.Points {
					r := math.Hypot(p.X-center.X, p.Y-center.Y)
					if r > 64 || style == "outline" && r < 56 {
						t.Fatalf("got a point %.1f from the middle of a disc of 60", r)
					}
				}
			}
			area := coverage(strokes, style)
			if least := map[string]float64{"outline": 2 * 2 * math.Pi * 58, "hatch": math.Pi * 60 * 60 / 4 * .9, "stipple": math.Pi * 60 * 60 / 16 * .5}[style]; area < least || area > 5*least {
				t.Errorf("got %.0f, want %.0f and some", area, least)
			}
		})
	}
}

// coverage is the length of lines, or the number of dots.
func coverage(strokes []trace.Stroke, style string) (sum float64) {
	for _, s := range strokes {
		if style == "stipple" {
			sum++
		}
		for i := range s.Points[1:] {
			sum += math.Hypot(s.Points[i+1].X-s.Points[i].X, s.Points[i+1].Y-s.Points[i].Y)
		}
	}
	return sum
}

// TestOutlineColor draws outlines in the color of their darker side.
func TestOutlineColor(t *testing.T) {
	navy, gold := color.NRGBA{0, 0, 60, 255}, color.NRGBA{255, 230, 160, 255}
	im := disc(navy)
	for i := 0; i < len(im.Pix); i += 4 {
		if im.Pix[i] == 255 {
			copy(im.Pix[i:], []byte{gold.R, gold.G, gold.B})
		}
	}
	strokes, err := Strokes(im, options("outline"))
	if err != nil || len(strokes) == 0 {
		t.Fatalf("got %d strokes, %v", len(strokes), err)
	}
	for _, s := range strokes {
		if s.Color.R > 60 {
			t.Errorf("got %v, want about %v", s.Color, navy)
		}
	}
}

// TestDarkness draws more where it is darker, and as many dots as it is dark.
func TestDarkness(t *testing.T) {
	for _, style := range []string{"hatch", "stipple"} {
		last := -1.0
		for _, v := range []uint8{251, 180, 120, 70, 10} {
			strokes, err := Strokes(painted(func(int, int) color.Color { return color.Gray{v} }), options(style))
			if err != nil {
				t.Fatal(err)
			}
			n := coverage(strokes, style)
			if n <= last {
				t.Errorf("%s of %d: got %.0f, want more than %.0f", style, v, n, last)
			}
			last = n
			if want := 60 * 50 * (1 - float64(v)/255); style == "stipple" && math.Abs(n-want) > 60 {
				t.Errorf("%d: got %.0f dots, want %.0f", v, n, want)
			}
		}
	}
}

// TestBlank draws nothing of white, and of what lets all through.
func TestBlank(t *testing.T) {
	for name, c := range map[string]color.Color{"white": color.White, "transparent": color.Transparent} {
		for _, style := range Styles() {
			if strokes, err := Strokes(painted(func(int, int) color.Color { return c }), options(style)); err != nil || len(strokes) > 0 {
				t.Errorf("%s, %s: got %d strokes, %v", name, style, len(strokes), err)
			}
		}
	}
}

// TestPalette finds the colors of a flag, and makes do with fewer; one alone is black.
func TestPalette(t *testing.T) {
	red, blue, gold := color.NRGBA{200, 0, 30, 255}, color.NRGBA{0, 40, 150, 255}, color.NRGBA{240, 190, 0, 255}
	flag := painted(func(x, _ int) color.Color { return []color.Color{red, blue, gold, color.White}[x/30] })
	for n, want := range map[int][]canvas.Color{1: {{A: 255}}, 3: {canvas.Color(red), canvas.Color(blue), canvas.Color(gold)}} {
		o := options("hatch")
		o.Colors = n
		o.Matrix = trace.Identity
		strokes, err := Strokes(flag, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range want {
			if !slices.ContainsFunc(strokes, func(s trace.Stroke) bool { return s.Color == c }) {
				t.Errorf("%d colors: got no %v", n, c)
			}
		}
		for _, s := range strokes {
			if !slices.Contains(want, s.Color) {
				t.Fatalf("%d colors: got %v, want one of %v", n, s.Color, want)
			}
		}
	}
}

// encoded are files of a picture, by their format.
func encoded(t testing.TB, im image.Image) map[string][]byte {
	t.Helper()
	files := make(map[string][]byte)
	for name, encode := range map[string]func(*bytes.Buffer) error{
		"PNG":  func(b *bytes.Buffer) error { return png.Encode(b, im) },
		"JPEG": func(b *bytes.Buffer) error { return jpeg.Encode(b, im, nil) },
		"GIF":  func(b *bytes.Buffer) error { return gif.Encode(b, im, nil) },
	} {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			t.Fatal(err)
		}
		files[name] = b.Bytes()
	}
	return files
}

// TestDecode reads each format, and says in one line what is wrong with a half.
func TestDecode(t *testing.T) {
	for name, file := range encoded(t, disc(teal)) {
		im, err := Decode(bytes.NewReader(file))
		if err != nil || im.Bounds() != image.Rect(0, 0, 120, 100) {
			t.Errorf("%s: got %v, %v", name, im, err)
		}
		_, err = Decode(bytes.NewReader(file[:len(file)/2]))
		if err == nil || !strings.HasPrefix(err.Error(), name+" that cannot be read: ") {
			t.Errorf("half a %s: got %v", name, err)
		}
	}
}

// promise is a PNG's header that promises a size, and nothing behind it.
func promise(width, height uint32) string {
	chunk := []byte("IHDR")
	chunk = binary.BigEndian.AppendUint32(chunk, width)
	chunk = binary.BigEndian.AppendUint32(chunk, height)
	chunk = append(chunk, 8, 6, 0, 0, 0)
	file := binary.BigEndian.AppendUint32([]byte("\x89PNG\r\n\x1a\n"), uint32(len(chunk)-4))
	file = append(file, chunk...)
	return string(binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(chunk)))
}

// TestHostile refuses what is too large before it takes memory for it.
func TestHostile(t *testing.T) {
	tests := []struct{ name, file, want string }{
		{"empty", "", "no PNG, JPEG or GIF"},
		{"text", "hello", "no PNG, JPEG or GIF"},
		{"svg", "<svg/>", "no PNG, JPEG or GIF"},
		{"large", promise(30_000, 30_000), "PNG of 30000×30000 pixels: there may be 33554432 in all"},
		{"wide", promise(1<<31-1, 1), "PNG of 2147483647×1 pixels"},
		{"no_size", promise(0, 5), "PNG that cannot be read: png: invalid format: non-positive dimension"},
		{"promise", promise(5, 5), "PNG that cannot be read"},
		{"gif", "GIF89a\xff\xff\xff\xff\x00\x00\x00", "GIF of 65535×65535 pixels"},
		{"jpeg", "\xff\xd8\xff\xc0\x00\x0b\x08\xff\xff\xff\xff\x01\x01\x11\x00\xff\xda\x00\x02", "JPEG of 65535×65535 pixels"},
		{"too_long", promise(5, 5) + strings.Repeat("x", MaxBytes), "more than 64 MiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			begin := time.Now()
			_, err := Decode(strings.NewReader(tt.file))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want one line that begins with %q", err, tt.want)
			}
			if took := time.Since(begin); took > 10*time.Second { // a second, on a machine with nothing else to do
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestTooMuch ends before there are too many strokes.
func TestTooMuch(t *testing.T) {
	black := painted(func(int, int) color.Color { return color.Black })
	for _, style := range []string{"hatch", "stipple"} {
		o := options(style)
		o.Matrix, o.Spacing = trace.Scale(130, 130), 1
		if style == "hatch" { // a line is two points: short ones are needed
			black = painted(func(x, y int) color.Color { return color.Gray{uint8(255 * ((x + y) % 2))} })
			o.Matrix = trace.Scale(25, 25)
		}
		if _, err := Strokes(black, o); err != trace.ErrTooLarge {
			t.Errorf("%s: got %v, want %v", style, err, trace.ErrTooLarge)
		}
	}
}

// FuzzImageInput reads anything that is not large, and draws it in all styles: what
// comes out can be drawn.
func FuzzImageInput(f *testing.F) {
	for _, file := range encoded(f, disc(teal).SubImage(image.Rect(30, 20, 54, 36))) {
		f.Add(file, uint8(3), uint8(2))
	}
	f.Add([]byte(promise(3, 3)), uint8(1), uint8(1))
	f.Fuzz(func(t *testing.T, file []byte, colors, spacing uint8) {
		if c, _, err := image.DecodeConfig(bytes.NewReader(file)); err == nil && c.Width*c.Height > 64*64 && c.Width*c.Height <= MaxPixels {
			return // takes long
		}
		im, err := Decode(bytes.NewReader(file))
		if err != nil {
			if strings.Contains(err.Error(), "\n") || len(err.Error()) > 300 {
				t.Errorf("got %q, want one short line", err)
			}
			return
		}
		for _, style := range Styles() {
			strokes, err := Strokes(im, Options{Matrix: trace.Identity, Style: style, Colors: int(colors%MaxColors) + 1, Spacing: float64(spacing%20) + 1, Width: 1, Tolerance: .1})
			if err != nil {
				t.Fatal(err)
			}
			for s := range trace.Segments(strokes, 0) {
				if err := canvas.Check(s); err != nil {
					t.Fatalf("%+v: %v", s, err)
				}
			}
		}
	})
}
