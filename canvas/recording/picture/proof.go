package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"iter"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/canvas/recording"
)

// A Picture is one that was made of recordings, or so it should be.
type Picture struct {
	Image image.Image
	Look  Look // how it says that it was made
	Says  bool // it does; otherwise Look is zero
}

// Decode reads a PNG. One whose pixels this version of the rasteriser cannot
// repeat is an error.
func Decode(data []byte) (*Picture, error) {
	l, says, err := lookOf(data)
	if err != nil {
		return nil, err
	}
	im, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if says && l.Raster != raster.Version {
		return nil, fmt.Errorf("made by version %d of the rasteriser, whose pixels this one of version %d cannot repeat", l.Raster, raster.Version)
	}
	return &Picture{im, l, says}, nil
}

// Draw is the picture of a drawing, as l says. Show is which entries are in it;
// nil is all.
func (l Look) Draw(d *recording.Drawing, show func(canvas.Entry) bool) (*raster.View, error) {
	view, err := l.View()
	if err != nil {
		return nil, err
	}
	view.Show(show)
	view.Reset(d.Log())
	return view, nil
}

// A DifferenceError says that a picture is not what recordings give.
type DifferenceError struct {
	Pixels int         // that differ
	First  image.Point // of these

	// Entry is the first that is not in the picture as it should be; its N is 0
	// if there is none. At is where it was recorded, if that is known.
	Entry canvas.Entry
	At    recording.Timed

	// Sum is that of the recordings' drawing. The picture says that it is of
	// another one, if Said is not empty.
	Sum, Said string
}

func (e *DifferenceError) Error() string {
	text := fmt.Sprintf("%d pixels differ from what the recording gives, first %d,%d", e.Pixels, e.First.X, e.First.Y)
	if e.Pixels == 1 {
		text = fmt.Sprintf("1 pixel differs from what the recording gives, first %d,%d", e.First.X, e.First.Y)
	}
	if e.Entry.N > 0 {
		text += fmt.Sprintf("; the first operation that is not in it as it should be is entry %d of site %s", e.Entry.N, e.Entry.Site)
		if e.At.Line > 0 {
			text += fmt.Sprintf(", in line %d", e.At.Line)
			if e.At.Source != "" {
				text += " of " + e.At.Source
			}
		}
	}
	if e.Said != "" {
		text += "; it says that it is of another drawing: sum " + e.Said + ", not " + e.Sum
	}
	return text
}

// Prove proves that p is the picture of a drawing as l says, pixel by pixel. Show
// is which entries are in it; nil is all. A picture of the right size that differs
// gives a [DifferenceError].
func (p *Picture) Prove(l Look, d *recording.Drawing, show func(canvas.Entry) bool) error {
	if err := l.Check(); err != nil {
		return err
	}
	view, err := l.Draw(d, show)
	if err != nil {
		return err
	}
	var b bytes.Buffer // a PNG does not hold what is premultiplied as it is
	if err := view.EncodePNG(&b); err != nil {
		return err
	}
	want, err := png.Decode(&b)
	if err != nil {
		return err
	}
	if got, want := p.Image.Bounds(), want.Bounds(); got != want {
		return fmt.Errorf("%dx%d pixels, and the recording gives %dx%d", got.Dx(), got.Dy(), want.Dx(), want.Dy())
	}
	wrong := differences(nrgba(p.Image), nrgba(want))
	if wrong.n == 0 {
		return nil
	}
	e := &DifferenceError{Pixels: wrong.n, First: wrong.first, Sum: d.Sum()}
	if l.Sum != "" && l.Sum != e.Sum {
		e.Said = l.Sum
	}
	e.Entry, err = l.culprit(shown(d.Log(), show), wrong)
	if err != nil {
		return err
	}
	return e
}

// shown are the entries of a log that are painted, in order.
func shown(log *canvas.Log, show func(canvas.Entry) bool) iter.Seq[canvas.Entry] {
	return func(yield func(canvas.Entry) bool) {
		for e := range log.Paint(canvas.Key{}) {
			if (show == nil || show(e)) && !yield(e) {
				return
			}
		}
	}
}
