package raster

import (
	"image"
	"image/color"
	"math"

	"github.com/fogleman/gg"

	"drawmesh/canvas"
)

// A painter paints operations on one part of a picture, its area. Painters of
// areas that do not overlap may work at the same time.
type painter struct {
	im         *image.RGBA
	port       Viewport
	area       image.Rectangle
	background color.NRGBA
	convex     converter
	outline    outline // scratch
}

func newPainter(im *image.RGBA, port Viewport, background canvas.Color) *painter {
	return &painter{im: im, port: port, background: color.NRGBA(background), convex: newConverter(im)}
}

// apply paints op.
func (p *painter) apply(op canvas.Op) {
	switch op := op.(type) {
	case canvas.Segment:
		p.segment(op)
	case canvas.Rect:
		p.rect(op)
	case canvas.Clear:
		p.wipe()
	}
}

// wipe leaves nothing but the background.
func (p *painter) wipe() {
	// gg paints on pictures that begin at (0,0) only.
	view := *p.im.SubImage(p.area).(*image.RGBA)
	view.Rect = view.Rect.Sub(view.Rect.Min)
	dc := gg.NewContextForRGBA(&view)
	dc.SetColor(p.background)
	dc.Clear()
}

// segment strokes s.
func (p *painter) segment(s canvas.Segment) {
	a, b := round32(s.From), round32(s.To)
	if !finite(a) || !finite(b) {
		return
	}
	a, b = p.port.place(a), p.port.place(b)
	width, ok := lineWidth(s.Width(), p.port.Scale)
	if !ok || a == b || p.misses(a, b, width) {
		return
	}
	a, b, ok = p.near(a, b, width/2)
	if !ok {
		return
	}
	if width <= 1 {
		const roundEnd = math.Pi / 8 // how much longer Skia makes a hairline at a round end, in pixels
		p.hairline(a, b, roundEnd, newPaint(s.Color, uint32(width*256)))
		return
	}
	size := p.im.Rect.Size()
	p.outline.capsule(a, b, width/2, float64(size.X), float64(size.Y))
	paint := newPaint(s.Color, 256)
	p.convex.fill(&p.outline, p.area, &paint)
}

// rect strokes r: mitred, or as a line with butt ends if it has no width or no
// height.
func (p *painter) rect(r canvas.Rect) {
	from := round32(r.Origin)
	to := round32(canvas.Point{X: r.Origin.X + r.Width, Y: r.Origin.Y + r.Height})
	a, b := point{min(from.x, to.x), min(from.y, to.y)}, point{max(from.x, to.x), max(from.y, to.y)}
	if !finite(a) || !finite(b) {
		return
	}
	a, b = p.port.place(a), p.port.place(b)
	width, ok := lineWidth(r.LineWidth, p.port.Scale)
	if !ok || a == b || p.misses(a, b, width) {
		return
	}
	paint := newPaint(r.Color, 256)
	switch flat := a.x == b.x || a.y == b.y; {
	case flat && width <= 1:
		p.flatHairline(a, b, newPaint(r.Color, uint32(width*256)))
	case a.x == b.x:
		p.butt(point{a.x - width/2, a.y}, point{b.x + width/2, b.y}, &paint)
	case a.y == b.y:
		p.butt(point{a.x, a.y - width/2}, point{b.x, b.y + width/2}, &paint)
	default:
		newFrame(a, b, width).draw(p.im, p.area, &paint)
	}
}

// butt paints the line with butt ends that fills the rectangle from a to b.
// Skia fills an outline here, so its upper and lower border are rounded to
// quarters of a pixel, which those of a frame are not.
func (p *painter) butt(a, b point, paint *paint) {
	line := newBox(a.x, a.y, b.x, b.y)
	line.y0, line.y1 = int64(snap(line.y0))*quarter, int64(snap(line.y1))*quarter
	frame{outer: line}.draw(p.im, p.area, paint)
}

// flatHairline paints a thin rectangle that is only a line. To Skia that is a
// path there and back, so it paints it twice.
func (p *painter) flatHairline(a, b point, paint paint) {
	a, b, ok := p.near(a, b, 0)
	if !ok {
		return
	}
	p.hairline(a, b, 0, paint)
	p.hairline(b, a, 0, paint)
}

func (p *painter) hairline(a, b point, extend float64, paint paint) {
	if h, ok := newHairline(a, b, extend); ok {
		h.draw(p.im, p.area, &paint)
	}
}

// near cuts a line so that no coordinate is far beyond the picture, but leaves
// its ends so far outside that caps of the given radius stay out of sight. It
// is false if none of it can be seen. It does not depend on p.area: parts of a
// picture must agree on the line.
func (p *painter) near(a, b point, radius float64) (point, point, bool) {
	margin := radius + 4
	w, h := float64(p.im.Rect.Dx())+margin, float64(p.im.Rect.Dy())+margin
	enter, leave, ok := clip(a, b, -margin, -margin, w, h)
	from, to := a, b
	if enter > 0 {
		from = between(a, b, enter)
	}
	if leave < 1 {
		to = between(a, b, leave)
	}
	return from, to, ok
}

// misses tells that a line or rectangle between a and b is beside what p may
// paint.
func (p *painter) misses(a, b point, width float64) bool {
	reach := width/2 + 2
	return max(a.y, b.y)+reach < float64(p.area.Min.Y) || min(a.y, b.y)-reach > float64(p.area.Max.Y) ||
		max(a.x, b.x)+reach < float64(p.area.Min.X) || min(a.x, b.x)-reach > float64(p.area.Max.X)
}

// maxLineWidth is the widest line that is told from wider ones, in pixels. It
// keeps hostile numbers within the range of the fixed-point arithmetic.
const maxLineWidth = 1 << 16

// lineWidth is w, at a scale, as a canvas takes it: a finite float32 above zero.
func lineWidth(w, scale float64) (float64, bool) {
	w = float64(float32(w))
	scaled := float64(float32(w * scale))
	return min(scaled, maxLineWidth), scaled > 0 && !math.IsInf(w, 1)
}

// round32 is p as a canvas takes it, in float32.
func round32(p canvas.Point) point {
	return point{float64(float32(p.X)), float64(float32(p.Y))}
}

// finite tells whether no coordinate is infinite or not a number.
func finite(p point) bool { return p.x-p.x == 0 && p.y-p.y == 0 }
