package raster

import (
	"image"
	"io"
	"iter"

	"drawmesh/canvas"
)

// A View is the picture of a [canvas.Log], kept in step with it. What is drawn
// now is painted on top, and costs only itself. For what turns out to have been
// drawn earlier, and for an undo, the area concerned is painted again: from one
// of a few copies that the view keeps of how the picture was in between.
// However it came about, the picture of equal logs has the same bytes.
//
// It is for one goroutine at a time.
type View struct {
	board *Board
	kept  checkpoints
	since int // operations painted since the last checkpoint

	show func(canvas.Entry) bool // nil for all
	ops  []canvas.Op             // scratch: not painted yet
}

// NewView returns a view of an empty log of width × height pixels. Its errors
// are those of [NewBoard].
func NewView(width, height int, background canvas.Color) (*View, error) {
	return NewViewOf(Viewport{Width: width, Height: height}, background)
}

// NewViewOf returns a view of an empty log that shows what port does. Its errors
// are those of [NewBoardOf].
func NewViewOf(port Viewport, background canvas.Color) (*View, error) {
	board, err := NewBoardOf(port, background)
	if err != nil {
		return nil, err
	}
	return &View{board: board, kept: newCheckpoints(board.im)}, nil
}

// Show leaves out the entries for which show is false, as if they were not there.
// It is called before the first Update or Reset, and show must not change its
// mind.
func (v *View) Show(show func(canvas.Entry) bool) { v.show = show }

// Update follows a change of log. It is told each, or several that were joined,
// before log changes again.
func (v *View) Update(log *canvas.Log, c canvas.Change) {
	switch c.Kind {
	case canvas.Appended:
		v.paint(log, c.From)
	case canvas.Region:
		v.repaint(log, c.From, v.board.port.pixels(c.Box, v.board.im.Rect))
	case canvas.Everything:
		v.Reset(log)
	}
}

// Reset paints all of log, whatever was painted before.
func (v *View) Reset(log *canvas.Log) {
	v.board.Apply(canvas.Clear{})
	v.kept.drop()
	v.since = 0
	v.paint(log, canvas.Key{})
}

// Image is the picture. It is valid until the next Update or Reset, and not to
// be written to.
func (v *View) Image() *image.RGBA { return v.board.Image() }

// EncodePNG is [Board.EncodePNG].
func (v *View) EncodePNG(w io.Writer) error { return v.board.EncodePNG(w) }

// SavePNG is [Board.SavePNG].
func (v *View) SavePNG(path string) error { return v.board.SavePNG(path) }

// filtered is those of entries that v shows.
func (v *View) filtered(entries iter.Seq[canvas.Entry]) iter.Seq[canvas.Entry] {
	if v.show == nil {
		return entries
	}
	return func(yield func(canvas.Entry) bool) {
		for e := range entries {
			if v.show(e) && !yield(e) {
				return
			}
		}
	}
}

// paint paints what log has from a place on, on top of all.
func (v *View) paint(log *canvas.Log, from canvas.Key) {
	whole := v.board.im.Rect
	for e := range v.filtered(log.Paint(from)) {
		v.ops = append(v.ops, e.Op)
		if v.since++; v.since == v.kept.every {
			v.flush(whole)
			v.kept.add(e.Key())
			v.since = 0
		}
	}
	v.flush(whole)
}

// repaint paints area again. Nothing has changed before from.
func (v *View) repaint(log *canvas.Log, from canvas.Key, area image.Rectangle) {
	if area.Empty() {
		return
	}
	start, later := v.kept.around(from)
	if start.im == nil {
		v.board.paintOne(canvas.Clear{}, area)
	} else {
		v.board.touch(canvas.Clear{}, area)
		copyArea(v.board.im, start.im, area)
	}
	for e := range v.filtered(log.PaintIn(start.key, v.board.port.box(area))) {
		key := e.Key()
		if key.Compare(start.key) <= 0 {
			continue // the checkpoint has it
		}
		for len(later) > 0 && key.Compare(later[0].key) > 0 {
			v.flush(area)
			copyArea(later[0].im, v.board.im, area)
			later = later[1:]
		}
		if v.board.port.bounds(e.Op, area) != (image.Rectangle{}) {
			v.ops = append(v.ops, e.Op)
		}
	}
	v.flush(area)
	for _, c := range later {
		copyArea(c.im, v.board.im, area)
	}
}

// flush paints v.ops where they lie in area.
func (v *View) flush(area image.Rectangle) {
	v.board.paint(v.ops, area)
	v.ops = v.ops[:0]
}
