package pattern

import "math"

// walk is many walkers. Each keeps to its height in the same hidden landscape,
// so that their ways flow along one another, like hair or water, and never
// pile up.
func (s *sketch) walk() {
	stride := math.Min(math.Min(math.Max(s.Radius/26, 5), 16), s.Radius/8) // pixels
	hills := newNoise(s.random)
	scale := 1.6 / math.Min(s.Radius, 330) // hills per pixel
	golden := math.Pi * (3 - math.Sqrt(5))
	walkers := int(s.Radius * s.Radius / (stride * stride * 3.4))
	for _, i := range s.random.Perm(walkers) {
		r := s.Radius * math.Sqrt((float64(i)+0.5)/float64(walkers))
		y, x := math.Sincos(float64(i) * golden)
		s.stroll(x*r, y*r, stride, func(x, y float64) float64 { return hills.at(x*scale, y*scale) })
	}
}

// stroll is one walker's way from x, y.
func (s *sketch) stroll(x, y, stride float64, height func(x, y float64) float64) {
	steps := 8 + s.random.IntN(12)
	tone := s.between(-0.16, 0.16)
	s.moveTo(x, y)
	for step := range steps {
		slopeX := height(x+1, y) - height(x-1, y)
		slopeY := height(x, y+1) - height(x, y-1)
		steep := math.Hypot(slopeX, slopeY)
		if steep == 0 {
			return // a summit: nowhere to go
		}
		x, y = x-stride*slopeY/steep, y+stride*slopeX/steep
		if math.Hypot(x, y) > s.Radius {
			return
		}
		t := (float64(step) + 0.5) / float64(steps)
		width := 0.4 + 0.95*stride*math.Sin(math.Pi*t)
		s.lineTo(x, y, width, 0.5+0.62*height(x, y)+tone)
	}
}
