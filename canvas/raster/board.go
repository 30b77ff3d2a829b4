// Package raster paints a canvas: from operations to pixels and files.
//
// The pixels follow what Chromium's own software canvas makes of the same
// operations, closely enough that a person cannot tell the two apart. They are
// the same on every processor.
package raster

import (
	"fmt"
	"image"
	"image/color"

	"github.com/fogleman/gg"

	"drawmesh/canvas"
)

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
// lies above the background, but for rounding (2 levels at most were seen on
// scenes of 140 overlapping translucent strokes).
type Board struct {
	im      *image.RGBA
	wiped   color.NRGBA
	painter *painter
}

// NewBoard returns a board of width × height pixels filled with background.
// The error says which limit a size misses.
func NewBoard(width, height int, background canvas.Color) (*Board, error) {
	switch {
	case width < 1 || height < 1 || width > MaxSide || height > MaxSide:
		return nil, fmt.Errorf("raster: size %d×%d: each side must be 1 to %d pixels", width, height, MaxSide)
	case width*height > MaxPixels:
		return nil, fmt.Errorf("raster: size %d×%d: more than %d pixels in all", width, height, MaxPixels)
	}
	im := image.NewRGBA(image.Rect(0, 0, width, height))
	b := &Board{im: im, wiped: color.NRGBA(background), painter: newPainter(im, im.Rect)}
	b.wipe()
	return b, nil
}

// Apply paints op on top of what is there. A [canvas.Preview] is not part of
// the drawing, so it changes nothing. Neither does an operation with a number
// that is not finite; a line wider than 65,536 pixels is painted that wide.
func (b *Board) Apply(op canvas.Op) {
	switch op := op.(type) {
	case canvas.Segment:
		b.painter.segment(op)
	case canvas.Rect:
		b.painter.rect(op)
	case canvas.Clear:
		b.wipe()
	}
}

// Image is the picture, premultiplied by alpha. It is valid until the next
// Apply, and not to be written to.
func (b *Board) Image() *image.RGBA { return b.im }

// wipe makes the board as new.
func (b *Board) wipe() {
	dc := gg.NewContextForRGBA(b.im)
	dc.SetColor(b.wiped)
	dc.Clear()
}
