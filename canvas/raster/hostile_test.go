package raster

import (
	"encoding/binary"
	"math"
	"testing"

	"drawmesh/canvas"
	"drawmesh/canvas/internal/likeness"
)

// extremes are numbers that a hostile peer, or a broken program, might send.
var extremes = []float64{
	0, 1, -1, .5, 1e-9, 1e-300, 100, -100, 1e4, 1e6, -1e6, 1e9, -1e9, 2e8, math.MaxInt32, math.MaxFloat32, -math.MaxFloat32,
	1e100, -1e308, math.MaxFloat64, math.SmallestNonzeroFloat64, math.Inf(1), math.Inf(-1), math.NaN(), 63.999999, 64, 16384,
}

// TestExtremes paints extreme numbers in every place, by threes: none may panic or
// hang, and the board stays opaque, whatever was painted.
func TestExtremes(t *testing.T) {
	b := newBoard(t, 64, 64, white)
	for _, v := range extremes {
		for _, w := range extremes {
			for _, x := range extremes {
				b.Apply(canvas.Segment{From: at(v, w), To: at(x, 30), Force: 1.5, Color: glass})
				b.Apply(canvas.Segment{From: at(20, v), To: at(30, w), Force: x, Color: glass})
				b.Apply(rect(v, 20, w, 30, x, glass))
				b.Apply(rect(10, v, x, w, 9, glass))
			}
		}
	}
	for i := 3; i < len(b.im.Pix); i += 4 {
		if b.im.Pix[i] != 255 {
			t.Fatalf("pixel %d has alpha %d, want 255", i/4, b.im.Pix[i])
		}
	}
}

// TestNoNumber puts what is no finite float32 in each place: nothing is painted.
func TestNoNumber(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e39, -1e300} {
		ops := []canvas.Op{
			canvas.Segment{From: at(v, 9), To: at(30, 30), Force: 2, Color: ink},
			canvas.Segment{From: at(9, v), To: at(30, 30), Force: 2, Color: ink},
			canvas.Segment{From: at(9, 9), To: at(v, 30), Force: 2, Color: ink},
			canvas.Segment{From: at(9, 9), To: at(30, v), Force: .5, Color: ink},
			canvas.Segment{From: at(9, 9), To: at(30, 30), Force: v, Color: ink},
			rect(v, 9, 30, 30, 3, ink), rect(9, v, 30, 30, 3, ink), rect(9, 9, v, 30, 3, ink),
			rect(9, 9, 30, v, 3, ink), rect(9, 9, 30, 30, v, ink), rect(9, 9, 30, 0, -3, ink),
		}
		for _, op := range ops {
			b := newBoard(t, 64, 64, white)
			b.Apply(op)
			if i := firstDifference(b.im.Pix, newBoard(t, 64, 64, white).im.Pix); i >= 0 {
				t.Errorf("%+v paints pixel %d, want nothing", op, i/4)
			}
		}
	}
}

// TestFarEnds draws lines whose ends are far outside: the part inside is the
// same as that of a line that ends just outside.
func TestFarEnds(t *testing.T) {
	for _, far := range []float64{100, 1e4, 1e6, 1e8} {
		got, want := newBoard(t, 64, 64, white), newBoard(t, 64, 64, white)
		got.Apply(line(-far, -far, far, far, 6, ink))
		got.Apply(line(-far, 50, far, 50, 6, red))
		got.Apply(rect(20, -far, far, 2*far, 5, glass))
		want.Apply(line(-100, -100, 100, 100, 6, ink))
		want.Apply(line(-100, 50, 100, 50, 6, red))
		want.Apply(rect(20, -100, 1000, 2000, 5, glass))
		if d := likeness.Compare(got.im, want.im, page); d.Max > 16 {
			t.Errorf("ends %g pixels away: %v, want at most 16 levels off", far, d)
		}
	}
}

// TestFat covers the whole board, exactly.
func TestFat(t *testing.T) {
	for _, width := range []float64{300, 1e4, 1e6, 1e30} {
		b := newBoard(t, 64, 64, white)
		b.Apply(line(32, 30, 32, 34, width, red))
		for i := 0; i < len(b.im.Pix); i += 4 {
			if got := [4]byte(b.im.Pix[i:]); got != [4]byte{255, 0, 0, 255} {
				t.Fatalf("a line %g pixels wide: pixel %d is %v, want red", width, i/4, got)
			}
		}
	}
}

// FuzzRaster paints any operations, whole and in bands, which must agree.
func FuzzRaster(f *testing.F) {
	f.Add([]byte{})
	for _, v := range extremes {
		f.Add(binary.LittleEndian.AppendUint64([]byte("segment."), math.Float64bits(v)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		const width, height = 61, 47
		whole, banded := newBoard(t, width, height, white), newBoard(t, width, height, white)
		ops := fuzzOps(data)
		for _, op := range ops {
			whole.Apply(op)
		}
		banded.paintBands(ops, banded.im.Rect, 5)
		if i := firstDifference(whole.im.Pix, banded.im.Pix); i >= 0 {
			t.Errorf("%+v: pixel (%d,%d) differs in bands", ops, i/4%width, i/4/width)
		}
	})
}

// fuzzOps reads operations from bytes: 8 bytes are one number, either as it is
// or, since most of those are far away, scaled to the size of a board.
func fuzzOps(data []byte) []canvas.Op {
	next := func() (v float64) {
		if len(data) < 8 {
			data = nil
			return 0
		}
		bits := binary.LittleEndian.Uint64(data)
		data = data[8:]
		if bits&1 == 0 {
			return math.Float64frombits(bits)
		}
		return float64(int64(bits)>>16) / (1 << 40)
	}
	var ops []canvas.Op
	for len(data) > 0 && len(ops) < 64 {
		kind := data[0]
		data = data[1:]
		c := canvas.Color{R: kind, G: ^kind, A: 255 - kind/2}
		if kind%4 == 0 {
			ops = append(ops, rect(next(), next(), next(), next(), next(), c))
			continue
		}
		ops = append(ops, canvas.Segment{From: at(next(), next()), To: at(next(), next()), Force: next(), Color: c})
	}
	return ops
}
