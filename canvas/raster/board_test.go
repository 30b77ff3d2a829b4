package raster

import (
	"flag"
	"image"
	"image/color"
	"image/draw"
	"math"
	"os"
	"path/filepath"
	"testing"

	"drawmesh/canvas"
	"drawmesh/canvas/internal/likeness"
)

var update = flag.Bool("update", false, "accept the images that the tests now draw")

var (
	ink   = canvas.Color{R: 0x20, G: 0x30, B: 0x60, A: 255}
	red   = canvas.Color{R: 255, A: 255}
	glass = canvas.Color{G: 128, A: 128}
	white = canvas.Color{R: 255, G: 255, B: 255, A: 255}
)

func at(x, y float64) canvas.Point { return canvas.Point{X: x, Y: y} }

// line has a force that makes it as wide as it says, in pixels.
func line(x0, y0, x1, y1, width float64, c canvas.Color) canvas.Segment {
	return canvas.Segment{From: at(x0, y0), To: at(x1, y1), Force: math.Sqrt(math.Sqrt(width / 2)), Color: c}
}

func rect(x, y, w, h, lineWidth float64, c canvas.Color) canvas.Rect {
	return canvas.Rect{Origin: at(x, y), Width: w, Height: h, LineWidth: lineWidth, Color: c}
}

func TestBoard(t *testing.T) {
	tests := []struct {
		name string
		ops  []canvas.Op
	}{
		{"empty", nil},
		{"pressure_widens", []canvas.Op{line(8, 10, 56, 10, .5, ink), line(8, 24, 56, 24, 3, ink), line(12, 46, 52, 46, 20, ink)}},
		{"every_direction", star()},
		{"no_length_draws_nothing", []canvas.Op{line(32, 32, 32, 32, 20, ink)}},
		{"hardly_any_length_is_a_dot", []canvas.Op{line(32, 32, 32.01, 32, 20, ink)}},
		{"joints_show_through", []canvas.Op{line(10, 50, 32, 14, 10, glass), line(32, 14, 54, 50, 10, glass)}},
		{"outside_is_clipped", []canvas.Op{line(-40, 70, 90, -20, 6, ink), line(-9, 32, 4, 32, 24, red), line(200, 200, 300, 220, 9, red)}},
		{"rect", []canvas.Op{rect(10, 12, 40, 30, 5, ink)}},
		{"rect_backwards", []canvas.Op{rect(50, 42, -40, -30, 5, ink)}},
		{"rect_through", []canvas.Op{rect(8.3, 8.6, 44.2, 40.9, 7.5, glass)}},
		{"rect_thicker_than_wide", []canvas.Op{rect(24, 20, 6, 20, 10, glass)}},
		{"rect_of_no_width_is_butt", []canvas.Op{rect(20, 12, 0, 40, 6, ink), rect(30, 20, 24, 0, 6, ink), rect(40, 40, 0, 0, 6, ink)}},
		{"clear_then_rect", []canvas.Op{line(0, 0, 64, 64, 8, red), canvas.Clear{}, rect(16, 16, 32, 24, 2, ink)}},
		{"later_is_above", []canvas.Op{line(10, 32, 54, 32, 12, ink), line(32, 10, 32, 54, 12, red)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBoard(t, 64, 64, white)
			for _, op := range tt.ops {
				b.Apply(op)
			}
			checkGolden(t, b.Image())
		})
	}
}

// star is segments in sixteen directions.
func star() []canvas.Op {
	var ops []canvas.Op
	for i := range 16 {
		y, x := math.Sincos(float64(i) * math.Pi / 8)
		ops = append(ops, line(32+10*x, 32+10*y, 32+26*x, 32+26*y, 3, ink))
	}
	return ops
}

func newBoard(t testing.TB, width, height int, background canvas.Color) *Board {
	t.Helper()
	b, err := NewBoard(width, height, background)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// checkGolden compares with testdata/TEST/CASE.png, two levels a channel.
func checkGolden(t *testing.T, got *image.RGBA) {
	t.Helper()
	path := filepath.Join("testdata", t.Name()+".png")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := writePNG(path, got); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := image.NewRGBA(got.Rect)
	draw.Draw(want, want.Rect, readPNG(t, path), image.Point{}, draw.Src)
	for i := range want.Pix {
		if abs(int(got.Pix[i])-int(want.Pix[i])) > 2 {
			t.Errorf("pixel (%d,%d) is %v, want %v ± 2", i/4%64, i/got.Stride, got.Pix[i&^3:i&^3+4], want.Pix[i&^3:i&^3+4])
			saveDifference(t, got, want)
			return
		}
	}
}

// TestPixels asserts single pixels that follow from the definition of a stroke.
func TestPixels(t *testing.T) {
	half := color.RGBA{R: 127, G: 127, B: 127, A: 255} // black at 50 % on white
	black, blank := color.RGBA{A: 255}, color.RGBA{255, 255, 255, 255}
	ink := canvas.Color{A: 255}
	glass := canvas.Color{A: 128}
	type pixels map[image.Point]color.RGBA
	tests := []struct {
		name string
		ops  []canvas.Op
		want pixels
	}{
		{"two pixels wide", []canvas.Op{line(2, 8, 14, 8, 2, ink)}, pixels{{8, 6}: blank, {8, 7}: black, {8, 8}: black, {8, 9}: blank}},
		{"half covered", []canvas.Op{line(2, 8.5, 14, 8.5, 2, ink)}, pixels{{8, 7}: half, {8, 8}: black, {8, 9}: half}},
		{"round end", []canvas.Op{line(6, 8, 14, 8, 8, ink)}, pixels{{3, 7}: black, {2, 4}: blank, {1, 8}: blank}},
		{"steep", []canvas.Op{line(8, 14, 8, 2, 2, ink)}, pixels{{6, 8}: blank, {7, 8}: black, {8, 8}: black, {9, 8}: blank}},
		{"thin is faint", []canvas.Op{line(2, 8.5, 14, 8.5, .5, ink)}, pixels{{8, 8}: half, {8, 7}: blank, {8, 9}: blank}},
		{"translucent", []canvas.Op{line(2, 8, 14, 8, 2, glass)}, pixels{{8, 8}: half}},
		{"translucent twice", []canvas.Op{line(2, 8, 14, 8, 2, glass), line(2, 8, 14, 8, 2, glass)}, pixels{{8, 8}: {63, 63, 63, 255}}},
		{"mitred corner", []canvas.Op{rect(4, 4, 8, 8, 4, ink)}, pixels{{2, 2}: black, {1, 2}: blank, {5, 5}: black, {6, 6}: blank, {13, 13}: black, {14, 13}: blank}},
		{"rect once at its corners", []canvas.Op{rect(4, 4, 8, 8, 4, glass)}, pixels{{2, 2}: half, {5, 5}: half, {8, 3}: half}},
		{"butt end", []canvas.Op{rect(4, 8, 8, 0, 2, ink)}, pixels{{3, 8}: blank, {4, 8}: black, {11, 7}: black, {12, 8}: blank}},
		{"butt rect once", []canvas.Op{rect(8, 4, 0, 8, 2, glass)}, pixels{{7, 3}: blank, {7, 4}: half, {8, 11}: half, {8, 12}: blank}},
		{"rect of a point", []canvas.Op{rect(8, 8, 0, 0, 4, ink)}, pixels{{7, 7}: blank, {8, 8}: blank}},
		{"segment of a point", []canvas.Op{line(8, 8, 8, 8, 8, ink)}, pixels{{7, 7}: blank, {8, 8}: blank}},
		{"preview", []canvas.Op{canvas.Preview(rect(4, 4, 8, 8, 4, ink))}, pixels{{3, 8}: blank}},
		{"clear", []canvas.Op{line(0, 8, 16, 8, 16, ink), canvas.Clear{}}, pixels{{8, 8}: blank}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBoard(t, 16, 16, white)
			for _, op := range tt.ops {
				b.Apply(op)
			}
			for p, want := range tt.want {
				got := b.Image().RGBAAt(p.X, p.Y)
				if abs(int(got.R)-int(want.R)) > 2 || got.A != want.A {
					t.Errorf("pixel %v is %v, want %v", p, got, want)
				}
			}
		})
	}
}

// TestTransparentBoard paints the same on no background as a browser's canvas
// does, which is transparent too.
func TestTransparentBoard(t *testing.T) {
	for _, s := range readScenes(t) {
		b := newBoard(t, s.Width, s.Height, canvas.Color{})
		for _, op := range s.ops(t) {
			b.Apply(op)
		}
		onPage := painted(t, s.Width, s.Height, s.ops(t)).Image()
		if d := likeness.Compare(likeness.Over(b.Image(), page), onPage, page); d.Max > 3 {
			t.Errorf("%s: on a page afterwards or from the start: %v, want at most 3 levels apart", s.Name, d)
		}
	}
}

func TestBoardSizes(t *testing.T) {
	tests := []struct {
		width, height int
		want          string // the error, or empty
	}{
		{1, 1, ""},
		{MaxSide, 1, ""},
		{0, 10, "raster: size 0×10: each side must be 1 to 16384 pixels"},
		{10, -1, "raster: size 10×-1: each side must be 1 to 16384 pixels"},
		{MaxSide + 1, 1, "raster: size 16385×1: each side must be 1 to 16384 pixels"},
		{math.MaxInt, math.MaxInt, "raster: size 9223372036854775807×9223372036854775807: each side must be 1 to 16384 pixels"},
		{MaxSide, 4097, "raster: size 16384×4097: more than 67108864 pixels in all"},
	}
	for _, tt := range tests {
		got := ""
		if _, err := NewBoard(tt.width, tt.height, white); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("NewBoard(%d, %d): error %q, want %q", tt.width, tt.height, got, tt.want)
		}
	}
}
