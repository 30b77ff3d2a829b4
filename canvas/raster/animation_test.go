package raster

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"io"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/internal/likeness"
)

// A still is a picture of an animation, and for how long it is shown.
type still struct {
	im *image.RGBA
	d  time.Duration
}

// stills are pictures of a drawing that grows, is wiped and grows again. Some
// are the same as the one before.
func stills(t *testing.T, background canvas.Color) []still {
	t.Helper()
	const width, height = 150, 110
	r := newRand(3)
	b := newBoard(t, width, height, background)
	var all []still
	for n := range 40 {
		switch {
		case n == 20:
			b.Apply(canvas.Clear{})
		case n%7 != 3:
			b.ApplyAll([]canvas.Op{anyStroke(r, width), anyHairline(r, height)})
		}
		all = append(all, still{copyOf(b.im), time.Duration(37+r.IntN(400)) * time.Millisecond})
	}
	return all
}

func copyOf(im *image.RGBA) *image.RGBA {
	out := image.NewRGBA(im.Rect)
	copy(out.Pix, im.Pix)
	return out
}

// animated writes stills.
func animated(t testing.TB, o AnimationOptions, all []still) []byte {
	t.Helper()
	var out bytes.Buffer
	a, err := NewAnimation(t.Context(), &out, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if err := a.Add(s.im, s.d); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// distinct joins stills that look the same.
func distinct(all []still) []still {
	var out []still
	for _, s := range all {
		if n := len(out); n > 0 && bytes.Equal(out[n-1].im.Pix, s.im.Pix) {
			out[n-1].d += s.d
		} else {
			out = append(out, s)
		}
	}
	return out
}

// checkStills asserts that got shows want, each channel off by most at most, and
// each picture until within tick of when it should.
func checkStills(t *testing.T, got, want []still, most int, tick time.Duration) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d pictures, want %d", len(got), len(want))
	}
	var now, due time.Duration
	for i := range got {
		now, due = now+got[i].d, due+want[i].d
		if off := (now - due).Abs(); off > tick {
			t.Errorf("picture %d is shown until %v, want %v", i, now, due)
		}
		for k := range want[i].im.Pix {
			if abs(int(got[i].im.Pix[k])-int(want[i].im.Pix[k])) > most {
				t.Errorf("picture %d: pixel %d is %v, want %v", i, k/4, got[i].im.Pix[k&^3:k&^3+4], want[i].im.Pix[k&^3:k&^3+4])
				saveDifference(t, got[i].im, want[i].im)
				return
			}
		}
	}
}

func TestGIF(t *testing.T) {
	all := stills(t, white)
	got := readGIF(t, animated(t, AnimationOptions{Format: "gif"}, all))
	checkStills(t, got, distinct(all), 2, 10*time.Millisecond) // one picture has a few colours too many
}

// TestGIFOfManyColors has more colours in each picture than a palette has.
func TestGIFOfManyColors(t *testing.T) {
	b := newBoard(t, 300, 200, white)
	var all []still
	for n := range 4 {
		r := newRand(uint64(n))
		for range 300 {
			s := anyStroke(r, 300)
			s.Force = .8 + r.Float64()*.5
			b.Apply(s)
		}
		all = append(all, still{copyOf(b.im), time.Second})
	}
	got := readGIF(t, animated(t, AnimationOptions{Format: "gif"}, all))
	checkStills(t, got, all, 255, 0)
	for i := range got {
		fixed := image.NewPaletted(b.im.Rect, palette.Plan9)
		draw.Draw(fixed, fixed.Rect, all[i].im, image.Point{}, draw.Src)
		theirs := likeness.Compare(likeness.Over(fixed, page), all[i].im, page)
		d := likeness.Compare(got[i].im, all[i].im, page)
		t.Logf("%v; by a fixed palette %v", d, theirs)
		if d.Mean > .6*theirs.Mean || d.SSIM < .98 {
			t.Errorf("picture %d: %v, want at most .6 of the mean of a fixed palette (%v), SSIM ≥ .98", i, d, theirs)
			saveDifference(t, got[i].im, all[i].im)
		}
	}
}

// TestGIFOfTransparent shows what is transparent on white.
func TestGIFOfTransparent(t *testing.T) {
	all := stills(t, canvas.Color{})
	onWhite := make([]still, len(all))
	for i, s := range all {
		im := image.NewRGBA(s.im.Rect)
		draw.Draw(im, im.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(im, im.Rect, s.im, image.Point{}, draw.Over)
		onWhite[i] = still{im, s.d}
	}
	got := readGIF(t, animated(t, AnimationOptions{Format: "gif"}, all))
	checkStills(t, got, distinct(onWhite), 1, 10*time.Millisecond)
}

// readGIF plays a GIF that the standard library decodes.
func readGIF(t testing.TB, data []byte) []still {
	t.Helper()
	g, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if g.LoopCount != 0 {
		t.Errorf("loops %d times, want for ever", g.LoopCount)
	}
	canvas := image.NewRGBA(image.Rect(0, 0, g.Config.Width, g.Config.Height))
	var shown []still
	for i, frame := range g.Image {
		if g.Disposal[i] != gif.DisposalNone {
			t.Fatalf("frame %d is disposed by %d", i, g.Disposal[i])
		}
		draw.Draw(canvas, frame.Rect, frame, frame.Rect.Min, draw.Over)
		shown = append(shown, still{copyOf(canvas), time.Duration(g.Delay[i]) * 10 * time.Millisecond})
	}
	return shown
}

// TestAnimationDelays asserts for how long pictures are shown, in total.
func TestAnimationDelays(t *testing.T) {
	tests := []struct {
		name  string
		n     int
		d     time.Duration
		gif   time.Duration
		apng  time.Duration
		still bool
	}{
		{"thirds of a second", 9, time.Second / 3, 3 * time.Second, 3 * time.Second, false},
		{"30 a second", 90, time.Second / 30, 3 * time.Second, 3 * time.Second, false},
		{"too fast for a GIF", 100, 5 * time.Millisecond, 500 * time.Millisecond, 500 * time.Millisecond, false},
		{"nothing happens", 9, time.Second / 3, 3 * time.Second, 3 * time.Second, true},
		{"two minutes", 2, time.Minute, 2 * time.Minute, 2 * time.Minute, false},
		{"longer than there is", 1, time.Hour, 655350 * time.Millisecond, 655 * time.Second, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBoard(t, 8, 8, white)
			var all []still
			for i := range tt.n {
				if !tt.still {
					b.Apply(line(0, float64(i%8), 8, 4, 1, canvas.Color{R: uint8(i), A: 255}))
				}
				all = append(all, still{copyOf(b.im), tt.d})
			}
			for format, want := range map[string]time.Duration{"gif": tt.gif, "png": tt.apng} {
				data := animated(t, AnimationOptions{Format: format}, all)
				read := readGIF
				if format == "png" {
					read = readAPNG
				}
				var got time.Duration
				shown := read(t, data)
				for i, s := range shown {
					got += s.d
					if s.d <= 10*time.Millisecond && i < len(shown)-1 { // the last one is there in any case
						t.Errorf("%s shows a picture for %v, which browsers make 100 ms", format, s.d)
					}
				}
				if got != want {
					t.Errorf("%s lasts %v, want %v", format, got, want)
				}
			}
		})
	}
}

func TestAnimationErrors(t *testing.T) {
	small, large := newBoard(t, 4, 4, white).im, newBoard(t, 5, 4, white).im
	if _, err := NewAnimation(t.Context(), io.Discard, AnimationOptions{Format: "avi"}); err == nil || !strings.Contains(err.Error(), `no animation format "avi": use png, gif, mp4 or webm`) {
		t.Errorf("format avi: error %v", err)
	}
	for _, format := range []string{"png", "gif"} {
		a, err := NewAnimation(t.Context(), io.Discard, AnimationOptions{Format: format})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); !errors.Is(err, errNoPicture) {
			t.Errorf("%s of nothing: error %v, want %v", format, err, errNoPicture)
		}
		if err := a.Add(small, time.Second); err != nil {
			t.Error(err)
		}
		want := "raster: a picture of (5,4) in an animation of (4,4)"
		if err := a.Add(large, time.Second); err == nil || err.Error() != want {
			t.Errorf("%s of two sizes: error %v, want %s", format, err, want)
		}
		if err := a.Add(large.SubImage(image.Rect(1, 0, 5, 4)).(*image.RGBA), time.Second); err == nil {
			t.Errorf("%s of a picture not at (0,0): no error", format)
		}
		whole := animated(t, AnimationOptions{Format: format}, []still{{small, time.Second}})
		for n := range whole {
			a, err := NewAnimation(t.Context(), &shortWriter{room: n}, AnimationOptions{Format: format})
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(a.Add(small, time.Second), a.Close()); !errors.Is(err, errFull) {
				t.Fatalf("%s with room for %d of %d bytes: error %v, want %v", format, n, len(whole), err, errFull)
			}
		}
	}
}

// TestDelta changes single pixels.
func TestDelta(t *testing.T) {
	tests := []struct {
		changed []image.Point
		want    image.Rectangle
	}{
		{nil, image.Rectangle{}},
		{[]image.Point{{0, 0}}, image.Rect(0, 0, 1, 1)},
		{[]image.Point{{19, 9}}, image.Rect(19, 9, 20, 10)},
		{[]image.Point{{7, 3}, {4, 5}}, image.Rect(4, 3, 8, 6)},
		{[]image.Point{{4, 3}, {7, 5}, {5, 8}}, image.Rect(4, 3, 8, 9)},
		{[]image.Point{{0, 9}, {19, 0}}, image.Rect(0, 0, 20, 10)},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.changed), func(t *testing.T) {
			for channel := range 4 {
				b := newBoard(t, 20, 10, white)
				var d delta
				if area, err := d.area(b.im); err != nil || area != b.im.Rect {
					t.Fatalf("the first picture differs in %v (%v), want %v", area, err, b.im.Rect)
				}
				d.keep(b.im, b.im.Rect)
				for _, p := range tt.changed {
					b.im.Pix[b.im.PixOffset(p.X, p.Y)+channel]--
				}
				if area, err := d.area(b.im); err != nil || area != tt.want {
					t.Errorf("differs in %v (%v), want %v", area, err, tt.want)
				}
			}
		})
	}
}
