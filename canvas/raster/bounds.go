package raster

import (
	"image"

	"drawmesh/canvas"
)

// bounds is a rectangle, within whole, outside which op changes nothing.
func bounds(op canvas.Op, whole image.Rectangle) image.Rectangle {
	switch op := op.(type) {
	case canvas.Segment:
		return around(op.From, op.To, op.Width(), whole)
	case canvas.Rect:
		to := canvas.Point{X: op.Origin.X + op.Width, Y: op.Origin.Y + op.Height}
		return around(op.Origin, to, op.LineWidth, whole)
	case canvas.Clear:
		return whole
	}
	return image.Rectangle{}
}

// around is the pixels that a line of the given width, between a and b or
// around the rectangle between them, may touch.
func around(a, b canvas.Point, width float64, whole image.Rectangle) image.Rectangle {
	const rounding = 3 // pixels: a hairline is longer and wider than it should be
	reach := width/2 + rounding
	box := image.Rectangle{
		Min: image.Pt(pixel(min(a.X, b.X)-reach), pixel(min(a.Y, b.Y)-reach)),
		Max: image.Pt(pixel(max(a.X, b.X)+reach)+1, pixel(max(a.Y, b.Y)+reach)+1),
	}
	return box.Intersect(whole)
}

// pixel is the pixel at v, or one far outside any board.
func pixel(v float64) int {
	const far = 1 << 20
	if v != v {
		return 0 // what is not a number paints nothing
	}
	return int(min(max(v, -far), far))
}
