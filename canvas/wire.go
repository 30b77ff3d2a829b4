package canvas

import (
	"errors"
	"fmt"
	"math"
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

var (
	errLong = fmt.Errorf("message of more than %d bytes", MaxMessage)
	errJSON = errors.New("message is no JSON object")
)

// ParseOp decodes one message of the data channel, in either plain dialect: the
// later one names its event, the article's only draws and does not.
func ParseOp(data []byte) (PlainOp, error) {
	var m fields
	if err := m.scan(data); err != nil {
		return nil, err
	}
	return m.op()
}

func (m *fields) scan(data []byte) error {
	if len(data) > MaxMessage {
		return errLong
	}
	if !scan(data, m) {
		return errJSON
	}
	return nil
}

// event is the event's name; a message without one that has a lastPoint draws.
func (m *fields) event() []byte {
	if m[fEvent] == nil && m[fLastPoint] != nil {
		return []byte("draw")
	}
	name, _ := textOf(m[fEvent])
	return name
}

func (m *fields) op() (PlainOp, error) {
	switch string(m.event()) {
	case "draw":
		return m.segment()
	case "drawRect":
		return m.rect()
	case "clear":
		return Clear{}, nil
	}
	return nil, ErrUnknown
}

func (m *fields) segment() (PlainOp, error) {
	var s Segment
	var err error
	if s.From, err = m.point(fLastPoint); err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	if s.To, err = m.corner(); err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	if s.Force, err = m.force(); err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	if s.Color, err = m.color(); err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	return s, nil
}

func (m *fields) rect() (PlainOp, error) {
	var r Rect
	var errs [5]error
	r.Origin, errs[0] = m.point(fOrigin)
	r.Width, errs[1] = m.coordinate(fWidth)
	r.Height, errs[2] = m.coordinate(fHeight)
	r.LineWidth, errs[3] = m.lineWidth()
	r.Color, errs[4] = m.color()
	for _, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("drawRect: %w", err)
		}
	}
	if string(m[fCommit]) == "true" {
		return r, nil
	}
	return Preview(r), nil
}

func (m *fields) point(i field) (Point, error) {
	var inner fields
	if !scan(m[i], &inner) {
		return Point{}, fmt.Errorf("%s is no point", names[i])
	}
	p, err := inner.corner()
	if err != nil {
		return p, fmt.Errorf("%s: %w", names[i], err)
	}
	return p, nil
}

func (m *fields) corner() (p Point, err error) {
	if p.X, err = m.coordinate(fX); err == nil {
		p.Y, err = m.coordinate(fY)
	}
	return p, err
}

func (m *fields) coordinate(i field) (float64, error) {
	v, ok := numberOf(m[i])
	if !ok {
		return 0, fmt.Errorf("%s is no number", names[i])
	}
	if math.Abs(v) > MaxCoordinate {
		return 0, fmt.Errorf("%s %g is beyond ±%g", names[i], v, float64(MaxCoordinate))
	}
	return v, nil
}

// force is the pen's; without any, or at 0, it is 1.
func (m *fields) force() (float64, error) {
	if raw := m[fForce]; raw == nil || string(raw) == "null" {
		return 1, nil
	}
	v, ok := numberOf(m[fForce])
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

func (m *fields) lineWidth() (float64, error) {
	raw := m[fLineWidth]
	if raw == nil || string(raw) == "null" {
		return defaultLineWidth, nil
	}
	v, ok := numberOf(raw)
	if !ok || v <= 0 || v > MaxWidth {
		return 0, fmt.Errorf("lineWidth is not within 0 to %d", MaxWidth)
	}
	return v, nil
}

func (m *fields) color() (Color, error) {
	text, ok := textOf(m[fColor])
	if !ok {
		return Color{}, errors.New("color is no string")
	}
	if c, ok := normalColor(text); ok {
		return c, nil
	}
	return ParseColor(string(text))
}
