package raster

// clip tells which part of the line from a to b lies in the rectangle from
// (left, top) to (right, bottom), as fractions of its length (Liang and
// Barsky). It is false if none does.
func clip(a, b point, left, top, right, bottom float64) (enter, leave float64, ok bool) {
	enter, leave = 0, 1
	dx, dy := b.x-a.x, b.y-a.y
	for _, side := range [4]struct{ away, inside float64 }{
		{-dx, a.x - left}, {dx, right - a.x}, {-dy, a.y - top}, {dy, bottom - a.y},
	} {
		switch t := side.inside / side.away; {
		case side.away < 0:
			enter = max(enter, t)
		case side.away > 0:
			leave = min(leave, t)
		case side.inside < 0:
			return 0, 0, false // parallel to this side, and beyond it
		}
	}
	return enter, leave, enter <= leave
}

// between is the point at fraction t of the way from a to b.
func between(a, b point, t float64) point {
	return point{a.x + float64((b.x-a.x)*t), a.y + float64((b.y-a.y)*t)}
}
