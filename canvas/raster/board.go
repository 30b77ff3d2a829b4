// Package raster paints a canvas: from operations to pixels and files.
package raster

import (
	"errors"
	"image"
	"io"

	"drawmesh/canvas"
)

// A Board is a picture that operations are painted on.
type Board struct{}

// NewBoard returns a board of width × height pixels filled with background.
func NewBoard(width, height int, background canvas.Color) (*Board, error) {
	return nil, errors.New("raster: not built")
}

// Apply paints op on top of what is there.
func (b *Board) Apply(op canvas.Op) {}

// Image is the picture. It is valid until the next Apply.
func (b *Board) Image() *image.RGBA { return nil }

// EncodePNG writes the picture as a PNG.
func (b *Board) EncodePNG(w io.Writer) error { return errors.New("raster: not built") }

// SavePNG writes the picture to a file, atomically: the file holds either the
// whole picture or what it held before.
func (b *Board) SavePNG(path string) error { return errors.New("raster: not built") }
