package raster

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/fogleman/gg"

	"drawmesh/canvas"
)

// TestConverterAgreesWithGG fills the same outlines by another rasteriser, that
// of gg, which knows nothing of convex shapes.
func TestConverterAgreesWithGG(t *testing.T) {
	const side, most = 64, 3 // pixels; levels of 255
	r := newRand(7)
	for n := range 600 {
		s := anyStroke(r, side)
		b := newBoard(t, side, side, white)
		b.Apply(s)
		want := ggStroke(s, side)
		for i := range want.Pix {
			if d := abs(int(b.im.Pix[i]) - int(want.Pix[i])); d > most {
				t.Errorf("stroke %d, %+v: pixel (%d,%d) is %v, gg says %v", n, s, i/4%side, i/4/side, b.im.Pix[i&^3:i&^3+4], want.Pix[i&^3:i&^3+4])
				saveDifference(t, b.im, want)
				return
			}
		}
	}
}

// anyStroke is a segment of any width and slope, inside a board or across its
// border.
func anyStroke(r *rand.Rand, side float64) canvas.Segment {
	around := func() canvas.Point { return at((r.Float64()*1.4-.2)*side, (r.Float64()*1.4-.2)*side) }
	s := canvas.Segment{From: around(), To: around(), Force: 1 + r.Float64()*1.2, Color: opaque(r)}
	switch r.IntN(4) {
	case 0: // short
		s.To = at(s.From.X+r.NormFloat64()*4, s.From.Y+r.NormFloat64()*4)
	case 1: // upright or level, on whole pixels
		s.From = at(math.Round(s.From.X), math.Round(s.From.Y))
		s.To = at(s.From.X, math.Round(s.To.Y))
		if r.IntN(2) == 0 {
			s.To = at(math.Round(s.To.X+20), s.From.Y)
		}
	}
	if r.IntN(2) == 0 {
		s.Color.A = uint8(r.IntN(256))
	}
	return s
}

// anyHairline is anyStroke, but at most one pixel wide.
func anyHairline(r *rand.Rand, side float64) canvas.Segment {
	s := anyStroke(r, side)
	s.Force = .3 + r.Float64()*.5
	return s
}

// ggStroke is the outline of s, filled by gg on white. It is filled four times
// as large, since gg cuts coordinates to 1/64 pixel, and then made smaller.
func ggStroke(s canvas.Segment, side int) *image.RGBA {
	const larger, margin = 4, 48 // gg drops what is left of its picture: give it a margin
	var o outline
	o.capsule(round32(s.From), round32(s.To), s.Width()/2, float64(side), float64(side))
	dc := gg.NewContext(larger*(side+2*margin), larger*(side+2*margin))
	vertex := func(v vertex) {
		const half = 1. / 128 // rounds what gg would cut
		dc.LineTo(larger*(float64(v.x)/onePixel+margin)+half, larger*(float64(v.y)/quarters+margin)+half)
	}
	for _, v := range o.left {
		vertex(v)
	}
	for _, v := range slices.Backward(o.right) {
		vertex(v)
	}
	dc.SetColor(color.White)
	dc.Fill()

	im := image.NewRGBA(image.Rect(0, 0, side, side))
	mask := dc.Image().(*image.RGBA)
	for y := range side {
		for x := range side {
			sum := 0
			for i := range larger * larger {
				sum += int(mask.Pix[mask.PixOffset(larger*(x+margin)+i%larger, larger*(y+margin)+i/larger)])
			}
			part := float64(sum) / (larger * larger * 255) * float64(s.Color.A) / 255
			mix := func(c uint8) uint8 { return uint8(math.Round(255*(1-part) + float64(c)*part)) }
			im.SetRGBA(x, y, color.RGBA{mix(s.Color.R), mix(s.Color.G), mix(s.Color.B), 255})
		}
	}
	return im
}

// TestParts paints in bands and in tiles, which must not show.
func TestParts(t *testing.T) {
	r := newRand(11)
	const width, height = 200, 97
	var ops []canvas.Op
	for range 400 {
		ops = append(ops, anyStroke(r, width), anyHairline(r, width), rect(r.Float64()*width, r.Float64()*height, r.NormFloat64()*60, r.NormFloat64()*60, .1+9*r.Float64(), glass))
	}
	whole := newBoard(t, width, height, white)
	for _, op := range ops {
		whole.Apply(op)
	}
	for _, n := range []int{1, 2, 3, 7, 48, height, 1000} {
		b := newBoard(t, width, height, white)
		b.paintBands([]canvas.Op{line(0, 0, 200, 97, 99, red), canvas.Clear{}}, b.im.Rect, n)
		b.paintBands(ops, b.im.Rect, n)
		if i := firstDifference(b.im.Pix, whole.im.Pix); i >= 0 {
			t.Errorf("in %d bands pixel (%d,%d) is %v, want %v", n, i/4%width, i/4/width, b.im.Pix[i&^3:i&^3+4], whole.im.Pix[i&^3:i&^3+4])
		}
	}

	tiles := newBoard(t, width, height, white)
	for y := 0; y < height; y += 13 {
		for x := 0; x < width; x += 17 {
			tiles.paintBands(ops, image.Rect(x, y, x+17, y+13).Intersect(tiles.im.Rect), 2)
		}
	}
	if i := firstDifference(tiles.im.Pix, whole.im.Pix); i >= 0 {
		t.Errorf("in tiles pixel (%d,%d) is %v, want %v", i/4%width, i/4/width, tiles.im.Pix[i&^3:i&^3+4], whole.im.Pix[i&^3:i&^3+4])
	}
}

// firstDifference is the index of the first byte that differs, or -1.
func firstDifference(a, b []byte) int {
	for i := range a {
		if a[i] != b[i] {
			return i
		}
	}
	return -1
}
