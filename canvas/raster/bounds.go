package raster

import (
	"image"
	"math"

	"drawmesh/canvas"
)

// bounds is the pixels of whole that op may change.
func bounds(op canvas.Op, whole image.Rectangle) image.Rectangle {
	if _, ok := op.(canvas.Clear); ok {
		return whole
	}
	return pixels(canvas.Bounds(op), whole)
}

// pixels is those of whole that lie in box, if only in part.
func pixels(box canvas.Box, whole image.Rectangle) image.Rectangle {
	if box == (canvas.Box{}) {
		return image.Rectangle{}
	}
	return image.Rectangle{
		Min: image.Pt(pixel(math.Floor(box.Min.X)), pixel(math.Floor(box.Min.Y))),
		Max: image.Pt(pixel(math.Ceil(box.Max.X)), pixel(math.Ceil(box.Max.Y))),
	}.Intersect(whole)
}

// pixel is the pixel at v, or one far outside any board.
func pixel(v float64) int {
	const far = 1 << 20
	if v != v {
		return 0 // what is not a number paints nothing
	}
	return int(min(max(v, -far), far))
}
