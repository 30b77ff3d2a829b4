package raster

import (
	"bytes"
	"image"
	"image/color/palette"
	"image/gif"
	"os/exec"
	"testing"
	"time"
)

// BenchmarkTimelapse makes an animation of 10 seconds, 10 pictures a second, of
// 1280×720 pixels and 5,000 segments: in each format, and as a GIF of full
// pictures by image/gif.
func BenchmarkTimelapse(b *testing.B) {
	all := opArrivals(b, handStrokes(newRand(1), 5000))
	lapse := Timelapse{Viewport: Viewport{Width: 1280, Height: 720, Scale: 1280. / workWidth}, Background: white, Length: 10 * time.Second, Hold: 100 * ms}
	formats := []string{"png", "gif"}
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		b.Logf("no mp4 and webm: %v", err)
	} else {
		formats = append(formats, "mp4", "webm")
	}
	for _, format := range formats {
		b.Run(format, func(b *testing.B) {
			var ours, theirs stopwatch
			var out, plain bytes.Buffer
			full := &gif.GIF{}
			if format == "gif" {
				full = fullPictures(b, lapse, all)
			}
			for b.Loop() {
				plain.Reset()
				ours.time(func() {
					out.Reset()
					a, err := NewAnimation(b.Context(), &out, AnimationOptions{Format: format})
					if err != nil {
						b.Fatal(err)
					}
					if err := lapse.Play(b.Context(), a, each(all)); err != nil {
						b.Fatal(err)
					}
					if err := a.Close(); err != nil {
						b.Fatal(err)
					}
				})
				if format == "gif" {
					theirs.time(func() {
						if err := gif.EncodeAll(&plain, full); err != nil {
							b.Fatal(err)
						}
					})
				}
			}
			b.ReportMetric(float64(ours.best.Microseconds())/1000, "ms")
			b.ReportMetric(float64(out.Len())/1000, "kB")
			if format == "gif" {
				b.ReportMetric(theirs.ratio(ours), "x-image/gif")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// fullPictures are all pictures of a timelapse as image/gif takes them, with the
// colours that are most like theirs in a palette of 216.
func fullPictures(b *testing.B, lapse Timelapse, all []arrival) *gif.GIF {
	b.Helper()
	var film spy
	if err := lapse.Play(b.Context(), &film, each(all)); err != nil {
		b.Fatal(err)
	}
	level := func(v byte) byte { return (v + 25) / 51 }
	g := &gif.GIF{}
	for _, s := range film.shown {
		im := image.NewPaletted(s.im.Rect, palette.WebSafe)
		for i := range im.Pix {
			px := s.im.Pix[4*i:]
			im.Pix[i] = 36*level(px[0]) + 6*level(px[1]) + level(px[2])
		}
		g.Image, g.Delay = append(g.Image, im), append(g.Delay, 10)
	}
	return g
}
