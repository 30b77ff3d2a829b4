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
func spread(px uint32) uint64 { return uint64(px&0x00ff00ff) | uint64(px>>8&0x00ff00ff)<<32 }

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

// run paints the pixels of a row from first up to end. What is covered of each
// is sum plus all areas from first to it. It sets those areas to zero, and
// returns the new sum.
func (p *paint) run(row []byte, area []int32, first, end int, sum int32) int32 {
	if first >= end {
		return sum
	}
	row, area = row[4*first:4*end], area[first:end]
	for i, a := range area {
		area[i] = 0
		sum += a
		c := coverage(sum)
		dst := row[4*i : 4*i+4 : 4*i+4]
		switch {
		case c == 0:
		case c == 255 && p.opaque:
			binary.LittleEndian.PutUint32(dst, p.pixel)
		default:
			p.blend(dst, c)
		}
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
