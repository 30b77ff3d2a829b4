package main

import (
	"drawmesh/canvas"
	"drawmesh/cmd/drawbot/pattern"
)

// The demo's picture, in pixels.
const (
	demoWidth  = 1280
	demoHeight = 720
)

// An act is what one of the demo's bots does.
type act struct {
	name       string // of the bot
	pattern    string
	figure     pattern.Figure
	begin, end float64 // when, as fractions of the whole time
}

// program is the demo's picture: pale water under five flowers and wheels. The
// water comes first, for everything else lies on it.
func program() []act {
	return []act{
		{"Water", "walk", figure(11, 640, 360, 735, 0xd3e4f5, 0xe3eefa, 0xf0ecfb, 0xfbeaf2, 0xfff3e6), 0, 0.3},
		{"Rose", "flower", figure(6, 290, 415, 262, 0xffc8dd, 0xff6b9d, 0xc9184a, 0x590d22), 0.3, 1},
		{"Sun", "spiral", figure(3, 1000, 215, 185, 0xffd166, 0xf9a03f, 0xf3722c, 0xd62828), 0.33, 0.95},
		{"Net", "grid", figure(5, 706, 508, 172, 0x76c893, 0x34a0a4, 0x1a759f, 0x184e77), 0.36, 0.9},
		{"Iris", "spiral", figure(9, 620, 180, 135, 0xf72585, 0xb5179e, 0x7209b7, 0x4361ee, 0x4cc9f0), 0.4, 0.92},
		{"Bluet", "flower", figure(7, 1065, 555, 145, 0x90e0ef, 0x4361ee, 0x3a0ca3, 0x7209b7), 0.44, 0.97},
		{"Daisy", "flower", figure(12, 120, 110, 90, 0xffe66d, 0xf9a03f, 0xf3722c), 0.5, 0.94},
	}
}

func figure(seed uint64, x, y, radius float64, colors ...uint32) pattern.Figure {
	return pattern.Figure{
		Seed:   seed,
		Center: canvas.Point{X: x, Y: y},
		Radius: radius,
		Width:  demoWidth,
		Height: demoHeight,
		Colors: pattern.Blend(colors...),
	}
}
