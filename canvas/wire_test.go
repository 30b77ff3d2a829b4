package canvas

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestParseOp(t *testing.T) {
	purple, teal := Color{0x99, 0, 0xff, 255}, Color{0x45, 0x81, 0x8e, 255}
	tests := []struct {
		name, message string
		want          Op
	}{
		{"draw", `{"event":"draw","lastPoint":{"x":125,"y":136},"x":150,"y":153,"force":1,"color":"#9900ff"}`,
			Segment{Point{125, 136}, Point{150, 153}, 1, purple}},
		{"the article's dialect", `{"lastPoint":{"x":1,"y":2},"x":3,"y":4,"color":"rgb(152.6, 0.2, 254.9)"}`,
			Segment{Point{1, 2}, Point{3, 4}, 1, purple}},
		{"no force", `{"event":"draw","lastPoint":{"x":1,"y":2},"x":3,"y":4,"color":"#9900ff"}`,
			Segment{Point{1, 2}, Point{3, 4}, 1, purple}},
		{"force 0", `{"event":"draw","lastPoint":{"x":1,"y":2},"x":3,"y":4,"force":0,"color":"#9900ff"}`,
			Segment{Point{1, 2}, Point{3, 4}, 1, purple}},
		{"force null", `{"event":"draw","lastPoint":{"x":1,"y":2},"x":3,"y":4,"force":null,"color":"#9900ff"}`,
			Segment{Point{1, 2}, Point{3, 4}, 1, purple}},
		{"force negative", `{"event":"draw","lastPoint":{"x":1,"y":2},"x":3,"y":4,"force":-0.5,"color":"#9900ff"}`,
			Segment{Point{1, 2}, Point{3, 4}, 0.5, purple}},
		{"strings", `{"event":"draw","lastPoint":{"x":"1","y":" 2 "},"x":"3e0","y":".4","force":"1.5","color":"#9900ff"}`,
			Segment{Point{1, 2}, Point{3, 0.4}, 1.5, purple}},
		{"the bounds", `{"event":"draw","lastPoint":{"x":1e6,"y":-1e6},"x":0,"y":-0,"force":4,"color":"#9900ff"}`,
			Segment{Point{1e6, -1e6}, Point{0, math.Copysign(0, -1)}, 4, purple}},
		{"extra members, twice x", `{"x":9,"lastPoint":{"x":1,"y":2,"z":[1]},"X":7,"x":3,"y":4,"color":"#9900ff","event":"draw","n":41,"t":107}`,
			Segment{Point{1, 2}, Point{3, 4}, 1, purple}},
		{"preview", `{"event":"drawRect","origin":{"x":450,"y":293},"color":"#45818e","width":50,"height":-25}`,
			Preview{Point{450, 293}, 50, -25, 2, teal}},
		{"thick preview", `{"event":"drawRect","origin":{"x":450,"y":293},"color":"#45818e","width":50,"height":-25,"lineWidth":7.5}`,
			Preview{Point{450, 293}, 50, -25, 7.5, teal}},
		{"committed", `{"event":"drawRect","commit":true,"origin":{"x":380,"y":248},"color":"#45818e","width":70,"height":45}`,
			Rect{Point{380, 248}, 70, 45, 2, teal}},
		{"committed with a line width", `{"event":"drawRect","commit":true,"origin":{"x":380,"y":248},"color":"#45818e","width":70,"height":45,"lineWidth":10.125}`,
			Rect{Point{380, 248}, 70, 45, 10.125, teal}},
		{"clear", `{"event":"clear"}`, Clear{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseOp([]byte(tt.message))
			if err != nil || got != tt.want {
				t.Errorf("got %+v, %v, want %+v", got, err, tt.want)
			}
			if err := Check(got); err != nil {
				t.Errorf("Check: %v", err)
			}
			again, err := ParseOp(AppendOp(nil, got))
			if err != nil || again != tt.want {
				t.Errorf("%s came back as %+v, %v", AppendOp(nil, got), again, err)
			}
		})
	}
}

func TestParseOpRefuses(t *testing.T) {
	draw := func(x, force, color string) string {
		return `{"event":"draw","lastPoint":{"x":1,"y":2},"x":` + x + `,"y":4,"force":` + force + `,"color":` + color + `}`
	}
	rect := func(width, lineWidth string) string {
		return `{"event":"drawRect","commit":true,"origin":{"x":1,"y":2},"color":"red","height":1,"width":` + width + `,"lineWidth":` + lineWidth + `}`
	}
	tests := []struct{ name, message, says string }{
		{"no JSON", `x`, "JSON"},
		{"half", `{"event":"clear"`, "JSON"},
		{"null", `null`, "JSON"},
		{"an array", `[]`, "JSON"},
		{"too long", `{"event":"clear","x":"` + strings.Repeat("x", MaxMessage) + `"}`, "bytes"},
		{"x missing", `{"event":"draw","lastPoint":{"x":1,"y":2},"y":4,"color":"red"}`, "x is no number"},
		{"X is not x", `{"event":"draw","lastPoint":{"x":1,"y":2},"X":3,"y":4,"color":"red"}`, "x is no number"},
		{"no lastPoint", `{"event":"draw","x":1,"y":2,"color":"red"}`, "lastPoint"},
		{"lastPoint null", `{"event":"draw","lastPoint":null,"x":1,"y":2,"color":"red"}`, "lastPoint"},
		{"x a word", draw(`"wide"`, "1", `"red"`), "x is no number"},
		{"x empty", draw(`""`, "1", `"red"`), "x is no number"},
		{"x hexadecimal", draw(`"0x10"`, "1", `"red"`), "x is no number"},
		{"x infinite", draw(`"Infinity"`, "1", `"red"`), "x is no number"},
		{"x NaN", draw(`"NaN"`, "1", `"red"`), "x is no number"},
		{"x true", draw(`true`, "1", `"red"`), "x is no number"},
		{"x 1e308", draw(`1e308`, "1", `"red"`), "beyond"},
		{"x 1e999", draw(`1e999`, "1", `"red"`), "x is no number"},
		{"x just out", draw(`-1000000.5`, "1", `"red"`), "beyond"},
		{"force 1e9", draw(`1`, "1e9", `"red"`), "force"},
		{"force 4.01", draw(`1`, "4.01", `"red"`), "force"},
		{"force a list", draw(`1`, "[1]", `"red"`), "force"},
		{"color none", draw(`1`, "1", `"none"`), "color"},
		{"color a number", draw(`1`, "1", `7`), "color"},
		{"width missing", `{"event":"drawRect","origin":{"x":1,"y":2},"color":"red","height":1}`, "width"},
		{"width huge", rect("1e7", "1"), "width"},
		{"line width 0", rect("1", "0"), "lineWidth"},
		{"line width 513", rect("1", "513"), "lineWidth"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseOp([]byte(tt.message))
			if err == nil || errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %+v, %v, want an error about %s", got, err, tt.says)
			}
		})
	}
	for _, message := range []string{`{"event":"dance"}`, `{}`, `{"x":1}`, `{"event":7}`, `{"event":"Draw"}`} {
		if got, err := ParseOp([]byte(message)); !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: got %+v, %v, want ErrUnknown", message, got, err)
		}
	}
}

// The right sides were printed by JavaScript's JSON.stringify.
func TestNumbersAsJavaScript(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", math.Copysign(0, -1): "0", 1: "1", -1.5: "-1.5", 0.1: "0.1", 1e6: "1000000",
		123456.789: "123456.789", 1e-6: "0.000001", 1e-7: "1e-7", 1.5e-10: "1.5e-10", 5e-324: "5e-324",
		math.NaN(): "null", math.Inf(-1): "null", 1e21: "1e+21", 1e20: "100000000000000000000", 0.30000000000000004: "0.30000000000000004",
	} {
		if got := string(appendNumber(nil, v)); got != want {
			t.Errorf("%v: got %s, want %s", v, got, want)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	at, nan := Point{1, 2}, math.NaN()
	for _, op := range []PlainOp{
		Segment{Point{1e7, 0}, at, 1, Color{}}, Segment{at, Point{0, nan}, 1, Color{}},
		Segment{at, at, 0, Color{}}, Segment{at, at, -1, Color{}}, Segment{at, at, 4.1, Color{}}, Segment{at, at, nan, Color{}},
		Rect{at, nan, 1, 2, Color{}}, Rect{at, 1, math.Inf(1), 2, Color{}}, Rect{at, 1, 1, 0, Color{}}, Rect{at, 1, 1, 513, Color{}},
		Preview{Point{nan, 0}, 1, 1, 0, Color{}}, nil,
	} {
		if Check(op) == nil {
			t.Errorf("%+v passes", op)
		}
	}
}
