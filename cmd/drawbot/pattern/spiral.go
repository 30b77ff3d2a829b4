package pattern

import "math"

// spiral is one line from the center to the rim. The hand presses and eases
// off a few times a turn, so that the swellings of neighboring turns make arms.
func (s *sketch) spiral() {
	gap := math.Min(math.Max(7, s.Radius/17), s.Radius/4) // between two turns, in pixels
	arms := float64(3 + s.random.IntN(6))
	twist := s.between(2, 5)
	if s.random.IntN(2) == 0 {
		twist = -twist
	}
	start := s.between(0, 2*math.Pi)
	outer := s.Radius - gap/2
	s.moveTo(0, 0)
	for angle := 0.0; ; {
		r := gap * angle / (2 * math.Pi)
		if r > outer {
			return
		}
		swell := math.Pow(0.5+0.5*math.Sin(arms*angle+twist*2*math.Pi*r/s.Radius), 1.4)
		fade := math.Min(1, (outer-r)/(2*gap)) // the line ends thin
		width := gap * (0.13 + 0.75*swell) * (0.15 + 0.85*fade)
		sin, cos := math.Sincos(start + angle)
		s.lineTo(r*cos, r*sin, width, 0.85*r/outer+0.15*(1-swell))
		angle += 6.5 / math.Max(r, 9)
	}
}
