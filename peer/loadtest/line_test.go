package loadtest

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// What a line's area and its reach say is what adding up small steps does.
func TestLine(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		var l line
		for range 1 + random.IntN(5) {
			l = l.then(float64(random.IntN(4)), float64(random.IntN(5)))
		}
		const step = 1.0 / 1024
		sum := 0.0
		for i := range 20 * 1024 {
			at := float64(i) * step
			if i%100 == 0 {
				if got := l.area(at); math.Abs(got-sum) > 1e-6 {
					t.Fatalf("%v: the area until %v is %v, want %v", l, at, got, sum)
				}
				if back := l.reach(sum); sum > 0 && math.Abs(l.area(back)-sum) > 1e-6 {
					t.Fatalf("%v: %v is reached at %v, where it is %v", l, sum, back, l.area(back))
				}
			}
			sum += step * height(l, at+step/2) // exact: corners are at whole seconds
		}
		if got := l.reach(sum + 1e9); l.end().y == 0 && !math.IsInf(got, 1) {
			t.Errorf("%v: reaches 1e9 at %v, want never", l, got)
		}
		for _, y := range []float64{0.5, 1.5, 3.5} {
			spans := l.above(y)
			for i := range 20 * 100 {
				at := float64(i)/100 + 0.005
				in := slices.ContainsFunc(spans, func(s [2]float64) bool { return s[0] <= at && at < s[1] })
				if above := height(l, at) > y; in != above && math.Abs(height(l, at)-y) > 1e-9 {
					t.Fatalf("%v: above %v in %v, which says %t at %v", l, y, spans, in, at)
				}
			}
			for i := range spans[min(1, len(spans)):] {
				if spans[i][1] >= spans[i+1][0] {
					t.Errorf("%v: above %v in %v, want spans with gaps between", l, y, spans)
				}
			}
		}
	}
}

// height is how high a line is at t.
func height(l line, t float64) float64 {
	from := point{}
	for _, to := range l {
		if t < to.t {
			return from.y + (to.y-from.y)*(t-from.t)/(to.t-from.t)
		}
		from = to
	}
	return from.y
}
