package pattern

import "math"

// flower is rings of petals, the outer ones first, around a heart of seeds.
func (s *sketch) flower() {
	petals := 7 + s.random.IntN(5)
	turn := s.between(0, 2*math.Pi)
	const rings = 3
	for ring := range rings {
		depth := float64(ring) / rings // 0 is the outermost
		length := s.Radius * (1 - 0.27*float64(ring))
		for i := range petals {
			angle := turn + (float64(i)+0.5*float64(ring%2))*2*math.Pi/float64(petals)
			s.petal(angle, length*s.between(0.93, 1), 2.5/float64(petals), depth)
		}
	}
	s.seeds(s.Radius * 0.2)
}

// petal is strokes that leave the heart together, spread, and meet at the tip.
// Its slenderness is half its width for a length of 1.
func (s *sketch) petal(angle, length, slenderness, depth float64) {
	sin, cos := math.Sincos(angle)
	strokes := int(math.Max(5, length*slenderness/2.9))
	const steps = 7
	for j := range strokes {
		side := 2*float64(j)/float64(strokes-1) - 1 // from edge to edge
		reach := length * (1 - 0.16*side*side) * s.between(0.95, 1)
		tone := s.between(-0.13, 0.13)
		for step := range steps + 1 {
			t := float64(step) / steps
			along := reach * (0.12 + 0.88*t)
			across := side * length * slenderness * math.Pow(math.Sin(math.Pi*math.Pow(0.06+0.94*t, 1.25)), 0.8)
			x, y := along*cos-across*sin, along*sin+across*cos
			if step == 0 {
				s.moveTo(x, y)
				continue
			}
			width := 0.6 + 5.4*math.Sin(math.Pi*(0.15+0.8*t))
			shade := 0.98 - 0.8*t - 0.28*depth + 0.2*side*side + tone
			s.lineTo(x, y, width, shade)
		}
	}
}

// seeds are dots in a disc, each a golden angle from the one before, as in a
// sunflower.
func (s *sketch) seeds(radius float64) {
	golden := math.Pi * (3 - math.Sqrt(5))
	const spacing = 5 // pixels
	n := int(radius * radius / (spacing * spacing))
	for i := range n {
		r := radius * math.Sqrt((float64(i)+0.5)/float64(n))
		sin, cos := math.Sincos(float64(i) * golden)
		s.moveTo(r*cos-0.6, r*sin)
		s.lineTo(r*cos+0.6, r*sin, spacing*(1+0.5*r/radius), 0.5*(1-r/radius))
	}
}
