package raster

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"image"
	"io"
	"time"
)

// An apng is an Animation as an animated PNG (W3C, Portable Network Graphics,
// third edition). Each frame after the first is a rectangle that is laid over the
// picture, transparent where nothing has changed, or one that replaces part of it,
// whichever is smaller.
//
// The file says at its beginning how many frames it has, so they wait in another
// until it is closed.
type apng struct {
	w     io.Writer
	delta delta
	clock clock
	idle  []*compressor

	header   []byte
	frames   uint32
	sequence uint32        // of chunks that are numbered
	waiting  scratch       // all frames but the last
	body     *bufio.Writer // to it; nil before the first frame

	area  image.Rectangle // of the last frame
	data  []byte          // of the last frame, compressed
	blend byte            // of the last frame
	news  *image.RGBA     // what has changed, and nothing around it
	other []byte          // the last frame, as it would be blended otherwise
}

// How a frame is blended with the picture (PNG, section 11.3.6.2).
const (
	replace byte = 0 // what it covers
	over    byte = 1 // what it covers, where it is not transparent
)

func newAPNG(w io.Writer) *apng {
	return &apng{w: w, clock: clock{tick: time.Millisecond}}
}

func (a *apng) Add(im *image.RGBA, d time.Duration) error {
	area, err := a.delta.area(im)
	if err != nil {
		return err
	}
	if !area.Empty() {
		if err := a.flush(); err != nil {
			return err
		}
		if err := a.encode(im, area); err != nil {
			return err
		}
		a.delta.keep(im, area)
	}
	a.clock.now += d
	return nil
}

// encode makes area of im the last frame.
func (a *apng) encode(im *image.RGBA, area image.Rectangle) (err error) {
	a.area, a.blend = area, replace
	part := *im.SubImage(area).(*image.RGBA)
	part.Rect = part.Rect.Sub(area.Min)
	if a.data, err = a.compress(a.data[:0], &part); err != nil || !a.extract(im, area) {
		return err
	}
	if a.other, err = a.compress(a.other[:0], a.news); err == nil && len(a.other) < len(a.data) {
		a.data, a.other, a.blend = a.other, a.data, over
	}
	return err
}

// compress appends im to dst, compressed.
func (a *apng) compress(dst []byte, im *image.RGBA) ([]byte, error) {
	e := newEncoder(im, false)
	e.idle = a.idle
	err := e.compress()
	a.idle = e.idle
	if err != nil {
		return dst, err
	}
	if a.header == nil {
		a.header = e.header()
	}
	return e.appendData(dst), nil
}

// extract makes news what has changed in area of im. It reports whether there is
// something else in area, and news over the last picture are im: a pixel that lets
// through what is under it can only be laid over nothing.
func (a *apng) extract(im *image.RGBA, area image.Rectangle) bool {
	if a.delta.last == nil {
		return false
	}
	pixels := a.newsOf(area.Size())
	same := false
	for y := area.Min.Y; y < area.Max.Y; y++ {
		row := pixelRow(im, y)[4*area.Min.X : 4*area.Max.X]
		old := pixelRow(a.delta.last, y)[4*area.Min.X : 4*area.Max.X]
		for x := 0; x < len(row); x += 4 {
			px, was := [4]byte(row[x:]), [4]byte(old[x:])
			switch {
			case px == was:
				same, px = true, [4]byte{}
			case px[3] != 255 && was[3] != 0:
				return false
			}
			*(*[4]byte)(pixels[x:]) = px
		}
		pixels = pixels[len(row):]
	}
	return same
}

// newsOf makes room for news of a size, and returns the pixels.
func (a *apng) newsOf(size image.Point) []byte {
	if a.news == nil {
		a.news = image.NewRGBA(a.delta.last.Rect) // none is larger
	}
	a.news.Rect, a.news.Stride = image.Rectangle{Max: size}, 4*size.X
	a.news.Pix = a.news.Pix[:4*size.X*size.Y]
	return a.news.Pix
}

// flush writes the last frame, which has been shown until now.
func (a *apng) flush() (err error) {
	if a.data == nil {
		return nil
	}
	if a.body == nil {
		if a.waiting, err = newScratch("png"); err != nil {
			return err
		}
		a.body = bufio.NewWriter(a.waiting)
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
	const leave = 0 // the frame where it is
	control = append(control, leave, a.blend)
	a.body.Write(chunk(nil, "fcTL", control))
	kind, data := "IDAT", a.data
	if a.frames > 0 {
		kind, data = "fdAT", append(a.number(nil), a.data...)
	}
	a.frames++
	_, err = a.body.Write(chunk(nil, kind, data))
	return err
}

// number appends the next sequence number.
func (a *apng) number(dst []byte) []byte {
	a.sequence++
	return binary.BigEndian.AppendUint32(dst, a.sequence-1)
}

func (a *apng) Close() error {
	err := a.flush()
	if a.body == nil {
		return cmp.Or(err, errNoPicture)
	}
	defer a.waiting.discard()
	if err = cmp.Or(err, a.body.Flush()); err != nil { // of all errors before, too
		return err
	}
	control := binary.BigEndian.AppendUint32(nil, a.frames)
	control = binary.BigEndian.AppendUint32(control, 0) // plays for ever
	if _, err := a.w.Write(chunk(a.header, "acTL", control)); err != nil {
		return err
	}
	if err := a.waiting.copyTo(a.w); err != nil {
		return err
	}
	_, err = a.w.Write(chunk(nil, "IEND", nil))
	return err
}
