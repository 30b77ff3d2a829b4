// Package raster paints a canvas: from operations to pixels and files.
//
// The pixels follow what Chromium's own software canvas makes of the same
// operations, closely enough that a person cannot tell the two apart. They are
// the same on every processor.
package raster

import (
	"fmt"
	"image"
	"runtime"
	"sync"

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
// lies above the background, but for rounding: up to 3 levels of 255.
type Board struct {
	im         *image.RGBA
	background canvas.Color
	painter    *painter   // of the whole picture
	bands      []*painter // of a part of it each, for ApplyAll
	png        *encoder   // once there was an EncodePNG
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
	b := &Board{im: im, background: background, painter: newPainter(im, im.Rect, background)}
	b.painter.wipe()
	return b, nil
}

// Apply paints op on top of what is there. A [canvas.Preview] is not part of
// the drawing, so it changes nothing. Neither does an operation with a number
// that is not a finite float32, which is what a browser's canvas counts in. A
// line wider than 65,536 pixels is painted that wide.
func (b *Board) Apply(op canvas.Op) {
	b.touch(op)
	b.painter.apply(op)
}

// touch tells the PNG encoder which rows op changes.
func (b *Board) touch(op canvas.Op) {
	if b.png != nil {
		box := bounds(op, b.im.Rect)
		b.png.touch(box.Min.Y, box.Max.Y)
	}
}

// ApplyAll paints ops in order, as Apply does, on all processors at once: each
// paints one band of rows. The pixels are the same.
func (b *Board) ApplyAll(ops []canvas.Op) {
	if b.bands == nil {
		b.bands = b.newBands(runtime.GOMAXPROCS(0))
	}
	for _, op := range ops {
		b.touch(op)
	}
	var painting sync.WaitGroup
	for _, p := range b.bands {
		painting.Go(func() {
			for _, op := range ops {
				p.apply(op)
			}
		})
	}
	painting.Wait()
}

// newBands is n painters, or as many as there are rows, that share the picture
// in equal bands.
func (b *Board) newBands(n int) []*painter {
	height := b.im.Rect.Dy()
	n = min(n, height)
	bands := make([]*painter, n)
	for i := range bands {
		band := b.im.Rect
		band.Min.Y, band.Max.Y = height*i/n, height*(i+1)/n
		bands[i] = newPainter(b.im, band, b.background)
	}
	return bands
}

// Image is the picture, premultiplied by alpha. It is valid until the next
// Apply, and not to be written to.
func (b *Board) Image() *image.RGBA { return b.im }
