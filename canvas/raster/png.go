package raster

import (
	"image/png"
	"io"
)

// EncodePNG writes the picture as a PNG.
func (b *Board) EncodePNG(w io.Writer) error { return png.Encode(w, b.im) }
