package canvas

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/image/colornames"
)

// maxColor is the longest text that is read as a color, in bytes.
const maxColor = 128

var errColor = errors.New("no CSS color")

// String is the normal form: #rrggbb, or #rrggbbaa where not opaque.
func (c Color) String() string { return string(c.append(make([]byte, 0, 9))) }

// MarshalText is the normal form.
func (c Color) MarshalText() ([]byte, error) { return c.append(nil), nil }

// UnmarshalText reads any form that [ParseColor] does.
func (c *Color) UnmarshalText(text []byte) (err error) {
	*c, err = ParseColor(string(text))
	return err
}

// append appends the normal form.
func (c Color) append(dst []byte) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '#')
	for i, v := range [...]uint8{c.R, c.G, c.B, c.A} {
		if i < 3 || v != 255 {
			dst = append(dst, hex[v>>4], hex[v&15])
		}
	}
	return dst
}

// ParseColor reads a color of CSS Color 4: hexadecimal of 3, 4, 6 or 8 digits,
// rgb(), hsl() and hwb() in either syntax, a name, or transparent. Channels are
// rounded half up, as browsers do. What depends on a page (currentcolor, system
// colors), is computed (calc()) or needs color management (lab(), color()) is
// refused, as is a text of more than 128 bytes.
func ParseColor(s string) (Color, error) {
	if len(s) > maxColor {
		return Color{}, fmt.Errorf("color of %d bytes: %w", len(s), errColor)
	}
	var buf [maxColor]byte
	text := trimSpace(buf[:copy(buf[:], s)])
	for i, c := range text {
		if c >= 'A' && c <= 'Z' { // and not the Kelvin sign, as strings.ToLower
			text[i] = c | 0x20
		}
	}
	c, ok := parseColor(string(text))
	if !ok {
		return Color{}, fmt.Errorf("%q: %w", s, errColor)
	}
	return c, nil
}

// parseColor reads a text in lower case without space around it.
func parseColor(text string) (Color, bool) {
	if hex, found := strings.CutPrefix(text, "#"); found {
		return parseHex(hex)
	}
	if name, args, found := strings.Cut(text, "("); found {
		return parseFunction(name, args)
	}
	switch text {
	case "transparent":
		return Color{}, true
	case "rebeccapurple": // younger than SVG, whose names the table has
		return Color{0x66, 0x33, 0x99, 255}, true
	}
	c, ok := colornames.Map[text]
	return Color(c), ok
}

func parseHex(digits string) (Color, bool) {
	var v [8]uint8
	if len(digits) > len(v) {
		return Color{}, false
	}
	for i := range len(digits) {
		digit, ok := hexDigit(digits[i])
		if !ok {
			return Color{}, false
		}
		v[i] = digit
	}
	switch len(digits) {
	case 3:
		return Color{v[0] * 17, v[1] * 17, v[2] * 17, 255}, true
	case 4:
		return Color{v[0] * 17, v[1] * 17, v[2] * 17, v[3] * 17}, true
	case 6:
		return Color{v[0]<<4 | v[1], v[2]<<4 | v[3], v[4]<<4 | v[5], 255}, true
	case 8:
		return Color{v[0]<<4 | v[1], v[2]<<4 | v[3], v[4]<<4 | v[5], v[6]<<4 | v[7]}, true
	}
	return Color{}, false
}

func hexDigit(c byte) (uint8, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

// normalColor reads the two normal forms: nearly every message has one.
func normalColor(text []byte) (Color, bool) {
	if (len(text) == 7 || len(text) == 9) && text[0] == '#' {
		return parseHex(string(text[1:]))
	}
	return Color{}, false
}
