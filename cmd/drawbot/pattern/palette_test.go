package pattern

import (
	"math/rand/v2"
	"testing"

	"drawmesh/canvas"
)

func TestGradientAt(t *testing.T) {
	gray := Blend(0x000000, 0xffffff)
	tests := []struct {
		name string
		g    Gradient
		t    float64
		want canvas.Color
	}{
		{"first", Blend(0x123456, 0xffffff), 0, canvas.Color{R: 0x12, G: 0x34, B: 0x56, A: 255}},
		{"last", Blend(0xffffff, 0x123456), 1, canvas.Color{R: 0x12, G: 0x34, B: 0x56, A: 255}},
		{"middle_stop", Blend(0, 0xfedcba, 0), 0.5, canvas.Color{R: 0xfe, G: 0xdc, B: 0xba, A: 255}},
		{"before_the_first", gray, -3, canvas.Color{A: 255}},
		{"after_the_last", gray, 3, canvas.Color{R: 255, G: 255, B: 255, A: 255}},
		// Oklab's lightness 0.5 is the linear light 0.5³ = 0.125, which is
		// 0.3885 in sRGB: level 99.
		{"middle_gray", gray, 0.5, canvas.Color{R: 99, G: 99, B: 99, A: 255}},
		// CSS Color 4 blends the same way: color-mix(in oklab, yellow, blue).
		{"yellow_and_blue", Blend(0xffff00, 0x0000ff), 0.5, canvas.Color{R: 108, G: 171, B: 199, A: 255}},
		{"alpha", Gradient{{A: 0}, {A: 200}}, 0.25, canvas.Color{A: 50}},
		{"plain", Plain(canvas.Color{R: 9, A: 8}), 0.7, canvas.Color{R: 9, A: 8}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.g.At(tt.t); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestNoiseIsSmooth(t *testing.T) {
	n := newNoise(rand.New(rand.NewPCG(1, 2)))
	const step = 1.0 / 64
	var lowest, highest float64
	for i := range 2000 {
		x, y := float64(i)*step-15, float64(i%97)*step
		h := n.at(x, y)
		if h < -1 || h > 1 {
			t.Fatalf("at %v, %v: got %v, want a height from -1 to 1", x, y, h)
		}
		if next := n.at(x+step, y); max(h-next, next-h) > 6*step {
			t.Fatalf("at %v, %v: got a jump from %v to %v", x, y, h, next)
		}
		lowest, highest = min(lowest, h), max(highest, h)
	}
	if highest-lowest < 0.8 {
		t.Errorf("got heights from %v to %v, want hills", lowest, highest)
	}
	if got := n.at(-3, 5); got != 0 {
		t.Errorf("on a corner of its lattice: got %v, want 0", got)
	}
}
