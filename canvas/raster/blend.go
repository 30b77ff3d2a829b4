package raster

import (
	"encoding/binary"

	"drawmesh/canvas"
)

// A paint is a colour made ready for blending: premultiplied by its alpha, as
// the bytes of one pixel and spread over four 16-bit lanes.
//
// All blending is in 8 bits per channel and rounds to nearest, as Skia's does
// (gg cuts off, and so darkens a little with each layer).
type paint struct {
	pixel  uint32 // R, G, B, A in the order of the bytes of an image.RGBA
	lanes  uint64
	opaque bool
}

const (
	laneMask = 0x00ff00ff00ff00ff
	laneHalf = 0x0080008000800080
)

// newPaint is c with its alpha multiplied by part/256.
func newPaint(c canvas.Color, part uint32) paint {
	a := uint32(c.A) * part >> 8
	pixel := div255(uint32(c.R)*a) | div255(uint32(c.G)*a)<<8 | div255(uint32(c.B)*a)<<16 | a<<24
	return paint{pixel: pixel, lanes: spread(pixel), opaque: a == 255}
}

// div255 is v/255 rounded to nearest, for v up to 255².
func div255(v uint32) uint32 { v += 128; return (v + v>>8) >> 8 }

// spread puts the four bytes of a pixel into four lanes: 0 and 2, then 1 and 3.
func spread(px uint32) uint64 { return (uint64(px) | uint64(px)<<24) & laneMask }

// join is the inverse of spread.
func join(lanes uint64) uint32 { return uint32(lanes | lanes>>24) }

// scale multiplies each lane by f/255, rounding to nearest.
func scale(lanes, f uint64) uint64 {
	lanes = lanes*f + laneHalf
	return (lanes + lanes>>8&laneMask) >> 8 & laneMask
}

// blend paints over one pixel, of which coverage/255 is covered.
func (p *paint) blend(dst []byte, coverage uint32) {
	s := scale(p.lanes, uint64(coverage))
	d := spread(binary.LittleEndian.Uint32(dst))
	binary.LittleEndian.PutUint32(dst, join(s+scale(d, 255-s>>48)))
}

// row paints a row of pixels, but not those before the pixel from. The sides of
// an outline cross it at l and r; area says how. It sets area to zero.
func (p *paint) row(row []byte, area []int32, l, r reach, from int) {
	width := len(area) - 2
	l.end, r.end = min(l.end, width), min(r.end, width)
	if r.first <= l.end { // they share pixels
		p.run(row, area, reach{min(l.first, r.first), max(l.end, r.end)}, from, 0)
	} else {
		sum := p.run(row, area, l, from, 0) + area[l.end]
		area[l.end] = 0
		r.first = min(r.first, width)
		if first, end := max(l.end, from), min(r.first, len(row)/4); first < end {
			p.level(row[4*first:4*end], sum)
		}
		p.run(row, area, r, from, sum)
	}
	area[max(l.end, r.end)], area[width], area[width+1] = 0, 0, 0
}

// run paints those pixels of a reach that lie in row, and not before the pixel
// from. What is covered of each is sum plus all areas from the reach's first to
// it. It sets the areas to zero, and returns the new sum.
func (p *paint) run(row []byte, area []int32, r reach, from int, sum int32) int32 {
	for ; r.first < min(r.end, from); r.first++ {
		sum += area[r.first]
		area[r.first] = 0
	}
	if end := min(r.end, len(row)/4); r.first < end {
		sum = p.pixels(row[4*r.first:4*end], area[r.first:end], sum)
		r.first = end
	}
	for ; r.first < r.end; r.first++ {
		area[r.first] = 0 // no one sees what it adds to
	}
	return sum
}

// pixels paints pixels that are covered differently. It blends also what is covered
// not at all or wholly, which changes nothing: which is which cannot be predicted.
func (p *paint) pixels(row []byte, area []int32, sum int32) int32 {
	lanes := p.lanes
	for i, a := range area {
		area[i] = 0
		sum += a
		s := scale(lanes, uint64(coverage(sum)))
		dst := row[:4:4]
		d := spread(binary.LittleEndian.Uint32(dst))
		binary.LittleEndian.PutUint32(dst, join(s+scale(d, 255-s>>48)))
		row = row[4:]
	}
	return sum
}

// level paints pixels that are all covered alike.
func (p *paint) level(dst []byte, area int32) {
	switch c := coverage(area); {
	case c == 0:
	case c == 255 && p.opaque:
		fillPixels(dst, p.pixel)
	default:
		overPixels(dst, join(scale(p.lanes, uint64(c))))
	}
}

// fillPixels makes all pixels of dst the same.
func fillPixels(dst []byte, pixel uint32) {
	const few = 64 // bytes: below it, storing beats copying
	if len(dst) < few {
		for ; len(dst) >= 4; dst = dst[4:] {
			binary.LittleEndian.PutUint32(dst, pixel)
		}
		return
	}
	binary.LittleEndian.PutUint32(dst, pixel)
	for n := 4; n < len(dst); n *= 2 {
		copy(dst[n:], dst[:n])
	}
}

// overPixels paints a translucent premultiplied pixel over all pixels of dst,
// two at a time.
func overPixels(dst []byte, pixel uint32) {
	rest := uint64(255 - pixel>>24)
	pair := uint64(pixel)<<32 | uint64(pixel)
	for ; len(dst) >= 8; dst = dst[8:] {
		d := binary.LittleEndian.Uint64(dst)
		d = scale(d&laneMask, rest) | scale(d>>8&laneMask, rest)<<8
		binary.LittleEndian.PutUint64(dst, pair+d)
	}
	if len(dst) >= 4 {
		d := spread(binary.LittleEndian.Uint32(dst))
		binary.LittleEndian.PutUint32(dst, pixel+join(scale(d, rest)))
	}
}
