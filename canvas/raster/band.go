package raster

import (
	"bytes"
	"hash/adler32"
	"slices"

	"github.com/klauspost/compress/flate"
)

// Filters of rows (PNG, section 9.2).
const (
	unfiltered = 0
	sub        = 1
)

// A way is one to compress a band.
type way int

// The ways.
const (
	plain   way = iota
	shaded      // where neighbours differ by little
	flat        // where there is next to nothing to compress
	numWays = iota
)

// ways are the filter of rows and how much deflate tries, by way: so that it is
// several times as fast as that of image/png, and about as small. What is flat
// costs little time, and at low levels each run of equal pixels many bytes.
var ways = [numWays]struct {
	filter byte
	level  int
}{plain: {unfiltered, 1}, shaded: {sub, 3}, flat: {unfiltered, 7}}

// flatTimes is how many times as small as it was a band is that counts as flat.
const flatTimes = 24

// A compressor is what it takes to compress one band at a time.
type compressor struct {
	raw     []byte
	packed  bytes.Buffer
	deflate [numWays]*flate.Writer
}

// compress makes band i valid.
func (c *compressor) compress(e *encoder, i int) error {
	way, err := c.choose(e, i)
	if err != nil {
		return err
	}
	header := []byte(nil)
	if i == 0 {
		header = []byte{0x78, 0x01} // zlib's: a window of 32 KiB, no dictionary
	}
	if err := c.pack(e, i, 1, way, header); err != nil {
		return err
	}
	band := &e.bands[i]
	band.chunk = chunk(band.chunk[:0], "IDAT", c.packed.Bytes())
	band.sum, band.size, band.valid = adler32.Checksum(c.raw), len(c.raw), true
	return nil
}

// choose tries filters on some rows of band i.
func (c *compressor) choose(e *encoder, i int) (way, error) {
	const sample = 16
	if err := c.pack(e, i, sample, plain, nil); err != nil {
		return 0, err
	}
	size := c.packed.Len()
	if size*flatTimes < len(c.raw) {
		return flat, nil
	}
	if err := c.pack(e, i, sample, shaded, nil); err != nil {
		return 0, err
	}
	if c.packed.Len() < size {
		return shaded, nil
	}
	return plain, nil
}

// pack compresses each step-th row of band i.
func (c *compressor) pack(e *encoder, i, step int, how way, header []byte) error {
	filter := ways[how].filter
	c.raw = c.raw[:0]
	for y := i * bandRows; y < min((i+1)*bandRows, e.im.Rect.Dy()); y += step {
		c.raw = append(c.raw, filter)
		from := len(c.raw)
		c.raw = e.appendRow(c.raw, y)
		if filter == sub {
			subtract(c.raw[from:], e.bytesPerPixel())
		}
	}
	c.packed.Reset()
	c.packed.Write(header)
	deflate := c.deflate[how]
	if deflate == nil { // each takes a megabyte
		var err error
		if deflate, err = flate.NewWriter(nil, ways[how].level); err != nil {
			return err
		}
		c.deflate[how] = deflate
	}
	deflate.Reset(&c.packed)
	if _, err := deflate.Write(c.raw); err != nil {
		return err
	}
	return deflate.Flush()
}

// subtract takes from each byte the same byte of the pixel to its left.
func subtract(row []byte, bytesPerPixel int) {
	for i := len(row) - 1; i >= bytesPerPixel; i-- {
		row[i] -= row[i-bytesPerPixel]
	}
}

func (e *encoder) bytesPerPixel() int {
	if e.opaque {
		return 3
	}
	return 4
}

// appendRow appends row y as RGB, or as RGBA not multiplied by alpha.
func (e *encoder) appendRow(dst []byte, y int) []byte {
	at := e.im.PixOffset(0, y)
	row := e.im.Pix[at : at+4*e.im.Rect.Dx()]
	if !e.opaque {
		return appendStraight(dst, row)
	}
	from := len(dst)
	dst = slices.Grow(dst, len(row)/4*3)[:from+len(row)/4*3]
	out := dst[from:]
	for len(row) >= 4 {
		out[0], out[1], out[2] = row[0], row[1], row[2]
		out, row = out[3:], row[4:]
	}
	return dst
}

// appendStraight appends pixels after dividing them by their alpha, rounding to
// nearest.
func appendStraight(dst, row []byte) []byte {
	for ; len(row) >= 4; row = row[4:] {
		r, g, b, a := uint32(row[0]), uint32(row[1]), uint32(row[2]), uint32(row[3])
		if a != 0 && a != 255 {
			r, g, b = (r*255+a/2)/a, (g*255+a/2)/a, (b*255+a/2)/a
		}
		dst = append(dst, byte(r), byte(g), byte(b), byte(a))
	}
	return dst
}
