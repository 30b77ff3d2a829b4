package canvas

import "math"

// A cover is the whole CSS pixels that lie around all that some rows paint. It
// is empty if left > right.
type cover struct{ left, top, right, bottom int32 }

func coverOf(rows []row) cover {
	var box Box
	for i := range rows {
		if r := &rows[i]; r.paints() {
			box = box.Union(r.bounds())
		}
	}
	if box == (Box{}) {
		return cover{left: 1}
	}
	return cover{
		int32(math.Floor(box.Min.X)), int32(math.Floor(box.Min.Y)),
		int32(math.Ceil(box.Max.X)), int32(math.Ceil(box.Max.Y)),
	}
}

func (c cover) overlaps(b Box) bool {
	return c.left <= c.right && Box{
		Point{float64(c.left), float64(c.top)}, Point{float64(c.right), float64(c.bottom)},
	}.Overlaps(b)
}
