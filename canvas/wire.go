package canvas

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Bounds on what can be drawn. They are pure functions of the message, so that
// all peers agree on what to refuse.
const (
	MaxMessage    = 64 << 10 // bytes
	MaxCoordinate = 1e6      // CSS pixels, either side of zero
	MaxWidth      = 512      // CSS pixels
	MaxForce      = 4        // 2·4⁴ = 512
)

// defaultLineWidth is a rectangle's that says none, in CSS pixels.
const defaultLineWidth = 2

// ErrUnknown means a message of a kind that is not known here. It is no fault.
var ErrUnknown = errors.New("unknown event")

// fields are a message's members, not decoded yet. Names are case-sensitive and
// of two equal ones the last counts, as in JavaScript.
type fields map[string]json.RawMessage

// ParseOp decodes one message of the data channel, in either plain dialect: the
// later one names its event, the article's only draws and does not.
func ParseOp(data []byte) (Op, error) {
	if len(data) > MaxMessage {
		return nil, fmt.Errorf("message of %d bytes: at most %d", len(data), MaxMessage)
	}
	var f fields
	if err := json.Unmarshal(data, &f); err != nil || f == nil {
		return nil, errors.New("message is no JSON object")
	}
	var event string
	if raw, ok := f["event"]; ok {
		if json.Unmarshal(raw, &event) != nil {
			return nil, ErrUnknown
		}
	} else if _, ok := f["lastPoint"]; ok {
		event = "draw"
	}
	switch event {
	case "draw":
		return f.segment()
	case "drawRect":
		return f.rect()
	case "clear":
		return Clear{}, nil
	}
	return nil, ErrUnknown
}

func (f fields) segment() (Op, error) {
	s := Segment{}
	var errs [4]error
	s.From, errs[0] = f.point("lastPoint")
	s.To, errs[1] = f.corner()
	s.Force, errs[2] = f.force()
	s.Color, errs[3] = f.color()
	if err := first(errs[:]); err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	return s, nil
}

func (f fields) rect() (Op, error) {
	r := Rect{}
	var errs [5]error
	r.Origin, errs[0] = f.point("origin")
	r.Width, errs[1] = f.coordinate("width")
	r.Height, errs[2] = f.coordinate("height")
	r.LineWidth, errs[3] = f.lineWidth()
	r.Color, errs[4] = f.color()
	if err := first(errs[:]); err != nil {
		return nil, fmt.Errorf("drawRect: %w", err)
	}
	var commit bool
	if json.Unmarshal(f["commit"], &commit) == nil && commit {
		return r, nil
	}
	return Preview(r), nil
}

func first(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (f fields) point(name string) (p Point, err error) {
	var inner fields
	if json.Unmarshal(f[name], &inner) != nil || inner == nil {
		return p, fmt.Errorf("%s is no point", name)
	}
	if p, err = inner.corner(); err != nil {
		err = fmt.Errorf("%s: %w", name, err)
	}
	return p, err
}

func (f fields) corner() (p Point, err error) {
	if p.X, err = f.coordinate("x"); err == nil {
		p.Y, err = f.coordinate("y")
	}
	return p, err
}

func (f fields) coordinate(name string) (float64, error) {
	v, ok := f.number(name)
	if !ok {
		return 0, fmt.Errorf("%s is no number", name)
	}
	if math.Abs(v) > MaxCoordinate {
		return 0, fmt.Errorf("%s %g is beyond ±%g", name, v, float64(MaxCoordinate))
	}
	return v, nil
}

// force is the pen's; without any, or at 0, it is 1.
func (f fields) force() (float64, error) {
	raw, ok := f["force"]
	if !ok || string(raw) == "null" {
		return 1, nil
	}
	v, ok := f.number("force")
	if !ok {
		return 0, errors.New("force is no number")
	}
	if v = math.Abs(v); v == 0 { // the width is its fourth power
		v = 1
	}
	if v > MaxForce {
		return 0, fmt.Errorf("force %g is beyond %d: a line wider than %d pixels", v, MaxForce, MaxWidth)
	}
	return v, nil
}

func (f fields) lineWidth() (float64, error) {
	raw, ok := f["lineWidth"]
	if !ok || string(raw) == "null" {
		return defaultLineWidth, nil
	}
	v, ok := f.number("lineWidth")
	if !ok || v <= 0 || v > MaxWidth {
		return 0, fmt.Errorf("lineWidth %s is not within 0 to %d", raw, MaxWidth)
	}
	return v, nil
}

func (f fields) color() (Color, error) {
	var s string
	if json.Unmarshal(f["color"], &s) != nil {
		return Color{}, errors.New("color is no string")
	}
	return ParseColor(s)
}

// number reads a finite number, or a string that holds one, as a canvas does.
func (f fields) number(name string) (float64, bool) {
	raw := f[name]
	var s string
	if len(raw) > 0 && raw[0] == '"' {
		if json.Unmarshal(raw, &s) != nil {
			return 0, false
		}
		if s = strings.TrimSpace(s); s == "" || numberLen(strings.ToLower(s)) != len(s) {
			return 0, false
		}
	} else {
		s = string(raw)
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && (s[0] == '+' || s[0] == '-' || s[0] == '.' || s[0] >= '0' && s[0] <= '9')
}

// AppendOp appends the wire form of op to dst, byte for byte what JavaScript's
// JSON.stringify makes of the same values.
func AppendOp(dst []byte, op Op) []byte {
	switch op := op.(type) {
	case Segment:
		dst = append(dst, `{"event":"draw","lastPoint":`...)
		dst = appendPoint(dst, op.From)
		dst = appendNumber(append(dst, `,"x":`...), op.To.X)
		dst = appendNumber(append(dst, `,"y":`...), op.To.Y)
		dst = appendNumber(append(dst, `,"force":`...), op.Force)
		return append(appendColor(dst, op.Color), '}')
	case Rect:
		dst = appendRect(append(dst, `{"event":"drawRect","commit":true,`...), op)
		return append(appendNumber(append(dst, `,"lineWidth":`...), op.LineWidth), '}')
	case Preview:
		return append(appendRect(append(dst, `{"event":"drawRect",`...), Rect(op)), '}')
	case Clear:
		return append(dst, `{"event":"clear"}`...)
	}
	return dst
}

func appendRect(dst []byte, r Rect) []byte {
	dst = appendPoint(append(dst, `"origin":`...), r.Origin)
	dst = appendColor(dst, r.Color)
	dst = appendNumber(append(dst, `,"width":`...), r.Width)
	return appendNumber(append(dst, `,"height":`...), r.Height)
}

func appendPoint(dst []byte, p Point) []byte {
	dst = appendNumber(append(dst, `{"x":`...), p.X)
	dst = appendNumber(append(dst, `,"y":`...), p.Y)
	return append(dst, '}')
}

func appendColor(dst []byte, c Color) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, `,"color":"#`...)
	for i, v := range [...]uint8{c.R, c.G, c.B, c.A} {
		if i < 3 || v != 255 {
			dst = append(dst, hex[v>>4], hex[v&15])
		}
	}
	return append(dst, '"')
}

// appendNumber writes v as ECMA-262 does (Number::toString): the shortest
// digits, and an exponent only for very small or very large values.
func appendNumber(dst []byte, v float64) []byte {
	if v == 0 { // and minus zero
		return append(dst, '0')
	}
	if abs := math.Abs(v); abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(dst, v, 'f', -1, 64)
	}
	dst = strconv.AppendFloat(dst, v, 'e', -1, 64)
	if n := len(dst); n >= 4 && dst[n-4] == 'e' && dst[n-2] == '0' { // 1e-07
		dst = append(dst[:n-2], dst[n-1])
	}
	return dst
}
