package bitmap

import (
	"cmp"
	"math"
	"slices"

	"drawmesh/canvas"
)

// blank is how dark a pixel is that needs no ink.
const blank = 0.06

// paletteOf is n colors that a picture is made of, without its paper (Lloyd, 1957):
// the means of what is nearest to each, after some rounds. One alone is black.
func paletteOf(f *field, n int) []canvas.Color {
	var ink []rgb
	for i := 0; i < len(f.pixels); i += 1 + len(f.pixels)/20_000 {
		if c := f.pixels[i]; c.darkness() > blank {
			ink = append(ink, c)
		}
	}
	if n <= 1 || len(ink) == 0 {
		return []canvas.Color{{A: 255}}
	}
	slices.SortFunc(ink, func(a, b rgb) int {
		return cmp.Or(cmp.Compare(a.darkness(), b.darkness()), slices.Compare(a[:], b[:]))
	})
	palette := make([]canvas.Color, n)
	for i := range palette {
		palette[i] = rounded(ink[(2*i+1)*len(ink)/(2*n)])
	}
	const rounds = 12
	for range rounds {
		sums, counts := make([]rgb, n), make([]float64, n)
		for _, c := range ink {
			i := nearest(palette, c)
			counts[i]++
			for k := range c {
				sums[i][k] += c[k]
			}
		}
		for i, count := range counts {
			if count > 0 {
				palette[i] = rounded(rgb{sums[i][0] / count, sums[i][1] / count, sums[i][2] / count})
			} else {
				palette[i] = rounded(farthest(ink, palette))
			}
		}
	}
	return palette
}

// farthest is the color that a palette is least like.
func farthest(ink []rgb, palette []canvas.Color) (far rgb) {
	most := -1.0
	for _, c := range ink {
		if d := distance(palette[nearest(palette, c)], c); d > most {
			far, most = c, d
		}
	}
	return far
}

func rounded(c rgb) canvas.Color {
	v := func(x float64) uint8 { return uint8(math.Round(math.Max(0, math.Min(x, 255)))) }
	return canvas.Color{R: v(c[0]), G: v(c[1]), B: v(c[2]), A: 255}
}

// nearest is the palette's number of what is most like c.
func nearest(palette []canvas.Color, c rgb) (best int) {
	least := math.Inf(1)
	for i, p := range palette {
		if d := distance(p, c); d < least {
			best, least = i, d
		}
	}
	return best
}

func distance(p canvas.Color, c rgb) float64 {
	r, g, b := float64(p.R)-c[0], float64(p.G)-c[1], float64(p.B)-c[2]
	return r*r + g*g + b*b
}
