package bitmap

import (
	"image"
	"image/color"
	"math"
)

// An rgb is a color on white paper, each channel from 0 to 255.
type rgb [3]float64

// darkness is how much ink a color needs: 0 to 1 (Rec. 601).
func (c rgb) darkness() float64 { return 1 - (.299*c[0]+.587*c[1]+.114*c[2])/255 }

// A field is a picture in as many pixels as are looked at.
type field struct {
	width, height int
	pixels        []rgb
}

const (
	maxSide = 800 // pixels of a field
	probes  = 3   // across and down, of the picture's pixels for one of the field
)

// sample makes a field of a picture that is to be so large on the canvas.
func sample(im image.Image, width, height float64) *field {
	b := im.Bounds()
	scale := math.Min(1, maxSide/math.Max(width, height))
	side := func(length float64, pixels int) int {
		return int(math.Max(1, math.Min(math.Round(length*scale), float64(pixels))))
	}
	f := &field{width: side(width, b.Dx()), height: side(height, b.Dy())}
	f.pixels = make([]rgb, f.width*f.height)
	for y := range f.height {
		for x := range f.width {
			f.pixels[y*f.width+x] = f.average(im, x, y)
		}
	}
	return f
}

// average is the color of one of the field's pixels.
func (f *field) average(im image.Image, x, y int) (mean rgb) {
	b := im.Bounds()
	for j := range probes {
		py := b.Min.Y + (2*(y*probes+j)+1)*b.Dy()/(2*probes*f.height)
		for i := range probes {
			px := b.Min.X + (2*(x*probes+i)+1)*b.Dx()/(2*probes*f.width)
			c := onPaper(im.At(px, py))
			for k := range mean {
				mean[k] += c[k] / (probes * probes)
			}
		}
	}
	return mean
}

// onPaper is what a color is on white.
func onPaper(c color.Color) rgb {
	r, g, b, a := c.RGBA() // multiplied by a
	blank := 0xffff - a
	return rgb{float64(r+blank) / 257, float64(g+blank) / 257, float64(b+blank) / 257}
}

// at is the color of a pixel; white outside.
func (f *field) at(x, y int) rgb {
	if x < 0 || y < 0 || x >= f.width || y >= f.height {
		return rgb{255, 255, 255}
	}
	return f.pixels[y*f.width+x]
}

func (f *field) darkness(x, y int) float64 { return f.at(x, y).darkness() }

// smooth is the darkness of all pixels, and of one around them, each as the mean of
// those beside it: so that outlines do not follow every grain.
func (f *field) smooth() (values []float64, width, height int) {
	width, height = f.width+2, f.height+2
	values = make([]float64, width*height)
	weights := [3]float64{.25, .5, .25}
	for y := range f.height {
		for x := range f.width {
			sum := 0.0
			for j, wy := range weights {
				for i, wx := range weights {
					nx := min(max(x+i-1, 0), f.width-1)
					ny := min(max(y+j-1, 0), f.height-1)
					sum += wx * wy * f.darkness(nx, ny)
				}
			}
			values[(y+1)*width+x+1] = sum
		}
	}
	return values, width, height
}
