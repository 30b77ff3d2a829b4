package pattern

import "math"

// grid is squared paper that somebody has put a finger on and twisted.
func (s *sketch) grid() {
	twist := s.between(0.35, 0.8) * math.Pi
	if s.random.IntN(2) == 0 {
		twist = -twist
	}
	tilt := s.between(0, math.Pi/2)
	lines := max(5, int(s.Radius/11)) // on each side of the center
	for _, upright := range []bool{false, true} {
		for i := -lines; i <= lines; i++ {
			s.thread(s.Radius*float64(i)/(float64(lines)+0.5), upright, twist, tilt)
		}
	}
}

// thread is one line of the grid: thick in the middle of the paper, and thin
// at its rim.
func (s *sketch) thread(offset float64, upright bool, twist, tilt float64) {
	half := math.Sqrt(s.Radius*s.Radius - offset*offset)
	steps := max(2, int(half/5))
	for step := range steps + 1 {
		x, y := half*(2*float64(step)/float64(steps)-1), offset
		if upright {
			x, y = y, x
		}
		near := 1 - math.Min(math.Hypot(x, y)/s.Radius, 1)
		sin, cos := math.Sincos(tilt + twist*near*near)
		bulge := 1 + 0.55*near*(1-near)
		px, py := bulge*(x*cos-y*sin), bulge*(x*sin+y*cos)
		if step == 0 {
			s.moveTo(px, py)
			continue
		}
		shade := 0.5 * (1 - near)
		if upright {
			shade = 1 - shade
		}
		s.lineTo(px, py, 0.7+5*near*near+1.6*near, shade)
	}
}
