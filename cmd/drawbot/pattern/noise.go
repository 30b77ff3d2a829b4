package pattern

import (
	"math"
	"math/rand/v2"
)

// A noise is a smooth random landscape: a value from -1 to 1 for every place,
// with hills about one unit apart (gradient noise, after K. Perlin).
type noise struct {
	gradients [256][2]float64
	order     [256]uint8
}

func newNoise(random *rand.Rand) *noise {
	n := new(noise)
	for i, p := range random.Perm(256) {
		n.order[i] = uint8(p)
		sin, cos := math.Sincos(2 * math.Pi * random.Float64())
		n.gradients[i] = [2]float64{cos, sin}
	}
	return n
}

// at is the height at x, y.
func (n *noise) at(x, y float64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	corner := func(dx, dy float64) float64 {
		column := n.order[uint8(int(fx+dx))]
		g := n.gradients[n.order[column+uint8(int(fy+dy))]]
		return g[0]*(x-fx-dx) + g[1]*(y-fy-dy)
	}
	u, v := ease(x-fx), ease(y-fy)
	top := mix(corner(0, 0), corner(1, 0), u)
	bottom := mix(corner(0, 1), corner(1, 1), u)
	return mix(top, bottom, v) * math.Sqrt2
}

func ease(t float64) float64      { return t * t * t * (t*(6*t-15) + 10) }
func mix(a, b, t float64) float64 { return a + (b-a)*t }
