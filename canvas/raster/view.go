package raster

import (
	"image"
	"io"

	"drawmesh/canvas"
)

// A View is the picture of a [canvas.Log], kept in step with it. What is drawn
// now is painted on top, and costs only itself. For what turns out to have been
// drawn earlier, and for an undo, the area concerned is painted again: from one
// of a few copies that the view keeps of how the picture was in between. That
// costs little where changes come a little too late, and all that was drawn since
// where they come much too late. However it came about, the picture of equal logs
// has the same bytes.
//
// Whoever owns the log calls Update. Who is only lent it, as by a peer, calls
// Take meanwhile, which is quick, and Paint when it was given back.
//
// It is for one goroutine at a time.
type View struct {
	board *Board
	kept  checkpoints
	done  int        // operations painted, about
	seen  int        // entries of the log by then
	end   canvas.Key // nothing painted comes after it
	late  int        // operations painted after the places of the last changes, at most

	taken  canvas.Snapshot
	change canvas.Change // taken and not painted yet

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
// It is called before the first Update, Take or Reset, and show must not change
// its mind.
func (v *View) Show(show func(canvas.Entry) bool) { v.show = show }

// Update follows a change of log. It is told each, or several that were joined,
// before log changes again.
func (v *View) Update(log *canvas.Log, c canvas.Change) {
	v.follow(log, v.change.Join(c))
	v.change = canvas.Change{}
}

// Take takes note of a change of log, as Update does, without painting it. It
// takes no longer the more there is to paint, or the more was painted before.
func (v *View) Take(log *canvas.Log, c canvas.Change) {
	v.taken.Take(log)
	v.change = v.change.Join(c)
}

// Paint paints what was taken: the picture is that of the log at the last Take.
func (v *View) Paint() {
	v.follow(&v.taken, v.change)
	v.change = canvas.Change{}
}

// Reset paints all of log, whatever was painted before.
func (v *View) Reset(log *canvas.Log) { v.Update(log, canvas.Change{Kind: canvas.Everything}) }

// Image is the picture. It is valid until the next Update, Paint or Reset, and not to
// be written to.
func (v *View) Image() *image.RGBA { return v.board.Image() }

// EncodePNG is [Board.EncodePNG].
func (v *View) EncodePNG(w io.Writer) error { return v.board.EncodePNG(w) }

// SavePNG is [Board.SavePNG].
func (v *View) SavePNG(path string) error { return v.board.SavePNG(path) }
