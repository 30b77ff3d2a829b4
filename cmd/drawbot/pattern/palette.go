package pattern

import (
	"math"

	"drawmesh/canvas"
)

// A Gradient is colors to blend, evenly spaced from 0 to 1.
type Gradient []canvas.Color

// Plain is a gradient of one color.
func Plain(c canvas.Color) Gradient { return Gradient{c} }

// Blend is a gradient of opaque colors, each 0xRRGGBB.
func Blend(rgb ...uint32) Gradient {
	g := make(Gradient, len(rgb))
	for i, c := range rgb {
		g[i] = canvas.Color{R: uint8(c >> 16), G: uint8(c >> 8), B: uint8(c), A: 255}
	}
	return g
}

// The palettes that seeds choose from. They are to be read, not written.
var palettes = []Gradient{
	Blend(0xffd166, 0xf78c6b, 0xef476f, 0x8a3ab9),           // dusk
	Blend(0x06d6a0, 0x1b9aaa, 0x226ce0, 0x3d2c8d),           // lagoon
	Blend(0xffba08, 0xf48c06, 0xdc2f02, 0x9d0208),           // ember
	Blend(0xf72585, 0xb5179e, 0x7209b7, 0x4361ee, 0x4cc9f0), // iris
	Blend(0xd9ed92, 0x76c893, 0x1a759f, 0x184e77),           // fern
	Blend(0xffc8dd, 0xff6b9d, 0xc9184a, 0x590d22),           // rose
}

// At is the color at t, from 0 to 1. Colors blend in Oklab, where the way from
// yellow to blue does not lead through gray.
func (g Gradient) At(t float64) canvas.Color {
	if len(g) == 1 {
		return g[0]
	}
	t = math.Min(math.Max(t, 0), 1) * float64(len(g)-1)
	i := min(int(t), len(g)-2)
	a, b := toOklab(g[i]), toOklab(g[i+1])
	t -= float64(i)
	var mixed [3]float64
	for k := range mixed {
		mixed[k] = a[k] + (b[k]-a[k])*t
	}
	alpha := float64(g[i].A) + (float64(g[i+1].A)-float64(g[i].A))*t
	return fromOklab(mixed, uint8(math.Round(alpha)))
}

// toOklab converts from sRGB, without alpha (B. Ottosson, "A perceptual color
// space for image processing", 2020).
func toOklab(c canvas.Color) [3]float64 {
	r, g, b := linear(c.R), linear(c.G), linear(c.B)
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	s := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	return [3]float64{
		0.2104542553*l + 0.7936177850*m - 0.0040720468*s,
		1.9779984951*l - 2.4285922050*m + 0.4505937099*s,
		0.0259040371*l + 0.7827717662*m - 0.8086757660*s,
	}
}

// fromOklab converts to sRGB.
func fromOklab(c [3]float64, alpha uint8) canvas.Color {
	l := cube(c[0] + 0.3963377774*c[1] + 0.2158037573*c[2])
	m := cube(c[0] - 0.1055613458*c[1] - 0.0638541728*c[2])
	s := cube(c[0] - 0.0894841775*c[1] - 1.2914855480*c[2])
	return canvas.Color{
		R: companded(4.0767416621*l - 3.3077115913*m + 0.2309699292*s),
		G: companded(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s),
		B: companded(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s),
		A: alpha,
	}
}

func cube(x float64) float64 { return x * x * x }

// linear and companded are the transfer functions of sRGB (IEC 61966-2-1).
func linear(v uint8) float64 {
	x := float64(v) / 255
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}

func companded(x float64) uint8 {
	x = math.Min(math.Max(x, 0), 1)
	if x <= 0.0031308 {
		x *= 12.92
	} else {
		x = 1.055*math.Pow(x, 1/2.4) - 0.055
	}
	return uint8(math.Round(x * 255))
}
