package raster

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"slices"
	"testing"
	"time"
)

// TestThinned asserts which pictures are left out, and that none of the time is.
func TestThinned(t *testing.T) {
	repeat := func(d time.Duration, n int) []time.Duration { return slices.Repeat([]time.Duration{d}, n) }
	tests := []struct {
		name  string
		shown []time.Duration
		want  []int           // the pictures that stay
		times []time.Duration // that they are shown
	}{
		{"long_enough", repeat(20*ms, 3), []int{0, 1, 2}, repeat(20*ms, 3)},
		{"half_of_it", repeat(10*ms, 4), []int{1, 3}, repeat(20*ms, 2)},
		{"a_little_less", repeat(19*ms, 4), []int{1, 3}, repeat(38*ms, 2)},
		{"the_last_is_there", repeat(10*ms, 3), []int{1, 2}, []time.Duration{20 * ms, 10 * ms}},
		{"a_burst", []time.Duration{100 * ms, ms, ms, ms, 100 * ms}, []int{0, 4}, []time.Duration{100 * ms, 103 * ms}},
		{"only_a_moment", []time.Duration{ms}, []int{0}, []time.Duration{ms}},
		{"none", nil, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got spy
			a := &thinned{Animation: &got, least: 20 * ms}
			im := image.NewRGBA(image.Rect(0, 0, 2, 1)) // one buffer for all, as a view has
			for i, d := range tt.shown {
				im.SetRGBA(0, 0, color.RGBA{uint8(i), 0, 0, 255})
				if err := a.Add(im, d); err != nil {
					t.Fatal(err)
				}
			}
			im.SetRGBA(0, 0, color.RGBA{99, 0, 0, 255})
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
			var stayed []int
			for _, s := range got.shown {
				stayed = append(stayed, int(s.im.Pix[0]))
			}
			if !slices.Equal(stayed, tt.want) || !slices.Equal(got.delays(), tt.times) {
				t.Errorf("got pictures %v for %v, want %v for %v", stayed, got.delays(), tt.want, tt.times)
			}
		})
	}
}

// TestFastGIF asks for more pictures than browsers show: none is shown for less
// than 20 ms, and the whole is as long as it is to be.
func TestFastGIF(t *testing.T) {
	for _, rate := range []int{10, 50, 60, 80, 100} {
		var b bytes.Buffer
		a, err := NewAnimation(t.Context(), &b, AnimationOptions{Format: "gif"})
		if err != nil {
			t.Fatal(err)
		}
		after := make([]time.Duration, 600)
		for i := range after[1:] {
			after[1+i] = 5 * ms
		}
		lapse := Timelapse{Viewport: Viewport{Width: 32, Height: 1300}, Background: white, Length: 3 * time.Second, FrameRate: rate}
		if err := lapse.Play(t.Context(), a, each(arrivals(t, after...))); err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		g, err := gif.DecodeAll(&b)
		if err != nil {
			t.Fatal(err)
		}
		sum, least := 0, g.Delay[0]
		for _, d := range g.Delay {
			sum, least = sum+d, min(least, d)
		}
		if sum < 498 || sum > 502 || least < 2 {
			t.Errorf("%d pictures a second: it takes %d hundredths of a second, and a picture at least %d; want 500 and 2", rate, sum, least)
		}
	}
}
