package trace

import (
	"cmp"
	"math"
	"slices"

	"drawmesh/canvas"
)

// Sort returns the strokes in an order, and some of them the other way round, in which
// the pen travels little with nothing to draw: each time to the nearest end of what is
// left. What lies above what changes with that.
func Sort(strokes []Stroke) []Stroke {
	strokes = slices.DeleteFunc(slices.Clone(strokes), func(s Stroke) bool { return len(s.Points) == 0 })
	if len(strokes) == 0 {
		return strokes
	}
	t := newTree(strokes)
	sorted := make([]Stroke, 0, len(strokes))
	at := strokes[0].Points[0]
	for range strokes {
		e := t.nearest(at)
		t.remove(2 * e.stroke)
		t.remove(2*e.stroke + 1)
		s := strokes[e.stroke]
		if e.last {
			s.Points = slices.Clone(s.Points)
			slices.Reverse(s.Points)
		}
		sorted = append(sorted, s)
		at = s.Points[len(s.Points)-1]
	}
	return sorted
}

// An end of a stroke is its first point or its last.
type end struct {
	canvas.Point
	stroke int
	last   bool
}

// along is where the end is on one axis: across at even depths, down at odd ones.
func (e end) along(depth int) float64 {
	if depth%2 == 0 {
		return e.X
	}
	return e.Y
}

// A tree finds ends by where they are (Bentley, 1975): the middle one of a range parts
// those on one side of it from those on the other.
type tree struct {
	ends  []end
	place []int // of the ends of stroke i, at 2i and 2i+1, in ends
	left  []int // how many are left in the range that an end parts
	gone  []bool
}

func newTree(strokes []Stroke) *tree {
	n := 2 * len(strokes)
	t := &tree{make([]end, 0, n), make([]int, n), make([]int, n), make([]bool, n)}
	for i, s := range strokes {
		t.ends = append(t.ends, end{s.Points[0], i, false}, end{s.Points[len(s.Points)-1], i, true})
	}
	t.build(0, n, 0)
	for place, e := range t.ends {
		i := 2 * e.stroke
		if e.last {
			i++
		}
		t.place[i] = place
	}
	return t
}

func (t *tree) build(from, to, depth int) {
	if from == to {
		return
	}
	slices.SortFunc(t.ends[from:to], func(a, b end) int { return cmp.Compare(a.along(depth), b.along(depth)) })
	middle := (from + to) / 2
	t.left[middle] = to - from
	t.build(from, middle, depth+1)
	t.build(middle+1, to, depth+1)
}

// remove takes an end away, by its number in place.
func (t *tree) remove(number int) {
	place := t.place[number]
	t.gone[place] = true
	for from, to := 0, len(t.ends); ; {
		middle := (from + to) / 2
		t.left[middle]--
		switch {
		case place < middle:
			to = middle
		case place > middle:
			from = middle + 1
		default:
			return
		}
	}
}

// nearest is the end that is nearest to p, of those that are left.
func (t *tree) nearest(p canvas.Point) end {
	s := search{tree: t, from: end{Point: p}, distance: math.Inf(1)}
	s.look(0, len(t.ends), 0)
	return s.best
}

// A search is for the end that is nearest to another.
type search struct {
	tree     *tree
	from     end
	best     end
	distance float64 // to best
}

func (s *search) look(from, to, depth int) {
	middle := (from + to) / 2
	if from == to || s.tree.left[middle] == 0 {
		return
	}
	e := s.tree.ends[middle]
	if d := math.Hypot(e.X-s.from.X, e.Y-s.from.Y); d < s.distance && !s.tree.gone[middle] {
		s.best, s.distance = e, d
	}
	off := s.from.along(depth) - e.along(depth)
	if off < 0 {
		s.look(from, middle, depth+1)
	} else {
		s.look(middle+1, to, depth+1)
	}
	switch { // the other side has a nearer one at best where it begins
	case math.Abs(off) >= s.distance:
	case off < 0:
		s.look(middle+1, to, depth+1)
	default:
		s.look(from, middle, depth+1)
	}
}
