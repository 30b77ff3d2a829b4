package raster

import (
	"bytes"
	"encoding/binary"
	"image"
	"io"
	"time"
)

// An apng is an Animation as an animated PNG (W3C, Portable Network Graphics,
// third edition). Each frame after the first is a rectangle that replaces part
// of the picture.
//
// The file says at its beginning how many frames it has, so they are kept, in
// compressed form, until it is closed.
type apng struct {
	w      io.Writer
	opaque bool
	delta  delta
	clock  clock
	idle   []*compressor

	header   []byte
	frames   uint32
	sequence uint32       // of chunks that are numbered
	body     bytes.Buffer // all frames but the last

	area image.Rectangle // of the last frame
	data []byte          // of the last frame, compressed
}

func newAPNG(w io.Writer, opaque bool) *apng {
	return &apng{w: w, opaque: opaque, clock: clock{tick: time.Millisecond}}
}

func (a *apng) Add(im *image.RGBA, d time.Duration) error {
	area, err := a.delta.area(im)
	if err != nil {
		return err
	}
	if !area.Empty() {
		a.flush()
		if err := a.compress(im, area); err != nil {
			return err
		}
		a.delta.keep(im, area)
	}
	a.clock.now += d
	return nil
}

// compress makes area of im the last frame.
func (a *apng) compress(im *image.RGBA, area image.Rectangle) error {
	part := *im.SubImage(area).(*image.RGBA)
	part.Rect = part.Rect.Sub(area.Min)
	e := newEncoder(&part, a.opaque)
	e.idle = a.idle
	err := e.compress()
	a.idle = e.idle
	if err != nil {
		return err
	}
	if a.header == nil {
		a.header = e.header()
	}
	a.area, a.data = area, e.appendData(a.data[:0])
	return nil
}

// flush writes the last frame, which has been shown until now.
func (a *apng) flush() {
	if a.data == nil {
		return
	}
	control := a.number(nil)
	for _, v := range [...]int{a.area.Dx(), a.area.Dy(), a.area.Min.X, a.area.Min.Y} {
		control = binary.BigEndian.AppendUint32(control, uint32(v))
	}
	const forever = 655_000 // ms: longer than that is more than a frame can say
	delay, unit := a.clock.count(1, forever), 1000
	if delay > 1<<16-1 {
		delay, unit = delay/10, unit/10
	}
	control = binary.BigEndian.AppendUint16(control, uint16(delay))
	control = binary.BigEndian.AppendUint16(control, uint16(unit))
	control = append(control, 0, 0) // leave the frame where it is; replace what it covers
	a.body.Write(chunk(nil, "fcTL", control))
	if a.frames == 0 {
		a.body.Write(chunk(nil, "IDAT", a.data))
	} else {
		a.body.Write(chunk(nil, "fdAT", append(a.number(nil), a.data...)))
	}
	a.frames++
}

// number appends the next sequence number.
func (a *apng) number(dst []byte) []byte {
	a.sequence++
	return binary.BigEndian.AppendUint32(dst, a.sequence-1)
}

func (a *apng) Close() error {
	a.flush()
	if a.frames == 0 {
		return errNoPicture
	}
	control := binary.BigEndian.AppendUint32(nil, a.frames)
	control = binary.BigEndian.AppendUint32(control, 0) // plays for ever
	if _, err := a.w.Write(chunk(a.header, "acTL", control)); err != nil {
		return err
	}
	if _, err := a.body.WriteTo(a.w); err != nil {
		return err
	}
	_, err := a.w.Write(chunk(nil, "IEND", nil))
	return err
}
