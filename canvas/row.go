package canvas

import "math"

// Units of the log: what an op's numbers are rounded to, half up. A hundredth
// of a pixel is below what any screen or pen tells apart.
const (
	perPixel = 100  // coordinates, sizes and line widths
	perForce = 1000 // forces
)

type kind uint8

// The kinds of entries. The numbers are part of the frames and the chains.
const (
	kindSegment kind = 1 + iota
	kindRect
	kindOther
	kindUndo
	kindRedo
)

// A row is an entry in integers, the form in which it is kept, hashed and sent.
// Its site and n follow from where it is.
type row struct {
	t     uint64
	k     uint32
	color uint32   // 0xRRGGBBAA
	xy    [4]int32 // segment: from x, y, to x, y; rect: x, y, width, height; 1/100 px
	pen   uint16   // force, 1/1000; a rect's line width, 1/100 px
	kind  kind
	by    string

	name, payload string // of kindOther
}

// Round returns a shape as the log keeps it: coordinates and widths in hundredths
// of a pixel, force in thousandths. A pen that rounds what it draws shows what the
// others see. The shape must pass [Check].
func Round(s Shape) Shape {
	r := rowOf(Entry{Op: s})
	if r.kind == kindRect {
		return r.rect()
	}
	return r.segment()
}

// rowOf is the row of an entry that has been checked.
func rowOf(e Entry) row {
	r := row{t: e.T, k: e.K, by: e.By}
	switch op := e.Op.(type) {
	case Segment:
		r.kind = kindSegment
		r.xy = [4]int32{units(op.From.X), units(op.From.Y), units(op.To.X), units(op.To.Y)}
		r.pen = uint16(max(1, round(op.Force, perForce)))
		r.color = packed(op.Color)
	case Rect:
		r.kind = kindRect
		r.xy = [4]int32{units(op.Origin.X), units(op.Origin.Y), units(op.Width), units(op.Height)}
		r.pen = uint16(max(1, round(op.LineWidth, perPixel)))
		r.color = packed(op.Color)
	case Other:
		r.kind, r.name, r.payload = kindOther, op.Name, op.Payload
	case Undo:
		r.kind = kindUndo
	case Redo:
		r.kind = kindRedo
	}
	return r
}

// entry is the entry that the row is at (site, n).
func (r *row) entry(site Site, n uint32) Entry {
	return Entry{Site: site, N: n, T: r.t, K: r.k, Op: r.op(), By: r.by}
}

func (r *row) op() LogOp {
	switch r.kind {
	case kindSegment:
		return r.segment()
	case kindRect:
		return r.rect()
	case kindUndo:
		return Undo{}
	case kindRedo:
		return Redo{}
	}
	return Other{r.name, r.payload}
}

func (r *row) segment() Segment {
	return Segment{Point{r.pixels(0), r.pixels(1)}, Point{r.pixels(2), r.pixels(3)}, float64(r.pen) / perForce, r.rgba()}
}

func (r *row) rect() Rect {
	return Rect{Point{r.pixels(0), r.pixels(1)}, r.pixels(2), r.pixels(3), float64(r.pen) / perPixel, r.rgba()}
}

func (r *row) pixels(i int) float64 { return float64(r.xy[i]) / perPixel }

func (r *row) rgba() Color {
	return Color{uint8(r.color >> 24), uint8(r.color >> 16), uint8(r.color >> 8), uint8(r.color)}
}

// bounds is [Bounds] of the row's op.
func (r *row) bounds() Box {
	if r.kind == kindRect {
		return r.rect().bounds()
	}
	return r.segment().bounds()
}

// paints reports whether the row can leave something on the canvas.
func (r *row) paints() bool { return r.kind == kindSegment || r.kind == kindRect }

// acts reports whether the row hides or shows others, or may be painted in the
// place of others. Those that a clear wipes are gone.
func (r row) acts() bool { return r.kind == kindUndo || r.kind == kindRedo || r.by != "" }

func units(v float64) int32 { return int32(round(v, perPixel)) }

// round is v in parts, half up. The conversion keeps a processor from fusing
// the product with the sum, which would round differently.
func round(v, parts float64) float64 { return math.Floor(float64(v*parts) + 0.5) }

func packed(c Color) uint32 {
	return uint32(c.R)<<24 | uint32(c.G)<<16 | uint32(c.B)<<8 | uint32(c.A)
}
