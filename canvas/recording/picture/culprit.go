package picture

import (
	"bytes"
	"image"
	pixels "image/draw"
	"iter"
	"slices"

	"drawmesh/canvas"
)

func nrgba(im image.Image) *image.NRGBA {
	if im, ok := im.(*image.NRGBA); ok {
		return im
	}
	out := image.NewNRGBA(im.Bounds())
	pixels.Draw(out, out.Rect, im, im.Bounds().Min, pixels.Src)
	return out
}

// A difference is where two pictures differ.
type difference struct {
	at    []bool // by pixel
	n     int
	first image.Point
}

func differences(a, b *image.NRGBA) (d difference) {
	width := a.Rect.Dx()
	d.at = make([]bool, len(a.Pix)/4)
	for i := range d.at {
		if !bytes.Equal(a.Pix[4*i:4*i+4], b.Pix[4*i:4*i+4]) {
			if d.n == 0 {
				d.first = image.Pt(i%width, i/width)
			}
			d.at[i] = true
			d.n++
		}
	}
	return d
}

// culprit is the first of the entries of which everything that can be seen
// differs. If there is none, it is the one on top at the first difference, or the
// zero one.
func (l Look) culprit(entries iter.Seq[canvas.Entry], wrong difference) (canvas.Entry, error) {
	shown, top, err := l.layers(entries)
	if err != nil {
		return canvas.Entry{}, err
	}
	visible, differs := make([]int, len(shown)+1), make([]int, len(shown)+1)
	for i, op := range top {
		visible[op]++
		if wrong.at[i] {
			differs[op]++
		}
	}
	for i, e := range shown {
		if visible[i+1] > 0 && visible[i+1] == differs[i+1] {
			return e, nil
		}
	}
	if on := top[wrong.first.Y*l.Viewport().Width+wrong.first.X]; on > 0 {
		return shown[on-1], nil
	}
	return canvas.Entry{}, nil
}

// layers are the entries, and for each pixel which of them is on top, from 1; 0
// is the background.
func (l Look) layers(entries iter.Seq[canvas.Entry]) (shown []canvas.Entry, top []int32, err error) {
	board, err := l.board()
	if err != nil {
		return nil, nil, err
	}
	im := board.Image()
	top = make([]int32, len(im.Pix)/4)
	before := slices.Clone(im.Pix)
	for e := range entries {
		shown = append(shown, e)
		board.Apply(e.Op)
		im := board.Image()
		area := l.touched(e.Op).Intersect(im.Rect)
		for y := area.Min.Y; y < area.Max.Y; y++ {
			from, to := im.PixOffset(area.Min.X, y), im.PixOffset(area.Max.X, y)
			for i := from; i < to; i += 4 {
				if !bytes.Equal(im.Pix[i:i+4], before[i:i+4]) {
					top[i/4] = int32(len(shown))
				}
			}
			copy(before[from:to], im.Pix[from:to])
		}
	}
	return shown, top, nil
}
