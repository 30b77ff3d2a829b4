package raster

import (
	"encoding/binary"

	"drawmesh/canvas"
)

// A paint is a colour made ready for blending: premultiplied, as one pixel and
// spread over four 16-bit lanes.
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

// newPaint is c with its alpha multiplied by coverage/256.
func newPaint(c canvas.Color, coverage uint32) paint {
	a := uint32(c.A) * coverage >> 8
	px := div255(uint32(c.R)*a) | div255(uint32(c.G)*a)<<8 | div255(uint32(c.B)*a)<<16 | a<<24
	return paint{pixel: px, lanes: spread(px), opaque: a == 255}
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

// blend paints over the pixel at dst[:4], where coverage/255 of it is covered.
func (p *paint) blend(dst []byte, coverage uint32) {
	s := scale(p.lanes, uint64(coverage))
	d := spread(binary.LittleEndian.Uint32(dst))
	binary.LittleEndian.PutUint32(dst, join(s+scale(d, 255-s>>48)))
}

// fill paints over whole pixels.
func (p *paint) fill(dst []byte) {
	if !p.opaque {
		rest := 255 - p.lanes>>48
		for ; len(dst) >= 4; dst = dst[4:] {
			d := spread(binary.LittleEndian.Uint32(dst))
			binary.LittleEndian.PutUint32(dst, join(p.lanes+scale(d, rest)))
		}
		return
	}
	const few = 64 // bytes: below it, storing beats copying
	if len(dst) < few {
		for ; len(dst) >= 4; dst = dst[4:] {
			binary.LittleEndian.PutUint32(dst, p.pixel)
		}
		return
	}
	binary.LittleEndian.PutUint32(dst, p.pixel)
	for n := 4; n < len(dst); n *= 2 {
		copy(dst[n:], dst[:n])
	}
}

// run paints the pixels from first up to last of a row. The coverage of each is
// sum plus all areas from first to it. It sets those areas to zero, and returns
// the new sum.
func (p *paint) run(row []byte, area []int32, first, last int, sum int32) int32 {
	if first >= last {
		return sum
	}
	row, area = row[4*first:4*last], area[first:last]
	for i, a := range area {
		area[i] = 0
		sum += a
		c := coverage(sum)
		switch {
		case c == 0:
		case c == 255 && p.opaque:
			binary.LittleEndian.PutUint32(row[4*i:], p.pixel)
		default:
			p.blend(row[4*i:4*i+4:4*i+4], c)
		}
	}
	return sum
}

// level paints whole pixels that are covered equally.
func (p *paint) level(dst []byte, area int32) {
	switch c := coverage(area); c {
	case 0:
	case 255:
		p.fill(dst)
	default:
		for ; len(dst) >= 4; dst = dst[4:] {
			p.blend(dst[:4:4], c)
		}
	}
}
