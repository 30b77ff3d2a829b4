package canvas

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"golang.org/x/image/colornames"
)

// maxColor is the longest text that is read as a color, in bytes.
const maxColor = 128

var errColor = errors.New("no CSS color")

// String is the normal form: #rrggbb, or #rrggbbaa where not opaque.
func (c Color) String() string {
	if c.A == 255 {
		return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
	}
	return fmt.Sprintf("#%02x%02x%02x%02x", c.R, c.G, c.B, c.A)
}

// ParseColor reads a color of CSS Color 4: hexadecimal of 3, 4, 6 or 8 digits,
// rgb(), hsl() and hwb() in either syntax, a name, or transparent. Channels are
// rounded half up, as browsers do. What depends on a page (currentcolor, system
// colors) or needs color management (lab(), color()) is refused.
func ParseColor(s string) (Color, error) {
	if len(s) > maxColor {
		return Color{}, fmt.Errorf("color of %d bytes: %w", len(s), errColor)
	}
	text := strings.ToLower(strings.Trim(s, " \t\n\r\f"))
	c, ok := Color{}, false
	if hex, found := strings.CutPrefix(text, "#"); found {
		c, ok = parseHex(hex)
	} else if name, args, found := strings.Cut(text, "("); found {
		c, ok = parseFunction(name, args)
	} else {
		c, ok = namedColor(text)
	}
	if !ok {
		return Color{}, fmt.Errorf("%q: %w", s, errColor)
	}
	return c, nil
}

// MarshalText is the normal form.
func (c Color) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads any form that ParseColor does.
func (c *Color) UnmarshalText(text []byte) (err error) {
	*c, err = ParseColor(string(text))
	return err
}

func namedColor(name string) (Color, bool) {
	switch name {
	case "transparent":
		return Color{}, true
	case "rebeccapurple": // younger than SVG, whose names the table has
		return Color{0x66, 0x33, 0x99, 255}, true
	}
	c, ok := colornames.Map[name]
	return Color(c), ok
}

func parseHex(digits string) (Color, bool) {
	v, err := strconv.ParseUint(digits, 16, 32)
	if err != nil || digits[0] == '+' || digits[0] == '-' {
		return Color{}, false
	}
	nibble := func(shift int) uint8 { return uint8(v>>shift&15) * 17 }
	octet := func(shift int) uint8 { return uint8(v >> shift) }
	switch len(digits) {
	case 3:
		return Color{nibble(8), nibble(4), nibble(0), 255}, true
	case 4:
		return Color{nibble(12), nibble(8), nibble(4), nibble(0)}, true
	case 6:
		return Color{octet(16), octet(8), octet(0), 255}, true
	case 8:
		return Color{octet(24), octet(16), octet(8), octet(0)}, true
	}
	return Color{}, false
}

// An argument is one of a color function's.
type argument struct {
	value float64
	unit  string // "", "%", "deg", "grad", "rad", "turn" or "none"
}

// parseFunction reads the arguments of a color function. The closing
// parenthesis may be missing at the end of the text (CSS Syntax 3, section 5.4.9).
func parseFunction(name, text string) (Color, bool) {
	text = strings.TrimSuffix(text, ")")
	args, alpha, legacy, ok := splitArguments(text)
	if !ok {
		return Color{}, false
	}
	a := 1.0
	if alpha != "" {
		arg, ok := parseArgument(alpha)
		if !ok || legacy && arg.unit == "none" {
			return Color{}, false
		}
		switch arg.unit {
		case "%":
			a = arg.value / 100
		case "", "none":
			a = arg.value
		default:
			return Color{}, false
		}
	}
	var v [3]argument
	for i, s := range args {
		if v[i], ok = parseArgument(s); !ok || legacy && v[i].unit == "none" {
			return Color{}, false
		}
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
		ok = false
	}
	return Color{channel(r), channel(g), channel(b), channel(a)}, ok
}

// splitArguments parts three arguments and the alpha, with commas in the legacy
// syntax, else with spaces and a slash.
func splitArguments(text string) (args [3]string, alpha string, legacy, ok bool) {
	var parts []string
	if legacy = strings.Contains(text, ","); legacy {
		parts = strings.Split(text, ",")
		if len(parts) == 4 {
			if alpha = strings.TrimSpace(parts[3]); alpha == "" {
				return args, "", true, false
			}
			parts = parts[:3]
		}
	} else {
		var slash bool
		text, alpha, slash = strings.Cut(text, "/")
		if alpha = strings.TrimSpace(alpha); slash && alpha == "" {
			return args, "", false, false
		}
		parts = strings.Fields(text)
	}
	if len(parts) != 3 {
		return args, "", legacy, false
	}
	for i, p := range parts {
		args[i] = strings.TrimSpace(p)
	}
	return args, alpha, legacy, true
}

// parseArgument reads a CSS number with its unit, or none.
func parseArgument(s string) (argument, bool) {
	if s == "none" {
		return argument{0, "none"}, true
	}
	n := numberLen(s)
	v, err := strconv.ParseFloat(s[:n], 64)
	if n == 0 || err != nil && math.IsNaN(v) {
		return argument{}, false
	}
	switch s[n:] {
	case "", "%", "deg", "grad", "rad", "turn":
		return argument{max(-1e9, min(v, 1e9)), s[n:]}, true
	}
	return argument{}, false
}

// numberLen is the length of the number that s begins with (CSS Syntax 3,
// section 4.3.12): unlike Go's, it ends in a digit.
func numberLen(s string) int {
	digits := func(i int) int {
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		return i
	}
	i := 0
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	n := digits(i)
	if n < len(s) && s[n] == '.' && digits(n+1) > n+1 {
		n = digits(n + 1)
	}
	if n == i {
		return 0
	}
	if n < len(s) && s[n] == 'e' {
		e := n + 1
		if e < len(s) && (s[e] == '+' || s[e] == '-') {
			e++
		}
		if digits(e) > e {
			n = digits(e)
		}
	}
	return n
}

func rgb(v [3]argument, legacy bool) (r, g, b float64, ok bool) {
	var c [3]float64
	for i, a := range v {
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

func hsl(v [3]argument, legacy bool) (r, g, b float64, ok bool) {
	h, ok := hue(v[0])
	s, ok1 := share(v[1], legacy)
	l, ok2 := share(v[2], legacy)
	r, g, b = hueToRGB(h, s, l)
	return r, g, b, ok && ok1 && ok2
}

// hueToRGB follows CSS Color 4, section 7.1.
func hueToRGB(h, s, l float64) (r, g, b float64) {
	f := func(n float64) float64 {
		k := math.Mod(n+h/30, 12)
		return l - s*min(l, 1-l)*max(-1, min(k-3, 9-k, 1))
	}
	return f(0), f(8), f(4)
}

// hwb follows CSS Color 4, section 8.1.
func hwb(v [3]argument) (r, g, b float64, ok bool) {
	h, ok := hue(v[0])
	white, ok1 := share(v[1], false)
	black, ok2 := share(v[2], false)
	if white+black >= 1 {
		gray := white / (white + black)
		return gray, gray, gray, ok && ok1 && ok2
	}
	r, g, b = hueToRGB(h, 1, 0.5)
	part := func(c float64) float64 { return c*(1-white-black) + white }
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
func channel(v float64) uint8 { return uint8(max(0, min(v, 1))*255 + 0.5) }
