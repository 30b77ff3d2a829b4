package raster

import (
	"bytes"
	"fmt"
	"image"
	"math"
	"testing"

	"drawmesh/canvas"
	"drawmesh/canvas/internal/likeness"
)

func TestCrop(t *testing.T) {
	box := func(x0, y0, x1, y1 float64) canvas.Box { return canvas.Box{Min: at(x0, y0), Max: at(x1, y1)} }
	tests := []struct {
		part          canvas.Box
		scale         float64
		width, height int
	}{
		{box(0, 0, 640, 480), 0, 640, 480},
		{box(100, 50, 740, 530), 2, 1280, 960},
		{box(0, 0, 1921, 1080), .25, 481, 270},
		{box(0, 0, 30, 70), .1, 3, 7},
		{box(-.5, 0, 9.5, .2), 1, 10, 1},
	}
	for _, tt := range tests {
		got, want := Crop(tt.part, tt.scale), Viewport{tt.width, tt.height, tt.part.Min, tt.scale}
		if got != want {
			t.Errorf("Crop(%v, %g) is %+v, want %+v", tt.part, tt.scale, got, want)
		}
	}
}

func TestViewportErrors(t *testing.T) {
	tests := []struct {
		port Viewport
		want string
	}{
		{Viewport{9, 9, at(0, 0), .001}, "raster: scale 0.001: must be 0.01 to 100"},
		{Viewport{9, 9, at(0, 0), -1}, "raster: scale -1: must be 0.01 to 100"},
		{Viewport{9, 9, at(0, 0), math.NaN()}, "raster: scale NaN: must be 0.01 to 100"},
		{Viewport{9, 9, at(0, math.Inf(1)), 1}, "raster: origin (0, +Inf): must be within ±1e+06"},
		{Crop(canvas.Box{Min: at(5, 5), Max: at(5, 9)}, 1), "raster: size 0×4: each side must be 1 to 16384 pixels"},
		{Crop(canvas.Box{Max: at(1e300, 1)}, 1), "raster: size 1048576×1: each side must be 1 to 16384 pixels"},
	}
	for _, tt := range tests {
		if _, err := NewBoardOf(tt.port, white); err == nil || err.Error() != tt.want {
			t.Errorf("board of %+v: error %v, want %s", tt.port, err, tt.want)
		}
		if _, err := NewViewOf(tt.port, white); err == nil || err.Error() != tt.want {
			t.Errorf("view of %+v: error %v, want %s", tt.port, err, tt.want)
		}
	}
}

// TestViewportMovesAndScales paints what an operation that was moved and scaled
// by hand paints. Powers of two change no digits.
func TestViewportMovesAndScales(t *testing.T) {
	r := newRand(4)
	for _, scale := range []float64{.25, .5, 1, 2, 4} {
		port := Viewport{90, 70, at(16, -24), scale}
		b, byHand := newBoardOf(t, port), newBoard(t, port.Width, port.Height, white)
		move := func(p canvas.Point) canvas.Point { return at((p.X-16)*scale, (p.Y+24)*scale) }
		for range 200 {
			s := anyStroke(r, 160)
			s.Force = [...]float64{.5, 1, 2}[r.IntN(3)]
			f := rect(math.Round(r.Float64()*80), r.Float64()*60, 40*r.NormFloat64(), float64(r.IntN(2))*20, 2, glass)
			b.Apply(s)
			b.Apply(f)
			o := move(f.Origin)
			byHand.Apply(line(move(s.From).X, move(s.From).Y, move(s.To).X, move(s.To).Y, s.Width()*scale, s.Color))
			byHand.Apply(rect(o.X, o.Y, f.Width*scale, f.Height*scale, f.LineWidth*scale, f.Color))
		}
		if d := likeness.Compare(b.im, byHand.im, page); d.Max > 1 {
			t.Errorf("at scale %g: %v, want the same", scale, d)
			saveDifference(t, b.im, byHand.im)
		}
	}
}

// TestCropIsPartOfWhole crops at whole pixels: but for where lines are cut at
// the border of a picture, and what lies left or above of it is rounded the
// other way, the part is the same.
func TestCropIsPartOfWhole(t *testing.T) {
	ops := handStrokes(newRand(8), 6000)
	whole := newBoard(t, workWidth, workHeight, white)
	whole.ApplyAll(ops)
	area := image.Rect(500, 300, 900, 700)
	part := newBoardOf(t, Crop(canvas.Box{Min: at(500, 300), Max: at(900, 700)}, 1))
	part.ApplyAll(ops)
	want := image.NewRGBA(part.im.Rect)
	for y := range want.Rect.Max.Y {
		copy(pixelRow(want, y), whole.im.Pix[whole.im.PixOffset(area.Min.X, area.Min.Y+y):])
	}
	if d := likeness.Compare(part.im, want, page); d.Mean > .05 || d.Over16 > .0002 {
		t.Errorf("the part differs from the whole: %v, want mean ≤ .05, over 16 ≤ .02 %%", d)
		saveDifference(t, part.im, want)
	}
}

// TestViewportBounds paints one operation at a time: no pixel outside of its
// bounds may change, and with them go repainting and the PNG's bands.
func TestViewportBounds(t *testing.T) {
	r := newRand(9)
	for _, scale := range []float64{.01, .1, .3, .9, 1, 1.1, 3, 20} {
		port := Viewport{64, 64, at(13.7, -5.2), scale}
		blank := newBoardOf(t, port)
		for range 300 {
			op := canvas.Op(anyStroke(r, 64/scale))
			switch r.IntN(3) {
			case 0:
				op = anyHairline(r, 64/scale)
			case 1:
				op = rect(r.Float64()*64/scale, r.Float64()*64/scale, r.NormFloat64()*30/scale, r.NormFloat64()*30/scale, 9*r.Float64(), ink)
			}
			b := newBoardOf(t, port)
			b.Apply(op)
			area := port.withScale().bounds(op, b.im.Rect)
			for y := range 64 {
				for x := range 64 {
					if !image.Pt(x, y).In(area) && b.im.RGBAAt(x, y) != blank.im.RGBAAt(x, y) {
						t.Fatalf("at scale %g %+v paints (%d,%d), outside of %v", scale, op, x, y, area)
					}
				}
			}
		}
	}
}

// TestViewOfViewport follows a history at scales that are none of the canvas.
func TestViewOfViewport(t *testing.T) {
	for _, scale := range []float64{.2, 1.7} {
		t.Run(fmt.Sprint(scale), func(t *testing.T) {
			port := Viewport{80, 60, at(20, 10), scale}
			log := canvas.NewUnsigned(canvas.Site{})
			v, err := NewViewOf(port, white)
			if err != nil {
				t.Fatal(err)
			}
			v.kept.every = 7
			r := newRand(6)
			written := history(t, r, 200)
			for range 200 {
				change, err := log.Step(take(r, written))
				if err != nil {
					t.Fatal(err)
				}
				v.Update(log, change)
				b := newBoardOf(t, port)
				for e := range log.Paint(canvas.Key{}) {
					b.Apply(e.Op)
				}
				if !bytes.Equal(v.Image().Pix, b.im.Pix) {
					t.Fatal("the picture is not that of the log")
				}
			}
		})
	}
}

// TestShow leaves out what a pen drew, also when something is undone.
func TestShow(t *testing.T) {
	log := canvas.NewUnsigned(canvas.Site{})
	v := newView(t)
	v.kept.every = 5
	r := newRand(12)
	written := history(t, r, 200)
	hidden := written[0][0].Entry.Site
	show := func(e canvas.Entry) bool { return e.Site != hidden }
	v.Show(show)
	for range 200 {
		change, err := log.Step(take(r, written))
		if err != nil {
			t.Fatal(err)
		}
		v.Update(log, change)
		b := newBoard(t, viewWidth, viewHeight, white)
		for e := range log.Paint(canvas.Key{}) {
			if show(e) {
				b.Apply(e.Op)
			}
		}
		if !bytes.Equal(v.Image().Pix, b.im.Pix) {
			t.Fatal("the picture is not that of what is shown")
		}
	}
}

func newBoardOf(t testing.TB, port Viewport) *Board {
	t.Helper()
	b, err := NewBoardOf(port, white)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
