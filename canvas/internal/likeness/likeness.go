// Package likeness says how far one picture is from another: for tests.
package likeness

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
)

// A Difference says how far one picture is from another. A pixel is off by the
// most that one of its channels is off, of 255. Shares are of Touched pixels:
// those that are not the background in both.
type Difference struct {
	Mean      float64 // of all channels of the Touched pixels
	Max       int
	Over16    float64 // share of Touched pixels off by more than 16
	SSIM      float64 // structural similarity of the luma, 8×8 windows
	Touched   int
	FirstOver image.Point // the first pixel off by more than 16
}

func (d Difference) String() string {
	return fmt.Sprintf("mean %.3f, max %d, over 16 %.3f %%, SSIM %.5f", d.Mean, d.Max, 100*d.Over16, d.SSIM)
}

// Compare measures got against want, which are opaque and of one size.
func Compare(got, want *image.RGBA, background color.RGBA) Difference {
	d := Difference{}
	var sum, over int
	for i := 0; i < len(want.Pix); i += 4 {
		g, w := got.Pix[i:i+3:i+3], want.Pix[i:i+3:i+3]
		worst := 0
		for k := range w {
			e := max(int(g[k])-int(w[k]), int(w[k])-int(g[k]))
			sum += e
			worst = max(worst, e)
		}
		if worst > 16 {
			if over == 0 {
				d.FirstOver = image.Pt(i/4%(want.Stride/4), i/want.Stride)
			}
			over++
		}
		d.Max = max(d.Max, worst)
		if bg := [3]byte{background.R, background.G, background.B}; [3]byte(g) != bg || [3]byte(w) != bg {
			d.Touched++
		}
	}
	n := float64(max(d.Touched, 1))
	d.Mean, d.Over16 = float64(sum)/(3*n), float64(over)/n
	d.SSIM = ssim(luma(got), luma(want), want.Rect.Dx())
	return d
}

// luma is the brightness of each pixel (Rec. 601).
func luma(im *image.RGBA) []float64 {
	l := make([]float64, len(im.Pix)/4)
	for i := range l {
		p := im.Pix[4*i:]
		l[i] = .299*float64(p[0]) + .587*float64(p[1]) + .114*float64(p[2])
	}
	return l
}

// ssim is the mean structural similarity (Wang et al. 2004) of windows of 8×8
// pixels, each 4 pixels from the next.
func ssim(a, b []float64, width int) float64 {
	const side, step, n = 8, 4, 8 * 8
	var sum float64
	windows := 0
	for y := 0; (y+side)*width <= len(a); y += step {
		for x := 0; x+side <= width; x += step {
			var sa, sb, saa, sbb, sab float64
			for j := range side {
				for i := range side {
					u, v := a[(y+j)*width+x+i], b[(y+j)*width+x+i]
					sa, sb, saa, sbb, sab = sa+u, sb+v, saa+u*u, sbb+v*v, sab+u*v
				}
			}
			ma, mb := sa/n, sb/n
			va, vb, cov := saa/n-ma*ma, sbb/n-mb*mb, sab/n-ma*mb
			const c1, c2 = (.01 * 255) * (.01 * 255), (.03 * 255) * (.03 * 255)
			sum += (2*ma*mb + c1) * (2*cov + c2) / ((ma*ma + mb*mb + c1) * (va + vb + c2))
			windows++
		}
	}
	return sum / float64(windows)
}

// Over puts a picture on an opaque background, as a page shows a canvas.
func Over(im image.Image, background color.RGBA) *image.RGBA {
	b := im.Bounds()
	straight, ok := im.(*image.NRGBA)
	if !ok {
		straight = image.NewNRGBA(b)
		draw.Draw(straight, b, im, b.Min, draw.Src)
	}
	out := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	under := [3]byte{background.R, background.G, background.B}
	for i := 0; i < len(out.Pix); i += 4 {
		from, to := straight.Pix[i:i+4:i+4], out.Pix[i:i+4:i+4]
		a := int(from[3])
		for k, u := range under {
			to[k] = byte((int(u)*(255-a) + int(from[k])*a + 127) / 255)
		}
		to[3] = 255
	}
	return out
}
