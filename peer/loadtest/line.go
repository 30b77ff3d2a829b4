package loadtest

import "math"

// A line goes straight from one point to the next, from nothing at the beginning,
// and on level after the last. Of it are how many bots there are to be, and how
// many segments they draw a second.
type line []point

// A point of a line.
type point struct {
	t float64 // seconds since drawing began
	y float64
}

// then goes on to y, within so many seconds.
func (l line) then(seconds, y float64) line {
	return append(l, point{l.end().t + seconds, y})
}

func (l line) end() point {
	if len(l) == 0 {
		return point{}
	}
	return l[len(l)-1]
}

// legs yields the straight parts, the last of which never ends.
func (l line) legs(yield func(from, to point) bool) {
	from := point{}
	for _, to := range l {
		if !yield(from, to) {
			return
		}
		from = to
	}
	yield(from, point{math.Inf(1), from.y})
}

// area is what lies below the line until t.
func (l line) area(t float64) (area float64) {
	for from, to := range l.legs {
		if t <= from.t {
			break
		}
		part := min(t, to.t) - from.t
		area += part * (from.y + from.slope(to)*part/2)
	}
	return area
}

// reach is when that much lies below the line; at infinity if it never does.
func (l line) reach(area float64) float64 {
	for from, to := range l.legs {
		k := from.slope(to)
		if k == 0 {
			if t := from.t + area/from.y; from.y > 0 && t <= to.t {
				return t
			}
		} else if d := from.y*from.y + 2*k*area; d >= 0 {
			// The root that is stable also where the leg is almost level.
			if t := from.t + 2*area/(from.y+math.Sqrt(d)); t <= to.t {
				return t
			}
		}
		area -= (to.t - from.t) * (from.y + to.y) / 2
	}
	return math.Inf(1)
}

// above is when the line is above y: from when to when, each time.
func (l line) above(y float64) (spans [][2]float64) {
	for from, to := range l.legs {
		start, end := from.t, to.t
		switch k := from.slope(to); {
		case from.y <= y && to.y <= y || start == end:
			continue
		case from.y <= y:
			start += (y - from.y) / k
		case to.y <= y:
			end = start + (y-from.y)/k
		}
		if n := len(spans); n > 0 && spans[n-1][1] == start {
			spans[n-1][1] = end
		} else {
			spans = append(spans, [2]float64{start, end})
		}
	}
	return spans
}

// slope is how steep the way to another point is.
func (p point) slope(to point) float64 {
	if p.y == to.y || p.t == to.t {
		return 0
	}
	return (to.y - p.y) / (to.t - p.t)
}
