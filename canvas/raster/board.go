// Package raster paints a canvas: from operations to pixels and files.
//
// The pixels follow what Chromium's own software canvas makes of the same
// operations, closely enough that a person cannot tell the two apart. They are
// the same on every processor.
//
// gg fills the background here and no more: its strokes have other edges than
// Chromium's, and take several times as long; tests compare fillings with its.
//
//	Board, View         a picture of operations, or of a log, and as a PNG
//	Viewport, Crop      which part of the canvas, and how large
//	NewAnimation        pictures one after the other: APNG, GIF, MP4, WebM
//	Timelapse           how a drawing came about, as an animation
//	SVG                 a drawing as vectors
package raster

import (
	"image"
	"runtime"
	"sync"

	"drawmesh/canvas"
)

// Version is raised whenever the same operations give other pixels than before.
const Version = 1

const (
	// MaxSide is the most pixels a board may have on one side.
	MaxSide = 16384

	// MaxPixels is the most pixels a board may have: 64 Mi, in 256 MiB.
	MaxPixels = 64 << 20
)

// A Board is a picture that operations are painted on, in the order in which
// they come. It is for one goroutine at a time.
//
// Operations are painted straight onto the background. The Porter-Duff "over"
// operator is associative, so this is the picture of a transparent canvas that
// lies above the background, but for rounding: up to 3 levels of 255.
type Board struct {
	im         *image.RGBA
	port       Viewport // its scale written out
	background canvas.Color
	painters   []*painter // one for each processor that ever painted
	png        *encoder   // once there was an EncodePNG
}

// NewBoard returns a board of width × height pixels filled with background, for
// that part of the canvas in its own size. The error says which limit a size
// misses.
func NewBoard(width, height int, background canvas.Color) (*Board, error) {
	return NewBoardOf(Viewport{Width: width, Height: height}, background)
}

// NewBoardOf returns a board that shows what port does, filled with background.
// The error says which limit port misses.
func NewBoardOf(port Viewport, background canvas.Color) (*Board, error) {
	port = port.withScale()
	if err := port.check(); err != nil {
		return nil, err
	}
	b := &Board{im: image.NewRGBA(image.Rect(0, 0, port.Width, port.Height)), port: port, background: background}
	b.Apply(canvas.Clear{})
	return b, nil
}

// Apply paints op on top of what is there. A [canvas.Preview] is not part of
// the drawing, so it changes nothing. Neither does an operation with a number
// that is not a finite float32, which is what a browser's canvas counts in. A
// line wider than 65,536 pixels is painted that wide.
func (b *Board) Apply(op canvas.Op) { b.paintOne(op, b.im.Rect) }

// ApplyAll paints ops in order, as Apply does, but on all processors at once.
// The pixels are the same.
func (b *Board) ApplyAll(ops []canvas.Op) { b.paint(ops, b.im.Rect) }

// paint paints what lies in area of ops.
func (b *Board) paint(ops []canvas.Op, area image.Rectangle) {
	const few = 64 // operations: for fewer it takes longer to wake another processor
	if len(ops) >= few {
		b.paintBands(ops, area, runtime.GOMAXPROCS(0))
		return
	}
	for _, op := range ops {
		b.paintOne(op, area)
	}
}

// paintOne paints what lies in area of op.
func (b *Board) paintOne(op canvas.Op, area image.Rectangle) {
	b.touch(op, area)
	p := b.painter(0)
	p.area = area
	p.apply(op)
}

// paintBands paints what lies in area of ops, in n bands of rows at once.
func (b *Board) paintBands(ops []canvas.Op, area image.Rectangle, n int) {
	for _, op := range ops {
		b.touch(op, area)
	}
	n = min(n, area.Dy())
	var painting sync.WaitGroup
	for i := range n {
		p := b.painter(i)
		p.area = area
		p.area.Min.Y, p.area.Max.Y = area.Min.Y+area.Dy()*i/n, area.Min.Y+area.Dy()*(i+1)/n
		painting.Go(func() {
			for _, op := range ops {
				p.apply(op)
			}
		})
	}
	painting.Wait()
}

// touch tells the PNG encoder what painting op in area changes.
func (b *Board) touch(op canvas.Op, area image.Rectangle) {
	if b.png != nil {
		b.png.touch(b.port.bounds(op, area))
	}
}

// painter is the i-th painter, of one more than there were at most.
func (b *Board) painter(i int) *painter {
	if i == len(b.painters) {
		b.painters = append(b.painters, newPainter(b.im, b.port, b.background))
	}
	return b.painters[i]
}

// Image is the picture, premultiplied by alpha. It is valid until the next
// Apply, and not to be written to.
func (b *Board) Image() *image.RGBA { return b.im }
