package raster

import (
	"math"
	"math/rand/v2"

	"drawmesh/canvas"
)

// A workload is a seeded drawing on a board of 1920×1080.
type workload struct {
	name string
	n    int // segments
	draw func(r *rand.Rand, n int) []canvas.Op
}

// Workloads are of the kinds that make a rasteriser slow in different ways.
var workloads = []workload{
	{"hand", 100_000, handStrokes},
	{"mouse", 100_000, mouseStrokes},
	{"translucent", 100_000, translucentStrokes},
	{"long", 5_000, func(r *rand.Rand, n int) []canvas.Op { return straightLines(r, n, 0.7, 1.5) }},
	{"huge", 300, func(r *rand.Rand, n int) []canvas.Op { return straightLines(r, n, 3, 5) }},
}

const workWidth, workHeight = 1920, 1080

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// handStrokes are smooth curves of 20 to 200 segments, by a pen whose pressure
// wanders.
func handStrokes(r *rand.Rand, n int) []canvas.Op {
	return curves(r, n, func() canvas.Color { return opaque(r) }, func(f float64) float64 {
		return min(2, max(.5, f+r.NormFloat64()*.03))
	}, hundredths)
}

// translucentStrokes are handStrokes in colours of 10 to 90 % alpha.
func translucentStrokes(r *rand.Rand, n int) []canvas.Op {
	color := func() canvas.Color {
		c := opaque(r)
		c.A = uint8(25 + r.IntN(205))
		return c
	}
	return curves(r, n, color, func(f float64) float64 {
		return min(2, max(.5, f+r.NormFloat64()*.03))
	}, hundredths)
}

// mouseStrokes are 2 pixels wide, at whole coordinates.
func mouseStrokes(r *rand.Rand, n int) []canvas.Op {
	return curves(r, n, func() canvas.Color { return opaque(r) }, func(float64) float64 { return 1 }, math.Round)
}

func hundredths(v float64) float64 { return math.Round(v*100) / 100 }

func opaque(r *rand.Rand) canvas.Color {
	return canvas.Color{R: uint8(r.IntN(256)), G: uint8(r.IntN(256)), B: uint8(r.IntN(256)), A: 255}
}

func curves(r *rand.Rand, n int, color func() canvas.Color, press, snap func(float64) float64) []canvas.Op {
	ops := make([]canvas.Op, 0, n)
	for len(ops) < n {
		x, y := r.Float64()*workWidth, r.Float64()*workHeight
		angle, turn, speed := r.Float64()*2*math.Pi, 0.0, 1+r.Float64()*19
		ink, force := color(), .5+1.5*math.Pow(r.Float64(), 1.6)
		for range min(20+r.IntN(180), n-len(ops)) {
			turn = turn*.85 + r.NormFloat64()*.12
			angle += turn
			speed = min(20, max(1, speed+r.NormFloat64()*1.5))
			toX, toY := x+math.Cos(angle)*speed, y+math.Sin(angle)*speed
			if toX < 0 || toX > workWidth || toY < 0 || toY > workHeight {
				angle += math.Pi / 2
				toX, toY = min(workWidth, max(0, toX)), min(workHeight, max(0, toY))
			}
			force = press(force)
			ops = append(ops, canvas.Segment{
				From: canvas.Point{X: snap(x), Y: snap(y)}, To: canvas.Point{X: snap(toX), Y: snap(toY)},
				Force: math.Round(force*1000) / 1000, Color: ink,
			})
			x, y = toX, toY
		}
	}
	return ops
}

// straightLines go from anywhere to anywhere, with a force from lo to hi.
func straightLines(r *rand.Rand, n int, lo, hi float64) []canvas.Op {
	anywhere := func() canvas.Point {
		return canvas.Point{X: hundredths(r.Float64() * workWidth), Y: hundredths(r.Float64() * workHeight)}
	}
	ops := make([]canvas.Op, n)
	for i := range ops {
		ops[i] = canvas.Segment{From: anywhere(), To: anywhere(), Force: hundredths(lo + (hi-lo)*r.Float64()), Color: opaque(r)}
	}
	return ops
}
