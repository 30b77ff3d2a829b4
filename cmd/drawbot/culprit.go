package main

import (
	"bytes"
	"fmt"
	"image"
	pixels "image/draw"
	"slices"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
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

// culprit is the first operation of which everything that can be seen differs.
// If there is none, it is the one on top at the first difference, if there is one.
func (r *rendering) culprit(l look, wrong difference) (canvas.Entry, bool, error) {
	board, err := l.board()
	if err != nil {
		return canvas.Entry{}, false, err
	}
	var shown []canvas.Entry
	top := make([]int32, len(wrong.at)) // the operation on top, from 1
	before := slices.Clone(board.Image().Pix)
	for e := range r.drawing.Log().Paint(canvas.Key{}) {
		if r.show != nil && !r.show(e) {
			continue
		}
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
	visible, differs := make([]int, len(shown)+1), make([]int, len(shown)+1)
	for i, op := range top {
		visible[op]++
		if wrong.at[i] {
			differs[op]++
		}
	}
	for i, e := range shown {
		if visible[i+1] > 0 && visible[i+1] == differs[i+1] {
			return e, true, nil
		}
	}
	if on := top[wrong.first.Y*l.port().Width+wrong.first.X]; on > 0 {
		return shown[on-1], true, nil
	}
	return canvas.Entry{}, false, nil
}

// line says in which line of the log an entry is.
func (r *rendering) line(e canvas.Entry) string {
	for m, err := range r.in.merged() {
		if op, ok := m.rec.(recording.Op); ok && err == nil && op.Entry.Site == e.Site && op.Entry.N == e.N {
			if len(r.in.files) > 1 {
				return fmt.Sprintf(", in line %d of %s", m.log.Line(), m.log.name)
			}
			return fmt.Sprintf(", in line %d", m.log.Line())
		}
	}
	return ""
}
