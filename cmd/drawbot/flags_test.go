package main

import (
	"encoding"
	"fmt"
	"strings"
	"testing"

	"drawmesh/canvas"
)

func TestValues(t *testing.T) {
	tests := []struct {
		name string
		into encoding.TextUnmarshaler
		in   string
		want any
		err  string // a part of it
	}{
		{"size", new(size), "1280x720", size{1280, 720}, ""},
		{"largest_size", new(size), "16384x4096", size{16384, 4096}, ""},
		{"size_without_height", new(size), "1280", nil, `"1280" is no size, such as 1280x720`},
		{"size_of_words", new(size), "axb", nil, "is no size"},
		{"empty_size", new(size), "", nil, "is no size"},
		{"size_with_rest", new(size), "1x2x3", nil, "is no size"},
		{"no_width", new(size), "0x720", nil, "1 to 16384 pixels"},
		{"negative_height", new(size), "1280x-1", nil, "1 to 16384 pixels"},
		{"too_wide", new(size), "16385x1", nil, "1 to 16384 pixels"},
		{"too_many_pixels", new(size), "16384x4097", nil, "67108864 at most"},
		{"number_too_large", new(size), "99999999999999999999x1", nil, "is no size"},

		{"color", new(color), "tomato", color{canvas.Color{R: 255, G: 99, B: 71, A: 255}, "tomato"}, ""},
		{"hex_color", new(color), "#9900ff80", color{canvas.Color{R: 153, B: 255, A: 128}, "#9900ff80"}, ""},
		{"no_color", new(color), "tomatoe", nil, `"tomatoe" is no CSS color`},

		{"point", new(point), "640,-3.5", point{canvas.Point{X: 640, Y: -3.5}, true}, ""},
		{"half_a_point", new(point), "640", nil, `"640" is no place, such as 640,360`},
		{"point_nowhere", new(point), "NaN,1", nil, "is no place"},
		{"point_far_away", new(point), "1e9,1", nil, "is no place"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.into.UnmarshalText([]byte(tt.in))
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("got error %v, want one with %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := pointee(tt.into); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// pointee is what a flag's value points to.
func pointee(v encoding.TextUnmarshaler) any {
	switch v := v.(type) {
	case *size:
		return *v
	case *color:
		return *v
	case *point:
		return *v
	}
	panic(fmt.Sprintf("%T", v))
}
