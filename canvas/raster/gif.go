package raster

import (
	"bufio"
	"bytes"
	"compress/lzw"
	"encoding/binary"
	"image"
	"io"
	"math/bits"
	"time"
)

// A gifAnimation is an Animation as a GIF (CompuServe, version 89a). Each frame
// is the rectangle that has changed, and transparent where a pixel of it has
// not: so its 255 colours are for what is new only. Most often that has fewer,
// and the picture is exact.
//
// Frames are written as they come, which [image/gif] cannot do.
type gifAnimation struct {
	w     *bufio.Writer
	delta delta
	clock clock

	colors quantizer
	ids    []int32 // of the colours of the pixels of a frame
	pixels []byte
	packed bytes.Buffer
	lzw    *lzw.Writer

	frame bytes.Buffer // the last one, but for how long it is shown
}

func newGIF(w io.Writer) *gifAnimation {
	return &gifAnimation{w: bufio.NewWriter(w), clock: clock{tick: 10 * time.Millisecond}}
}

func (g *gifAnimation) Add(im *image.RGBA, d time.Duration) error {
	area, err := g.delta.area(im)
	if err != nil {
		return err
	}
	if !area.Empty() {
		if g.delta.last == nil {
			g.header(im.Rect.Max)
		}
		g.flush()
		if err := g.encode(im, area); err != nil {
			return err
		}
		g.delta.keep(im, area)
	}
	g.clock.now += d
	return nil
}

// header writes what is before the first frame.
func (g *gifAnimation) header(size image.Point) {
	head := binary.LittleEndian.AppendUint16([]byte("GIF89a"), uint16(size.X))
	head = binary.LittleEndian.AppendUint16(head, uint16(size.Y))
	const noPalette = 0x70 // for all frames together; 8 bits a channel
	head = append(head, noPalette, 0, 0)
	g.w.Write(append(head, "\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"...)) // play for ever
}

// encode makes area of im the last frame.
func (g *gifAnimation) encode(im *image.RGBA, area image.Rectangle) error {
	g.count(im, area)
	palette := g.colors.palette()
	g.pixels = g.pixels[:0]
	for _, id := range g.ids {
		index := uint8(transparent)
		if id >= 0 {
			index = g.colors.list[id].index
		}
		g.pixels = append(g.pixels, index)
	}
	digits := max(2, bits.Len(uint(len(palette)-1))) // of a pixel
	g.packed.Reset()
	if g.lzw == nil {
		g.lzw = lzw.NewWriter(&g.packed, lzw.LSB, digits).(*lzw.Writer)
	} else {
		g.lzw.Reset(&g.packed, lzw.LSB, digits)
	}
	if _, err := g.lzw.Write(g.pixels); err != nil {
		return err
	}
	if err := g.lzw.Close(); err != nil {
		return err
	}
	g.frame.Reset()
	g.describe(area, palette, digits)
	for g.packed.Len() > 0 {
		block := g.packed.Next(255)
		g.frame.WriteByte(byte(len(block)))
		g.frame.Write(block)
	}
	g.frame.WriteByte(0)
	return nil
}

// describe writes to the frame what is before its pixels.
func (g *gifAnimation) describe(area image.Rectangle, palette [][3]byte, digits int) {
	head := []byte{0x2c}
	for _, v := range [...]int{area.Min.X, area.Min.Y, area.Dx(), area.Dy()} {
		head = binary.LittleEndian.AppendUint16(head, uint16(v))
	}
	const ownPalette = 0x80
	g.frame.Write(append(head, ownPalette|byte(digits-1)))
	for i := range 1 << digits {
		if i < len(palette) {
			g.frame.Write(palette[i][:])
		} else {
			g.frame.Write([]byte{0, 0, 0})
		}
	}
	g.frame.WriteByte(byte(digits))
}

// count counts the colours of those pixels of area that are new in im, and sets
// g.ids. A pixel that is not new has the id -1.
func (g *gifAnimation) count(im *image.RGBA, area image.Rectangle) {
	g.colors.reset()
	g.ids = g.ids[:0]
	var before [4]byte
	id := int32(-1)
	for y := area.Min.Y; y < area.Max.Y; y++ {
		row := pixelRow(im, y)[4*area.Min.X : 4*area.Max.X]
		old := row
		if g.delta.last != nil {
			old = pixelRow(g.delta.last, y)[4*area.Min.X : 4*area.Max.X]
		}
		for x := 0; x < len(row); x += 4 {
			px := [4]byte(row[x:])
			if g.delta.last != nil && px == [4]byte(old[x:]) {
				g.ids = append(g.ids, -1)
				continue
			}
			if px == before && id >= 0 {
				g.colors.list[id].n++
			} else {
				before, id = px, g.colors.add(onWhite(px))
			}
			g.ids = append(g.ids, id)
		}
	}
}

// onWhite is a premultiplied pixel on white, as 0xRRGGBB.
func onWhite(px [4]byte) uint32 {
	rest := 255 - uint32(px[3])
	return (uint32(px[0])+rest)<<16 | (uint32(px[1])+rest)<<8 | uint32(px[2]) + rest
}

// flush writes the last frame, which has been shown until now.
func (g *gifAnimation) flush() {
	if g.frame.Len() == 0 {
		return
	}
	const (
		shortest = 2 // ticks
		longest  = 1<<16 - 1
		leave    = 1 << 2 // the frame where it is
		some     = 1      // pixels are transparent
	)
	control := []byte{0x21, 0xf9, 4, leave | some}
	control = binary.LittleEndian.AppendUint16(control, uint16(g.clock.count(shortest, longest)))
	g.w.Write(append(control, transparent, 0))
	g.w.Write(g.frame.Bytes())
}

func (g *gifAnimation) Close() error {
	if g.delta.last == nil {
		return errNoPicture
	}
	g.flush()
	g.w.WriteByte(0x3b)
	return g.w.Flush() // tells of all errors before, too
}
