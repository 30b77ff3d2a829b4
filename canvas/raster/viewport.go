package raster

import (
	"fmt"
	"image"
	"math"

	"drawmesh/canvas"
)

// A Viewport is what a picture shows of the canvas: which part of it, and how
// large. Operations are painted at its scale, and not resampled afterwards: what
// is twice as large is as sharp.
type Viewport struct {
	// Width and Height are the size of the picture, in pixels.
	Width, Height int

	// Origin is the point of the canvas, in CSS pixels, that lies in the
	// picture's top left corner.
	Origin canvas.Point

	// Scale is how many pixels of the picture make one CSS pixel of the canvas,
	// MinScale to MaxScale. Zero means 1.
	Scale float64
}

const (
	// MinScale is the smallest scale of a picture.
	MinScale = 0.01

	// MaxScale is the greatest scale of a picture. The widest line of a canvas is
	// then still narrower than maxLineWidth.
	MaxScale = 100
)

// Crop is the viewport of one part of the canvas at a scale; zero means 1. A
// pixel that the part covers only in part is in the picture.
func Crop(part canvas.Box, scale float64) Viewport {
	v := Viewport{Origin: part.Min, Scale: scale}
	const slack = 1e-6 // pixels: 30 × 0.1 is 3, whatever floating point makes of it
	side := func(length float64) int { return pixel(math.Ceil(float64(length*v.withScale().Scale) - slack)) }
	v.Width, v.Height = side(part.Max.X-part.Min.X), side(part.Max.Y-part.Min.Y)
	return v
}

// withScale is v with its scale written out.
func (v Viewport) withScale() Viewport {
	if v.Scale == 0 {
		v.Scale = 1
	}
	return v
}

// check says which limit v, its scale written out, misses, or returns nil.
func (v Viewport) check() error {
	switch s := v.Scale; {
	case v.Width < 1 || v.Height < 1 || v.Width > MaxSide || v.Height > MaxSide:
		return fmt.Errorf("raster: size %d×%d: each side must be 1 to %d pixels", v.Width, v.Height, MaxSide)
	case v.Width*v.Height > MaxPixels:
		return fmt.Errorf("raster: size %d×%d: more than %d pixels in all", v.Width, v.Height, MaxPixels)
	case !(s >= MinScale && s <= MaxScale):
		return fmt.Errorf("raster: scale %g: must be %g to %d", s, MinScale, MaxScale)
	case !(math.Abs(v.Origin.X) <= canvas.MaxCoordinate && math.Abs(v.Origin.Y) <= canvas.MaxCoordinate):
		return fmt.Errorf("raster: origin (%g, %g): must be within ±%g", v.Origin.X, v.Origin.Y, float64(canvas.MaxCoordinate))
	}
	return nil
}

// place is where p lies in the picture, in float32 as a canvas counts.
func (v Viewport) place(p point) point {
	return point{
		float64(float32((p.x - v.Origin.X) * v.Scale)),
		float64(float32((p.y - v.Origin.Y) * v.Scale)),
	}
}

// bounds is the pixels of whole that op may change.
func (v Viewport) bounds(op canvas.Op, whole image.Rectangle) image.Rectangle {
	if _, ok := op.(canvas.Clear); ok {
		return whole
	}
	return v.pixels(canvas.Bounds(op), whole)
}

// pixels is those of whole that lie in box, if only in part.
func (v Viewport) pixels(box canvas.Box, whole image.Rectangle) image.Rectangle {
	if box == (canvas.Box{}) {
		return image.Rectangle{}
	}
	room := v.room()
	at := func(c, origin float64) float64 { return float64((c - origin) * v.Scale) }
	return image.Rectangle{
		Min: image.Pt(pixel(math.Floor(at(box.Min.X, v.Origin.X)-room)), pixel(math.Floor(at(box.Min.Y, v.Origin.Y)-room))),
		Max: image.Pt(pixel(math.Ceil(at(box.Max.X, v.Origin.X)+room)), pixel(math.Ceil(at(box.Max.Y, v.Origin.Y)+room))),
	}.Intersect(whole)
}

// room is how many pixels there must be around a box. It has room for a hairline
// and one pixel more, but of the canvas: it must be as much of the picture.
func (v Viewport) room() float64 {
	if v.Scale < 1 {
		return 1.5
	}
	return 0
}

// box is a part of the canvas that has in it all whose pixels lie in area, if
// only in part.
func (v Viewport) box(area image.Rectangle) canvas.Box {
	room := v.room() + 1 // for what floating point makes of it
	at := func(pixel int, room, origin float64) float64 { return (float64(pixel)+room)/v.Scale + origin }
	return canvas.Box{
		Min: canvas.Point{X: at(area.Min.X, -room, v.Origin.X), Y: at(area.Min.Y, -room, v.Origin.Y)},
		Max: canvas.Point{X: at(area.Max.X, room, v.Origin.X), Y: at(area.Max.Y, room, v.Origin.Y)},
	}
}

// pixel is the pixel at v, or one far outside any board.
func pixel(v float64) int {
	const far = 1 << 20
	if v != v {
		return 0 // what is not a number paints nothing
	}
	return int(min(max(v, -far), far))
}
