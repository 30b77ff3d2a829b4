package canvas

import (
	"math"
	"strconv"
	"strings"
)

// An argument is one of a color function's.
type argument struct {
	value float64
	unit  string // "", "%", "deg", "grad", "rad", "turn" or "none"
}

// parseFunction reads a color function from behind its opening parenthesis.
func parseFunction(name, text string) (Color, bool) {
	v, legacy, ok := arguments(text)
	if !ok {
		return Color{}, false
	}
	var r, g, b float64
	switch name {
	case "rgb", "rgba":
		r, g, b, ok = rgb(v, legacy)
	case "hsl", "hsla":
		r, g, b, ok = hsl(v, legacy)
	case "hwb":
		r, g, b, ok = hwb(v)
		ok = ok && !legacy
	default:
		return Color{}, false
	}
	a, plain := v[3].value, v[3].unit == "" || v[3].unit == "none"
	if v[3].unit == "%" {
		a, plain = a/100, true
	}
	return Color{channel(r), channel(g), channel(b), channel(a)}, ok && plain
}

// arguments reads three arguments and perhaps the alpha, which else is 1. The
// legacy syntax has commas between them, the other one nothing and a slash. The
// closing parenthesis may be missing at the end of the text (CSS Syntax 3,
// section 5.4.9).
func arguments(s string) (v [4]argument, legacy, ok bool) {
	v[3] = argument{value: 1}
	for i := range v {
		if s = trimSpace(s); i == 3 && (s == "" || s == ")") {
			return v, legacy, true
		}
		between := i == 3 || legacy
		if i == 1 {
			legacy = strings.HasPrefix(s, ",")
			between = legacy
		}
		if between {
			mark := "/"
			if legacy {
				mark = ","
			}
			if s, ok = strings.CutPrefix(s, mark); !ok {
				return v, legacy, false
			}
			s = trimSpace(s)
		}
		if v[i], s, ok = nextArgument(s); !ok {
			return v, legacy, false
		}
	}
	for _, a := range v {
		if legacy && a.unit == "none" {
			return v, legacy, false
		}
	}
	s = trimSpace(s)
	return v, legacy, s == "" || s == ")"
}

// nextArgument reads a CSS number with its unit, or none.
func nextArgument(s string) (a argument, rest string, ok bool) {
	n := numberLen(s)
	end := n
	if end < len(s) && s[end] == '%' {
		end++
	} else {
		for end < len(s) && (s[end] >= 'a' && s[end] <= 'z' || end > n && (s[end] == '-' || s[end] >= '0' && s[end] <= '9')) {
			end++
		}
	}
	unit := s[n:end]
	if n == 0 {
		return argument{0, unit}, s[end:], unit == "none"
	}
	switch unit {
	case "", "%", "deg", "grad", "rad", "turn":
	default:
		return a, s, false
	}
	v, _ := strconv.ParseFloat(s[:n], 64) // out of range: infinite, and cut next
	return argument{max(-1e9, min(v, 1e9)), unit}, s[end:], true
}

func rgb(v [4]argument, legacy bool) (r, g, b float64, ok bool) {
	var c [3]float64
	for i, a := range v[:3] {
		switch {
		case legacy && a.unit != v[0].unit:
			return 0, 0, 0, false // no mixture there
		case a.unit == "%":
			c[i] = a.value / 100
		case a.unit == "" || a.unit == "none":
			c[i] = a.value / 255
		default:
			return 0, 0, 0, false
		}
	}
	return c[0], c[1], c[2], true
}

func hsl(v [4]argument, legacy bool) (r, g, b float64, ok bool) {
	h, ok := hue(v[0])
	s, ok1 := share(v[1], legacy)
	l, ok2 := share(v[2], legacy)
	r, g, b = hueToRGB(h, s, l)
	return r, g, b, ok && ok1 && ok2
}

// hueToRGB follows CSS Color 4, section 7.1. The conversion keeps a processor
// from fusing the product with the difference, which would round differently.
func hueToRGB(h, s, l float64) (r, g, b float64) {
	f := func(n float64) float64 {
		k := math.Mod(n+h/30, 12)
		return l - float64(s*min(l, 1-l)*max(-1, min(k-3, 9-k, 1)))
	}
	return f(0), f(8), f(4)
}

// hwb follows CSS Color 4, section 8.1.
func hwb(v [4]argument) (r, g, b float64, ok bool) {
	h, ok := hue(v[0])
	white, ok1 := share(v[1], false)
	black, ok2 := share(v[2], false)
	if white+black >= 1 {
		gray := white / (white + black)
		return gray, gray, gray, ok && ok1 && ok2
	}
	r, g, b = hueToRGB(h, 1, 0.5)
	part := func(c float64) float64 { return float64(c*(1-white-black)) + white }
	return part(r), part(g), part(b), ok && ok1 && ok2
}

// hue is an angle in degrees, from 0 to 360.
func hue(a argument) (float64, bool) {
	turn := 360.0
	switch a.unit {
	case "", "deg", "none":
	case "grad":
		turn = 400
	case "rad":
		turn = 2 * math.Pi
	case "turn":
		turn = 1
	default:
		return 0, false
	}
	h := math.Mod(a.value/turn*360, 360)
	if h < 0 {
		h += 360
	}
	return h, true
}

// share is a percentage, from 0 to 1.
func share(a argument, legacy bool) (float64, bool) {
	if a.unit != "%" && (legacy || a.unit != "" && a.unit != "none") {
		return 0, false
	}
	return max(0, min(a.value/100, 1)), true
}

// channel rounds 0 to 1 half up to 0 to 255.
func channel(v float64) uint8 { return uint8(float64(max(0, min(v, 1))*255) + 0.5) }
