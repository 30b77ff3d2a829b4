package raster

import (
	"encoding/binary"
	"hash/crc32"
	"image"
	"io"
	"runtime"
	"sync"
)

// EncodePNG writes the picture as a PNG. What was painted since the last time
// decides how long it takes: rows that nothing touched are not compressed
// again. Equal pictures give equal bytes.
func (b *Board) EncodePNG(w io.Writer) error {
	if b.png == nil {
		b.png = newEncoder(b.im, b.background.A == 255)
	}
	return b.png.encode(w)
}

// bandRows is how many rows of a picture are compressed together.
const bandRows = 48

// An encoder makes PNGs (W3C, Portable Network Graphics) of one picture, again
// and again. The picture is cut into bands of rows. Each is an IDAT chunk of
// its own that ends at a byte, as a flush makes it, and none refers to another;
// so they can be compressed at the same time, and kept while they are valid.
//
// Most drawings are runs of equal pixels, which are best left as they are. Where
// translucent strokes lie over one another, differences of neighbours are
// shorter. Each band goes by a sample of its rows.
type encoder struct {
	im     *image.RGBA
	opaque bool // then it is saved without alpha
	bands  []band
	idle   []*compressor
}

// A band is some rows of the picture, compressed.
type band struct {
	valid bool
	chunk []byte
	sum   uint32 // Adler-32 of what was compressed
	size  int    // of what was compressed, bytes
}

func newEncoder(im *image.RGBA, opaque bool) *encoder {
	return &encoder{im: im, opaque: opaque, bands: make([]band, (im.Rect.Dy()+bandRows-1)/bandRows)}
}

// touch says that the pixels of area may have changed.
func (e *encoder) touch(area image.Rectangle) {
	for i := area.Min.Y / bandRows; i*bandRows < area.Max.Y; i++ {
		e.bands[i].valid = false
	}
}

// encode writes the picture.
func (e *encoder) encode(w io.Writer) error {
	if err := e.compress(); err != nil {
		return err
	}
	if _, err := w.Write(e.header()); err != nil {
		return err
	}
	for i := range e.bands {
		if _, err := w.Write(e.bands[i].chunk); err != nil {
			return err
		}
	}
	_, err := w.Write(chunk(chunk(nil, "IDAT", e.trailer()), "IEND", nil))
	return err
}

// trailer is an empty last block of deflate, and the checksum of zlib (RFC
// 1950).
func (e *encoder) trailer() []byte {
	sum := uint32(1) // of nothing
	for i := range e.bands {
		sum = adlerOfBoth(sum, e.bands[i].sum, e.bands[i].size)
	}
	return binary.BigEndian.AppendUint32([]byte{3, 0}, sum)
}

// appendData appends the compressed picture as one piece.
func (e *encoder) appendData(dst []byte) []byte {
	for i := range e.bands {
		const before, after = 8, 4 // bytes of a chunk around its data
		c := e.bands[i].chunk
		dst = append(dst, c[before:len(c)-after]...)
	}
	return append(dst, e.trailer()...)
}

// header is the signature and the IHDR chunk.
func (e *encoder) header() []byte {
	const eightBits, rgb, rgba = 8, 2, 6
	ihdr := binary.BigEndian.AppendUint32(nil, uint32(e.im.Rect.Dx()))
	ihdr = binary.BigEndian.AppendUint32(ihdr, uint32(e.im.Rect.Dy()))
	kind := byte(rgba)
	if e.opaque {
		kind = rgb
	}
	ihdr = append(ihdr, eightBits, kind, 0, 0, 0)
	return chunk([]byte("\x89PNG\r\n\x1a\n"), "IHDR", ihdr)
}

// chunk appends a chunk to dst.
func chunk(dst []byte, kind string, data []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(data)))
	from := len(dst)
	dst = append(append(dst, kind...), data...)
	return binary.BigEndian.AppendUint32(dst, crc32.ChecksumIEEE(dst[from:]))
}

// compress makes all bands valid, on all processors.
func (e *encoder) compress() error {
	var stale []int
	for i := range e.bands {
		if !e.bands[i].valid {
			stale = append(stale, i)
		}
	}
	workers := min(runtime.GOMAXPROCS(0), len(stale))
	for len(e.idle) < workers {
		e.idle = append(e.idle, &compressor{})
	}
	errs := make([]error, workers)
	var working sync.WaitGroup
	for n := range workers {
		working.Go(func() {
			for i := n; i < len(stale) && errs[n] == nil; i += workers {
				errs[n] = e.idle[n].compress(e, stale[i])
			}
		})
	}
	working.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// adlerOfBoth is the Adler-32 of two pieces of data one after the other, from
// the sums of each and the size of the second in bytes.
func adlerOfBoth(first, second uint32, size int) uint32 {
	const base = 65521
	a1, b1 := first&0xffff, first>>16
	a2, b2 := second&0xffff, second>>16
	// The second sum began at 1, not at a1: each byte since would have added
	// the difference to b once more.
	a := (a1 + a2 + base - 1) % base
	b := (b1 + b2 + uint32(uint64(size%base)*uint64(a1+base-1)%base)) % base
	return b<<16 | a
}
